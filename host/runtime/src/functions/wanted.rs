//! Which image a pipeline entry asks for.

use porchlight_krm::Code;
use porchlight_package::{Compat, FunctionRef, Image, tag};
use porchlight_pipeline::RuntimeError;

use crate::function_map::Entry;
use crate::lock::LockedImage;

/// An image with its full name, and perhaps a range of versions in place of a tag.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Without tag and digest where there is a range.
    pub(super) image: Image,
    pub(super) range: Option<String>,
}

impl Wanted {
    /// The image of a pipeline entry. Its `tag`, where given, replaces tag and digest of the image.
    pub(super) fn of(function: &FunctionRef, compat: Compat, prefix: Option<&str>) -> Result<Self, RuntimeError> {
        let mut image = Image::of(function, compat, prefix);
        let mut range = None;
        if !function.tag.is_empty() {
            image.digest = None;
            image.tag = None;
            if tag::is_range(&function.tag) {
                range = Some(function.tag.clone());
            } else if tag::is_literal(&function.tag) {
                image.tag = Some(function.tag.clone());
            } else {
                let message = format!(
                    "`function.tag` {:?} must be a valid image tag: must start with an alphanumeric character or \
                     underscore, followed by at most 127 alphanumeric characters, underscores, periods, or dashes",
                    function.tag
                );
                return Err(RuntimeError::new(Code::KptfileInvalid, message));
            }
        }
        Ok(Self { image, range })
    }

    /// What was locked for it, whatever its tag means by now.
    pub(super) fn pinned(&self, locked: &LockedImage) -> Self {
        let mut image = self.image.clone();
        image.tag = None;
        image.digest = Some(locked.digest.to_string());
        Self { image, range: None }
    }

    /// How the function is called where it is locked: as the pipeline has it, with the version that was chosen.
    pub(super) fn locked_name(&self, locked: &LockedImage) -> String {
        let mut image = self.image.clone();
        image.tag = locked.tag.clone().or(image.tag);
        image.to_string()
    }

    /// How the function is called where `entry` stands in: as the pipeline has it, with the version that was chosen.
    pub(super) fn name(&self, entry: &Entry) -> String {
        let image = if self.range.is_some() { &entry.image } else { &self.image };
        image.to_string()
    }

    /// Takes `other` instead. Without tag and digest of its own it keeps those asked for.
    pub(super) fn replace(&mut self, other: &Image) {
        if other.tag.is_some() || other.digest.is_some() {
            self.range = None;
            self.image = other.clone();
        } else {
            self.image.repository.clone_from(&other.repository);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(image: &str, tag: &str) -> Wanted {
        let function = FunctionRef { image: image.to_owned(), tag: tag.to_owned(), ..FunctionRef::default() };
        Wanted::of(&function, Compat::Latest, None).unwrap()
    }

    #[test]
    fn the_tag_of_an_entry_replaces_that_of_its_image() {
        for (image, tag, name, range) in [
            ("a.io/x:v1", "", "a.io/x:v1", None),
            ("a.io/x", "", "a.io/x:latest", None),
            ("a.io/x:v1@sha256:00", "v2", "a.io/x:v2", None),
            ("a.io/x:v1", "0.2", "a.io/x:0.2", None),
            ("a.io/x:v1", "~0.2", "a.io/x", Some("~0.2")),
        ] {
            let wanted = wanted(image, tag);
            assert_eq!((wanted.image.to_string().as_str(), wanted.range.as_deref()), (name, range));
        }
        let function = FunctionRef { image: "a/x".to_owned(), tag: "no tag".to_owned(), ..FunctionRef::default() };
        assert!(Wanted::of(&function, Compat::Latest, None).unwrap_err().message.contains("valid image tag"));
    }

    #[test]
    fn an_image_that_stands_in_keeps_the_version_unless_it_has_one() {
        let image = |name| Image::named(name, Compat::Latest, None);
        let mut one = wanted("a.io/x:v1@sha256:00", "");
        one.replace(&image("b.io/y"));
        assert_eq!(one.image.to_string(), "b.io/y:v1@sha256:00");
        one.replace(&image("b.io/z:v9"));
        assert_eq!(one.image.to_string(), "b.io/z:v9");
        let mut two = wanted("a.io/x", "~0.2");
        two.replace(&image("b.io/y"));
        assert_eq!((two.image.to_string().as_str(), two.range.as_deref()), ("b.io/y", Some("~0.2")));
    }
}
