//! Injection points: objects of a package that wait for a part of a cluster object (porch §4.7).

use porchlight_krm::{Code, Resource};
use porchlight_package::{KPTFILE, base_name};
use porchlight_yaml::{Document, Kind, Scalar, parse};

use super::Package;
use crate::fault::Place;
use crate::{Fault, edit};

/// Annotation of an injection point, `required` or `optional`.
pub(super) const INJECTION: &str = "kpt.dev/config-injection";
/// Annotation that names the cluster object a point was filled from.
pub(super) const INJECTED: &str = "kpt.dev/injected-resource";
/// Start of the condition types of injection points.
pub(super) const CONDITION_PREFIX: &str = "config.injection.";

/// An injection point and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injection {
    /// Type of its condition: `config.injection.<Kind>.<name>`.
    pub condition: String,
    /// True where the package is not ready without it.
    pub required: bool,
    /// Where it stands.
    pub place: Place,
    /// What became of it.
    pub state: InjectionState,
}

/// What became of an injection point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InjectionState {
    /// It holds the part of the cluster object of this name.
    Injected(String),
    /// No injector is for it.
    NotSelected,
    /// It could not be filled.
    Failed(String),
}

impl InjectionState {
    /// Status, reason and message of the condition.
    #[must_use]
    pub fn condition(&self) -> (&'static str, &'static str, String) {
        match self {
            Self::Injected(name) => ("True", "ConfigInjected", format!("injected resource {name:?} from cluster")),
            Self::NotSelected => (
                "False",
                "NoResourceSelected",
                "no resource matched any injection selector for this injection point".to_owned(),
            ),
            Self::Failed(why) => ("False", "NoResourceSelected", why.clone()),
        }
    }
}

/// A file with its objects.
pub(super) struct ObjectFile {
    pub(super) path: String,
    pub(super) objects: Vec<Resource>,
}

/// A point while it is filled.
pub(super) struct Point {
    /// Index of the file and of the object in it.
    pub(super) at: (usize, usize),
    pub(super) injection: Injection,
}

/// The files Porch looks at.
pub(super) fn files(package: &Package<'_>) -> Result<Vec<ObjectFile>, Fault> {
    let mut files = Vec::new();
    for path in package.files.keys().filter(|path| is_looked_at(path)) {
        let documents = edit::read(package.text(path)?).or_else(|message| {
            // A document without content is nothing to anybody but Porch.
            skip_empty(package, path)
                .ok_or_else(|| Fault::coded(Code::YamlParseFailed, message).at(Place::file(&package.name(path))))
        })?;
        let objects = documents.into_iter().filter_map(|document| Resource::from_document(document).ok()).collect();
        files.push(ObjectFile { path: path.clone(), objects });
    }
    Ok(files)
}

/// `Kptfile` and YAML files, in all directories.
fn is_looked_at(path: &str) -> bool {
    let name = base_name(path);
    name == KPTFILE || name.ends_with(".yaml") || name.ends_with(".yml")
}

/// The documents of a file where those that are no objects are all empty, and Porch's rules are not wanted.
fn skip_empty(package: &Package<'_>, path: &str) -> Option<Vec<Document>> {
    if package.compat.is_porch() {
        return None;
    }
    let mut documents = parse(package.text(path).ok()?.into()).ok()?;
    documents.retain(|document| document.root().is_some_and(|root| !matches!(document.resolve(root), Scalar::Null)));
    let all_objects =
        documents.iter().all(|document| document.root().is_some_and(|root| document.kind(root) == Kind::Mapping));
    all_objects.then_some(documents)
}

/// The points of a package.
///
/// # Errors
/// An annotation with another value, two points with one condition; all of them in one message.
pub(super) fn find(package: &Package<'_>, files: &[ObjectFile]) -> Result<Vec<Point>, Fault> {
    let mut points: Vec<Point> = Vec::new();
    let mut errors: Vec<(Place, String)> = Vec::new();
    for (file, ObjectFile { path, objects }) in files.iter().enumerate() {
        for (index, object) in objects.iter().enumerate() {
            let Some(value) = object.annotation(INJECTION) else { continue };
            let place = Place::node(&package.name(path), object.document(), object.root());
            let (kind, name) = (object.kind(), object.name());
            if !["required", "optional"].contains(&value) {
                let message = format!("{path}: {kind}/{name} has invalid {INJECTION:?} annotation value of {value:?}");
                errors.push((place.clone(), message));
            }
            let condition = format!("{CONDITION_PREFIX}{kind}.{name}");
            let same = points.iter().rev().find(|point| point.injection.condition == condition);
            if let Some(first) = same {
                let first = &files[first.at.0].path;
                errors.push((
                    place.clone(),
                    format!("duplicate injection conditionType {condition:?} ({first} and {path})"),
                ));
            }
            let required = value == "required";
            let state = InjectionState::NotSelected;
            points.push(Point { at: (file, index), injection: Injection { condition, required, place, state } });
        }
    }
    let Some((place, _)) = errors.first().cloned() else { return Ok(points) };
    let texts: Vec<String> = errors.into_iter().map(|(_, text)| text).collect();
    Err(Fault::new(format!("errors in injection points: {}", texts.join(", "))).at(place))
}
