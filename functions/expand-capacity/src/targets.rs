//! What is sized: network functions, plain workloads, package variants, each with the expansion it is sized by.

use porchlight_api::annotation::{NF_TYPE, SPECIALIZER_OWNER};
use porchlight_api::capacity_expansion::TargetRef;
use porchlight_api::object::condition_type;
use porchlight_api::porch::PackageVariant;
use porchlight_api::req::Capacity;
use porchlight_api::workload::NFDeployment;
use porchlight_api::{Kind, Object};
use porchlight_krm::order::{Arrange, Gather};
use porchlight_krm::{CodedError, Resource};

use crate::expansion::{Expansion, Expansions};
use crate::is_generated;
use crate::problem::{invalid, missing};

/// Something to size.
pub(crate) struct Target {
    pub(crate) kind: TargetKind,
    /// Position among the items.
    pub(crate) item: usize,
    /// Position of its `Capacity` among the items.
    pub(crate) capacity: Option<usize>,
    /// Such as `upf`.
    pub(crate) nf_type: String,
    /// Such as `upf.free5gc.io`.
    pub(crate) provider: Option<String>,
    pub(crate) expansion: Expansion,
    /// Whether the expansion means just this one.
    pub(crate) is_meant: bool,
}

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetKind {
    /// An `NFDeployment`: an operator makes its pods.
    NetworkFunction,
    /// A `Deployment` or `StatefulSet`.
    Workload,
    /// A `PackageVariant`, which deploys a network function elsewhere.
    PackageVariant,
}

impl Target {
    /// `<Kind>/<name>` or `<Kind>/<namespace>/<name>`, the scope of its numbers.
    pub(crate) fn scope(&self, items: &[Resource]) -> String {
        let item = &items[self.item];
        match item.namespace() {
            "" => format!("{}/{}", item.kind(), item.name()),
            namespace => format!("{}/{namespace}/{}", item.kind(), item.name()),
        }
    }
}

/// Finds every target, in the order of identities.
pub(crate) fn find(items: &[Resource], expansions: &Expansions, errors: &mut Vec<CodedError>) -> Vec<Target> {
    let mut candidates: Vec<(TargetKind, usize)> =
        items.iter().enumerate().filter_map(|(index, item)| Some((kind(item)?, index))).collect();
    candidates.arrange_by_key(|(_, index)| items[*index].id());
    let mut used = vec![false; expansions.of_package.len()];
    let mut targets = Vec::new();
    for (kind, index) in candidates {
        let capacity = capacity_of(items, index);
        let Some((expansion, is_meant)) = expansion_of(items, kind, index, capacity, expansions, &mut used, errors)
        else {
            continue;
        };
        match identify(&items[index], kind, &expansion) {
            Ok((nf_type, provider)) => {
                targets.push(Target { kind, item: index, capacity, nf_type, provider, expansion, is_meant });
            }
            Err(error) => errors.push(error),
        }
    }
    for (expansion, _) in expansions.of_package.iter().zip(used).filter(|(_, used)| !used) {
        errors.extend(without_target(expansion));
    }
    targets
}

fn kind(item: &Resource) -> Option<TargetKind> {
    if is_generated(item) {
        return None;
    }
    if item.is(NFDeployment::API_VERSION, NFDeployment::KIND) {
        Some(TargetKind::NetworkFunction)
    } else if item.is("apps/v1", "Deployment") || item.is("apps/v1", "StatefulSet") {
        Some(TargetKind::Workload)
    } else if item.is(PackageVariant::API_VERSION, PackageVariant::KIND) {
        Some(TargetKind::PackageVariant)
    } else {
        None
    }
}

/// The `Capacity` that belongs to an object: the one that names it as owner, in its namespace before others. In a package
/// of one network function with one `Capacity` these belong together whatever they are called: names may be in the middle
/// of being replaced.
fn capacity_of(items: &[Resource], index: usize) -> Option<usize> {
    let item = &items[index];
    let owner = condition_type(item.api_version(), item.kind(), item.name());
    let capacities: Vec<usize> = items
        .iter()
        .enumerate()
        .filter(|(_, other)| other.is(Capacity::API_VERSION, Capacity::KIND) && !is_generated(other))
        .map(|(position, _)| position)
        .collect();
    let owned = capacities.iter().filter(|position| items[**position].annotation(SPECIALIZER_OWNER) == Some(&*owner));
    let owned =
        owned.min_by_key(|position| (items[**position].namespace() != item.namespace(), items[**position].id()));
    if let Some(owned) = owned {
        return Some(*owned);
    }
    let functions = items.iter().filter(|other| kind(other) == Some(TargetKind::NetworkFunction)).count();
    match capacities.as_slice() {
        [only] if functions == 1 && kind(item) == Some(TargetKind::NetworkFunction) => Some(*only),
        _ => None,
    }
}

