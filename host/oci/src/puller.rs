//! From a reference to a module: the store first, then the registry.

use std::path::PathBuf;

use crate::digest::Digest;
use crate::document::{self, Descriptor, Document, Image};
use crate::error::PullError;
use crate::module::{self, Packing};
use crate::reference::Reference;
use crate::registry::{Manifest, Registries};
use crate::store::Store;

/// When a registry is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pull {
    /// What a tag means is asked every time. What a digest means cannot change.
    Always,
    /// When it is not in the store.
    #[default]
    IfNotPresent,
    /// Not at all.
    Never,
}

/// A module that was brought here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The module.
    pub wasm: Vec<u8>,
    /// Digest of what the reference means: an index or a manifest.
    pub digest: Digest,
}

/// Brings modules.
#[derive(Debug)]
pub struct Puller {
    store: Store,
    registries: Registries,
}

impl Puller {
    /// A puller with its store in `directory`, which is made when it is needed, and with the credentials of docker's
    /// `config.json`, which need not be there.
    pub fn new(directory: PathBuf, docker_config: Option<PathBuf>) -> Self {
        Self { store: Store::new(directory), registries: Registries::new(docker_config) }
    }

    /// The module that `image` names.
    ///
    /// # Errors
    /// What was in the way; then nothing was stored.
    pub fn module(&self, image: &Reference, pull: Pull) -> Result<Pulled, PullError> {
        if pull != Pull::Always || image.digest().is_some() {
            if let Some(pulled) = self.stored(image)? {
                return Ok(pulled);
            }
            if pull == Pull::Never {
                return Err(PullError::NotStored);
            }
        }
        self.pull(image)
    }

    /// The tags of the repository that `image` is of, as the registry has them.
    ///
    /// # Errors
    /// What was in the way.
    pub fn tags(&self, image: &Reference) -> Result<Vec<String>, PullError> {
        self.registries.tags(image)
    }

    /// From the store alone; nothing where a part of it is missing or damaged.
    fn stored(&self, image: &Reference) -> Result<Option<Pulled>, PullError> {
        let digest = match image.digest() {
            Some(digest) => Some(digest),
            None => self.store.tag(image)?,
        };
        let Some(digest) = digest else { return Ok(None) };
        let Some(top) = self.store.blob(digest, document::LARGEST)? else { return Ok(None) };
        let manifest = match parse(&top)? {
            Document::Image(manifest) => manifest,
            Document::Index(entries) => {
                let chosen = digest_of(module::choose(&entries).map_err(PullError::NoModule)?)?;
                let Some(bytes) = self.store.blob(chosen, document::LARGEST)? else { return Ok(None) };
                image_manifest(&bytes)?
            }
        };
        let (layer, packing) = module::layer(&manifest).map_err(PullError::NoModule)?;
        let Some(bytes) = self.store.blob(digest_of(layer)?, module::LARGEST)? else { return Ok(None) };
        let wasm = module::unpack(packing, bytes.as_slice()).map_err(PullError::NoModule)?;
        Ok(Some(Pulled { wasm, digest }))
    }

    /// From the registry. The store gets everything at the end: the layer first, the tag last.
    fn pull(&self, image: &Reference) -> Result<Pulled, PullError> {
        let top = self.registries.manifest(image)?;
        let (chosen, manifest) = match parse(&top.bytes)? {
            Document::Image(manifest) => (None, manifest),
            Document::Index(entries) => {
                let digest = digest_of(module::choose(&entries).map_err(PullError::NoModule)?)?;
                let chosen = self.registries.manifest_of(image, digest)?;
                let manifest = image_manifest(&chosen.bytes)?;
                (Some(chosen), manifest)
            }
        };
        let (layer, packing) = module::layer(&manifest).map_err(PullError::NoModule)?;
        let wasm = self.layer(image, layer, packing)?;
        for Manifest { bytes, digest } in chosen.iter().chain([&top]) {
            self.store.put(*digest, bytes)?;
        }
        if image.digest().is_none() {
            self.store.put_tag(image, top.digest)?;
        }
        Ok(Pulled { wasm, digest: top.digest })
    }

    /// The module in a layer, which is stored when it holds one.
    fn layer(&self, image: &Reference, layer: &Descriptor, packing: Packing) -> Result<Vec<u8>, PullError> {
        let digest = digest_of(layer)?;
        if layer.size > module::LARGEST {
            return Err(PullError::TooLarge { what: format!("layer {digest}"), limit: module::LARGEST });
        }
        if let Some(bytes) = self.store.blob(digest, module::LARGEST)? {
            return module::unpack(packing, bytes.as_slice()).map_err(PullError::NoModule);
        }
        let mut incoming = self.store.begin()?;
        self.registries.blob(image, layer, digest, &mut incoming)?;
        let wasm = module::unpack(packing, incoming.reader()?).map_err(PullError::NoModule)?;
        incoming.keep(digest)?;
        Ok(wasm)
    }
}

fn parse(bytes: &[u8]) -> Result<Document, PullError> {
    Document::parse(bytes).map_err(PullError::NoModule)
}

fn image_manifest(bytes: &[u8]) -> Result<Image, PullError> {
    match parse(bytes)? {
        Document::Image(manifest) => Ok(manifest),
        Document::Index(_) => Err(PullError::NoModule("its index leads to another index".to_owned())),
    }
}

fn digest_of(descriptor: &Descriptor) -> Result<Digest, PullError> {
    descriptor.digest().map_err(PullError::NoModule)
}
