//! functionConfig: where it comes from and when (kpt-render §2.6).

use porchlight_krm::Code;
use porchlight_package::Compat;

use crate::support::{Functions, Package};

const CONF: &str = "apiVersion: x.io/v1\nkind: Conf\nmetadata:\n  name: conf\nspec:\n  value: disk # c\n";

fn package(pipeline: &str) -> Package {
    let kptfile = format!("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: p\npipeline:\n{pipeline}");
    Package::with("p", &[("Kptfile", &kptfile), ("conf.yaml", CONF)])
}

/// The functionConfig each function got, in order.
fn configs(pipeline: &str, compat: Compat) -> Vec<String> {
    let functions =
        Functions::printing("edit", |input| input.replace("value: disk", "value: live")).and("move", |input| {
            porchlight_pipeline::RunOutput {
                stdout: input.replace("'conf.yaml'", "'other.yaml'").into(),
                ..Default::default()
            }
        });
    let (outcome, printed) = package(pipeline).render(compat, &functions);
    assert!(outcome.rendered.is_ok(), "{printed}{:?}", outcome.rendered);
    let config =
        |(_, input): (String, String)| input.split_once("\nfunctionConfig:").map(|(_, config)| config.to_owned());
    functions.inputs().into_iter().map(|call| config(call).unwrap_or_default()).collect()
}

#[test]
fn a_function_without_config_gets_none() {
    assert_eq!(configs("  mutators:\n  - exec: cat\n", Compat::Latest), [""]);
    assert_eq!(configs("  mutators:\n  - exec: cat\n    configMap: {}\n", Compat::Latest), [""]);
}

#[test]
fn mutators_get_the_file_as_it_is_now() {
    for compat in [Compat::Beta56, Compat::Latest] {
        let configs = configs(
            "  mutators:\n  - exec: cat\n    configPath: conf.yaml\n  - exec: edit\n  - exec: cat\n    configPath: conf.yaml\n",
            compat,
        );
        assert!(configs[0].contains("value: disk # c"), "{}", configs[0]);
        assert!(configs[0].contains("config.k8s.io/id: '"), "the very resource: {}", configs[0]);
        assert!(configs[2].contains("value: live # c"), "{}", configs[2]);
    }
}

#[test]
fn a_path_that_is_written_differently_stays_what_it_was_on_disk() {
    let pipeline = "  mutators:\n  - exec: edit\n  - exec: cat\n    configPath: ./conf.yaml\n";
    assert!(configs(pipeline, Compat::Beta56)[1].contains("value: disk"));
    assert!(!configs(pipeline, Compat::Beta56)[1].contains("annotations"));
}

#[test]
fn a_file_that_was_moved_stays_what_it_was_on_disk() {
    let pipeline = "  mutators:\n  - exec: edit\n  - exec: move\n  - exec: cat\n    configPath: conf.yaml\n";
    assert!(configs(pipeline, Compat::Beta56)[2].contains("value: disk"));
}

#[test]
fn validators_get_the_file_of_before_or_of_now() {
    let pipeline = "  mutators:\n  - exec: edit\n  validators:\n  - exec: cat\n    configPath: conf.yaml\n";
    assert!(configs(pipeline, Compat::Beta56)[1].contains("value: disk"));
    let now = &configs(pipeline, Compat::Latest)[1];
    assert!(now.contains("value: live") && now.contains("package-path") && !now.contains("/id:"), "{now}");
}

#[test]
fn a_config_in_a_subpackage_is_none_of_the_package() {
    let kptfile = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: s\n";
    for (compat, words) in
        [(Compat::Beta56, "must exist in the current package"), (Compat::Latest, "is missing from path")]
    {
        let package = package("  mutators:\n  - exec: cat\n    configPath: sub/conf.yaml\n");
        package.write("sub/Kptfile", kptfile);
        package.write("sub/conf.yaml", CONF);
        let (outcome, printed) = package.render(compat, &Functions::default());
        let error = outcome.rendered.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.problem.code(), Some(Code::KptfileInvalid));
        assert!(!printed.contains("RUNNING"));
    }
}
