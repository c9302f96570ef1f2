//! How registries are spoken to, and what is believed.

use std::path::PathBuf;

use clap::Args;
use porchlight_oci::{Images, Keys, Puller, Reference};

use crate::exit;
use crate::failure::Failure;
use crate::runtime;

// Flags of commands that take images from registries.
#[derive(Debug, Args)]
pub(super) struct Access {
    /// Speak plain HTTP to registries of this machine (`localhost`, 127.0.0.0/8, `[::1]`); all others get TLS in any case
    #[arg(long)]
    plain_http: bool,
    /// Take only images that were signed with a key of this file (PEM; `cosign sign --key` makes such signatures)
    #[arg(long, value_name = "FILE")]
    verify_key: Option<PathBuf>,
}

impl Access {
    /// Images of the registries of `names`.
    pub(super) fn images(&self, names: &[&Reference]) -> Result<Images, Failure> {
        self.check(names)?;
        let images = Images::new(runtime::image_store()?, runtime::docker_config(), self.plain_http);
        Ok(match self.keys()? {
            Some(keys) => images.with_keys(keys),
            None => images,
        })
    }

    /// What brings modules to this machine.
    pub(super) fn puller(&self, names: &[&Reference]) -> Result<Puller, Failure> {
        self.check(names)?;
        let mut puller = Puller::new(runtime::image_store()?, runtime::docker_config());
        if !self.plain_http {
            puller = puller.with_tls_only();
        }
        Ok(match self.keys()? {
            Some(keys) => puller.with_keys(keys),
            None => puller,
        })
    }

    /// Plain HTTP is for this machine: passwords and images would be open to everybody on the way elsewhere.
    fn check(&self, names: &[&Reference]) -> Result<(), Failure> {
        match names.iter().find(|name| self.plain_http && !name.is_local()) {
            None => Ok(()),
            Some(name) => Err(Failure::plain(format_args!(
                "`--plain-http` is for registries of this machine, which `{}` is not",
                name.registry()
            ))
            .hint("leave it out, and give the registry a certificate that this machine trusts (`SSL_CERT_FILE`)")
            .exit(exit::USAGE)),
        }
    }

    fn keys(&self) -> Result<Option<Keys>, Failure> {
        self.verify_key.as_deref().map(runtime::keys).transpose()
    }
}
