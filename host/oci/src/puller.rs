//! From a reference to a module: the store first, then the registry.

use std::path::PathBuf;

use crate::digest::Digest;
use crate::document::{self, Descriptor, Document, Image};
use crate::error::ImageError;
use crate::module::{self, Packing};
use crate::reference::Reference;
use crate::registry::{InRegistry, Registries};
use crate::repository::Manifest;
use crate::signature::{self, Keys};
use crate::store::{InStore, Store};
use crate::transfer::{self, Gaps};

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
    keys: Option<Keys>,
}

impl Puller {
    /// A puller with its store in `directory`, which is made when it is needed, and with the credentials of docker's
    /// `config.json`, which need not be there.
    pub fn new(directory: PathBuf, docker_config: Option<PathBuf>) -> Self {
        Self { store: Store::new(directory), registries: Registries::new(docker_config, true), keys: None }
    }

    /// Takes only images that were signed with one of `keys`.
    #[must_use]
    pub fn with_keys(mut self, keys: Keys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Speaks to registries of this machine by TLS too.
    #[must_use]
    pub fn with_tls_only(mut self) -> Self {
        self.registries = self.registries.with_tls_only();
        self
    }

    /// The module that `image` names.
    ///
    /// # Errors
    /// What was in the way; then nothing was stored.
    pub fn module(&self, image: &Reference, pull: Pull) -> Result<Pulled, ImageError> {
        if pull != Pull::Always || image.digest().is_some() {
            if let Some(pulled) = self.stored(image)? {
                self.check_stored(image, pulled.digest, pull)?;
                return Ok(pulled);
            }
            if pull == Pull::Never {
                return Err(ImageError::NotStored);
            }
        }
        self.pull(image)
    }

    /// What `image` means, without bringing it: the digest of an index or a manifest. Where keys are given, it was signed.
    ///
    /// # Errors
    /// What was in the way.
    pub fn digest(&self, image: &Reference) -> Result<Digest, ImageError> {
        let digest = match image.digest() {
            Some(digest) => digest,
            None => self.registries.manifest(image)?.digest,
        };
        if let Some(keys) = &self.keys {
            signature::verify(&self.in_registry(image), image, digest, keys)?;
        }
        Ok(digest)
    }

    /// The tags of the repository that `image` is of, as the registry has them.
    ///
    /// # Errors
    /// What was in the way.
    pub fn tags(&self, image: &Reference) -> Result<Vec<String>, ImageError> {
        self.registries.tags(image)
    }

    /// From the store alone; nothing where a part of it is missing or damaged.
    fn stored(&self, image: &Reference) -> Result<Option<Pulled>, ImageError> {
        let digest = match image.digest() {
            Some(digest) => Some(digest),
            None => self.store.tag(image)?,
        };
        let Some(digest) = digest else { return Ok(None) };
        let Some(top) = self.store.blob(digest, document::LARGEST)? else { return Ok(None) };
        let manifest = match parse(&top)? {
            Document::Image(manifest) => *manifest,
            Document::Index(entries) => {
                let chosen = digest_of(module::choose(&entries).map_err(ImageError::NoModule)?)?;
                let Some(bytes) = self.store.blob(chosen, document::LARGEST)? else { return Ok(None) };
                image_manifest(&bytes)?
            }
        };
        let (layer, packing) = module::layer(&manifest).map_err(ImageError::NoModule)?;
        let Some(bytes) = self.store.blob(digest_of(layer)?, module::LARGEST)? else { return Ok(None) };
        let wasm = module::unpack(packing, bytes.as_slice()).map_err(ImageError::NoModule)?;
        Ok(Some(Pulled { wasm, digest }))
    }

    /// Checks the signature of what is in the store, where one is asked for. It may have been stored without.
    fn check_stored(&self, image: &Reference, digest: Digest, pull: Pull) -> Result<(), ImageError> {
        let Some(keys) = &self.keys else { return Ok(()) };
        match signature::verify(&self.in_store(image), image, digest, keys) {
            Err(ImageError::Signature { .. }) if pull != Pull::Never => {
                signature::verify(&self.in_registry(image), image, digest, keys)?;
                transfer::companions(&self.in_registry(image), &mut self.in_store(image), digest, Gaps::Refused)
            }
            outcome => outcome,
        }
    }

    fn in_store(&self, image: &Reference) -> InStore<'_> {
        InStore { store: &self.store, name: image.clone() }
    }

    fn in_registry(&self, image: &Reference) -> InRegistry<'_> {
        InRegistry { registries: &self.registries, name: image.clone() }
    }

    /// From the registry. The store gets everything at the end: the layer first, the tag last.
    fn pull(&self, image: &Reference) -> Result<Pulled, ImageError> {
        let top = self.registries.manifest(image)?;
        if let Some(keys) = &self.keys {
            signature::verify(&self.in_registry(image), image, top.digest, keys)?;
        }
        let (chosen, manifest) = match parse(&top.bytes)? {
            Document::Image(manifest) => (None, *manifest),
            Document::Index(entries) => {
                let digest = digest_of(module::choose(&entries).map_err(ImageError::NoModule)?)?;
                let chosen = self.registries.manifest_of(image, digest)?;
                let manifest = image_manifest(&chosen.bytes)?;
                (Some(chosen), manifest)
            }
        };
        let (layer, packing) = module::layer(&manifest).map_err(ImageError::NoModule)?;
        let wasm = self.layer(image, layer, packing)?;
        for Manifest { bytes, digest } in chosen.iter().chain([&top]) {
            self.store.put(*digest, bytes)?;
        }
        if self.keys.is_some() {
            transfer::companions(&self.in_registry(image), &mut self.in_store(image), top.digest, Gaps::Refused)?;
        }
        if image.digest().is_none() {
            self.store.put_tag(image, top.digest)?;
        }
        Ok(Pulled { wasm, digest: top.digest })
    }

    /// The module in a layer, which is stored when it holds one.
    fn layer(&self, image: &Reference, layer: &Descriptor, packing: Packing) -> Result<Vec<u8>, ImageError> {
        let digest = digest_of(layer)?;
        if layer.size > module::LARGEST {
            return Err(ImageError::TooLarge { what: format!("layer {digest}"), limit: module::LARGEST });
        }
        if let Some(bytes) = self.store.blob(digest, module::LARGEST)? {
            return module::unpack(packing, bytes.as_slice()).map_err(ImageError::NoModule);
        }
        let mut incoming = self.store.begin()?;
        self.registries.blob(image, layer, digest, &mut incoming)?;
        let wasm = module::unpack(packing, incoming.reader()?).map_err(ImageError::NoModule)?;
        incoming.keep(digest)?;
        Ok(wasm)
    }
}

fn parse(bytes: &[u8]) -> Result<Document, ImageError> {
    Document::parse(bytes).map_err(ImageError::NoModule)
}

fn image_manifest(bytes: &[u8]) -> Result<Image, ImageError> {
    match parse(bytes)? {
        Document::Image(manifest) => Ok(*manifest),
        Document::Index(_) => Err(ImageError::NoModule("its index leads to another index".to_owned())),
    }
}

fn digest_of(descriptor: &Descriptor) -> Result<Digest, ImageError> {
    descriptor.digest().map_err(ImageError::NoModule)
}
