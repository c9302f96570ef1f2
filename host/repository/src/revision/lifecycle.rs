//! The way of a package revision (porch §3.1).

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// Where a package revision is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Lifecycle {
    /// It can be changed.
    Draft,
    /// It waits for approval.
    Proposed,
    /// It is final.
    Published,
    /// It is final, and somebody wants it gone.
    DeletionProposed,
}

/// What can be done to a package revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Change its content.
    Change,
    /// Draft to Proposed.
    Propose,
    /// Proposed to Published.
    Approve,
    /// Proposed back to Draft, or DeletionProposed back to Published.
    Reject,
    /// Published to DeletionProposed.
    ProposeDeletion,
    /// Out of the repository.
    Delete,
}

impl Lifecycle {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Proposed, Self::Published, Self::DeletionProposed];

    /// Where a step leads from here: `Ok(None)` is out of the repository.
    ///
    /// # Errors
    /// The step is not allowed from here.
    pub fn after(self, step: Step) -> Result<Option<Self>, NotAllowed> {
        Ok(Some(match (self, step) {
            (Self::Draft, Step::Change) | (Self::Proposed, Step::Reject) => Self::Draft,
            (Self::Draft, Step::Propose) => Self::Proposed,
            (Self::Proposed, Step::Approve) | (Self::DeletionProposed, Step::Reject) => Self::Published,
            (Self::Published, Step::ProposeDeletion) => Self::DeletionProposed,
            (Self::Draft | Self::Proposed | Self::DeletionProposed, Step::Delete) => return Ok(None),
            (from, step) => return Err(NotAllowed { from, step }),
        }))
    }

    /// True for Published and DeletionProposed.
    #[must_use]
    pub fn is_published(self) -> bool {
        matches!(self, Self::Published | Self::DeletionProposed)
    }
}

/// A step that is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAllowed {
    /// From here.
    pub from: Lifecycle,
    /// What was to be done.
    pub step: Step,
}

impl NotAllowed {
    /// What would be allowed instead.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match (self.from, self.step) {
            (Lifecycle::Proposed, Step::Change | Step::Propose) => {
                "it waits for approval: `approve` or `reject` it first"
            }
            (Lifecycle::Draft, Step::Approve) => "`propose` it first",
            (Lifecycle::Draft, Step::Reject) => "it is a draft already",
            (Lifecycle::Published, Step::Delete) => "`propose-delete` it first",
            (Lifecycle::Published | Lifecycle::DeletionProposed, Step::Change) => {
                "what is published never changes: make a new revision of it with `edit`"
            }
            (_, Step::ProposeDeletion) if !self.from.is_published() => "`delete` it at once",
            (Lifecycle::DeletionProposed, _) => "`delete` it, or keep it with `reject`",
            _ => "it is published already",
        }
    }
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, out)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Change => "changed",
            Self::Propose => "proposed",
            Self::Approve => "approved",
            Self::Reject => "rejected",
            Self::ProposeDeletion => "proposed for deletion",
            Self::Delete => "deleted",
        })
    }
}

impl FromStr for Lifecycle {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|lifecycle| lifecycle.to_string().eq_ignore_ascii_case(text))
            .ok_or_else(|| format!("`{text}` is none of Draft, Proposed, Published, DeletionProposed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of porch §3.1: every pair that is not in it is refused.
    #[test]
    fn the_table_is_porchs() {
        use Lifecycle::{DeletionProposed, Draft, Proposed, Published};
        use Step::{Approve, Change, Delete, Propose, ProposeDeletion, Reject};
        let allowed = [
            (Draft, Change, Some(Draft)),
            (Draft, Propose, Some(Proposed)),
            (Draft, Delete, None),
            (Proposed, Approve, Some(Published)),
            (Proposed, Reject, Some(Draft)),
            (Proposed, Delete, None),
            (Published, ProposeDeletion, Some(DeletionProposed)),
            (DeletionProposed, Reject, Some(Published)),
            (DeletionProposed, Delete, None),
        ];
        for from in Lifecycle::ALL {
            for step in [Change, Propose, Approve, Reject, ProposeDeletion, Delete] {
                let expected = allowed.iter().find(|(a, b, _)| (*a, *b) == (from, step)).map(|(_, _, to)| *to);
                assert_eq!(from.after(step).ok(), expected, "{from} {step}");
                if let Err(refused) = from.after(step) {
                    assert!(!refused.advice().is_empty());
                }
            }
        }
        assert_eq!("draft".parse(), Ok(Draft));
        assert!("gone".parse::<Lifecycle>().is_err());
    }
}
