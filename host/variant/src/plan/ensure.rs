//! What the PackageVariant controller does for one variant (porch §4.1, §4.12).

use porchlight_api::porch::AdoptionPolicy;
use porchlight_package::{Compat as KptCompat, GitSource, KPTFILE, Kptfile};

use super::{Options, Stores, joined, store};
use crate::clone::{Clone, clone};
use crate::condition::{variant_failed, variant_ready, variant_stalled};
use crate::downstream::{self, Downstream, WORKSPACE_PREFIX};
use crate::mutate::{Mutated, is_own, mutate};
use crate::note::Note;
use crate::outcome::{Action, Outcome};
use crate::readiness::{closed_gates, upstream_reference};
use crate::set::Repositories;
use crate::store::{Files, PackageRevision, Repository};
use crate::validate::validate_variant;
use crate::variant::Variant;
use crate::{Compat, Fault, upstream};

/// Everything variants are made from.
pub(super) struct World<'w> {
    pub(super) stores: &'w Stores,
    pub(super) repositories: &'w Repositories<'w>,
    pub(super) options: Options<'w>,
}

/// An outcome that tells of a fault.
pub(super) fn failed(variant: &Variant, fault: Fault) -> Outcome {
    Outcome { conditions: variant_failed(&fault), fault: Some(fault), ..outcome(variant) }
}

fn outcome(variant: &Variant) -> Outcome {
    Outcome {
        variant: variant.name.clone(),
        set: variant.set.clone(),
        repository: variant.spec.downstream.repo.clone(),
        package: variant.spec.downstream.package.clone(),
        workspace: String::new(),
        upstream: String::new(),
        action: Action::Fail,
        before: Files::new(),
        after: Files::new(),
        injections: Vec::new(),
        closed_gates: Vec::new(),
        conditions: Vec::new(),
        notes: Vec::new(),
        fault: None,
    }
}

/// What is worked on.
struct Job<'j> {
    variant: &'j Variant,
    upstream: &'j PackageRevision,
    source: &'j dyn Repository,
    notes: Vec<Note>,
}

