//! The note in a folder about the revision it was read from.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use porchlight_krm::Resource;
use porchlight_yaml::{SequenceIndent, emit, parse_first};
use serde::{Deserialize, Serialize};

use super::ContentsError;
use crate::git::ObjectId;

/// Name of the note. It is the one `porchctl rpkg pull` leaves and `push` asks for.
pub const METADATA_FILE: &str = ".KptRevisionMetadata";

/// Which revision a folder was read from, and at which version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedRevision {
    /// Name of the package revision as an object.
    pub name: String,
    /// Its resource version: the commit, where it comes from a git repository; opaque, where from a server.
    pub version: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    api_version: String,
    kind: String,
    metadata: Metadata,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    resource_version: String,
}

impl FetchedRevision {
    /// Reads the note of a folder; none where there is no note.
    ///
    /// # Errors
    /// It is there, but is none of this program.
    pub fn read_from(folder: &Path) -> Result<Option<Self>, ContentsError> {
        let path = folder.join(METADATA_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(ContentsError::Io { action: "read", path, source }),
        };
        let told = |problem: String| ContentsError::Metadata(problem);
        let document = parse_first(Arc::from(text)).map_err(|error| told(error.to_string()))?;
        let document = document.ok_or_else(|| told("it is empty".to_owned()))?;
        let resource = Resource::from_document(document).map_err(|error| told(error.to_string()))?;
        let object: Object = resource.deserialize().map_err(|error| told(error.to_string()))?;
        Ok(Some(Self { name: object.metadata.name, version: object.metadata.resource_version }))
    }

    /// The version, where it is a commit.
    #[must_use]
    pub fn commit(&self) -> Option<ObjectId> {
        ObjectId::parse(&self.version)
    }

    /// Writes the note into a folder.
    ///
    /// # Errors
    /// The disk.
    pub fn write_to(&self, folder: &Path) -> Result<(), ContentsError> {
        let object = Object {
            api_version: "porch.kpt.dev/v1alpha1".to_owned(),
            kind: "KptRevisionMetadata".to_owned(),
            metadata: Metadata { name: self.name.clone(), resource_version: self.version.clone() },
        };
        let mut text = String::new();
        emit(Resource::from_typed(&object).document(), SequenceIndent::Compact, &mut text);
        let path = folder.join(METADATA_FILE);
        fs::write(&path, text).map_err(ContentsError::io("write", path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let scratch = tempfile::tempdir().unwrap();
        assert_eq!(FetchedRevision::read_from(scratch.path()).unwrap(), None);
        let note = FetchedRevision { name: "r.upf.v1".to_owned(), version: "a".repeat(40) };
        note.write_to(scratch.path()).unwrap();
        let text = fs::read_to_string(scratch.path().join(METADATA_FILE)).unwrap();
        assert!(text.starts_with("apiVersion: porch.kpt.dev/v1alpha1\nkind: KptRevisionMetadata\n"), "{text}");
        assert_eq!(FetchedRevision::read_from(scratch.path()).unwrap(), Some(note));
        // As a server's `porchctl rpkg pull` leaves it.
        let pulled =
            text.replace(&"a".repeat(40), "\"999\"").replace("metadata:\n", "metadata:\n  creationTimestamp: null\n");
        fs::write(scratch.path().join(METADATA_FILE), pulled).unwrap();
        let note = FetchedRevision::read_from(scratch.path()).unwrap().unwrap();
        assert_eq!((note.version.as_str(), note.commit()), ("999", None));
        fs::write(scratch.path().join(METADATA_FILE), "- x\n").unwrap();
        assert!(matches!(FetchedRevision::read_from(scratch.path()), Err(ContentsError::Metadata(_))));
    }
}