/// The expansion of a candidate and whether it means just this one; `None` where it is not to be sized.
fn expansion_of(
    items: &[Resource],
    kind: TargetKind,
    index: usize,
    capacity: Option<usize>,
    expansions: &Expansions,
    used: &mut [bool],
    errors: &mut Vec<CodedError>,
) -> Option<(Expansion, bool)> {
    let item = &items[index];
    let capacity = capacity.map(|capacity| &items[capacity]);
    let is_sized_anyway = match kind {
        TargetKind::NetworkFunction => true,
        TargetKind::Workload => item.annotation(NF_TYPE).is_some(),
        TargetKind::PackageVariant => false,
    };
    let mut chosen: Option<(usize, bool)> = None;
    for (position, expansion) in expansions.of_package.iter().enumerate() {
        let Some(is_meant) = means(expansion, item, capacity).filter(|is_meant| *is_meant || is_sized_anyway) else {
            continue;
        };
        used[position] = true;
        match chosen {
            Some((other, meant)) if meant == is_meant => {
                let message = format!(
                    "`{}` is about {} `{}` too: keep one of them",
                    expansions.of_package[other].object.name(),
                    item.kind(),
                    item.name()
                );
                errors.push(invalid(&expansion.object, "metadata.name", expansion.object.name(), &message));
            }
            Some((_, true)) => {}
            Some((_, false)) | None => chosen = Some((position, is_meant)),
        }
    }
    if let Some((position, is_meant)) = chosen {
        return Some((expansions.of_package[position].clone(), is_meant));
    }
    let otherwise = &expansions.otherwise;
    match means(otherwise, item, capacity) {
        Some(is_meant) if is_meant || is_sized_anyway => Some((otherwise.clone(), is_meant)),
        _ if is_sized_anyway => {
            let unstated = Expansion { spec: Default::default(), is_stated: false, object: otherwise.object.clone() };
            Some((unstated, false))
        }
        _ => None,
    }
}

/// Whether an expansion is about an object: `true` where it names it, `false` where it is about all.
fn means(expansion: &Expansion, item: &Resource, capacity: Option<&Resource>) -> Option<bool> {
    let spec = &expansion.spec;
    if let Some(target) = &spec.target_ref {
        let named = is_named(target, item) || capacity.is_some_and(|capacity| is_named(target, capacity));
        return named.then_some(true);
    }
    match &spec.selector {
        Some(selector) => {
            let labels = item.labels().map(|(key, value)| (key.to_owned(), value.to_owned())).gather();
            selector.matches(&labels).then_some(true)
        }
        None => Some(false),
    }
}

fn is_named(target: &TargetRef, item: &Resource) -> bool {
    target.kind == item.kind()
        && target.name == item.name()
        && target.namespace.as_deref().is_none_or(|namespace| namespace == item.namespace())
        && target.api_version.as_deref().is_none_or(|version| version == item.api_version())
}

/// An expansion that is about nothing.
fn without_target(expansion: &Expansion) -> Option<CodedError> {
    let object = &expansion.object;
    if let Some(target) = &expansion.spec.target_ref {
        let message = format!("the package has no {} of this name that can be sized", target.kind);
        return Some(invalid(object, "spec.targetRef.name", &target.name, &message));
    }
    expansion.spec.selector.as_ref()?;
    Some(missing(object, "spec.selector", "no NFDeployment, Deployment or StatefulSet of the package has these labels"))
}

/// Network function and provider.
fn identify(item: &Resource, kind: TargetKind, expansion: &Expansion) -> Result<(String, Option<String>), CodedError> {
    let provider = item.str_at("spec.provider").filter(|provider| !provider.is_empty());
    let stated = expansion.spec.nf_type.as_deref().or_else(|| item.annotation(NF_TYPE)).filter(|text| !text.is_empty());
    let of_variant = (kind == TargetKind::PackageVariant).then(|| network_function_of(item)).flatten();
    let text = match (stated, kind) {
        (Some(text), _) => text.to_owned(),
        (None, TargetKind::NetworkFunction) => provider.unwrap_or_else(|| item.name()).to_owned(),
        (None, _) => of_variant.ok_or_else(|| {
            missing(&expansion.object, "spec.nfType", "say which rules of the profile apply, such as `upf`")
        })?,
    };
    // A whole provider may be written as well: its first part is the network function.
    let nf_type = text.split(['.', '-']).next().unwrap_or_default().to_owned();
    let provider = provider.map(str::to_owned).or_else(|| text.contains('.').then(|| text.clone()));
    Ok((nf_type, provider))
}

/// What `decompose-intent` says the package of a variant is for.
fn network_function_of(variant: &Resource) -> Option<String> {
    let variant: Object<PackageVariant> = variant.typed().ok()?;
    let mut mutators = variant.spec.pipeline.into_iter().flat_map(|pipeline| pipeline.mutators);
    mutators.find_map(|mutator| mutator.config_map.get("networkFunction").cloned())
}