impl World<'_> {
    /// Finds or creates the variant's package and brings it to what the variant wants; one outcome for each revision.
    pub(super) fn ensure(&self, variant: &Variant) -> Vec<Outcome> {
        let stalled = |fault: Fault| {
            vec![Outcome { conditions: variant_stalled(&fault), fault: Some(fault), ..outcome(variant) }]
        };
        let invalid = validate_variant(&variant.spec);
        let place = |field: &str| variant.place(field.strip_prefix("spec.").unwrap_or(field));
        if let Some(fault) = joined(&invalid, place) {
            return stalled(fault);
        }
        let wanted = &variant.spec.upstream;
        let at_upstream = || match &variant.set {
            None => variant.place("upstream"),
            Some(_) => variant.origin.place("spec.upstream"),
        };
        let source = match store(self.stores, &wanted.repo) {
            Ok(source) => source,
            Err(fault) => return stalled(fault.at(at_upstream())),
        };
        match upstream::of_variant(wanted, source.revisions(), self.options.compat) {
            Ok((revision, notes)) => {
                let notes = notes.into_iter().map(|note| note.at(at_upstream())).collect();
                self.of_downstream(&Job { variant, upstream: revision, source, notes })
            }
            Err(fault) => stalled(fault.at(at_upstream())),
        }
    }

    fn of_downstream(&self, job: &Job<'_>) -> Vec<Outcome> {
        let spec = &job.variant.spec;
        let package = &spec.downstream.package;
        let there = self.stores.get(&spec.downstream.repo).map(AsRef::as_ref);
        let revisions = there.map_or(&[][..], Repository::revisions);
        let owns = |revision: &PackageRevision| there.is_some_and(|store| owns(store, revision, job.variant));
        let policy = spec.adoption_policy.unwrap_or_default();
        let workspace = downstream::next_workspace(package, revisions);
        match downstream::find(package, revisions, policy, owns) {
            Downstream::Missing => {
                let taken = revisions.iter().any(|revision| revision.package == *package);
                vec![self.finish(job, if taken { Err(not_owned(job.variant)) } else { self.create(job, workspace) })]
            }
            Downstream::Drafts(drafts) => {
                let update = |draft| self.finish(job, self.update(job, there, draft, None));
                drafts.into_iter().map(update).collect()
            }
            Downstream::Published(revision) => {
                vec![self.finish(job, self.update(job, there, revision, Some(workspace)))]
            }
        }
    }

    fn finish(&self, job: &Job<'_>, made: Result<Outcome, Fault>) -> Outcome {
        let mut outcome = made.unwrap_or_else(|fault| failed(job.variant, fault));
        outcome.upstream = job.upstream.object_name(&job.variant.spec.upstream.repo);
        outcome.notes.splice(0..0, job.notes.iter().cloned());
        outcome
    }

    fn create(&self, job: &Job<'_>, workspace: String) -> Result<Outcome, Fault> {
        let spec = &job.variant.spec;
        let before = job.source.files(job.upstream)?;
        let label = format!("{}/{}@{}", spec.upstream.repo, spec.upstream.package, job.upstream.workspace);
        let mut notes = Vec::new();
        let source = self.git_source(job, &mut notes);
        let target = self.repositories.get(&spec.downstream.repo, &job.variant.namespace);
        let (copy, more) = clone(
            &before,
            Clone {
                package: &spec.downstream.package,
                source: source.as_ref(),
                deployment: target.is_some_and(|target| target.deployment),
                label: &label,
                compat: self.options.compat,
            },
        )?;
        notes.extend(more);
        let copy = self.render(job.variant, copy)?;
        let mutated = self.mutate(job, &copy)?;
        let after = if mutated.changed { self.render(job.variant, mutated.files.clone())? } else { copy };
        Ok(self.made(job, Action::Create, workspace, before, Mutated { files: after, ..mutated }, notes))
    }

    /// Brings a revision up to date; one that is published in a new draft with the name `workspace`.
    fn update(
        &self,
        job: &Job<'_>,
        store: Option<&dyn Repository>,
        revision: &PackageRevision,
        workspace: Option<String>,
    ) -> Result<Outcome, Fault> {
        let before = store.map_or_else(|| Ok(Files::new()), |store| store.files(revision))?;
        self.check_upstream(job, revision, &before)?;
        let mutated = self.mutate(job, &before)?;
        if !mutated.changed {
            let kept = Mutated { files: before.clone(), ..mutated };
            return Ok(self.made(job, Action::Unchanged, revision.workspace.clone(), before, kept, Vec::new()));
        }
        let (action, workspace) = match workspace {
            Some(workspace) => (Action::Edit, workspace),
            None => (Action::Change, revision.workspace.clone()),
        };
        let after = self.render(job.variant, mutated.files.clone())?;
        Ok(self.made(job, action, workspace, before, Mutated { files: after, ..mutated }, Vec::new()))
    }

    fn made(
        &self,
        job: &Job<'_>,
        action: Action,
        workspace: String,
        before: Files,
        mutated: Mutated,
        mut notes: Vec<Note>,
    ) -> Outcome {
        notes.extend(mutated.notes);
        Outcome {
            workspace,
            action,
            before,
            closed_gates: closed_gates(&mutated.files),
            after: mutated.files,
            injections: mutated.injections,
            conditions: variant_ready(),
            notes,
            ..outcome(job.variant)
        }
    }

    fn mutate(&self, job: &Job<'_>, files: &Files) -> Result<Mutated, Fault> {
        let downstream = &job.variant.spec.downstream;
        let label = format!("{}/{}", downstream.repo, downstream.package);
        mutate(files, &label, job.variant, self.repositories.cluster, self.options.compat)
    }

    fn render(&self, variant: &Variant, files: Files) -> Result<Files, Fault> {
        match self.options.renderer {
            Some(renderer) => renderer.render(&variant.spec.downstream.package, &files),
            None => Ok(files),
        }
    }

    /// The upstream in git, where its repository says where that is.
    fn git_source(&self, job: &Job<'_>, notes: &mut Vec<Note>) -> Option<GitSource> {
        let name = &job.variant.spec.upstream.repo;
        let repository = self.repositories.get(name, &job.variant.namespace).filter(|found| !found.url.is_empty());
        let Some(repository) = repository else {
            let message = format!(
                "no object says where repository `{name}` is in git, so the package gets no `upstream` and `upstreamLock`"
            );
            notes.push(Note::new(message));
            return None;
        };
        let directory = repository.full_path(&job.upstream.package);
        let (reference, commit) = match &job.upstream.lock {
            Some(lock) => (lock.reference.clone(), lock.commit.clone()),
            None => (reference(job.upstream, &directory, &repository.branch), String::new()),
        };
        Some(GitSource { repo: repository.url, directory, reference, commit })
    }

    /// Whether a revision was made from the upstream that is wanted now.
    fn check_upstream(&self, job: &Job<'_>, revision: &PackageRevision, files: &Files) -> Result<(), Fault> {
        let Some(reference) = upstream_reference(files) else { return Ok(()) };
        let is_draft = reference.starts_with("drafts");
        let last = reference.rsplit('/').next().unwrap_or(&reference);
        let current: i32 = last.strip_prefix('v').unwrap_or(last).parse().unwrap_or(-1);
        // The lock of a draft is never up to date for Porch, which lets no second reconciliation of it pass.
        let same_draft = is_draft && last == job.upstream.workspace && self.options.compat == Compat::Natural;
        if same_draft || (!is_draft && current == job.upstream.revision) {
            return Ok(());
        }
        let spec = &job.variant.spec;
        let name = revision.object_name(&spec.downstream.repo);
        if !revision.lifecycle.is_published() {
            let message = format!("cannot update upstream of downstream {name:?} when it is not published");
            let hint = format!("it was made from `{reference}`; publish or delete it first");
            return Err(Fault::new(message).at(job.variant.place("upstream")).hint(hint));
        }
        let new = job.upstream.object_name(&spec.upstream.repo);
        let message = format!("{name:?} was made from `{reference}` and has to be merged with {new:?}");
        let hint =
            "merging two upstreams with local changes is the server's work: apply the variant to a cluster with Porch";
        Err(Fault::new(message).at(job.variant.place("upstream")).hint(hint))
    }
}

