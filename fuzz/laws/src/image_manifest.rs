//! Manifests and indexes of images: read or refused.

use porchlight_oci::untrusted;

/// The law.
pub fn holds(bytes: &[u8]) {
    drop(untrusted::manifest(bytes));
}

/// A manifest, an index, and things that are neither.
pub fn seeds() -> Vec<Vec<u8>> {
    let digest = format!("sha256:{:064}", 0);
    let layer = format!(r#"{{"mediaType":"application/wasm","digest":"{digest}","size":8,"annotations":{{"a":"b"}}}}"#);
    let platforms = ["wasip1/wasm", "js/wasm", "linux/amd64"].map(|platform| {
        let (os, architecture) = platform.split_once('/').unwrap_or_default();
        format!(r#"{{"digest":"{digest}","size":3,"platform":{{"os":"{os}","architecture":"{architecture}"}}}}"#)
    });
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{layer},"layers":[{layer}],"subject":{layer},"artifactType":"x","annotations":{{"a":"b"}}}}"#
    );
    let index = format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, platforms.join(","));
    let others =
        [r#"{"schemaVersion":1,"fsLayers":[]}"#, r#"{"schemaVersion":2,"layers":[],"manifests":[]}"#, "[]", "{"];
    let tar = manifest.replace("application/wasm", "application/vnd.oci.image.layer.v1.tar+gzip");
    [manifest, index, tar].into_iter().chain(others.map(str::to_owned)).map(String::into_bytes).collect()
}
