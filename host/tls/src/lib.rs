//! TLS for the host's requests.
//!
//! One place decides which cryptography is used, whether the processor can do it, and which authorities are trusted.

pub mod processor;

use std::sync::Arc;

use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

/// A certificate of this user and its key, both as PEM.
pub type Identity<'p> = (&'p [u8], &'p [u8]);

/// TLS that trusts the authorities in `authorities` (PEM), or those this machine trusts (`SSL_CERT_FILE`, `SSL_CERT_DIR`),
/// and shows `identity` to servers that ask for one.
///
/// # Errors
/// What is missing, in words for a message.
pub fn config(authorities: Option<&[u8]>, identity: Option<Identity<'_>>) -> Result<TlsConfig, String> {
    processor::check()?;
    let roots = match authorities {
        Some(pem) => certificates(pem)?,
        None => authorities_of_this_machine()?,
    };
    let client = match identity {
        Some((certificate, key)) => {
            let key = PrivateKey::from_pem(key).map_err(|error| format!("the client key cannot be read: {error}"))?;
            Some(ClientCert::new_with_certs(&certificates(certificate)?, key))
        }
        None => None,
    };
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .client_cert(client)
        .unversioned_rustls_crypto_provider(Arc::new(rustls_graviola::default_provider()))
        .build())
}

fn authorities_of_this_machine() -> Result<Vec<Certificate<'static>>, String> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why = found.errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
        return Err(format!(
            "no certificate authorities are found on this machine{why}; install `ca-certificates` or set `SSL_CERT_FILE`"
        ));
    }
    Ok(found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect())
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, String> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) =
            item.map_err(|error| format!("a certificate cannot be read: {error}"))?
        {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err("what should be a certificate is none".to_owned()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_told() {
        assert!(config(Some(b"nothing"), None).unwrap_err().contains("is none"));
        let broken = b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        assert!(config(Some(broken), None).is_err());
    }
}