/// The ref Porch gives to a revision (porch §5.1).
fn reference(revision: &PackageRevision, directory: &str, branch: &str) -> String {
    match revision.revision {
        0 => format!("drafts/{directory}/{}", revision.workspace),
        number if number > 0 => format!("{directory}/v{number}"),
        _ => branch.to_owned(),
    }
}

/// A revision that a variant made: by its workspace, or by the variant's functions in its pipeline. A cluster knows its
/// owners; files do not.
fn owns(store: &dyn Repository, revision: &PackageRevision, variant: &Variant) -> bool {
    if revision.workspace.starts_with(WORKSPACE_PREFIX) {
        return true;
    }
    let files = store.files(revision).unwrap_or_default();
    let text = files.get(KPTFILE).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let kptfile = text.and_then(|text| Kptfile::parse(text, KptCompat::Latest).ok());
    kptfile.is_some_and(|Kptfile { pipeline, .. }| {
        pipeline.mutators.iter().chain(&pipeline.validators).any(|function| is_own(&function.name, &variant.name))
    })
}

fn not_owned(variant: &Variant) -> Fault {
    let downstream = &variant.spec.downstream;
    let message = format!(
        "package `{}` is in repository `{}` already and does not belong to the variant",
        downstream.package, downstream.repo
    );
    let fault = Fault::new(message).at(variant.place("downstream"));
    match variant.spec.adoption_policy.unwrap_or_default() {
        AdoptionPolicy::AdoptNone => {
            fault.hint("take it over with `adoptionPolicy: adoptExisting`, or name another package")
        }
        // Only content of a main branch is there, which is never adopted.
        AdoptionPolicy::AdoptExisting => fault.hint("publish it as a revision first, or name another package"),
    }
}
