use porchlight_pipeline::{Invocation, RunOutput};

use super::*;

/// Tells by its name what was asked of it.
struct Named(String);

impl Prepared for Named {
    fn display_name(&self) -> &str {
        &self.0
    }

    fn run(&self, _: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        Ok(RunOutput::default())
    }
}

/// Has every image below `known.io`, and every file.
struct Everything;

impl Source for Everything {
    fn image(&self, image: &str, tag: &str) -> Result<Box<dyn Prepared>, RuntimeError> {
        if image.starts_with("known.io/") {
            Ok(Box::new(Named(format!("{image}+{tag}"))))
        } else {
            Err(RuntimeError::new(Code::FnImageUnresolved, format!("no `{image}`")))
        }
    }

    fn file(&self, path: &Path) -> Result<Box<dyn Prepared>, RuntimeError> {
        Ok(Box::new(Named(format!("file {}", path.file_name().unwrap_or_default().display()))))
    }

    fn inside(&self) -> Vec<Inside> {
        ["annotate-sbom", "inject-policy"]
            .map(|name| Inside { name: name.to_owned(), repository: format!("known.io/{name}"), tag: "v1".to_owned() })
            .into()
    }
}

fn found(catalogue: &Catalogue, image: &str, tag: &str, exec_path: &str) -> String {
    let [image, tag, exec_path] = [image, tag, exec_path].map(str::to_owned);
    match catalogue.find(&Wanted { image, tag, exec_path }) {
        Ok(function) => function.prepared.display_name().to_owned(),
        Err(error) => error.message,
    }
}

const MAP: &str = "
functions:
  - function: from-file
    images: [a.io/f:v1, a.io/f:v1.2.0, 'a.io/f@sha256:00', plain]
  - function: inject-policy
    images: [a.io/p:v1, a.io/f:v1]
  - function: nowhere
    images: [a.io/n:v1]
";

const CONFIGS: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: not-ours}
---
apiVersion: config.porch.kpt.dev/v1alpha1
kind: FunctionConfig
metadata: {name: set-labels, namespace: porch-fn-system}
spec:
  image: set-labels
  prefixes: ['', 'mirror\\.io/.*']
  podExecutor: {tags: [v0.1.5]}
  binaryExecutor:
    tags: [v0.2.0, '>=0.3.0 <0.4.0']
    path: from-file
---
apiVersion: config.porch.kpt.dev/v1alpha1
kind: FunctionConfig
metadata: {name: any, namespace: porch-fn-system}
spec:
  image: any
  binaryExecutor: {tags: ['*'], path: porchlight/annotate-sbom}
---
apiVersion: config.porch.kpt.dev/v1alpha1
kind: FunctionConfig
metadata: {name: starlark, namespace: porch-fn-system}
spec:
  image: starlark
  goExecutor: {id: starlark, tags: [v0.4.3]}
";

fn catalogue(folder: &Path) -> Catalogue {
    std::fs::write(folder.join("from-file.wasm"), "").unwrap();
    std::fs::create_dir(folder.join("configs")).unwrap();
    std::fs::write(folder.join("configs/all.yaml"), CONFIGS).unwrap();
    std::fs::write(folder.join("configs/.hidden.yaml"), "kind: [").unwrap();
    let targets = Targets {
        functions: folder.to_owned(),
        images: ImageMap::parse(MAP).unwrap(),
        configs: FunctionConfigs::read(&folder.join("configs"), "ghcr.io/catalog").unwrap(),
    };
    Catalogue::new(Everything, targets)
}

#[test]
fn images_of_the_old_file_are_matched_letter_for_letter() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = catalogue(folder.path());
    for (image, tag, function) in [
        ("a.io/f:v1", "", "file from-file.wasm"),
        ("a.io/f@sha256:00", "", "file from-file.wasm"),
        ("plain", "", "file from-file.wasm"),
        ("a.io/p:v1", "", "known.io/inject-policy:v1+"),
        ("a.io/p:v9", "v1", "known.io/inject-policy:v1+"),
        ("a.io/f:v9", "~1.1 || ~1.2", "file from-file.wasm"),
        ("a.io/f:v1.2", "", "no `a.io/f:v1.2`"),
        ("a.io/f", "", "no `a.io/f`"),
        ("plain:latest", "", "no `plain:latest`"),
        ("a.io/f:v1", "~2", "no `a.io/f:v1`"),
        ("known.io/other:v3", "~3", "known.io/other:v3+~3"),
    ] {
        assert_eq!(found(&catalogue, image, tag, ""), function, "{image} {tag}");
    }
    assert_eq!(catalogue.targets.images.ignored(), ["a.io/f:v1"]);
    assert!(found(&catalogue, "a.io/n:v1", "", "").starts_with("there is neither a file"));
}

