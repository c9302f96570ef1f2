//! The configuration, checked.

use porchlight_api::sbom_config::{SbomConfig, SbomFailOn};
use thiserror::Error;
use uuid::Uuid;

use crate::attribution::{Attributions, ByPlace};
use crate::collect::{ImagePath, ImagePathError};
use crate::license::{self, LicenseError};
use crate::provenance::{Author, Provenance};
use crate::timestamp::Timestamp;

/// What the function works with.
pub(crate) struct Settings {
    pub(crate) provenance: Provenance,
    /// False where the timestamp is the fallback.
    pub(crate) has_timestamp: bool,
    pub(crate) attributions: Attributions,
    pub(crate) image_paths: Vec<ImagePath>,
    pub(crate) fail_on: SbomFailOn,
}

/// A value of the configuration that has the right type and still cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum SettingsError {
    #[error("`timestamp`: `{0}` is not a time such as `2026-01-31T12:00:00Z` (RFC 3339)")]
    Timestamp(String),
    #[error("`sourceDateEpoch`: {0} is beyond the year 9999; it counts seconds since 1970")]
    SourceDateEpoch(u64),
    #[error("`timestamp` and `sourceDateEpoch` are both set; keep one")]
    TwoTimestamps,
    #[error("`serialNamespace`: `{0}` is not a UUID such as `6ba7b810-9dad-11d1-80b4-00c04fd430c8`")]
    SerialNamespace(String),
    #[error("`imagePaths`: {0}")]
    ImagePath(#[from] ImagePathError),
    #[error("`licenseMap`: {0}")]
    License(#[from] LicenseError),
}

impl Settings {
    /// # Errors
    /// The first value that cannot be used.
    pub(crate) fn new(config: &SbomConfig) -> Result<Self, SettingsError> {
        let timestamp = match (&config.timestamp, config.source_date_epoch) {
            (Some(_), Some(_)) => return Err(SettingsError::TwoTimestamps),
            (Some(text), None) => {
                Some(Timestamp::parse_rfc3339(text).ok_or_else(|| SettingsError::Timestamp(text.clone()))?)
            }
            (None, Some(seconds)) => {
                Some(Timestamp::from_epoch(seconds).ok_or(SettingsError::SourceDateEpoch(seconds))?)
            }
            (None, None) => None,
        };
        let namespace = match &config.serial_namespace {
            Some(text) => Uuid::parse_str(text).map_err(|_| SettingsError::SerialNamespace(text.clone()))?,
            None => Provenance::default_namespace(),
        };
        let mut fail_on = config.fail_on;
        fail_on.missing_digest |= config.require_digest;
        Ok(Self {
            provenance: Provenance {
                timestamp: timestamp.unwrap_or(Timestamp::EPOCH),
                author: config.author.as_deref().and_then(Author::parse),
                namespace,
            },
            has_timestamp: timestamp.is_some(),
            attributions: attributions(config)?,
            image_paths: config.image_paths.iter().map(|path| path.parse()).collect::<Result<_, _>>()?,
            fail_on,
        })
    }
}

fn attributions(config: &SbomConfig) -> Result<Attributions, LicenseError> {
    let licenses = config
        .license_map
        .iter()
        .map(|(place, license)| Ok((place.clone(), license::parse(license)?)))
        .collect::<Result<Vec<_>, LicenseError>>()?;
    let supplier = config.package_supplier.as_deref().map(str::trim).filter(|name| !name.is_empty());
    Ok(Attributions {
        suppliers: ByPlace::new(config.supplier_map.clone()),
        licenses: ByPlace::new(licenses),
        package_supplier: supplier.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_usable() {
        let settings = Settings::new(&SbomConfig::default()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(settings.provenance.timestamp, Timestamp::EPOCH);
        assert!(!settings.has_timestamp);
        assert!(!settings.fail_on.missing_digest);
    }

    #[test]
    fn unusable_values_are_named() {
        let refuse = |change: fn(&mut SbomConfig)| {
            let mut config = SbomConfig::default();
            change(&mut config);
            Settings::new(&config).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let cases = [
            (refuse(|config| config.timestamp = Some("yesterday".into())), "`timestamp`: `yesterday` is not a time"),
            (refuse(|config| config.source_date_epoch = Some(u64::MAX)), "beyond the year 9999"),
            (
                refuse(|config| {
                    config.timestamp = Some("2026-01-31T12:00:00Z".into());
                    config.source_date_epoch = Some(0);
                }),
                "both set",
            ),
            (refuse(|config| config.serial_namespace = Some("x".into())), "`serialNamespace`: `x` is not a UUID"),
            (refuse(|config| config.image_paths = vec!["spec.[".into()]), "`imagePaths`: `spec.[` is not a field path"),
            (refuse(|config| config.image_paths = vec!["Kind:".into()]), "it is empty"),
            (
                refuse(|config| config.license_map = [("docker.io".into(), "apache-2.0".into())].into()),
                "`licenseMap`: `apache-2.0` is written `Apache-2.0`",
            ),
        ];
        for (message, part) in cases {
            assert!(message.contains(part), "{message:?} does not say {part:?}");
        }
    }
}
