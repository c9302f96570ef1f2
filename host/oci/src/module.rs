//! Which part of an image is the module, and getting it out of its layer.

use std::fmt::Write as _;
use std::io::{self, Read};
use std::path::Component;

use flate2::read::MultiGzDecoder;

use crate::document::{Descriptor, Image, Platform};

mod zstd;

/// Largest module and largest layer, in bytes. The largest functions of the kpt catalog have 60 MiB.
pub(crate) const LARGEST: u64 = 256 << 20;

/// Room for what stands around a module in its layer: headers, other files before it.
const LARGEST_UNPACKED: u64 = 2 * LARGEST;

/// How a module lies in its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// It is the layer.
    Bare,
    /// It is the first file of an archive.
    Tar,
    /// The same, compressed.
    TarGzip,
    TarZstd,
}

/// The image of an index that holds a module: one for WASI, else one for kpt.
///
/// # Errors
/// What the index offers instead.
pub(crate) fn choose(entries: &[Descriptor]) -> Result<&Descriptor, String> {
    let rank = |entry: &Descriptor| {
        let Platform { os, architecture } = entry.platform.as_ref()?;
        let systems = matches!(architecture.as_str(), "wasm" | "wasm32").then_some(["wasip1", "wasi", "js"])?;
        systems.iter().position(|known| os == known)
    };
    entries.iter().filter_map(|entry| Some((rank(entry)?, entry))).min_by_key(|(rank, _)| *rank).map_or_else(
        || {
            let mut offered: Vec<String> = entries.iter().map(platform).collect();
            offered.dedup();
            let offered = if offered.is_empty() { "nothing".to_owned() } else { offered.join(", ") };
            Err(format!("its index has no image for wasi/wasm, only {offered}"))
        },
        |(_, entry)| Ok(entry),
    )
}

fn platform(entry: &Descriptor) -> String {
    match &entry.platform {
        Some(platform) if !platform.os.is_empty() => platform.to_string(),
        _ => "an image without a platform".to_owned(),
    }
}

/// The layer with the module, and how to get it out.
///
/// # Errors
/// Why there is none.
pub(crate) fn layer(image: &Image) -> Result<(&Descriptor, Packing), String> {
    let is_bare = |layer: &&Descriptor| packing(&layer.media_type) == Ok(Packing::Bare);
    let bare: Vec<&Descriptor> = image.layers.iter().filter(is_bare).collect();
    let only = match (bare.as_slice(), image.layers.as_slice()) {
        ([only], _) => *only,
        ([], [only]) => only,
        (_, layers) => {
            let mut kinds = String::new();
            for layer in layers.iter().take(8) {
                let _ = write!(kinds, "{}`{}`", if kinds.is_empty() { ": " } else { ", " }, layer.media_type);
            }
            return Err(format!(
                "it has {} layers{kinds}; a module is one layer of type `application/wasm`, or the first file of an only layer",
                layers.len()
            ));
        }
    };
    Ok((only, packing(&only.media_type)?))
}

pub(crate) fn packing(media_type: &str) -> Result<Packing, String> {
    match media_type {
        "application/wasm" => Ok(Packing::Bare),
        _ if media_type.ends_with("+wasm") => Ok(Packing::Bare),
        "application/vnd.oci.image.layer.v1.tar" | "application/vnd.docker.image.rootfs.diff.tar" => Ok(Packing::Tar),
        "application/vnd.oci.image.layer.v1.tar+gzip" | "application/vnd.docker.image.rootfs.diff.tar.gzip" => {
            Ok(Packing::TarGzip)
        }
        "application/vnd.oci.image.layer.v1.tar+zstd" | "application/vnd.docker.image.rootfs.diff.tar.zstd" => {
            Ok(Packing::TarZstd)
        }
        _ => Err(format!("its layer is of type `{media_type}`, which holds no module this program can read")),
    }
}

/// The module in a layer.
///
/// # Errors
/// Why there is none.
pub(crate) fn unpack(packing: Packing, layer: impl Read) -> Result<Vec<u8>, String> {
    let wasm = match packing {
        Packing::Bare => read(layer)?,
        Packing::Tar => first_file(layer)?,
        Packing::TarGzip => first_file(MultiGzDecoder::new(layer))?,
        Packing::TarZstd => first_file(zstd::Frames::new(layer))?,
    };
    match wasm.get(..8) {
        Some(b"\0asm\x01\0\0\0") => Ok(wasm),
        Some([b'\0', b'a', b's', b'm', _, _, 1, _]) => {
            Err("it is a WebAssembly component (WASI preview 2); build it as a core module (`--target wasm32-wasip1`)"
                .to_owned())
        }
        _ => Err("what it holds is no WebAssembly module".to_owned()),
    }
}

/// The first regular file of an archive. Nothing is written to a disk by its name; one that leads upwards is refused all
/// the same, as nobody but an attacker makes such layers.
fn first_file(archive: impl Read) -> Result<Vec<u8>, String> {
    let broken = |error: io::Error| format!("its layer cannot be unpacked: {error}");
    let mut archive = tar::Archive::new(archive.take(LARGEST_UNPACKED));
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?;
        if path.components().any(|part| part == Component::ParentDir) {
            return Err(format!("its layer holds `{}`, which leads out of it", path.display()));
        }
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let size = entry.size();
        let wasm = read(entry)?;
        // The archives kpt writes end right behind the file, but not within it.
        if wasm.len() as u64 != size {
            return Err("its layer ends within the module".to_owned());
        }
        return Ok(wasm);
    }
    Err("its layer holds no file".to_owned())
}

