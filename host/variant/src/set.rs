//! PackageVariantSet: targets to contexts, contexts to variants (porch §4.9–§4.11).

mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use porchlight_api::porch::{
    PackageVariant, PackageVariantSet, SetTarget, name_problem, variant_identifier, variant_name,
};
use porchlight_krm::Resource;

use crate::cluster::{Cluster, REPOSITORY_API_VERSION, REPOSITORY_KIND, RepositoryObject, matches, owned};
use crate::expression::ObjectFields;
use crate::inputs::Declared;
use crate::note::{Note, Quirk};
use crate::store::PackageRevision;
use crate::variant::{FromSet, Variant};
use crate::{Compat, Fault};

use template::Template;

/// A target after selection: what one variant is made for.
#[derive(Clone, Debug)]
struct Context<'s> {
    index: usize,
    target: &'s SetTarget,
    repository: String,
    package: String,
    object: Option<ObjectFields>,
}

/// Repositories that can be named by a variant.
pub(crate) struct Repositories<'c> {
    /// Objects of the cluster.
    pub(crate) cluster: &'c Cluster,
    /// Names of repositories that are known without one.
    pub(crate) stores: &'c BTreeSet<String>,
}

impl Repositories<'_> {
    /// The repository; one that is only known by its packages has no labels.
    pub(crate) fn get(&self, name: &str, namespace: &str) -> Option<RepositoryObject> {
        let bare = || RepositoryObject {
            name: name.to_owned(),
            branch: crate::store::MAIN.to_owned(),
            ..RepositoryObject::default()
        };
        self.cluster.repository(name, namespace).or_else(|| self.stores.contains(name).then(bare))
    }
}

/// The variants of a set, in the order of its targets; all of them, or none.
///
/// # Errors
/// An expression that has no value, a repository that is not known, two targets for one package, a name that no object
/// can have.
pub(crate) fn variants(
    set: &Declared<PackageVariantSet>,
    upstream: &PackageRevision,
    repositories: &Repositories<'_>,
    compat: Compat,
) -> Result<(Vec<Variant>, Vec<Note>), Fault> {
    let mut notes = Vec::new();
    let contexts = unroll(set, repositories, &mut notes)?;
    let upstream = ObjectFields {
        name: upstream.object_name(&set.spec.upstream.repo),
        namespace: set.namespace.clone(),
        labels: upstream.labels.clone(),
        annotations: upstream.annotations.clone(),
    };
    let mut template = Template::new(set, &upstream, repositories);
    let mut variants: Vec<Variant> = Vec::with_capacity(contexts.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for context in &contexts {
        let spec = template.variant(context)?;
        let id = variant_identifier(&set.name, &spec.downstream.repo, &spec.downstream.package);
        let variant = variant(set, context.index, &id, spec)?;
        if let Some(place) = places.get(&id) {
            let package = format!("{}/{}", variant.spec.downstream.repo, variant.spec.downstream.package);
            let first = variants[*place].set.as_ref().map_or(0, |from| from.target);
            let message = format!("targets {first} and {} of set `{}` both make `{package}`", context.index, set.name);
            let field = set.origin.place(&format!("spec.targets[{}]", context.index));
            if !compat.is_porch() {
                let hint = "Porch would let the last one win; give each target a package of its own";
                return Err(Fault::new(message).at(field).hint(hint));
            }
            notes.push(Note::quirk(Quirk::DuplicateTarget, format!("{message}; the last one wins")).at(field));
            variants[*place] = variant;
        } else {
            places.insert(id, variants.len());
            variants.push(variant);
        }
    }
    Ok((variants, notes))
}

fn variant(set: &Declared<PackageVariantSet>, target: usize, id: &str, spec: PackageVariant) -> Result<Variant, Fault> {
    let name = variant_name(id);
    if let Some(problem) = name_problem(&name) {
        let message = format!("the variant for `{}` would be called `{name}`: {problem}", spec.downstream.package);
        let place = set.origin.place(&format!("spec.targets[{target}]"));
        return Err(Fault::new(message).at(place).hint("the API server refuses such an object"));
    }
    let from = FromSet { set: set.name.clone(), target };
    Ok(Variant { name, namespace: set.namespace.clone(), spec, set: Some(from), origin: Arc::clone(&set.origin) })
}

fn unroll<'s>(
    set: &'s Declared<PackageVariantSet>,
    repositories: &Repositories<'_>,
    notes: &mut Vec<Note>,
) -> Result<Vec<Context<'s>>, Fault> {
    let upstream = &set.spec.upstream.package;
    let mut contexts = Vec::new();
    for (index, target) in set.spec.targets.iter().enumerate() {
        if let Some(listed) = target.repositories.as_ref().filter(|listed| !listed.is_empty()) {
            for repository in listed {
                let default = std::slice::from_ref(upstream);
                let packages =
                    if repository.package_names.is_empty() { default } else { &repository.package_names[..] };
                contexts.extend(packages.iter().map(|package| Context {
                    index,
                    target,
                    repository: repository.name.clone(),
                    package: package.clone(),
                    object: None,
                }));
            }
            continue;
        }
        let selected = select(set, index, target, repositories.cluster, notes)?;
        if selected.is_empty() {
            let field = set.origin.place(&format!("spec.targets[{index}]"));
            notes.push(Note::new(format!("target {index} of set `{}` selects nothing", set.name)).at(field));
        }
        contexts.extend(selected.into_iter().map(|object| Context {
            index,
            target,
            repository: object.name().to_owned(),
            package: upstream.clone(),
            object: Some(fields(object, &set.namespace)),
        }));
    }
    Ok(contexts)
}

fn select<'c>(
    set: &Declared<PackageVariantSet>,
    index: usize,
    target: &SetTarget,
    cluster: &'c Cluster,
    notes: &mut Vec<Note>,
) -> Result<Vec<&'c Resource>, Fault> {
    let none = BTreeMap::new();
    let (api_version, kind, labels, requirements, field) = match (&target.repository_selector, &target.object_selector)
    {
        (Some(selector), _) => (
            REPOSITORY_API_VERSION,
            REPOSITORY_KIND,
            &selector.match_labels,
            &selector.match_expressions[..],
            "repositorySelector",
        ),
        (None, Some(selector)) => (
            selector.api_version.as_str(),
            selector.kind.as_str(),
            &selector.match_labels,
            &selector.match_expressions[..],
            "objectSelector",
        ),
        (None, None) => ("", "", &none, &[][..], ""),
    };
    let place = || set.origin.place(&format!("spec.targets[{index}].{field}"));
    if let Some(name) = target.object_selector.as_ref().and_then(|selector| selector.name.as_ref()) {
        let message = format!("Porch does not look at the name `{name}` of an object selector");
        notes.push(Note::quirk(Quirk::SelectorNameIgnored, message).at(place()));
    }
    let mut selected = Vec::new();
    for object in cluster.all().filter(|object| object.is(api_version, kind)) {
        let fits = crate::cluster::fits(object.namespace(), &set.namespace);
        let labelled = matches(|key| object.label(key).map(str::to_owned), labels, requirements)
            .map_err(|error| Fault::new(error.to_string()).at(place()))?;
        if fits && labelled {
            selected.push(object);
        }
    }
    Ok(selected)
}

fn fields(object: &Resource, namespace: &str) -> ObjectFields {
    let own = object.namespace();
    ObjectFields {
        name: object.name().to_owned(),
        namespace: if own.is_empty() { namespace } else { own }.to_owned(),
        labels: owned(object.labels()),
        annotations: owned(object.annotations()),
    }
}
