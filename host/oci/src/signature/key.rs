//! Public keys as cosign and openssl write them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use graviola::hashing::Sha256;
use graviola::signing::ecdsa::{P256, VerifyingKey};
use graviola::signing::eddsa::Ed25519VerifyingKey;
use porchlight_tls::processor;

/// Largest file of keys, in bytes.
const LARGEST: u64 = 1 << 20;

/// What stands before the point in the DER of a P-256 key: `id-ecPublicKey` with `prime256v1` (RFC 5480 §2.1.1).
const P256_START: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";

/// Keys, each of which may have signed.
#[derive(Clone)]
pub struct Keys(Arc<[Key]>);

enum Key {
    P256(Box<VerifyingKey<P256>>),
    Ed25519(Box<Ed25519VerifyingKey>),
}

/// A file of keys that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the public key `{}`: {problem}", path.display())]
pub struct KeysError {
    path: PathBuf,
    problem: String,
}

impl Keys {
    /// The keys in a file: one or more blocks of PEM, ECDSA with P-256 (what cosign makes) or Ed25519.
    ///
    /// # Errors
    /// What is wrong with the file, or with the processor, which must have what the cryptography needs.
    pub fn read(path: &Path) -> Result<Self, KeysError> {
        let wrong = |problem: String| KeysError { path: path.to_owned(), problem };
        let read = || -> io::Result<String> {
            if fs::metadata(path)?.len() > LARGEST {
                return Err(io::Error::other("it is too large for a key"));
            }
            fs::read_to_string(path)
        };
        let text = read().map_err(|error| wrong(error.to_string()))?;
        processor::check().map_err(wrong)?;
        Self::parse(&text).map_err(wrong)
    }

    fn parse(text: &str) -> Result<Self, String> {
        const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
        const END: &str = "-----END PUBLIC KEY-----";
        let mut keys = Vec::new();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(BEGIN) {
            let (block, after) = after.split_once(END).ok_or_else(|| format!("there is no `{END}`"))?;
            rest = after;
            let block: String = block.split_whitespace().collect();
            let der = STANDARD.decode(block).map_err(|error| format!("it is no PEM: {error}"))?;
            keys.push(Key::of(&der)?);
        }
        if text.contains("PRIVATE KEY-----") {
            return Err("it holds a private key; keep that to yourself, and name the public one".to_owned());
        }
        if keys.is_empty() {
            return Err(format!("there is no `{BEGIN}` in it"));
        }
        Ok(Self(keys.into()))
    }

    /// Whether one of the keys signed `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.iter().any(|key| match key {
            Key::P256(key) => key.verify_asn1::<Sha256>(&[message], signature).is_ok(),
            Key::Ed25519(key) => key.verify(signature, message).is_ok(),
        })
    }
}

impl Key {
    fn of(der: &[u8]) -> Result<Self, String> {
        if let Some(point) = der.strip_prefix(P256_START) {
            let key = VerifyingKey::from_x962_uncompressed(point);
            return key.map(|key| Self::P256(Box::new(key))).map_err(|_| "it is no point of P-256".to_owned());
        }
        let key = Ed25519VerifyingKey::from_spki_der(der);
        key.map(|key| Self::Ed25519(Box::new(key))).map_err(|_| {
            "it is of another kind than ECDSA with P-256 and Ed25519, which this program checks".to_owned()
        })
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_public_key_is_told() {
        let pem =
            |der: &[u8]| format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der));
        let off_the_curve = [P256_START, b"\x04", &[1; 64]].concat();
        for (text, said) in [
            (String::new(), "there is no `-----BEGIN PUBLIC KEY-----`"),
            ("-----BEGIN PUBLIC KEY-----\nAA".to_owned(), "there is no `-----END"),
            ("-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----".to_owned(), "no PEM"),
            (pem(&off_the_curve), "no point"),
            (pem(P256_START), "no point"),
            (pem(b"\x30\x82\x01\x22\x30\x0d"), "another kind"),
            ("-----BEGIN EC PRIVATE KEY-----\nAA\n-----END EC PRIVATE KEY-----".to_owned(), "private key"),
        ] {
            let problem = Keys::parse(&text).unwrap_err();
            assert!(problem.contains(said), "{problem}");
        }
        let error = Keys::read(Path::new("/nowhere/key.pem")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/key.pem"), "{error}");
    }
}
