//! The files a person gives: variants, sets, and what stands for the cluster.

use std::path::Path;
use std::sync::Arc;

use porchlight_api::porch::{PackageVariant, PackageVariantSet};
use porchlight_api::{Kind, Object};
use porchlight_krm::FromNode;
use porchlight_krm::{Code, Resource, ValueError};
use porchlight_yaml::{Scalar, normalise_line_ends, parse};

use crate::cluster::{Cluster, ClusterObject};
use crate::fault::{Fault, Place};
use crate::note::{Note, Quirk};

/// The group of PackageVariant and PackageVariantSet.
const GROUP: &str = "config.porch.kpt.dev/";

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Inputs {
    /// Variants, in the order they were read.
    pub variants: Vec<Declared<PackageVariant>>,
    /// Sets, in the order they were read.
    pub sets: Vec<Declared<PackageVariantSet>>,
    /// All other objects.
    pub cluster: Cluster,
    /// What is worth knowing about the files.
    pub notes: Vec<Note>,
}

/// An object of a kind, with the text it was read from.
#[derive(Clone, Debug)]
pub struct Declared<S> {
    /// Name.
    pub name: String,
    /// Namespace, "" where none is written.
    pub namespace: String,
    /// `metadata.uid`, "" where none is written.
    pub uid: String,
    /// The spec.
    pub spec: S,
    /// Where fields of it stand.
    pub origin: Arc<Origin>,
}

/// The text an object was read from.
#[derive(Debug)]
pub struct Origin {
    /// The file, as it was named by the caller.
    pub file: Arc<str>,
    /// The object.
    pub resource: Resource,
}

impl Origin {
    /// Where a field stands, or the nearest one above it.
    #[must_use]
    pub fn place(&self, path: &str) -> Place {
        let mut path = path;
        loop {
            let node = path.parse().ok().and_then(|path| self.resource.at(&path));
            if let Some(node) = node {
                return Place::node(&self.file, self.resource.document(), node);
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return Place::node(&self.file, self.resource.document(), self.resource.root()),
            }
        }
    }
}

impl Inputs {
    /// Reads the documents of a file: PackageVariants and PackageVariantSets are what is asked for, everything else
    /// belongs to the cluster. Fields that the kinds do not have are refused.
    ///
    /// # Errors
    /// Text that is no YAML, documents that are no objects, variants with fields that do not fit.
    pub fn add(&mut self, file: &Path, text: &str) -> Result<(), Fault> {
        let file: Arc<str> = file.to_string_lossy().into();
        let text = normalise_line_ends(text);
        let documents = parse(Arc::from(&*text)).map_err(|error| {
            let place = Place { file: Arc::clone(&file), line: error.line, column: error.column };
            Fault::coded(Code::YamlParseFailed, error.message).at(place)
        })?;
        for document in documents {
            if document.root().is_some_and(|root| matches!(document.resolve(root), Scalar::Null)) {
                continue;
            }
            let resource = Resource::from_document(document).map_err(|error| {
                let place = Place { file: Arc::clone(&file), line: error.line, column: error.column };
                Fault::new(format!("expected an object, found {}", error.found)).at(place)
            })?;
            self.add_object(&file, resource)?;
        }
        Ok(())
    }

    fn add_object(&mut self, file: &Arc<str>, resource: Resource) -> Result<(), Fault> {
        if resource.is(PackageVariant::API_VERSION, PackageVariant::KIND) {
            self.variants.push(declared(file, resource)?);
            self.notes.extend(legacy_revision(self.variants.last().map(|variant| &*variant.origin)));
        } else if resource.is(PackageVariantSet::API_VERSION, PackageVariantSet::KIND) {
            self.sets.push(declared(file, resource)?);
            self.notes.extend(legacy_revision(self.sets.last().map(|set| &*set.origin)));
        } else if resource.api_version().starts_with(GROUP)
            && [PackageVariant::KIND, PackageVariantSet::KIND].contains(&resource.kind())
        {
            let served = if resource.kind() == PackageVariant::KIND {
                PackageVariant::API_VERSION
            } else {
                PackageVariantSet::API_VERSION
            };
            let place = Place::node(file, resource.document(), resource.root());
            let message = format!("Porch does not serve {} of {}", resource.kind(), resource.api_version());
            return Err(Fault::new(message).at(place).hint(format!("write it as `apiVersion: {served}`")));
        } else {
            self.cluster.add(ClusterObject { resource, file: Arc::clone(file) });
        }
        Ok(())
    }
}

fn declared<S: Kind + FromNode>(file: &Arc<str>, resource: Resource) -> Result<Declared<S>, Fault> {
    let misfit = |ValueError { path, line, column, message, .. }: ValueError| {
        let message = if path.is_empty() { message } else { format!("`{path}`: {message}") };
        Fault::new(message).at(Place { file: Arc::clone(file), line, column })
    };
    let Object { metadata, spec } = resource.typed::<Object<S>>().map_err(misfit)?;
    if metadata.name.is_empty() {
        let place = Place::node(file, resource.document(), resource.root());
        return Err(Fault::new(format!("a {} needs `metadata.name`", S::KIND)).at(place));
    }
    Ok(Declared {
        name: metadata.name,
        namespace: metadata.namespace.unwrap_or_default(),
        uid: resource.str_at("metadata.uid").unwrap_or_default().to_owned(),
        spec,
        origin: Arc::new(Origin { file: Arc::clone(file), resource }),
    })
}

fn legacy_revision(origin: Option<&Origin>) -> Option<Note> {
    let origin = origin?;
    let node = origin.resource.at(&"spec.upstream.revision".parse().ok()?)?;
    let document = origin.resource.document();
    let Scalar::Str(text) = document.resolve(node) else { return None };
    let number = text.trim_start_matches('v');
    let message =
        format!("`spec.upstream.revision` is a number since Porch 1.4; its API refuses `{text}`, write `{number}`");
    Some(Note::quirk(Quirk::LegacyRevision, message).at(Place::node(&origin.file, document, node)))
}
