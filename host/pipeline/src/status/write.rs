//! The status as YAML, field by field as kpt writes it.

use porchlight_package::{Compat, FunctionKind, RenderedCondition};
use porchlight_yaml::{Document, NodeId};

use super::{RenderStatus, StepResult};
use crate::results::{ResultItem, Writer};

/// The condition `Rendered`.
pub(super) fn condition(status: &RenderStatus) -> RenderedCondition {
    let (value, reason) = if status.failure.is_some() { ("False", "RenderFailed") } else { ("True", "RenderSuccess") };
    RenderedCondition { status: value, reason, message: status.failure.clone().unwrap_or_default() }
}

/// `status.renderStatus`; none where no function was reached.
pub(super) fn render_status(status: &RenderStatus) -> Option<Document> {
    if status.steps.is_empty() {
        return None;
    }
    let mut writer = Writer::new(Compat::Latest);
    let root = writer.mapping();
    let mut errors = Vec::new();
    for (key, kind) in [("mutationSteps", FunctionKind::Mutator), ("validationSteps", FunctionKind::Validator)] {
        let steps: Vec<&StepResult> = status.steps.iter().filter(|step| step.kind == kind).collect();
        errors.extend(steps.iter().filter_map(|step| step.error()));
        writer.sequence(root, key, &steps, |writer, step| self::step(writer, step));
    }
    if status.failure.is_some() {
        writer.text(root, "errorSummary", &errors.join("\n"));
    }
    Some(writer.finish(root))
}

fn step(writer: &mut Writer, step: &StepResult) -> NodeId {
    let node = writer.mapping();
    writer.text(node, "name", &step.name);
    writer.text(node, "image", &step.image);
    writer.text(node, "exec", &step.exec);
    writer.text(node, "executionError", &step.execution_error);
    writer.text(node, "stderr", &step.stderr);
    writer.number(node, "exitCode", step.exit_code.into());
    writer.sequence(node, "results", &step.results, Writer::item);
    let errors: Vec<ResultItem> = step.results.iter().filter(|result| result.severity == "error").cloned().collect();
    writer.sequence(node, "errorResults", &errors, Writer::item);
    node
}
