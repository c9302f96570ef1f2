//! Modules in registries.

use porchlight_oci::{ImageError, Pull, Puller, Reference};
use porchlight_package::{Image, tag};

use super::Functions;
use super::modules::Loaded;
use super::wanted::Wanted;
use crate::container::PullPolicy;

/// Where modules of others come from.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) puller: Puller,
    pub(super) policy: PullPolicy,
}

/// Why an image is no module that can be run.
pub(super) struct NoModule {
    /// One line.
    pub(super) reason: String,
    /// There is such an image, whole and as it should be, and it is something else: a container perhaps.
    pub(super) is_other: bool,
    /// It is not what it must be: other content than its digest says, or not signed.
    pub(super) is_false: bool,
}

impl From<ImageError> for NoModule {
    fn from(error: ImageError) -> Self {
        Self {
            is_other: matches!(error, ImageError::NoModule(_)),
            is_false: matches!(error, ImageError::Signature { .. } | ImageError::DigestMismatch { .. }),
            reason: error.to_string(),
        }
    }
}

impl NoModule {
    fn unusable(reason: String) -> Self {
        Self { reason, is_other: false, is_false: false }
    }
}

impl Functions {
    /// The image as a module, with its full name.
    pub(super) fn pulled(&self, wanted: &Wanted, registry: &Registry) -> Result<(Image, Loaded), NoModule> {
        let named = |image: &Image| {
            let reference = image.to_string().parse::<Reference>();
            reference.map_err(|error| NoModule::unusable(error.to_string()))
        };
        let mut image = wanted.image.clone();
        if let Some(range) = &wanted.range {
            let none = |reason: &str| {
                NoModule::unusable(format!(
                    "no tag could be found matching the version constraint \"{range}\" {reason}"
                ))
            };
            if registry.policy == PullPolicy::Never {
                return Err(none("without asking the registry, which `--image-pull-policy Never` rules out"));
            }
            let tags = registry.puller.tags(&named(&image)?)?;
            let highest = tag::highest(range, tags.iter().map(String::as_str));
            image.tag = Some(highest.ok_or_else(|| none("in the registry"))?.to_owned());
        }
        let pulled = registry.puller.module(&named(&image)?, registry.policy.into())?;
        let name = image.repository.rsplit('/').next().unwrap_or_default();
        let module = self.modules.pulled(name, pulled.digest, &pulled.wasm);
        let module = module.map_err(|reason| NoModule { reason, is_other: true, is_false: false })?;
        Ok((image, module))
    }
}

impl From<PullPolicy> for Pull {
    fn from(policy: PullPolicy) -> Self {
        match policy {
            PullPolicy::Always => Self::Always,
            PullPolicy::IfNotPresent => Self::IfNotPresent,
            PullPolicy::Never => Self::Never,
        }
    }
}
