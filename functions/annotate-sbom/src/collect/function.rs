//! Functions of kpt pipelines: what the package is built with.

use porchlight_krm::FieldPath;
use porchlight_yaml::NodeId;

use super::{Visit, walk};
use crate::inventory::{Phase, Role, Step, Tool};

const PHASES: [(&str, Phase); 2] = [("mutators", Phase::Mutator), ("validators", Phase::Validator)];

impl Visit<'_> {
    /// The pipeline of a package's Kptfile, with the order its functions run in.
    pub(super) fn kptfile(&mut self) {
        if !self.config.include_functions || !self.tree.location(self.position).is_kptfile {
            return;
        }
        let root = self.item.root();
        for (key, phase) in PHASES {
            let Some(list) = self.fields.descend(root, &["pipeline", key]) else { continue };
            let path = FieldPath::of(["pipeline", key]);
            let functions: Vec<_> = self.fields.items(list).collect();
            for (position, function) in functions {
                if let Some(tool) = self.function(function, &path.index(position)) {
                    let name = self.fields.text_at(function, &["name"]).filter(|name| !name.is_empty());
                    self.step(Step { phase, position, name: name.map(str::to_owned), tool });
                }
            }
        }
    }

    /// The pipelines a PackageVariant or PackageVariantSet gives to the packages it makes.
    pub(super) fn package_variant(&mut self) {
        if !self.config.include_functions {
            return;
        }
        let document = self.fields.document();
        for node in walk(document) {
            let Some(pipeline) = document.get(node, "pipeline") else { continue };
            for (key, _) in PHASES {
                let Some(list) = self.fields.get(pipeline, key) else { continue };
                if !self.is_new(list) {
                    continue;
                }
                let path = self.fields.path(pipeline).key(key);
                let functions: Vec<_> = self.fields.items(list).collect();
                for (position, function) in functions {
                    self.function(function, &path.index(position));
                }
            }
        }
    }

    /// Records what one function runs.
    fn function(&mut self, function: NodeId, path: &FieldPath) -> Option<Tool> {
        if let Some(image) = self.fields.get(function, "image")
            && let Some(text) = self.fields.text(image).filter(|text| !text.is_empty())
        {
            let text =
                full_reference(&self.config.function_image_prefix, text, self.fields.text_at(function, &["tag"]));
            let reference = text.parse();
            self.image(path.key("image"), text, Role::Function, true);
            return reference.ok().map(Tool::Image);
        }
        let command = self.fields.text_at(function, &["exec"]).filter(|command| !command.is_empty())?.to_owned();
        self.program(command.clone(), &path.key("exec"));
        Some(Tool::Program(command))
    }
}

/// A pipeline image as kpt resolves it: names without a `/` are in the function catalog, and a `tag` beside the
/// image stands for its own (kpt-render §5). A range of versions is no tag; which one it picks is not known here.
fn full_reference(prefix: &str, image: &str, tag: Option<&str>) -> String {
    let prefix = if image.contains('/') { "" } else { prefix };
    let image = format!("{prefix}{image}");
    let Some(tag) = tag.filter(|tag| is_literal_tag(tag)) else { return image };
    let name = image.split('@').next().unwrap_or(&image);
    let end_of_path = name.rfind('/').map_or(0, |slash| slash + 1);
    let end = name[end_of_path..].rfind(':').map_or(name.len(), |colon| end_of_path + colon);
    format!("{}:{tag}", &name[..end])
}

fn is_literal_tag(tag: &str) -> bool {
    !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::full_reference;

    #[test]
    fn references_as_kpt_resolves_them() {
        let digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
        let pinned = format!("r.io:5000/a/b:1@{digest}");
        let cases = [
            ("set-labels:v0.2", None, "kpt/set-labels:v0.2"),
            ("set-labels", Some("v0.3"), "kpt/set-labels:v0.3"),
            ("set-labels:v0.2", Some("v0.3"), "kpt/set-labels:v0.3"),
            ("set-labels:v0.2", Some("~0.3"), "kpt/set-labels:v0.2"),
            ("set-labels:v0.2", Some(""), "kpt/set-labels:v0.2"),
            ("r.io:5000/a/b", Some("2"), "r.io:5000/a/b:2"),
            (&pinned, Some("2"), "r.io:5000/a/b:2"),
            (&pinned, None, &pinned),
        ];
        for (image, tag, expected) in cases {
            assert_eq!(full_reference("kpt/", image, tag), expected, "{image} {tag:?}");
        }
    }
}
