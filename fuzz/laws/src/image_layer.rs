//! Layers and archives of images: a module comes out, or a refusal; an archive of a layout leaves files inside of its
//! folder only, blobs under their own digests.
//!
//! The first byte of an input says what the rest is.

use std::path::Path;

use porchlight_oci::{Digest, untrusted};

/// Kinds of layers with a module in them.
const KINDS: [&str; 4] = [
    "application/wasm",
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+zstd",
];

/// A module without anything in it.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// The law.
pub fn holds(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match KINDS.get(usize::from(kind % 5)) {
        Some(kind) => {
            if let Ok(module) = untrusted::layer(kind, bytes) {
                assert!(module.starts_with(MODULE));
            }
        }
        None => stays_inside(bytes),
    }
}

fn stays_inside(archive: &[u8]) {
    let around = tempfile::tempdir().expect("a folder");
    let root = around.path().join("layout");
    let blobs = root.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).expect("a folder");
    let is_whole = untrusted::bundle(archive, &root).is_ok();
    let names = |folder: &Path| -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names(around.path()), ["layout"]);
    assert_eq!(names(&root.join("blobs")), ["sha256"]);
    let known = ["blobs", "index.json", "oci-layout"];
    assert!(names(&root).iter().all(|name| known.contains(&name.as_str())));
    for name in names(&blobs).iter().filter(|_| is_whole) {
        let content = std::fs::read(blobs.join(name)).expect("a regular file");
        assert_eq!(Digest::of(&content).hex(), *name);
    }
}

/// Archives with a module, and with names that lead elsewhere.
pub fn seeds() -> Vec<Vec<u8>> {
    let blob = format!("blobs/sha256/{}", Digest::of(MODULE).hex());
    let names = ["function.wasm", "../up", "/root", "oci-layout", "index.json", &blob, "blobs/sha256/../x"];
    let mut seeds = vec![[&[0], MODULE].concat()];
    for name in names {
        for kind in [1, 4] {
            seeds.push([&[kind], &archive(name)[..]].concat());
        }
    }
    // gzip and zstd of the first archive, so short that they are written down: a stored block, and a raw one.
    let content = archive("function.wasm");
    seeds.push([&[2], &gzip(&content)[..]].concat());
    seeds.push([&[3], &zstd(&content)[..]].concat());
    seeds
}

fn archive(name: &str) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(MODULE.len() as u64);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, MODULE).expect("memory");
    builder.into_inner().expect("memory")
}

/// RFC 1952 with one stored block of RFC 1951; the checksum is left to the reader to complain about.
fn gzip(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a short content");
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
    [&head[..], &length.to_le_bytes(), &(!length).to_le_bytes(), content].concat()
}

/// RFC 8878 with one raw block.
fn zstd(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a short content");
    let head = [&[0x28, 0xb5, 0x2f, 0xfd, 0xa0][..], &length.to_le_bytes()].concat();
    [&head[..], &(length << 3 | 1).to_le_bytes()[..3], content].concat()
}
