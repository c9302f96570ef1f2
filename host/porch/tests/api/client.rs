//! Clients of the fake server.

use porchlight_porch::{Access, Place, Porch};

use crate::fake::Fake;

/// A client whose kubeconfig has this token.
pub(crate) fn porch(fake: &Fake, token: &str) -> Porch {
    porch_at(&fake.url(), token)
}

/// The same for a server elsewhere.
pub(crate) fn porch_at(url: &str, token: &str) -> Porch {
    let folder = tempfile::tempdir().expect("scratch folder");
    let file = folder.path().join("config");
    std::fs::write(&file, crate::fake::kubeconfig(url, token)).expect("a file");
    let access = Access::find(&Place { kubeconfigs: vec![file], ..Place::default() }).expect("access");
    Porch::new(access).expect("a client")
}
