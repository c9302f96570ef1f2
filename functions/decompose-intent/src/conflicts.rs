//! Contradictions between the intents of a package, and who gets what: the higher priority, then the more specific
//! intent, then the name that comes first. The other one gives way.

mod addresses;

use porchlight_api::intent_report::{Conflict, ConflictRule, ConflictType};
use porchlight_api::network_slice_intent::NfType;
use porchlight_krm::order::Arrange;
use porchlight_krm::{Code, Notice, Severity};

use crate::placement::Instance;
use crate::slice::{RrmShares, Slice};

pub(crate) use addresses::settle as addresses;

/// A contradiction and its outcome.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decision {
    pub(crate) winner: String,
    pub(crate) loser: String,
    conflict_type: ConflictType,
    rule: ConflictRule,
    wish: Wish,
    resolution: String,
    /// The loser said that losing is all right.
    is_accepted: bool,
}

/// What the loser asks for.
#[derive(Clone, Debug, PartialEq)]
struct Wish {
    field: String,
    value: String,
}

impl Decision {
    /// Between two slices of which the first one comes first.
    fn new(conflict_type: ConflictType, winner: &Slice, loser: &Slice, wish: Wish, resolution: String) -> Self {
        let (first, second) = (winner.precedence(), loser.precedence());
        let rule = if first.0 != second.0 {
            ConflictRule::Priority
        } else if first.1 != second.1 {
            ConflictRule::Specificity
        } else {
            ConflictRule::Name
        };
        Self {
            winner: winner.name.clone(),
            loser: loser.name.clone(),
            conflict_type,
            rule,
            wish,
            resolution,
            is_accepted: loser.preemptible,
        }
    }

    /// What to tell about the loser.
    pub(crate) fn notice(&self) -> Notice {
        let rule = match self.rule {
            ConflictRule::Priority => "has the higher priority",
            ConflictRule::Specificity => "is the more specific one",
            ConflictRule::Name => "comes first by name",
        };
        Notice {
            level: if self.is_accepted { Severity::Info } else { Severity::Warning },
            code: Code::IntentConflict,
            field: self.wish.field.clone(),
            current: Some(self.wish.value.clone()),
            message: format!("the intent `{}` {rule}: {}", self.winner, self.resolution),
        }
    }

    /// The entry in the report of one of both.
    pub(crate) fn entry(&self, slice: &str) -> Option<Conflict> {
        let with = match slice {
            name if name == self.winner => &self.loser,
            name if name == self.loser => &self.winner,
            _ => return None,
        };
        Some(Conflict {
            conflict_type: self.conflict_type,
            with: with.clone(),
            field: self.wish.field.clone(),
            winner: self.winner.clone(),
            rule: self.rule,
            resolution: self.resolution.clone(),
        })
    }
}

/// A shared network function runs one program, from one blueprint, in one form.
pub(crate) fn functions(winner: &Instance<'_>, loser: &Instance<'_>) -> Vec<Decision> {
    let (nf, subnet) = (winner.function.nf, winner.owner());
    let mut decisions = Vec::new();
    let mut lost = |field: &str, value: String, given: &str| {
        let wish = Wish { field: field.to_owned(), value };
        let resolution = format!("the shared {nf} of {subnet} is {given}");
        let kind = ConflictType::ExpectationConflict;
        decisions.push(Decision::new(kind, winner.slice, loser.slice, wish, resolution));
    };
    let (ours, theirs) = (winner.function, loser.function);
    if ours.provider != theirs.provider {
        lost(&theirs.provider_field, theirs.provider.clone(), &ours.provider);
    } else if ours.blueprint != theirs.blueprint {
        let field = theirs.blueprint_field.clone().unwrap_or_else(|| format!("spec.blueprints.{nf}"));
        let given = format!("from {}/{}", ours.blueprint.repo, ours.blueprint.package);
        lost(&field, theirs.blueprint.package.clone(), &given);
    }
    if winner.slice.placement != loser.slice.placement {
        let placement = if loser.slice.placement == Default::default() { "packageVariant" } else { "inPackage" };
        lost("spec.placement", placement.to_owned(), "placed as that intent says");
    }
    decisions
}

/// What a slice gets of the radio resources of a shared DU.
pub(crate) struct Granted {
    pub(crate) slice: String,
    pub(crate) cluster: String,
    pub(crate) shares: RrmShares,
}

/// Minimum shares must not add up to more than there is (TS 28.541 RRMPolicyRatio).
pub(crate) fn radio(shared: &[Instance<'_>]) -> (Vec<Decision>, Vec<Granted>) {
    let mut decisions = Vec::new();
    let mut granted = Vec::new();
    for instance in shared.iter().filter(|instance| instance.function.nf == NfType::Du) {
        let cluster = &instance.site.cluster;
        let mut slices = instance.slices.clone();
        slices.arrange_by(|left, right| left.precedence().cmp(&right.precedence()));
        let mut free = 100;
        for slice in &slices {
            let min = slice.rrm.min.min(free);
            free -= min;
            if min < slice.rrm.min {
                let wish = Wish { field: "spec.ran.rrmPolicy.min".to_owned(), value: slice.rrm.min.to_string() };
                let resolution = format!("the minimum share of {} at {cluster} is cut to {min} %", slice.name);
                decisions.push(Decision::new(ConflictType::TargetConflict, slices[0], slice, wish, resolution));
            }
            let shares = RrmShares { min, dedicated: slice.rrm.dedicated.min(min), max: slice.rrm.max };
            granted.push(Granted { slice: slice.name.clone(), cluster: cluster.clone(), shares });
        }
    }
    (decisions, granted)
}
