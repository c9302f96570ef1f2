//! Every readiness gate of every Kptfile is open.

use porchlight_krm::Code;
use serde_json::Value;

use crate::package::Package;
use crate::report::{Defect, Report, Weight};

pub(super) fn check(package: &Package<'_>, report: &mut Report<'_>) {
    for item in package.of_kind("kpt.dev", "Kptfile") {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        for (position, gate) in item.list("/info/readinessGates") {
            let wanted = text(gate, "conditionType");
            let condition = item.list("/status/conditions").find(|(_, condition)| text(condition, "type") == wanted);
            let incomplete = |message: String| {
                Defect::new(Weight::Unfinished, Code::SpecializationIncomplete, "readiness-gate", message)
            };
            let defect = match condition {
                None => incomplete(format!("nothing is known of the readiness gate `{wanted}`"))
                    .at(format!("info.readinessGates[{position}].conditionType"))
                    .current(wanted)
                    .hint("run the function that sets the condition, or remove the gate"),
                Some((_, condition)) if text(condition, "status") == "True" => continue,
                Some((place, condition)) => {
                    let why = [text(condition, "reason"), text(condition, "message")];
                    let why: Vec<String> = why.into_iter().filter(|part| !part.is_empty()).collect();
                    let because = if why.is_empty() { String::new() } else { format!(": {}", why.join(", ")) };
                    incomplete(format!("the readiness gate `{wanted}` is not open{because}"))
                        .at(format!("status.conditions[{place}].status"))
                        .current(text(condition, "status"))
                        .proposing(Some("True"))
                        .hint("see what the function that sets the condition waits for")
                }
            };
            report.add(item, defect);
        }
    }
}
