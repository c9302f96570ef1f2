//! Findings in every form: expected files beside this one, the schema of SARIF, and texts that break formats.
//!
//! `UPDATE=1` writes the expected files anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use porchlight_findings::{Failure, Field, Finding, Findings, Format, FunctionRun, Place, Severity};
use porchlight_krm::Code;
use porchlight_pipeline::ResourceRef;
use serde_json::Value;

fn finding(severity: Severity, code: &str, message: &str) -> Finding {
    Finding {
        severity,
        code: code.to_owned(),
        message: message.to_owned(),
        resource: None,
        field: None,
        hint: None,
        tags: BTreeMap::new(),
        place: Place { path: "slice/Kptfile".to_owned(), line: None, column: None },
    }
}

fn samples() -> Findings {
    let resource = ResourceRef {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        name: "upf".to_owned(),
        namespace: "core".to_owned(),
    };
    let image = Finding {
        resource: Some(resource.clone()),
        field: Some(Field {
            path: "spec.template.spec.containers[0].image".to_owned(),
            current_value: Some("upf:latest".to_owned()),
            proposed_value: Some("upf@sha256:0a…".to_owned()),
        }),
        hint: Some("pin the image by its digest".to_owned()),
        tags: BTreeMap::from([("rule".to_owned(), "unpinned-image".to_owned())]),
        place: Place { path: "slice/upf 1.yaml".to_owned(), line: Some(17), column: Some(16) },
        ..finding(Severity::Warning, "SBOM_REF_INVALID", "the image `upf:latest` has no digest")
    };
    let open = Finding {
        resource: Some(resource),
        field: Some(Field { path: "spec.ports".to_owned(), current_value: None, proposed_value: None }),
        place: Place { path: "slice/upf 1.yaml".to_owned(), line: Some(30), column: None },
        ..finding(Severity::Error, "AUDIT_INPUT_INVALID", "ports <0-65535> are \"open\" & to the world")
    };
    let plain = finding(Severity::Info, "", "nothing else\nto say");
    let run = |function: &str, failed, findings| FunctionRun {
        function: function.to_owned(),
        package: "slice".to_owned(),
        failed,
        findings,
    };
    Findings {
        functions: vec![
            run("annotate-sbom:v0.1.0", false, vec![image]),
            run("./check.sh", false, Vec::new()),
            run("audit-exposure:v0.1.0", true, vec![open, plain]),
        ],
        failure: None,
    }
}

fn hostile() -> Findings {
    let text = "\u{0}\u{1b}[31m ]]> <!-- \"'&\n\r\t\u{fffe} \u{1f4a1}";
    let mut bad = finding(Severity::Error, text, text);
    bad.place = Place { path: format!("a:b c%/{text}"), line: Some(1), column: Some(1) };
    bad.hint = Some(text.to_owned());
    bad.field = Some(Field { path: text.to_owned(), current_value: None, proposed_value: Some(text.to_owned()) });
    bad.tags.insert(text.to_owned(), text.to_owned());
    let run = FunctionRun { function: text.to_owned(), package: text.to_owned(), failed: true, findings: vec![bad] };
    Findings { functions: vec![run], failure: None }
}

fn stopped() -> Findings {
    Findings::default().ended_by(Failure {
        code: Some(Code::KptfileInvalid),
        message: "Kptfile is invalid:\nField: `pipeline`".to_owned(),
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms")
}

#[test]
fn every_form_is_as_recorded() {
    for (name, findings) in [("samples", samples()), ("stopped", stopped()), ("none", Findings::default())] {
        for format in Format::ALL {
            let path = folder().join(format!("{name}.{}", format.file_name()));
            let written = format.write(&findings);
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&path, &written).expect("the expected file can be written");
            }
            let expected = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(written, expected, "{}", path.display());
        }
    }
}

#[test]
fn sarif_follows_its_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(&fs::read_to_string(schema).expect("the schema")).expect("JSON");
    // The standard's own pattern of a language tag is no regular expression; we write no language.
    for owner in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][owner]["properties"]["language"];
        assert!(language.as_object_mut().expect("a field").remove("pattern").is_some());
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    for findings in [samples(), hostile(), stopped(), Findings::default()] {
        let log: Value = serde_json::from_str(&Format::Sarif.write(&findings)).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn junit_is_well_formed_whatever_functions_say() {
    for findings in [samples(), hostile(), stopped(), Findings::default()] {
        let xml = Format::Junit.write(&findings);
        let mut reader = quick_xml::Reader::from_str(&xml);
        let (mut depth, mut failures) = (0, 0);
        loop {
            match reader.read_event().expect("XML") {
                quick_xml::events::Event::Start(tag) => {
                    for attribute in tag.attributes() {
                        attribute
                            .expect("an attribute")
                            .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                            .expect("escaped");
                    }
                    failures += usize::from(tag.name().as_ref() == "failure");
                    depth += 1;
                }
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        let told = findings.count(Severity::Error) + usize::from(findings.failure.is_some());
        assert_eq!(failures, told);
    }
}

#[test]
fn text_keeps_one_line_per_finding() {
    let text = Format::Text.write(&hostile());
    // The finding, its hint, and the counts.
    assert_eq!(text.matches('\n').count(), 3, "{text:?}");
}

#[test]
fn a_failure_is_not_told_twice() {
    let failure = Failure { code: Some(Code::FnTrapped), message: "exit code 1".to_owned() };
    assert_eq!(samples().ended_by(failure.clone()).failure, None);
    assert_eq!(Findings::default().ended_by(failure.clone()).failure, Some(failure));
}
