//! What would become of variants and sets.

use std::collections::BTreeSet;
use std::fmt;

use porchlight_package::Change;

use crate::Fault;
use crate::condition::Condition;
use crate::mutate::{Injection, InjectionState};
use crate::note::Note;
use crate::store::Files;
use crate::variant::FromSet;

/// What would become of everything that was asked for.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Of sets, in their order.
    pub sets: Vec<SetOutcome>,
    /// Of variants: those that were written, then those of sets; one for each package revision.
    pub outcomes: Vec<Outcome>,
    /// What is worth knowing about the files as such.
    pub notes: Vec<Note>,
}

/// What would become of a set.
#[derive(Clone, Debug)]
pub struct SetOutcome {
    /// Name.
    pub name: String,
    /// Number of variants.
    pub variants: usize,
    /// Conditions it would have.
    pub conditions: Vec<Condition>,
    /// What is worth knowing.
    pub notes: Vec<Note>,
    /// Why it makes no variants.
    pub fault: Option<Fault>,
}

/// What would become of a variant's package revision.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Name of the variant.
    pub variant: String,
    /// The set it comes from.
    pub set: Option<FromSet>,
    /// Downstream repository.
    pub repository: String,
    /// Downstream package.
    pub package: String,
    /// Workspace of the package revision; "" where there is a fault.
    pub workspace: String,
    /// Upstream package revision by its object name; "" where none was found.
    pub upstream: String,
    /// What happens to the package revision.
    pub action: Action,
    /// What the package is compared with: itself before, the upstream for a new one.
    pub before: Files,
    /// The package.
    pub after: Files,
    /// Injection points and what became of them.
    pub injections: Vec<Injection>,
    /// Types of readiness gates that are not fulfilled; nobody should approve the package until they are.
    pub closed_gates: Vec<String>,
    /// Conditions the variant would have.
    pub conditions: Vec<Condition>,
    /// What is worth knowing.
    pub notes: Vec<Note>,
    /// Why there is no package.
    pub fault: Option<Fault>,
}

/// What happens to a package revision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A new package.
    Create,
    /// A draft gets other content.
    Change,
    /// A new draft of a published package.
    Edit,
    /// Everything is as it should be.
    Unchanged,
    /// Nothing, as something is wrong.
    #[default]
    Fail,
}

impl fmt::Display for Action {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Edit => "edit",
            Self::Unchanged => "unchanged",
            Self::Fail => "fail",
        })
    }
}

impl Outcome {
    /// `repository/package`.
    #[must_use]
    pub fn target(&self) -> String {
        format!("{}/{}", self.repository, self.package)
    }

    /// The differences between [`Outcome::before`] and [`Outcome::after`], paths below [`Outcome::target`].
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let paths: BTreeSet<&String> = self.before.keys().chain(self.after.keys()).collect();
        let mut changes = Vec::new();
        for path in paths {
            let (old, new) = (self.before.get(path), self.after.get(path));
            if old != new {
                let path = format!("{}/{path}", self.target());
                changes.push(Change { path, old: old.cloned(), new: new.cloned() });
            }
        }
        changes
    }

    /// Required injection points that hold nothing from the cluster.
    pub fn unfilled(&self) -> impl Iterator<Item = &Injection> {
        let required = self.injections.iter().filter(|injection| injection.required);
        required.filter(|injection| !matches!(injection.state, InjectionState::Injected(_)))
    }
}

impl Plan {
    /// Everything that went wrong, in order.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        let sets = self.sets.iter().filter_map(|set| set.fault.as_ref());
        sets.chain(self.outcomes.iter().filter_map(|outcome| outcome.fault.as_ref()))
    }

    /// Number of package revisions with this action.
    #[must_use]
    pub fn count(&self, action: Action) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.action == action).count()
    }
}
