//! Helm charts that objects ask a GitOps engine to install. Their own images are not known here.

use porchlight_krm::FieldPath;
use porchlight_yaml::NodeId;

use super::Visit;
use crate::inventory::Chart;

const ARGO: &str = "argoproj.io";
const FLUX: &str = "helm.toolkit.fluxcd.io";

/// False for API groups of which no kind asks for charts.
pub(super) fn may_be_of(group: &str) -> bool {
    [ARGO, FLUX].contains(&group)
}

impl Visit<'_> {
    pub(super) fn charts(&mut self, group: &str) {
        match (group, self.item.kind()) {
            (ARGO, "Application") => self.argo_sources(&FieldPath::of(["spec"])),
            (ARGO, "ApplicationSet") => self.argo_sources(&FieldPath::of(["spec", "template", "spec"])),
            (FLUX, "HelmRelease") => self.flux_release(),
            _ => {}
        }
    }

    /// `source` and `sources[]` with a `chart`.
    fn argo_sources(&mut self, path: &FieldPath) {
        let Some(spec) = self.item.at(path) else { return };
        if let Some(source) = self.fields.get(spec, "source") {
            self.argo_source(source, &path.key("source"));
        }
        let Some(list) = self.fields.get(spec, "sources") else { return };
        let sources: Vec<_> = self.fields.items(list).collect();
        for (position, source) in sources {
            self.argo_source(source, &path.key("sources").index(position));
        }
    }

    fn argo_source(&mut self, source: NodeId, path: &FieldPath) {
        let text = |key| self.fields.text_at(source, &[key]).filter(|text| !text.is_empty()).map(str::to_owned);
        if let Some(name) = text("chart") {
            let chart = Chart { name, version: text("targetRevision"), repository: text("repoURL") };
            self.chart(chart, &path.key("chart"));
        }
    }

    fn flux_release(&mut self) {
        let path = FieldPath::of(["spec", "chart", "spec"]);
        let Some(spec) = self.item.at(&path) else { return };
        let text = |key| self.fields.text_at(spec, &[key]).filter(|text| !text.is_empty()).map(str::to_owned);
        if let Some(name) = text("chart") {
            // The repository is an object of its own, known by name only.
            self.chart(Chart { name, version: text("version"), repository: None }, &path.key("chart"));
        }
    }
}
