//! Names of images: a name that is read and written is read as the same one, by the reader of registries and by that of
//! pipelines.

use porchlight_oci::Reference;
use porchlight_package::{Compat, FunctionRef, Image, tag};

/// The law.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(reference) = text.parse::<Reference>() {
        let written = reference.to_string();
        assert_eq!(written.parse().as_ref(), Ok(&reference), "{text} became {written}");
        assert!(!reference.name().contains(['@', ' ', '\n']) && !reference.name().contains(".."), "{text}");
        let _ = (reference.is_local(), reference.tag(), reference.digest());
    }
    drop(Image::parse(text));
    let (name, range) = text.split_once('\n').unwrap_or((text, text));
    if let Some(highest) = tag::highest(range, name.split(',')) {
        assert!(name.split(',').any(|one| one == highest));
    }
    let _ = (tag::version(text), tag::is_range(text), tag::is_literal(text));
    let function = FunctionRef { image: text.to_owned(), ..FunctionRef::default() };
    for compat in [Compat::Beta56, Compat::Latest] {
        drop(function.image_problem(compat));
        drop(Image::named(text, compat, Some("example.com/prefix")));
        drop(Image::of(&function, compat, None));
    }
}

/// Names as people write them.
pub fn seeds() -> Vec<Vec<u8>> {
    let digest = format!("example.com/a/b@sha256:{:064}", 7);
    let both = format!("localhost:5000/a_b--c.d:v1@sha256:{:064}", 7);
    let names = [
        "set-labels",
        "set-labels:v0.2.0",
        "ghcr.io/kptdev/krm-functions-catalog/set-labels:latest",
        &digest,
        &both,
        "[::1]:5000/x",
        "127.0.0.1/x",
        "index.docker.io/library/busybox",
        "A.example/x",
        "a//b",
        "a:",
        "@",
        "x@sha256:00",
        "v1.2.3,v1.3.0,latest\n>=1.2.0 <2",
        "0.1\n~0.1",
        "v1\n^1",
    ];
    names.into_iter().map(|name| name.as_bytes().to_vec()).collect()
}