fn read(source: impl Read) -> Result<Vec<u8>, String> {
    let mut wasm = Vec::new();
    source
        .take(LARGEST + 1)
        .read_to_end(&mut wasm)
        .map_err(|error| format!("its layer cannot be unpacked: {error}"))?;
    if wasm.len() as u64 > LARGEST {
        return Err(format!("its module is larger than {} MiB, the most this program takes", LARGEST >> 20));
    }
    Ok(wasm)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Annotations;
    use ruzstd::encoding::CompressionLevel;

    const WASM: &[u8] = b"\0asm\x01\0\0\0";

    fn descriptor(media_type: &str, platform: Option<(&str, &str)>) -> Descriptor {
        let platform = platform
            .map(|(os, architecture)| format!(r#", "platform": {{"os": "{os}", "architecture": "{architecture}"}}"#));
        let text = format!(
            r#"{{"mediaType": "{media_type}", "digest": "sha256:00", "size": 1{}}}"#,
            platform.unwrap_or_default()
        );
        serde_json::from_str(&text).unwrap()
    }

    fn archive(files: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, kind, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            builder.append_data(&mut header, name, *content).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn wasi_goes_before_kpts_own_kind() {
        let entry = |platform| descriptor("", platform);
        let all = [
            entry(None),
            entry(Some(("linux", "amd64"))),
            entry(Some(("js", "wasm"))),
            entry(Some(("wasi", "wasm"))),
            entry(Some(("wasip1", "amd64"))),
        ];
        assert_eq!(choose(&all).unwrap(), &all[3]);
        assert_eq!(choose(&all[..3]).unwrap(), &all[2]);
        let error = choose(&all[..2]).unwrap_err();
        assert!(error.ends_with("only an image without a platform, linux/amd64"), "{error}");
        assert!(choose(&[]).unwrap_err().ends_with("only nothing"));
    }

    #[test]
    fn the_layer_with_the_module_is_found() {
        let image = |types: &[&str]| Image {
            config: None,
            layers: types.iter().map(|kind| descriptor(kind, None)).collect(),
            subject: None,
            artifact_type: None,
            annotations: Annotations::new(),
        };
        for (types, found) in [
            (&["application/wasm"][..], Ok(Packing::Bare)),
            (&["application/vnd.wasm.content.layer.v1+wasm"], Ok(Packing::Bare)),
            (&["application/vnd.module.wasm.config.v1+json", "application/wasm"], Ok(Packing::Bare)),
            (&["application/vnd.oci.image.layer.v1.tar"], Ok(Packing::Tar)),
            (&["application/vnd.docker.image.rootfs.diff.tar.gzip"], Ok(Packing::TarGzip)),
            (&["application/vnd.oci.image.layer.v1.tar+zstd"], Ok(Packing::TarZstd)),
            (&["application/vnd.oci.image.layer.v1.tar+xz"], Err("tar+xz")),
            (&["application/wasm", "application/wasm"], Err("2 layers")),
            (&["application/vnd.oci.image.layer.v1.tar"; 2], Err("2 layers")),
            (&[], Err("0 layers")),
        ] {
            let image = image(types);
            match (layer(&image), found) {
                (Ok((_, packing)), Ok(expected)) => assert_eq!(packing, expected),
                (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
                (other, _) => panic!("{types:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_module_comes_out_of_its_layer() {
        use tar::EntryType::{Directory, Regular, Symlink};
        let tar =
            archive(&[("a", Directory, b""), ("l", Symlink, b""), ("m.wasm", Regular, WASM), ("z", Regular, b"z")]);
        assert_eq!(unpack(Packing::Tar, tar.as_slice()).unwrap(), WASM);
        // As kpt writes it: neither padding nor end.
        let kpt = archive(&[("m.wasm", Regular, WASM)]);
        assert_eq!(unpack(Packing::Tar, &kpt[..512 + WASM.len()]).unwrap(), WASM);
        assert_eq!(unpack(Packing::Bare, WASM).unwrap(), WASM);
        let mut gzip = flate2::read::GzEncoder::new(tar.as_slice(), flate2::Compression::fast());
        let mut packed = Vec::new();
        gzip.read_to_end(&mut packed).unwrap();
        assert_eq!(unpack(Packing::TarGzip, packed.as_slice()).unwrap(), WASM);

        // Two frames, as some tools write them.
        let (head, tail) = tar.split_at(700);
        let zstd = [head, tail].map(|part| ruzstd::encoding::compress_to_vec(part, CompressionLevel::Fastest)).concat();
        assert_eq!(unpack(Packing::TarZstd, zstd.as_slice()).unwrap(), WASM);

        for (packing, layer, problem) in [
            (Packing::Tar, &kpt[..512 + 3], "within the module"),
            (Packing::TarZstd, &zstd[..zstd.len() / 2], "cannot be unpacked"),
            (Packing::TarZstd, b"what is this", "cannot be unpacked"),
            (Packing::Tar, &archive(&[("a", Directory, b"")]), "no file"),
            (Packing::Tar, &archive(&[("README", Regular, b"hello"), ("m.wasm", Regular, WASM)]), "no WebAssembly"),
            (Packing::Tar, b"what is this", "cannot be unpacked"),
            (Packing::TarGzip, &packed[..20], "cannot be unpacked"),
            (Packing::Bare, b"\0asm\x0d\0\x01\0", "component"),
            (Packing::Bare, b"\0asm", "no WebAssembly module"),
        ] {
            let error = unpack(packing, layer).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn a_module_that_grows_without_end_is_stopped() {
        let mut header = tar::Header::new_gnu();
        header.set_size(1 << 40);
        header.set_cksum();
        let bomb = flate2::read::GzEncoder::new(
            header.as_bytes().chain(io::repeat(0).take(LARGEST + (1 << 20))),
            flate2::Compression::fast(),
        );
        assert!(unpack(Packing::TarGzip, bomb).unwrap_err().contains("larger than 256 MiB"));
    }
}
