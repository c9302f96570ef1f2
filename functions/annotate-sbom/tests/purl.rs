//! The purl project's conformance vectors (`testdata/purl`), and the package URLs of the golden outputs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use annotate_sbom::{AnnotateSbom, Purl};
use porchlight_krm::{Function, ResourceList};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Vector {
    description: String,
    purl: String,
    canonical_purl: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
    version: Option<String>,
    qualifiers: Option<BTreeMap<String, String>>,
    subpath: Option<String>,
    is_invalid: bool,
}

/// The suite leaves `/` in the values of qualifiers as it is; the definition of `oci` (its own vectors, and ECMA-427
/// §5.4) encodes it, and that is what we write.
fn with_slashes_of_qualifiers_encoded(purl: &str) -> String {
    let (path, rest) = purl.split_once('?').unwrap_or((purl, ""));
    let (qualifiers, subpath) = rest.split_once('#').map_or((rest, None), |(before, after)| (before, Some(after)));
    let mut text = path.to_owned();
    if !qualifiers.is_empty() {
        text.push('?');
        text.push_str(&qualifiers.replace('/', "%2F"));
    }
    match subpath {
        Some(subpath) => format!("{text}#{subpath}"),
        None if qualifiers.is_empty() => purl.to_owned(),
        None => text,
    }
}

#[test]
fn vectors_of_the_purl_project() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/purl/test-suite-data.json");
    let vectors: Vec<Vector> = serde_json::from_str(&fs::read_to_string(file).expect("the vectors")).expect("JSON");
    assert_eq!(vectors.len(), 32);
    for vector in vectors {
        let read = vector.purl.parse::<Purl>();
        if vector.is_invalid {
            assert!(read.is_err(), "{}: {}", vector.description, vector.purl);
            continue;
        }
        let purl = read.unwrap_or_else(|error| panic!("{}: {error}", vector.purl));
        assert_eq!(Some(purl.kind()), vector.kind.as_deref(), "{}", vector.purl);
        // One vector writes its namespace with a slash behind it.
        let namespace = vector.namespace.map(|namespace| namespace.trim_end_matches('/').to_owned());
        assert_eq!(purl.namespace(), namespace, "{}", vector.purl);
        assert_eq!(Some(purl.name()), vector.name.as_deref(), "{}", vector.purl);
        assert_eq!(purl.version(), vector.version.as_deref(), "{}", vector.purl);
        assert_eq!(*purl.qualifiers(), vector.qualifiers.unwrap_or_default(), "{}", vector.purl);
        assert_eq!(purl.subpath(), vector.subpath, "{}", vector.purl);
        let canonical = vector.canonical_purl.expect("a canonical form");
        assert_eq!(purl.to_string(), with_slashes_of_qualifiers_encoded(&canonical), "{}", vector.description);
        assert_eq!(canonical.parse::<Purl>().as_ref(), Ok(&purl), "{}", vector.description);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is written is read as it was meant, whatever the names.
    #[test]
    fn any_name_comes_back(name in ".+", version in proptest::option::of(".+"), location in proptest::option::of(".+")) {
        let purl = Purl::generic(&name, version.as_deref(), location.clone());
        let read: Purl = purl.to_string().parse().expect("a package URL");
        prop_assert_eq!(&read, &purl);
        prop_assert_eq!((read.name(), read.version()), (name.as_str(), version.as_deref()));
        prop_assert_eq!(read.qualifiers().get("vcs_url"), location.as_ref());
    }

    #[test]
    fn no_text_is_too_strange_to_refuse(text in "(pkg:)?[a-zA-Z/@?#&=%.0-9 é-]{0,40}") {
        if let Ok(purl) = text.parse::<Purl>() {
            prop_assert_eq!(purl.to_string().parse::<Purl>(), Ok(purl));
        }
    }
}

/// What stands in the documents is canonical, and both formats say the same.
#[test]
fn package_urls_of_the_golden_outputs() {
    let mut seen = 0;
    for case in fs::read_dir(porchlight_cases::folder(AnnotateSbom::NAME)).expect("cases") {
        let text = fs::read_to_string(case.expect("a case").path().join("expected.yaml")).expect("an expected output");
        let list = ResourceList::parse(&text).expect("a ResourceList");
        for carrier in list.items.iter().filter(|item| item.name().ends_with("-sbom")) {
            let document = |key: &str| -> Option<Value> {
                carrier.str_at(&format!("data[\"{key}\"]")).map(|text| serde_json::from_str(text).expect("JSON"))
            };
            let mut by_format = Vec::new();
            if let Some(bom) = document("sbom.cdx.json") {
                let components = bom["components"].as_array().into_iter().flatten();
                let all = components.chain([&bom["metadata"]["component"]]);
                by_format.push(all.filter_map(|component| component["purl"].as_str().map(str::to_owned)).collect());
            }
            if let Some(spdx) = document("sbom.spdx.json") {
                let packages = spdx["packages"].as_array().into_iter().flatten();
                let references = packages.filter_map(|package| package["externalRefs"][0]["referenceLocator"].as_str());
                by_format.push(references.map(str::to_owned).collect::<Vec<String>>());
            }
            for purls in &mut by_format {
                purls.sort();
                for purl in purls.iter() {
                    assert_eq!(purl.parse::<Purl>().map(|read| read.to_string()).as_ref(), Ok(purl));
                    seen += 1;
                }
            }
            assert!(by_format.windows(2).all(|pair| pair[0] == pair[1]), "{by_format:?}");
        }
    }
    assert!(seen > 50, "{seen} package URLs only");
}
