//! The tables are whole and up to date. `UPDATE=1 cargo test -p porchlight-schema --test tables` writes that of our kinds.

use std::fs;

use porchlight_krm::Resource;
use porchlight_schema::compile::Compiler;
use porchlight_schema::{ALL, PORCHLIGHT, Table};

const HEAD: &str = "# Our kinds. Made from the types of the API crate by scripts/update-schemas; do not edit.\n";

#[test]
fn our_table_is_what_the_types_say() {
    let mut compiler = Compiler::default();
    for kind in porchlight_api::schema::kinds() {
        compiler.add_crd(&kind.crd());
    }
    let text = format!("{HEAD}{}", compiler.text());
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/data/porchlight.txt"), &text).unwrap();
    } else {
        assert!(text == PORCHLIGHT, "the table of our kinds is not up to date; scripts/update-schemas writes it anew");
    }
}

#[test]
fn nothing_dangles() {
    let table = Table::read(&ALL);
    assert_eq!(table.dangling(), Vec::<&str>::new());
    for (api_version, kind) in [
        ("v1", "Pod"),
        ("apps/v1", "Deployment"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("workload.nephio.org/v1alpha1", "NFDeployment"),
        ("orchestration.nephio-oran.io/v1alpha1", "FunctionMetadata"),
        ("orchestration.nephio-oran.io/v1alpha1", "NetworkSliceIntent"),
        ("orchestration.nephio-oran.io/v1alpha1", "RunReport"),
    ] {
        assert!(table.knows(api_version, kind), "{api_version} {kind}");
    }
    assert!(!table.knows("v1", "PodList"));
    assert!(table.kinds().count() > 80);
}

#[test]
fn what_dangles_is_found() {
    let table = Table::read(&["= v1 A missing.A\nB\n x []missing.C\n y {}[]missing.D\n+ B z min 1\n"]);
    assert_eq!(table.dangling(), ["missing.A", "missing.C", "missing.D", "z min 1"]);
}

#[test]
fn what_functions_say_of_themselves_fits() {
    let functions = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut count = 0;
    for folder in fs::read_dir(functions).unwrap() {
        let Ok(text) = fs::read_to_string(folder.unwrap().path().join("metadata.yaml")) else { continue };
        let resource = Resource::from_document(porchlight_yaml::parse(text.into()).unwrap().remove(0)).unwrap();
        assert_eq!(porchlight_schema::check(&resource).unwrap(), [], "{}", resource.name());
        count += 1;
    }
    assert!(count >= 7, "{count} functions");
}
