//! Makes Kubernetes' table: `compile DEFINITIONS.json VERSION > data/kubernetes.txt`. `scripts/update-schemas` calls it.

use std::process::ExitCode;

use porchlight_schema::compile::Compiler;
use serde_json::Value;

/// Kinds an API server answers with or consumes at once; none of them stands in a package.
const TRANSIENT: [&str; 12] = [
    "Binding",
    "ComponentStatus",
    "DeleteOptions",
    "Event",
    "Eviction",
    "NodeMetrics",
    "Scale",
    "Status",
    "TokenRequest",
    "WatchEvent",
    "ControllerRevision",
    "Lease",
];

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(version)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: compile DEFINITIONS.json VERSION");
        return ExitCode::from(2);
    };
    let definitions = std::fs::read_to_string(&file)
        .map_err(|error| error.to_string())
        .and_then(|text| serde_json::from_str::<Value>(&text).map_err(|error| error.to_string()));
    let definitions = match definitions {
        Ok(value) => value,
        Err(error) => {
            eprintln!("error: {file}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let Some(definitions) = ["$defs", "definitions"].iter().find_map(|key| definitions[*key].as_object()) else {
        eprintln!("error: {file}: no `$defs` and no `definitions`");
        return ExitCode::FAILURE;
    };
    let mut compiler = Compiler::default();
    compiler.add_definitions(definitions, |api_version, kind| {
        let stable = api_version.rsplit('/').next().is_some_and(|version| {
            version.strip_prefix('v').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        });
        stable && !kind.ends_with("List") && !kind.ends_with("Review") && !TRANSIENT.contains(&kind)
    });
    println!(
        "# Kubernetes {version}, stable versions of its kinds. Derived from the OpenAPI definitions of Kubernetes"
    );
    println!(
        "# (https://github.com/kubernetes/kubernetes/tree/master/api/openapi-spec; Copyright The Kubernetes Authors,"
    );
    println!(
        "# Apache License 2.0) as packaged by kubernetes-validate on PyPI: names, types, required fields, values."
    );
    println!("# Made by scripts/update-schemas; do not edit.");
    print!("{}", compiler.text());
    ExitCode::SUCCESS
}
