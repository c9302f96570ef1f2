//! Which revision a variant is made from (porch §4.2, §4.9).

use porchlight_api::porch::Upstream;

use crate::note::{Note, Quirk};
use crate::store::{MAIN, PackageRevision};
use crate::{Compat, Fault};

/// The revision a variant takes, and what is worth knowing about that.
///
/// # Errors
/// No such revision; with the rules of Porch's newest release also content of a main branch.
pub fn of_variant<'r>(
    upstream: &Upstream,
    revisions: &'r [PackageRevision],
    compat: Compat,
) -> Result<(&'r PackageRevision, Vec<Note>), Fault> {
    let of_package = || revisions.iter().filter(|revision| revision.package == upstream.package);
    let workspace = upstream.workspace_name.as_deref().unwrap_or_default();
    let wanted = if workspace.is_empty() { MAIN } else { workspace };
    let porch = of_package().find(|revision| revision.workspace == wanted);
    let number = upstream.revision.filter(|number| *number > 0);
    let natural = if !workspace.is_empty() {
        porch
    } else if let Some(number) = number {
        of_package().find(|revision| revision.revision == number)
    } else {
        let published = of_package().filter(|revision| revision.revision > 0 && revision.lifecycle.is_published());
        published.max_by_key(|revision| revision.revision).or(porch)
    };
    let selected = if compat.is_porch() { porch } else { natural };
    let Some(selected) = selected else {
        return Err(not_found(upstream, of_package(), compat));
    };
    let mut notes = Vec::new();
    if workspace.is_empty() {
        let other = match (compat.is_porch(), porch, natural) {
            (_, Some(porch), Some(natural)) if porch == natural => None,
            (true, ..) => natural.map(|natural| format!("revision {} was meant", natural.revision)),
            (false, Some(_), _) => Some("Porch would take the content of the main branch".to_owned()),
            (false, None, _) => Some("Porch would find none without `workspaceName`".to_owned()),
        };
        if let Some(other) = other {
            let quirk = if number.is_some() { Quirk::RevisionIgnored } else { Quirk::PlaceholderUpstream };
            notes.push(Note::quirk(quirk, format!("the upstream is {}; {other}", describe(selected))));
        }
    }
    if selected.is_placeholder() {
        let refused = "Porch refuses to clone the content of a main branch since April 2026";
        if compat == Compat::PorchLatest {
            return Err(Fault::new(format!("the upstream is {}: {refused}", describe(selected)))
                .hint("name a published revision by `spec.upstream.workspaceName`"));
        }
        notes.push(Note::quirk(Quirk::PlaceholderUpstream, refused));
    }
    Ok((selected, notes))
}

/// The revision whose labels and annotations a set's expressions see as `upstream`.
///
/// # Errors
/// No such revision.
pub fn of_set<'r>(
    upstream: &Upstream,
    revisions: &'r [PackageRevision],
    compat: Compat,
) -> Result<(&'r PackageRevision, Vec<Note>), Fault> {
    let number = upstream.revision.unwrap_or_default();
    let workspace = upstream.workspace_name.as_deref().unwrap_or_default();
    let mut of_package = revisions.iter().filter(|revision| revision.package == upstream.package);
    let porch = of_package.find(|revision| revision.revision == number || revision.workspace == workspace);
    if compat.is_porch() {
        let missing = || {
            format!(
                "could not find upstream package revision '{}/{number}' in repo '{}'",
                upstream.package, upstream.repo
            )
        };
        return porch.map(|revision| (revision, Vec::new())).ok_or_else(|| Fault::new(missing()));
    }
    let (natural, _) = of_variant(upstream, revisions, compat)?;
    let notes = match porch {
        Some(porch) if porch == natural => Vec::new(),
        Some(porch) => {
            let message = format!("expressions see {} as `upstream`, in Porch {}", describe(natural), describe(porch));
            vec![Note::quirk(Quirk::SetUpstream, message)]
        }
        None => vec![Note::quirk(Quirk::SetUpstream, "Porch would find no upstream for this set")],
    };
    Ok((natural, notes))
}

fn describe(revision: &PackageRevision) -> String {
    match revision.revision {
        0 => format!("the draft `{}`", revision.workspace),
        number if number > 0 => format!("revision {number}"),
        _ => format!("the content of the branch `{}`", revision.workspace),
    }
}

fn not_found<'r>(upstream: &Upstream, of_package: impl Iterator<Item = &'r PackageRevision>, compat: Compat) -> Fault {
    let Upstream { repo, package, revision, workspace_name } = upstream;
    let wanted = match (workspace_name.as_deref().unwrap_or_default(), revision) {
        ("", _) if compat.is_porch() => format!("no workspace `{MAIN}`, for which Porch looks where none is named"),
        ("", Some(number)) => format!("no revision {number}"),
        ("", None) => "no revision".to_owned(),
        (workspace, _) => format!("no workspace `{workspace}`"),
    };
    let there: Vec<String> = of_package.map(describe).collect();
    if there.is_empty() {
        return Fault::new(format!("package `{package}` is not in repository `{repo}`"));
    }
    let there = there.join(", ");
    Fault::new(format!("package `{package}` in repository `{repo}` has {wanted}, but {there}"))
}
