//! What one does with whole images: look at them, send them, copy them, carry them.

mod inspection;

use std::path::{Path, PathBuf};

use crate::digest::Digest;
use crate::document::Document;
use crate::error::ImageError;
use crate::layout::Layout;
use crate::reference::Reference;
use crate::registry::{InRegistry, Registries};
use crate::repository::{Repository, Version};
use crate::signature::{self, Keys};
use crate::store::{InStore, Store};
use crate::transfer::{self, Gaps};

pub use inspection::{About, Inspection, PlatformImage};

/// Where images are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Their registries: all of an image.
    Registry,
    /// This machine: what was needed of it.
    Store,
}

/// Images in registries, in layouts and in the store of this machine.
#[derive(Debug)]
pub struct Images {
    registries: Registries,
    store: Store,
    keys: Option<Keys>,
}

impl Images {
    /// With the store in `directory` and the credentials of docker's `config.json`. Registries are spoken to by TLS; with
    /// `plain_http`, those of this machine (loopback) without.
    pub fn new(directory: PathBuf, docker_config: Option<PathBuf>, plain_http: bool) -> Self {
        Self { registries: Registries::new(docker_config, plain_http), store: Store::new(directory), keys: None }
    }

    /// Takes only images that were signed with one of `keys`.
    #[must_use]
    pub fn with_keys(mut self, keys: Keys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Sends the image `name` of a layout to a registry, as `to`.
    ///
    /// # Errors
    /// What was in the way. Manifests are sent after what they name, so a registry never has half an image under a name.
    pub fn push(&self, layout: &mut Layout, name: &Reference, to: &Reference) -> Result<Digest, ImageError> {
        let from = layout.repository(name);
        self.check(&from, name)?;
        transfer::copy(&from, &name.version(), &mut self.registry(to), &to.version(), Gaps::Refused)
    }

    /// Copies an image with everything about it from registry to registry.
    ///
    /// # Errors
    /// What was in the way.
    pub fn copy(&self, from: &Reference, to: &Reference) -> Result<Digest, ImageError> {
        let source = self.registry(from);
        let version = self.check(&source, from)?;
        transfer::copy(&source, &version, &mut self.registry(to), &to.version(), Gaps::Refused)
    }

    /// Puts images with everything about them into one file, an archive of a layout.
    ///
    /// # Errors
    /// What was in the way; then there is no file.
    pub fn save(&self, images: &[Reference], from: Place, file: &Path) -> Result<Vec<(Reference, Digest)>, ImageError> {
        let scratch = self.store.scratch()?;
        let mut layout = Layout::create(&scratch.path().join("layout"))?;
        let mut saved = Vec::new();
        for image in images {
            let (in_registry, in_store);
            let (source, gaps): (&dyn Repository, Gaps) = match from {
                Place::Registry => {
                    in_registry = self.registry(image);
                    (&in_registry, Gaps::Refused)
                }
                Place::Store => {
                    in_store = InStore { store: &self.store, name: image.clone() };
                    (&in_store, Gaps::Left)
                }
            };
            let version = self.check(source, image)?;
            let to = name_in_layout(image);
            saved.push((image.clone(), transfer::copy(source, &version, &mut layout.repository(image), &to, gaps)?));
        }
        layout.save(file)?;
        Ok(saved)
    }

    /// Puts all images of such a file into the store, where renders find them.
    ///
    /// # Errors
    /// What was in the way. Nothing is stored where a part of the file does not belong there, or a signature is missing.
    pub fn load(&self, file: &Path) -> Result<Vec<(Reference, Digest)>, ImageError> {
        let scratch = self.store.scratch()?;
        let mut layout = Layout::load(file, &scratch.path().join("layout"))?;
        let names = layout.names();
        for name in &names {
            self.check(&layout.repository(name), name)?;
        }
        let mut loaded = Vec::new();
        for name in names {
            let mut target = InStore { store: &self.store, name: name.clone() };
            let version = name.version();
            let digest = transfer::copy(&layout.repository(&name), &version, &mut target, &version, Gaps::Left)?;
            loaded.push((name, digest));
        }
        Ok(loaded)
    }

    /// What there is of an image in its registry.
    ///
    /// # Errors
    /// What was in the way.
    pub fn inspect(&self, image: &Reference) -> Result<Inspection, ImageError> {
        let source = self.registry(image);
        let version = self.check(&source, image)?;
        inspection::inspect(&source, image, &version)
    }

    /// What there is of an image in a layout.
    ///
    /// # Errors
    /// What was in the way.
    pub fn inspect_in(&self, layout: &mut Layout, image: &Reference) -> Result<Inspection, ImageError> {
        let source = layout.repository(image);
        let version = self.check(&source, image)?;
        inspection::inspect(&source, image, &version)
    }

    fn registry(&self, name: &Reference) -> InRegistry<'_> {
        InRegistry { registries: &self.registries, name: name.clone() }
    }

    /// Checks the signature, where one is asked for. What was checked is what is taken from then on, wherever a tag moves.
    fn check(&self, source: &dyn Repository, image: &Reference) -> Result<Version, ImageError> {
        let Some(keys) = &self.keys else { return Ok(image.version()) };
        let missing = || ImageError::NoModule(format!("there is no image `{image}`"));
        let digest = source.manifest(&image.version())?.ok_or_else(missing)?.digest;
        signature::verify(source, image, digest, keys)?;
        Ok(Version::Digest(digest))
    }
}

/// An image without a tag is found in a layout by its digest.
fn name_in_layout(image: &Reference) -> Version {
    match (image.tag(), image.digest()) {
        (Some(tag), _) => Version::Tag(tag.to_owned()),
        (None, Some(digest)) => Version::Tag(digest.to_string().replace(':', "-")),
        (None, None) => image.version(),
    }
}
