//! A `VariantPlan` makes the same packages as PackageVariants and as a PackageVariantSet.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use generate_variants::GenerateVariants;
use porchlight_krm::{ResourceList, run_text};
use porchlight_variant::{Files, Folder, Inputs, Options, Stores, plan};
use porchlight_yaml::{SequenceIndent, emit};

const BLUEPRINT: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: upf\n";
const CONTEXT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kptfile.kpt.dev\ndata:\n  name: upf\n";
const POINT: &str = "apiVersion: infra.nephio.org/v1alpha1\nkind: WorkloadCluster\nmetadata:\n  name: here\n  annotations:\n    kpt.dev/config-injection: required\nspec: {}\n";

/// Name of the variant and files of the package by its place.
type Packages = BTreeMap<String, (String, Files)>;

fn packages(case: &str, style: &str) -> Packages {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/functions/generate-variants").join(case);
    let input = fs::read_to_string(case.join("input.yaml")).unwrap();
    let input =
        input.replace("    style: set\n", "").replace("    targets:", &format!("    style: {style}\n    targets:"));
    let outcome = run_text::<GenerateVariants>(&input);
    assert_eq!(outcome.stderr, "");
    let list = ResourceList::parse(&outcome.stdout).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let blueprint = folder.path().join("upf/v3");
    fs::create_dir_all(&blueprint).unwrap();
    for (file, text) in [("Kptfile", BLUEPRINT), ("package-context.yaml", CONTEXT), ("cluster.yaml", POINT)] {
        fs::write(blueprint.join(file), text).unwrap();
    }
    let mut inputs = Inputs::default();
    for item in &list.items {
        let mut text = String::new();
        emit(item.document(), SequenceIndent::Compact, &mut text);
        inputs.add(Path::new("plan.yaml"), &text).unwrap();
    }
    assert_eq!(inputs.variants.is_empty(), style == "set");
    let mut stores = Stores::new();
    stores.insert("blueprints".to_owned(), Box::new(Folder::open(folder.path()).unwrap()));
    for repository in ["edge01", "edge02", "core01"] {
        let empty = folder.path().join("empty");
        fs::create_dir_all(&empty).unwrap();
        stores.insert(repository.to_owned(), Box::new(Folder::open(&empty).unwrap()));
    }
    let plan = plan(&inputs, &stores, Options::default());
    assert_eq!(plan.faults().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    let packages =
        plan.outcomes.iter().map(|outcome| (outcome.target(), (outcome.variant.clone(), outcome.after.clone())));
    packages.collect()
}

#[test]
fn both_styles_make_the_same_packages() {
    for case in ["readme", "set", "config"] {
        let variants = packages(case, "variant");
        assert!(variants.len() > 1, "{case}");
        assert_eq!(variants, packages(case, "set"), "{case}");
    }
}

#[test]
fn listed_repositories_too() {
    let variants = packages("repositories", "variant");
    assert_eq!(variants.keys().collect::<Vec<_>>(), ["edge01/edge-upf", "edge02/upf-a", "edge02/upf-b"]);
    assert_eq!(variants, packages("repositories", "set"));
}
