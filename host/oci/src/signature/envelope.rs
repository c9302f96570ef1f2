//! What was signed: payloads and statements that name a digest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::key::Keys;
use crate::digest::Digest;

/// What cosign says it signs.
const SIMPLE_TYPE: &str = "cosign container image signature";

/// The payload of a bundle.
const IN_TOTO: &str = "application/vnd.in-toto+json";

/// A statement that is a signature, not one of the many other things one may state about an image.
const SIGN: &str = "https://sigstore.dev/cosign/sign/v1";

/// Checks a simple signature: `payload` was signed, and names `digest`.
pub(super) fn simple(payload: &[u8], signature: &str, digest: Digest, keys: &Keys) -> Result<(), String> {
    let signature = STANDARD.decode(signature.trim()).map_err(|error| format!("it is no base64: {error}"))?;
    // Before anything in it is believed.
    if !keys.verify(payload, &signature) {
        return Err("it is by another key, or of something else".to_owned());
    }
    let payload: Value = serde_json::from_slice(payload).map_err(|error| format!("its payload: {error}"))?;
    let critical = &payload["critical"];
    if critical["type"] != SIMPLE_TYPE {
        return Err(format!("its payload is no `{SIMPLE_TYPE}`"));
    }
    match critical["image"]["docker-manifest-digest"].as_str() {
        Some(signed) if signed == digest.to_string() => Ok(()),
        Some(signed) => Err(format!("it is of {signed}")),
        None => Err("its payload names no digest".to_owned()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bundle {
    dsse_envelope: Option<Envelope>,
}

/// An envelope of DSSE (secure-systems-lab, `envelope.md`).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Deserialize)]
struct Signature {
    sig: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    predicate_type: String,
}

#[derive(Deserialize)]
struct Subject {
    digest: std::collections::BTreeMap<String, String>,
}

/// Checks a bundle: its statement was signed, is a signature, and names `digest`.
pub(super) fn bundle(bundle: &[u8], digest: Digest, keys: &Keys) -> Result<(), String> {
    let bundle: Bundle = serde_json::from_slice(bundle).map_err(|error| format!("its bundle: {error}"))?;
    let envelope = bundle.dsse_envelope.ok_or("its bundle holds no statement (`dsseEnvelope`)")?;
    if envelope.payload_type != IN_TOTO {
        return Err(format!("its bundle holds `{}`", envelope.payload_type));
    }
    let decode = |text: &str| STANDARD.decode(text).map_err(|error| format!("its bundle: {error}"));
    let payload = decode(&envelope.payload)?;
    let message = authenticated(&envelope.payload_type, &payload);
    let mut is_signed = false;
    for Signature { sig } in envelope.signatures.iter().take(16) {
        is_signed |= keys.verify(&message, &decode(sig)?);
    }
    if !is_signed {
        return Err("it is by another key, or of something else".to_owned());
    }
    let statement: Statement = serde_json::from_slice(&payload).map_err(|error| format!("its statement: {error}"))?;
    if !statement.kind.starts_with("https://in-toto.io/Statement/v") || statement.predicate_type != SIGN {
        return Err(format!("it states something else about the image: `{}`", statement.predicate_type));
    }
    let hex = digest.hex();
    let mut subjects = statement.subject.iter();
    if subjects.any(|subject| subject.digest.get("sha256") == Some(&hex)) {
        return Ok(());
    }
    Err("it is of another image".to_owned())
}

/// What is signed of an envelope (secure-systems-lab, `protocol.md`, "pre-authentication encoding").
fn authenticated(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    message.extend_from_slice(payload);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_are_encoded_as_the_specification_says() {
        // Its own example.
        let message = authenticated("http://example.com/HelloWorld", b"hello world");
        assert_eq!(message, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }
}
