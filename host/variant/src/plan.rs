//! From files and repositories to packages.

mod ensure;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use porchlight_api::porch::PackageVariantSet;
use rayon::prelude::*;

use crate::condition::{set_ready, set_stalled};
use crate::inputs::{Declared, Inputs};
use crate::note::Note;
use crate::outcome::{Plan, SetOutcome};
use crate::set::{self, Repositories};
use crate::store::{Files, Repository};
use crate::validate::{Invalid, validate_set};
use crate::variant::Variant;
use crate::{Compat, Fault, upstream};

/// Repositories by name.
pub type Stores = BTreeMap<String, Box<dyn Repository>>;

/// Runs the pipeline of a package, as the server does whenever a draft is stored.
pub trait Renderer: Sync {
    /// The files of a package after its pipeline.
    ///
    /// # Errors
    /// A function that fails.
    fn render(&self, package: &str, files: &Files) -> Result<Files, Fault>;
}

/// How packages are made.
#[derive(Clone, Copy, Default)]
pub struct Options<'o> {
    /// Whose rules apply.
    pub compat: Compat,
    /// Renders after the clone and after the variant's changes; without it packages stay unrendered.
    pub renderer: Option<&'o dyn Renderer>,
    /// Told after each variant: how many are done, and how many there are.
    pub progress: Option<&'o (dyn Fn(usize, usize) + Sync)>,
}

/// What would become of all variants and sets. Nothing is written. The result does not depend on the number of threads.
#[must_use]
pub fn plan(inputs: &Inputs, stores: &Stores, options: Options<'_>) -> Plan {
    let names: BTreeSet<String> = stores.keys().cloned().collect();
    let repositories = Repositories { cluster: &inputs.cluster, stores: &names };
    let mut variants: Vec<Variant> = inputs.variants.iter().cloned().map(Variant::from).collect();
    let sets = inputs.sets.iter().map(|set| {
        let (outcome, made) = unroll(set, stores, &repositories, options.compat);
        variants.extend(made);
        outcome
    });
    let sets = sets.collect();
    let collisions = collisions(&variants);
    let done = AtomicUsize::new(0);
    let total = variants.len();
    let work = ensure::World { stores, repositories: &repositories, options };
    let outcomes: Vec<_> = variants
        .par_iter()
        .zip(collisions)
        .map(|(variant, collision)| {
            let outcomes = match collision {
                Some(fault) => vec![ensure::failed(variant, fault)],
                None => work.ensure(variant),
            };
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if let Some(progress) = options.progress {
                progress(done, total);
            }
            outcomes
        })
        .collect();
    Plan { sets, outcomes: outcomes.into_iter().flatten().collect(), notes: inputs.notes.clone() }
}

fn unroll(
    set: &Declared<PackageVariantSet>,
    stores: &Stores,
    repositories: &Repositories<'_>,
    compat: Compat,
) -> (SetOutcome, Vec<Variant>) {
    let name = set.name.clone();
    match variants(set, stores, repositories, compat) {
        Ok((variants, notes)) => {
            let conditions = set_ready();
            (SetOutcome { name, variants: variants.len(), conditions, notes, fault: None }, variants)
        }
        Err((reason, fault)) => {
            let conditions = set_stalled(reason, &fault);
            (SetOutcome { name, variants: 0, conditions, notes: Vec::new(), fault: Some(fault) }, Vec::new())
        }
    }
}

/// Why a set makes nothing: the reason in its conditions, and the fault.
type Stalled = (&'static str, Fault);

fn variants(
    set: &Declared<PackageVariantSet>,
    stores: &Stores,
    repositories: &Repositories<'_>,
    compat: Compat,
) -> Result<(Vec<Variant>, Vec<Note>), Stalled> {
    let invalid = validate_set(&set.spec);
    if let Some(fault) = joined(&invalid, |field| set.origin.place(field)) {
        return Err(("ValidationError", fault));
    }
    let wanted = &set.spec.upstream;
    let place = || set.origin.place("spec.upstream");
    let not_found = |fault: Fault| ("UpstreamNotFound", fault.at(place()));
    let store = store(stores, &wanted.repo).map_err(not_found)?;
    let (revision, notes) = upstream::of_set(wanted, store.revisions(), compat).map_err(not_found)?;
    let mut notes: Vec<Note> = notes.into_iter().map(|note| note.at(place())).collect();
    let (variants, more) =
        set::variants(set, revision, repositories, compat).map_err(|fault| ("UnexpectedError", fault))?;
    notes.extend(more);
    Ok((variants, notes))
}

/// The repository an upstream is in.
fn store<'s>(stores: &'s Stores, name: &str) -> Result<&'s dyn Repository, Fault> {
    stores.get(name).map(AsRef::as_ref).ok_or_else(|| {
        Fault::new(format!("nothing is known of the packages of repository `{name}`"))
            .hint(format!("name its folder with `--repo {name}=DIR`"))
    })
}

/// All failed checks as one fault, as the controllers tell them.
fn joined(invalid: &[Invalid], place: impl Fn(&str) -> crate::Place) -> Option<Fault> {
    let first = invalid.first()?;
    let messages: Vec<&str> = invalid.iter().map(|invalid| invalid.message.as_str()).collect();
    Some(Fault::new(messages.join("; ")).at(place(&first.field)))
}

/// For each variant: another one before it that makes the same package or has its name.
fn collisions(variants: &[Variant]) -> Vec<Option<Fault>> {
    let mut packages: BTreeMap<(&str, &str, &str), &Variant> = BTreeMap::new();
    let mut names: BTreeMap<(&str, &str), &Variant> = BTreeMap::new();
    let mut faults = Vec::with_capacity(variants.len());
    for variant in variants {
        let Variant { name, namespace, spec, .. } = variant;
        let (repo, package) = (spec.downstream.repo.as_str(), spec.downstream.package.as_str());
        let same_name = *names.entry((namespace, name)).or_insert(variant);
        let same_package = match (repo, package) {
            ("", _) | (_, "") => variant,
            _ => *packages.entry((namespace, repo, package)).or_insert(variant),
        };
        let place = variant.place("downstream");
        faults.push(if !std::ptr::eq(same_name, variant) {
            let first = same_name.place("downstream");
            let message = format!("the variant `{name}` is there twice; the other one is at {first}");
            Some(Fault::new(message).at(place))
        } else if !std::ptr::eq(same_package, variant) {
            let (first, other) = (same_package.place("downstream"), &same_package.name);
            let message = format!("the variant `{name}` makes `{repo}/{package}`, and so does `{other}` at {first}");
            let hint = "Porch makes the package of the one it sees first, and fails with the other";
            Some(Fault::new(message).at(place).hint(hint))
        } else {
            None
        });
    }
    faults
}
