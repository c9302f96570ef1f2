//! A plan in words, as `porchlight variant preview` shows it.

use std::fmt::Write as _;

use porchlight_package::diff;

use crate::mutate::InjectionState;
use crate::outcome::{Action, Outcome, Plan, SetOutcome};
use crate::{Compat, Fault};

/// What is shown of each package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// One line, and what is wrong or worth knowing.
    Names,
    /// Also the differences to the upstream, or to the package as it is.
    #[default]
    Differences,
}

/// The plan in words; ends in a line end.
#[must_use]
pub fn text(plan: &Plan, detail: Detail, compat: Compat) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    for note in &plan.notes {
        let _ = writeln!(out, "note: {note}");
    }
    for set in &plan.sets {
        of_set(&mut out, set);
    }
    for outcome in &plan.outcomes {
        of_package(&mut out, outcome, detail, compat);
    }
    let _ = writeln!(out, "{}", summary(plan));
    out
}

/// How many packages there are of each kind.
#[must_use]
pub fn summary(plan: &Plan) -> String {
    let actions = [
        (Action::Create, "to create"),
        (Action::Change, "to change"),
        (Action::Edit, "to edit in a new draft"),
        (Action::Unchanged, "unchanged"),
        (Action::Fail, "failed"),
    ];
    let counts = actions.map(|(action, words)| (plan.count(action), words));
    let parts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
    let packages = plan.outcomes.len();
    let plural = if packages == 1 { "" } else { "s" };
    if parts.is_empty() { "0 packages".to_owned() } else { format!("{packages} package{plural}: {}", parts.join(", ")) }
}

fn of_set(out: &mut String, set: &SetOutcome) {
    let plural = if set.variants == 1 { "" } else { "s" };
    let _ = writeln!(out, "set {}: {} variant{plural}", set.name, set.variants);
    for note in &set.notes {
        let _ = writeln!(out, "  note: {note}");
    }
    if let Some(fault) = &set.fault {
        of_fault(out, fault);
    }
    if set.fault.is_some() {
        for condition in &set.conditions {
            let _ = writeln!(out, "  {}={} {}", condition.kind, condition.status, condition.reason);
        }
    }
}

fn of_package(out: &mut String, outcome: &Outcome, detail: Detail, compat: Compat) {
    let Outcome { action, variant, workspace, upstream, .. } = outcome;
    let _ = write!(out, "{action:<9} {}", outcome.target());
    if !workspace.is_empty() {
        let _ = write!(out, " {workspace}");
    }
    let _ = write!(out, " (variant {variant}");
    if !upstream.is_empty() {
        let _ = write!(out, ", from {upstream}");
    }
    out.push_str(")\n");
    for injection in &outcome.injections {
        let (_, _, message) = injection.state.condition();
        let filled = matches!(injection.state, InjectionState::Injected(_));
        if !filled && injection.required && !compat.is_porch() {
            let _ = writeln!(out, "  error: {}: {}: {message}", injection.place, injection.condition);
        } else {
            let _ = writeln!(out, "  {}: {message}", injection.condition);
        }
    }
    for gate in &outcome.closed_gates {
        let _ = writeln!(out, "  not ready: {gate}");
    }
    for note in &outcome.notes {
        let _ = writeln!(out, "  note: {note}");
    }
    if let Some(fault) = &outcome.fault {
        of_fault(out, fault);
        for condition in &outcome.conditions {
            let _ = writeln!(out, "  {}={} {}", condition.kind, condition.status, condition.reason);
        }
    }
    if detail == Detail::Differences {
        out.push_str(&diff(&outcome.changes()));
    }
}

fn of_fault(out: &mut String, fault: &Fault) {
    let message = fault.to_string().replace('\n', "\n    ");
    let _ = writeln!(out, "  error: [{}] {message}", fault.code);
    for hint in &fault.hints {
        let _ = writeln!(out, "  hint: {hint}");
    }
}
