//! Names, namespaces, labels and annotation keys are such that an API server takes them.
//!
//! Rules: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/> and `…/labels/`.

use std::collections::BTreeMap;

use porchlight_krm::Code;
use porchlight_krm::order::Arrange;

use crate::data::{Data, Sourced};
use crate::package::{Item, Package};
use crate::report::{Defect, Report, Weight};

/// Most bytes all annotations of an object may have together (apimachinery, `TotalAnnotationSizeLimitB`).
const ANNOTATIONS: usize = 256 * 1024;

pub(super) fn check(package: &Package<'_>, report: &mut Report<'_>) {
    for item in &package.items {
        name(item, report);
        namespace(item, report);
        labels(item, report);
        annotations(item, report);
    }
    duplicates(package, report);
}

fn lists(list: &[Sourced], kind: &str) -> bool {
    list.iter().any(|entry| entry.value == kind)
}

fn wrong(rule: &'static str, message: String) -> Defect {
    Defect::new(Weight::Wrong, Code::NameInvalid, rule, message)
}

fn name(item: &Item<'_>, report: &mut Report<'_>) {
    let (kind, name) = (item.resource.kind(), item.resource.name());
    // A Kptfile is named as its package; what has no kind is no object.
    if matches!(kind, "" | "Kptfile") {
        return;
    }
    if name.is_empty() {
        if item.text("/metadata/generateName").is_none() {
            let message = format!("a {kind} without `metadata.name`");
            report.add(item, wrong("name", message).at("metadata.name").hint("give the object a name"));
        }
        return;
    }
    let kinds = &Data::get().kinds;
    let problem = if lists(&kinds.free_names, kind) {
        (name.contains(['/', '%']) || name == "." || name == "..").then_some("may not contain `/` or `%`")
    } else if lists(&kinds.label_names, kind) {
        not_a_label(name)
    } else if lists(&kinds.service_names, kind) {
        not_a_label(name)
            .or_else(|| name.starts_with(|first: char| first.is_ascii_digit()).then_some("starts with a letter"))
    } else {
        not_a_subdomain(name)
    };
    if let Some(problem) = problem {
        let defect = wrong("name", format!("the name `{name}` is no name for a {kind}: it {problem}"));
        report.add(
            item,
            defect
                .at("metadata.name")
                .current(name)
                .proposing(tidied(name))
                .hint("rename the object and what refers to it"),
        );
    } else if name.contains('.') && lists(&kinds.dotless_names, kind) {
        let message =
            format!("Nephio takes `{name}` apart at its dots, so conditions of this {kind} will not be found");
        let defect = Defect::new(Weight::Doubtful, Code::NameInvalid, "dotted-name", message);
        report.add(
            item,
            defect.at("metadata.name").current(name).proposing(Some(name.replace('.', "-"))).hint("use dashes"),
        );
    }
}

fn namespace(item: &Item<'_>, report: &mut Report<'_>) {
    let (kind, namespace) = (item.resource.kind(), item.resource.namespace());
    if namespace.is_empty() {
        return;
    }
    if let Some(problem) = not_a_label(namespace) {
        let defect = wrong("namespace", format!("`{namespace}` is no name for a namespace: it {problem}"));
        report.add(
            item,
            defect
                .at("metadata.namespace")
                .current(namespace)
                .proposing(tidied(namespace))
                .hint("correct the namespace"),
        );
    }
    if lists(&Data::get().kinds.cluster_scoped, kind) && !item.local {
        let message = format!("a {kind} lives in no namespace; `{namespace}` says nothing");
        let defect = Defect::new(Weight::Doubtful, Code::NameInvalid, "namespace", message);
        report.add(item, defect.at("metadata.namespace").current(namespace).hint("remove the field"));
    }
}

fn labels(item: &Item<'_>, report: &mut Report<'_>) {
    for (key, value) in item.resource.labels() {
        let path = format!("metadata.labels[\"{key}\"]");
        if let Some(problem) = not_a_key(key) {
            let message = format!("`{key}` is no key of a label: {problem}");
            report.add(item, wrong("label", message).at(path).current(value).hint("correct the key"));
        } else if let Some(problem) = not_a_label_value(value) {
            let message = format!("`{value}` is no value for the label `{key}`: it {problem}");
            report.add(
                item,
                wrong("label", message).at(path).current(value).hint("correct the value, or make it an annotation"),
            );
        }
    }
}

fn annotations(item: &Item<'_>, report: &mut Report<'_>) {
    let mut size = 0;
    for (key, value) in item.resource.annotations() {
        size += key.len() + value.len();
        if let Some(problem) = not_a_key(key) {
            let message = format!("`{key}` is no key of an annotation: {problem}");
            let path = format!("metadata.annotations[\"{key}\"]");
            report.add(item, wrong("annotation", message).at(path).current(value).hint("correct the key"));
        }
    }
    if size > ANNOTATIONS {
        let message = format!("the annotations have {size} bytes; {ANNOTATIONS} is the most an API server takes");
        report
            .add(item, wrong("annotation", message).at("metadata.annotations").hint("move the text into a ConfigMap"));
    }
}

