//! A layer: an archive that is the same for the same files.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};

use crate::digest::Digest;

/// gzip, which every engine and kpt read.
pub(super) const TYPE: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// A file of a layer; it belongs to root, who is the only one that could change it.
pub(super) struct File<'a> {
    /// Relative, its folders are added.
    pub(super) path: &'a str,
    pub(super) content: &'a [u8],
    pub(super) mode: u32,
}

pub(super) struct Layer {
    pub(super) packed: Vec<u8>,
    /// Digest of the archive before it was compressed.
    pub(super) unpacked: Digest,
}

impl Layer {
    /// A layer of `files`, sorted by path.
    pub(super) fn of(files: &[File<'_>]) -> Self {
        let mut archive = tar::Builder::new(Vec::new());
        let mut folders: Vec<&str> = Vec::new();
        for file in files {
            if let Some((folder, _)) = file.path.rsplit_once('/')
                && !folders.contains(&folder)
            {
                folders.push(folder);
                append(&mut archive, &format!("{folder}/"), tar::EntryType::Directory, 0o755, b"");
            }
            append(&mut archive, file.path, tar::EntryType::Regular, file.mode, file.content);
        }
        let archive = archive.into_inner().expect("invariant: writing to memory does not fail");
        // No name, no time, no system: nothing that could differ.
        let mut packer = GzBuilder::new().write(Vec::new(), Compression::best());
        packer.write_all(&archive).expect("invariant: writing to memory does not fail");
        let packed = packer.finish().expect("invariant: writing to memory does not fail");
        Self { packed, unpacked: Digest::of(&archive) }
    }
}

fn append(archive: &mut tar::Builder<Vec<u8>>, path: &str, kind: tar::EntryType, mode: u32, content: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(mode);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    archive.append_data(&mut header, path, content).expect("invariant: the names of files in images are short");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn a_layer_holds_its_files_and_is_the_same_every_time() {
        let files = [
            File { path: "etc/group", content: b"g", mode: 0o444 },
            File { path: "etc/passwd", content: b"p", mode: 0o444 },
            File { path: "function", content: b"f", mode: 0o555 },
        ];
        let (layer, again) = (Layer::of(&files), Layer::of(&files));
        assert_eq!((&layer.packed, layer.unpacked), (&again.packed, again.unpacked));
        let mut archive = Vec::new();
        flate2::read::GzDecoder::new(layer.packed.as_slice()).read_to_end(&mut archive).unwrap();
        assert_eq!(Digest::of(&archive), layer.unpacked);
        let mut archive = tar::Archive::new(archive.as_slice());
        let found: Vec<String> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let header = entry.header();
                assert_eq!((header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap()), (0, 0, 0));
                format!("{} {:o}", entry.path().unwrap().display(), header.mode().unwrap())
            })
            .collect();
        assert_eq!(found, ["etc/ 755", "etc/group 444", "etc/passwd 444", "function 555"]);
    }
}