#[test]
fn function_configs_are_matched_by_name_prefix_and_tag() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = catalogue(folder.path());
    for (image, tag, is_found) in [
        ("ghcr.io/catalog/set-labels:v0.2.0", "", true),
        ("mirror.io/x/y/set-labels:v0.2.0", "", true),
        ("ghcr.io/catalog/set-labels:v0.3.7", "", true),
        ("ghcr.io/catalog/set-labels:v9", "v0.2.0", true),
        ("ghcr.io/catalog/set-labels:v9", "~0.2", true),
        ("ghcr.io/catalog/set-labels:v0.4.0", "", false),
        ("ghcr.io/catalog/set-labels:v0.1.5", "", false),
        ("ghcr.io/catalog/set-labels", "", false),
        ("ghcr.io/catalogs/set-labels:v0.2.0", "", false),
        ("ghcrxio/catalog/set-labels:v0.2.0", "", false),
        ("other.io/set-labels:v0.2.0", "", false),
        ("ghcr.io/catalog/set-labels2:v0.2.0", "", false),
        ("starlark:v0.4.3", "", false),
    ] {
        assert_eq!(found(&catalogue, image, tag, "") == "file from-file.wasm", is_found, "{image} {tag}");
    }
    for image in ["any", "any:x", "a.io/b/any@sha256:00"] {
        assert_eq!(found(&catalogue, image, "", ""), "known.io/annotate-sbom:v1+", "{image}");
    }
}

#[test]
fn a_path_of_the_third_generation_goes_before_the_image() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = catalogue(folder.path());
    let absolute = folder.path().join("from-file");
    for (path, function) in [
        ("porchlight/annotate-sbom", "known.io/annotate-sbom:v1+"),
        ("from-file", "file from-file.wasm"),
        (absolute.to_str().unwrap(), "file from-file.wasm"),
        // Not in any object: the image decides.
        ("/bin/sh", "known.io/x:v1+"),
        ("../from-file", "known.io/x:v1+"),
    ] {
        assert_eq!(found(&catalogue, "known.io/x:v1", "", path), function, "{path}");
    }
}

#[test]
fn all_that_is_configured_is_made_ready() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = catalogue(folder.path());
    let (ready, problems) = catalogue.warm();
    // Two of ours, five of the six images, two objects.
    assert_eq!((ready, problems.len()), (2 + 5 + 2, 1), "{problems:?}");
    let wanted = Wanted { image: "a.io/f:v1".to_owned(), ..Wanted::default() };
    assert!(catalogue.known(&wanted).is_some());
}

#[test]
fn what_is_known_does_not_grow_without_end() {
    let catalogue = Catalogue::new(Everything, Targets::default());
    for number in 0..3 * MOST_KNOWN {
        found(&catalogue, "known.io/x", &format!(">={number}"), "");
    }
    assert!(catalogue.known.read().unwrap().len() <= MOST_KNOWN);
}

#[test]
fn a_single_function_answers_every_image() {
    let catalogue = Catalogue::single(Everything, "one".to_owned(), Box::new(Named("one".to_owned())));
    assert_eq!(found(&catalogue, "no.io/such:v1", "", ""), "one");
    assert_eq!(catalogue.warm(), (1, Vec::new()));
}

#[test]
fn files_that_are_wrong_are_refused_with_the_line() {
    for (text, expected) in [
        ("functions:\n- function: a\n  images: b\n", "line 3, column 11: functions[0].images: "),
        ("functions:\n- images: [b]\n", "function"),
        ("a: [", "line "),
    ] {
        let error = ImageMap::parse(text).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(ImageMap::parse("# nothing\n").unwrap(), ImageMap::default());
    let folder = tempfile::tempdir().unwrap();
    let bad = CONFIGS.replace("mirror\\.io/.*", "mirror(");
    std::fs::write(folder.path().join("bad.yml"), bad).unwrap();
    let error = FunctionConfigs::read(folder.path(), "x").unwrap_err().to_string();
    assert!(error.contains("bad.yml`: the object in line 6: spec.prefixes: "), "{error}");
}

#[test]
fn our_own_objects_lead_to_our_own_functions() {
    let inside = Everything.inside();
    let text = function_configs(&inside, "porch-fn-system");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ours.yaml"), &text).unwrap();
    let configs = FunctionConfigs::read(folder.path(), "x").unwrap();
    let targets = Targets { configs, ..Targets::default() };
    let catalogue = Catalogue::new(Everything, targets);
    assert_eq!(found(&catalogue, "known.io/inject-policy:v1", "", ""), "known.io/inject-policy:v1+");
    assert_eq!(found(&catalogue, "x", "", "porchlight/annotate-sbom"), "known.io/annotate-sbom:v1+");
    assert!(text.contains("  prefixes:\n    - known\\.io\n"), "{text}");
}