/// Two objects of one identity: the one applied last would win.
fn duplicates(package: &Package<'_>, report: &mut Report<'_>) {
    let mut seen: BTreeMap<(&str, &str, &str, &str), Vec<&Item<'_>>> = BTreeMap::new();
    for item in package.items.iter().filter(|item| !item.local && !item.resource.name().is_empty()) {
        let resource = item.resource;
        seen.entry((item.group(), resource.kind(), resource.namespace(), resource.name())).or_default().push(item);
    }
    for ((_, kind, _, name), items) in seen.into_iter().filter(|(_, items)| items.len() > 1) {
        for item in &items {
            let elsewhere = items.iter().filter(|other| !std::ptr::eq(**other, *item));
            let mut files: Vec<&str> = elsewhere.filter_map(|other| other.resource.file().0).collect();
            files.arrange();
            files.dedup();
            let places = if files.is_empty() { String::new() } else { format!(", see {}", files.join(", ")) };
            let message = format!("{kind} `{name}` is {} times in the package{places}", items.len());
            report.add(
                item,
                wrong("duplicate", message)
                    .at("metadata.name")
                    .current(name)
                    .hint("remove one, or give it another name"),
            );
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Why a name is no DNS label (RFC 1123).
fn not_a_label(name: &str) -> Option<&'static str> {
    if name.len() > 63 {
        return Some("has more than 63 characters");
    }
    not_dashed(name, |byte| is_word(byte) || byte == b'-')
}

/// Why a name is no DNS subdomain (RFC 1123).
fn not_a_subdomain(name: &str) -> Option<&'static str> {
    if name.len() > 253 {
        return Some("has more than 253 characters");
    }
    let dots = || name.split('.').find_map(|label| not_dashed(label, |byte| is_word(byte) || byte == b'-'));
    not_dashed(name, |byte| is_word(byte) || matches!(byte, b'-' | b'.')).or_else(dots)
}

fn not_dashed(name: &str, allowed: impl Fn(u8) -> bool) -> Option<&'static str> {
    if !name.bytes().all(allowed) {
        return Some("may hold lower-case letters, digits and dashes only");
    }
    let ends = |byte: Option<u8>| byte.is_some_and(is_word);
    (!ends(name.bytes().next()) || !ends(name.bytes().last())).then_some("starts and ends with a letter or digit")
}

/// Why a text is no key of a label or annotation.
fn not_a_key(key: &str) -> Option<&'static str> {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if prefix.is_some_and(|prefix| not_a_subdomain(prefix).is_some()) {
        return Some("what stands before `/` is no domain name");
    }
    if name.is_empty() || name.len() > 63 {
        return Some("a key has 1 to 63 characters, a domain before `/` not counted");
    }
    not_a_label_value(name)
}

fn not_a_label_value(value: &str) -> Option<&'static str> {
    if value.len() > 63 {
        return Some("has more than 63 characters");
    }
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let outer = |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii_alphanumeric());
    if !value.bytes().all(inner) {
        return Some("may hold letters, digits, `-`, `_` and `.` only");
    }
    (!outer(value.bytes().next()) || !outer(value.bytes().last())).then_some("starts and ends with a letter or digit")
}

/// A name made of what a text holds; `None` where nothing is left.
fn tidied(name: &str) -> Option<String> {
    let dashed: String = name
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .take(63)
        .collect();
    let name = dashed.trim_matches('-').to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_kubernetes() {
        let long = "a".repeat(64);
        for (name, label, subdomain) in [
            ("upf-1", true, true),
            ("a.b", false, true),
            ("a..b", false, false),
            ("-a", false, false),
            ("a-", false, false),
            ("A", false, false),
            ("ü", false, false),
            ("", false, false),
            (long.as_str(), false, true),
        ] {
            assert_eq!(not_a_label(name).is_none(), label, "{name}");
            assert_eq!(not_a_subdomain(name).is_none(), subdomain, "{name}");
        }
        assert!(not_a_subdomain(&"a.".repeat(127)).is_some());
    }

    #[test]
    fn keys_and_values_follow_kubernetes() {
        for key in ["app", "app.kubernetes.io/name", "nephio.org/site-type", "A_b.C"] {
            assert_eq!(not_a_key(key), None, "{key}");
        }
        for key in ["", "a/b/c", "/a", "a/", "-a", "a b", "Ä", "UPPER.io/a"] {
            assert!(not_a_key(key).is_some(), "{key}");
        }
        assert_eq!(not_a_label_value(""), None);
        assert!(not_a_label_value("a b").is_some());
    }

    #[test]
    fn proposals_are_names() {
        assert_eq!(tidied("UPF_Edge 1"), Some("upf-edge-1".to_owned()));
        assert_eq!(tidied("___"), None);
    }
}
