//! JUnit XML in the subset that Jenkins, GitLab and GitHub actions read alike: a suite per function and package, a
//! case per error, the other findings as output of a case of their own.

use quick_xml::escape::escape;
use std::fmt::Write;

use crate::finding::{Failure, Finding, Findings, FunctionRun, Place, Severity};

pub(crate) fn write(findings: &Findings) -> String {
    let mut suites: Vec<Suite> = findings.functions.iter().map(Suite::of).collect();
    suites.extend(findings.failure.as_ref().map(Suite::render));
    let (tests, failures) = totals(&suites);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(xml, "<testsuites name=\"porchlight\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">");
    for suite in &suites {
        suite.write(&mut xml);
    }
    xml.push_str("</testsuites>\n");
    xml
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    file: Option<Place>,
    failure: Option<Report>,
    output: String,
}

struct Report {
    kind: String,
    message: String,
    text: String,
}

fn totals(suites: &[Suite]) -> (usize, usize) {
    suites.iter().map(Suite::counts).fold((0, 0), |sum, (tests, failures)| (sum.0 + tests, sum.1 + failures))
}

impl Suite {
    fn of(run: &FunctionRun) -> Self {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        let mut cases: Vec<Case> = run.findings.iter().filter(is_error).map(Case::failing).collect();
        let others = run.findings.iter().filter(|finding| !is_error(finding));
        let output = others.fold(String::new(), |text, finding| text + &described(finding) + "\n");
        let failure = (run.failed && cases.is_empty()).then(|| Report {
            kind: "error".to_owned(),
            message: "the function failed".to_owned(),
            text: "it gave no result of severity error; its stderr says more".to_owned(),
        });
        cases.insert(0, Case { name: "run".to_owned(), file: None, failure, output });
        Self { name: format!("{} on {}", run.function, run.package), cases }
    }

    fn render(failure: &Failure) -> Self {
        let Failure { code, message } = failure;
        let report = Report {
            kind: code.map_or("error", porchlight_krm::Code::as_str).to_owned(),
            message: message.lines().next().unwrap_or_default().to_owned(),
            text: message.clone(),
        };
        let case = Case { name: "render".to_owned(), file: None, failure: Some(report), output: String::new() };
        Self { name: "porchlight".to_owned(), cases: vec![case] }
    }

    fn counts(&self) -> (usize, usize) {
        (self.cases.len(), self.cases.iter().filter(|case| case.failure.is_some()).count())
    }

    fn write(&self, xml: &mut String) {
        let (tests, failures) = self.counts();
        let name = attribute(&self.name);
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
        );
        for case in &self.cases {
            case.write(xml, &name);
        }
        xml.push_str("  </testsuite>\n");
    }
}

impl Case {
    fn failing(finding: &Finding) -> Self {
        let about = finding.resource.as_ref().map(|resource| format!("{}/{}", resource.kind, resource.name));
        let field = finding.field.as_ref().map(|field| field.path.clone());
        let parts: Vec<String> =
            [Some(finding.code.clone()), about, field].into_iter().flatten().filter(|part| !part.is_empty()).collect();
        Self {
            name: if parts.is_empty() { finding.message.clone() } else { parts.join(" ") },
            file: Some(finding.place.clone()),
            failure: Some(Report {
                kind: if finding.code.is_empty() { "error".to_owned() } else { finding.code.clone() },
                message: finding.message.clone(),
                text: described(finding),
            }),
            output: String::new(),
        }
    }

    fn write(&self, xml: &mut String, suite: &str) {
        let _ = write!(xml, "    <testcase name=\"{}\" classname=\"{suite}\"", attribute(&self.name));
        if let Some(Place { path, line, .. }) = &self.file {
            let _ = write!(xml, " file=\"{}\"", attribute(path));
            if let Some(line) = line {
                let _ = write!(xml, " line=\"{line}\"");
            }
        }
        xml.push_str(">\n");
        if let Some(Report { kind, message, text }) = &self.failure {
            let (kind, message) = (attribute(kind), attribute(message));
            let _ = writeln!(xml, "      <failure type=\"{kind}\" message=\"{message}\">{}</failure>", content(text));
        }
        if !self.output.is_empty() {
            let _ = writeln!(xml, "      <system-out>{}</system-out>", content(&self.output));
        }
        xml.push_str("    </testcase>\n");
    }
}

/// A finding as the text form has it.
fn described(finding: &Finding) -> String {
    let mut text = String::new();
    crate::text::finding_lines(&mut text, finding);
    text.trim_end().to_owned()
}

/// Text between tags. What XML 1.0 cannot hold even escaped becomes the replacement character.
fn content(text: &str) -> String {
    let allowed =
        |sign: char| matches!(sign, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let text: String = text.chars().map(|sign| if allowed(sign) { sign } else { '\u{fffd}' }).collect();
    escape(text).into_owned()
}

/// Text in an attribute; parsers make spaces of line ends and tabs there unless they are escaped.
fn attribute(text: &str) -> String {
    content(text).replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;")
}
