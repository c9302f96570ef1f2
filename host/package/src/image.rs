//! Names of images: what a short name stands for, and the parts of a full one.

use crate::compat::Compat;
use crate::kptfile::FunctionRef;

/// Where our own images live.
pub const OUR_PREFIX: &str = "ghcr.io/porchlight";

/// An image with its full name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// All before tag and digest.
    pub repository: String,
    /// After `:`.
    pub tag: Option<String>,
    /// After `@`.
    pub digest: Option<String>,
}

impl Image {
    /// The image of a pipeline entry, completed as kpt does (kpt-render §0, §6.2): a name without `/` gets the
    /// prefix; the current kpt also adds `:latest` where neither tag nor digest is given.
    ///
    /// The entry's `tag` is left aside; see [`crate::tag`].
    pub fn of(function: &FunctionRef, compat: Compat, prefix: Option<&str>) -> Self {
        let mut image = Self::named(&function.image, compat, prefix);
        if compat == Compat::Latest && image.tag.is_none() && image.digest.is_none() {
            image.tag = Some("latest".to_owned());
        }
        image
    }

    /// The image called `name`; a name without `/` gets the prefix.
    pub fn named(name: &str, compat: Compat, prefix: Option<&str>) -> Self {
        if name.contains('/') {
            return Self::parse(name);
        }
        let prefix = prefix.map_or(default_prefix(compat), |prefix| prefix.trim_end_matches('/'));
        Self::parse(&format!("{prefix}/{name}"))
    }

    /// The parts of a full name.
    pub fn parse(name: &str) -> Self {
        let (name, digest) = match name.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (name, None),
        };
        // A colon before the last slash belongs to the port of the registry.
        let (repository, tag) = match name.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag.to_owned())),
            _ => (name, None),
        };
        Self { repository: repository.to_owned(), tag, digest }
    }
}

impl std::fmt::Display for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// What kpt puts before a name without `/`.
pub fn default_prefix(compat: Compat) -> &'static str {
    match compat {
        Compat::Beta56 => "gcr.io/kpt-fn",
        Compat::Latest => "ghcr.io/kptdev/krm-functions-catalog",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(image: &str, compat: Compat, prefix: Option<&str>) -> String {
        Image::of(&FunctionRef { image: image.to_owned(), ..FunctionRef::default() }, compat, prefix).to_string()
    }

    #[test]
    fn names_are_completed_as_the_profile_does() {
        for (image, beta56, latest) in [
            (
                "set-labels:v0.2",
                "gcr.io/kpt-fn/set-labels:v0.2",
                "ghcr.io/kptdev/krm-functions-catalog/set-labels:v0.2",
            ),
            ("set-labels", "gcr.io/kpt-fn/set-labels", "ghcr.io/kptdev/krm-functions-catalog/set-labels:latest"),
            ("a.io:5000/x", "a.io:5000/x", "a.io:5000/x:latest"),
            ("a.io:5000/x:v1", "a.io:5000/x:v1", "a.io:5000/x:v1"),
            ("a.io/x@sha256:00", "a.io/x@sha256:00", "a.io/x@sha256:00"),
            ("a.io/x:v1@sha256:00", "a.io/x:v1@sha256:00", "a.io/x:v1@sha256:00"),
        ] {
            assert_eq!(name(image, Compat::Beta56, None), beta56);
            assert_eq!(name(image, Compat::Latest, None), latest);
        }
        assert_eq!(name("x:v1", Compat::Latest, Some("r.example/fns/")), "r.example/fns/x:v1");
        assert_eq!(name("a/x:v1", Compat::Latest, Some("r.example/fns")), "a/x:v1");
    }
}
