//! Filling of injection points (porch §4.7).

use porchlight_krm::Resource;
use porchlight_package::KPTFILE;
use porchlight_yaml::{Document, Kind, NodeId, Scalar, Style};

use super::points::{self, INJECTED, Injection, InjectionState};
use super::{Package, gates};
use crate::cluster::Cluster;
use crate::variant::Variant;
use crate::{Fault, edit};

pub(super) fn change(package: &mut Package<'_>, variant: &Variant, cluster: &Cluster) -> Result<Vec<Injection>, Fault> {
    let mut files = points::files(package)?;
    let mut points = points::find(package, &files)?;
    let mut touched = vec![false; files.len()];
    for point in &mut points {
        let (file, index) = point.at;
        let object = &mut files[file].objects[index];
        point.injection.state = fill(object, variant, cluster)?;
        touched[file] |= matches!(point.injection.state, InjectionState::Injected(_));
    }
    for (file, _) in files.iter().zip(touched).filter(|(_, touched)| *touched) {
        let documents: Vec<&Document> = file.objects.iter().map(Resource::document).collect();
        package.write(&file.path, &documents);
    }
    let injections: Vec<Injection> = points.into_iter().map(|point| point.injection).collect();
    let mut kptfile = package.object(KPTFILE)?;
    gates::set(package, &mut kptfile, &injections);
    package.write(KPTFILE, &[&kptfile]);
    Ok(injections)
}

fn fill(point: &mut Resource, variant: &Variant, cluster: &Cluster) -> Result<InjectionState, Fault> {
    let failed = |why: String| Ok(InjectionState::Failed(why));
    if variant.spec.injectors.is_empty() {
        return failed("no injectors defined".to_owned());
    }
    let (api_version, kind) = (point.api_version().to_owned(), point.kind().to_owned());
    let candidates: Vec<&Resource> = cluster.list(&api_version, &kind, &variant.namespace).collect();
    if candidates.is_empty() {
        return failed(format!("no in-cluster resources of type {api_version}.{kind}"));
    }
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    for (position, injector) in variant.spec.injectors.iter().enumerate() {
        let fits = |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|wanted| wanted == own);
        if !fits(&injector.group, group) || !fits(&injector.version, version) || !fits(&injector.kind, &kind) {
            continue;
        }
        let named: Vec<&Resource> =
            candidates.iter().copied().filter(|object| object.name() == injector.name).collect();
        match named[..] {
            [] => {}
            [object] => return Ok(inject(point, object)),
            [..] => {
                let message = format!("{} cluster objects are a {kind} called `{}`", named.len(), injector.name);
                let place = variant.place(&format!("injectors[{position}]"));
                return Err(Fault::new(message).at(place).hint("give the variant the namespace of one of them"));
            }
        }
    }
    Ok(InjectionState::NotSelected)
}

/// Copies `data` of a ConfigMap, `spec` of anything else.
fn inject(point: &mut Resource, object: &Resource) -> InjectionState {
    let field = if object.is("v1", "ConfigMap") { "data" } else { "spec" };
    let (root, name) = (point.root(), object.name().to_owned());
    let Some(value) = object.document().get(object.root(), field) else {
        return InjectionState::Failed(format!("field {field:?} not found in resource {name:?}"));
    };
    let document = point.document_mut();
    let value = copy_plain(document, object.document(), value);
    edit::set(document, root, field, value);
    let annotations = edit::mapping_at(document, root, "metadata")
        .and_then(|metadata| edit::mapping_at(document, metadata, "annotations"));
    if let Some(annotations) = annotations {
        let text = edit::text(document, &name);
        edit::set(document, annotations, INJECTED, text);
    }
    InjectionState::Injected(name)
}

/// A value as it comes from an API server: without styles, comments, anchors and aliases, keys in the SDK's order.
fn copy_plain(document: &mut Document, from: &Document, value: NodeId) -> NodeId {
    let copy = plain(document, from, value, 0);
    edit::sort(document, copy);
    copy
}

/// Deeper values than any API server takes are cut.
const DEEPEST: usize = 500;

fn plain(document: &mut Document, from: &Document, value: NodeId, depth: usize) -> NodeId {
    match from.kind(value) {
        Kind::Mapping if depth < DEEPEST => {
            let mapping = document.new_mapping();
            for (key, value) in from.entries(value) {
                let key = document.new_string(from.text(key));
                let value = plain(document, from, value, depth + 1);
                document.push_entry(mapping, key, value);
            }
            mapping
        }
        Kind::Sequence if depth < DEEPEST => {
            let sequence = document.new_sequence();
            for item in from.children(value) {
                let item = plain(document, from, item, depth + 1);
                document.push(sequence, item);
            }
            sequence
        }
        Kind::Alias => match from.alias_target(value).filter(|_| depth < DEEPEST) {
            Some(target) => plain(document, from, target, depth + 1),
            None => document.new_string(""),
        },
        Kind::Mapping | Kind::Sequence => document.new_string(""),
        Kind::Scalar => scalar(document, from, value),
    }
}

fn scalar(document: &mut Document, from: &Document, value: NodeId) -> NodeId {
    let text = match from.resolve(value) {
        Scalar::Null => "null".to_owned(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Uint(value) => value.to_string(),
        Scalar::Float(_) => from.text(value).to_owned(),
        _ => return document.new_string(from.text(value)),
    };
    document.new_scalar(text, Style::Plain)
}
