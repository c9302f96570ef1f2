//! What a target has to carry: as the expansion says, else as its own `Capacity` does; grown, with headroom, and not below
//! what is there unless it may shrink.

use porchlight_api::Quantity;
use porchlight_api::capacity_expansion::CapacityDemand;
use porchlight_api::intent_report::DerivedValue;
use porchlight_api::sizing_profile::Metric;
use porchlight_krm::order::Gather;
use porchlight_krm::{CodedError, Resource};
use porchlight_sizing::{CapacityField, Figures, Load, in_words};

use crate::baseline::{self, Named};
use crate::capacity_values::{self, MOST_BITS_PER_SECOND, Values};
use crate::problem::invalid;
use crate::profiles::Rule;
use crate::targets::{Target, TargetKind};

/// The demand on a target.
#[derive(Clone, Default)]
pub(crate) struct Demand {
    /// What its `Capacity` said before any expansion.
    pub(crate) baseline: Values,
    /// Today.
    pub(crate) today: Load,
    /// At the horizon, with headroom.
    pub(crate) planned: Load,
    pub(crate) derived: Vec<DerivedValue>,
}

impl Demand {
    /// Whether there is anything to size by.
    pub(crate) fn is_known(&self) -> bool {
        let Load { uplink, downlink, sessions, subscribers, connections, cells, packet_bytes: _ } = self.today;
        [uplink, downlink, sessions, subscribers, connections, cells].iter().any(Option::is_some)
    }
}

impl Demand {
    /// Peers that come with the further instances of other network functions.
    pub(crate) fn add_peers(&mut self, further: u64, scope: &str) {
        let Some(known) = self.planned.connections.filter(|_| further > 0) else { return };
        let planned = known.saturating_add(further);
        self.planned.connections = Some(planned);
        self.derived.push(DerivedValue {
            name: metric_name(Metric::MaxNfConnections).to_owned(),
            scope: scope.to_owned(),
            value: in_words(Metric::MaxNfConnections, planned),
            rule: "demand".to_owned(),
            calculation: Some(format!("{} + {further} further UPFs", in_words(Metric::MaxNfConnections, known))),
            source: "TS 23.501: N4, the reference point between the SMF and each UPF".to_owned(),
        });
    }
}

/// What the object says of its capacity, before any expansion.
pub(crate) fn baseline(items: &[Resource], target: &Target, errors: &mut Vec<CodedError>) -> Values {
    let (item, at) = match (target.capacity, target.kind) {
        (Some(capacity), _) => (&items[capacity], "spec"),
        (None, TargetKind::NetworkFunction) => (&items[target.item], "spec.capacity"),
        (None, TargetKind::Workload | TargetKind::PackageVariant) => return Values::new(),
    };
    let current = capacity_values::read(item, at, at != "spec", errors);
    let before = baseline::of(item, &named(&current));
    before.iter().filter_map(|(name, value)| Some((CapacityField::named(name)?, *value))).gather()
}

/// Values by name.
pub(crate) fn named(values: &Values) -> Named {
    values.iter().map(|(field, value)| (field.name().to_owned(), *value)).gather()
}

/// The part of a stated demand that one of several targets carries.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    pub(crate) weight: u64,
    pub(crate) total: u64,
}

impl Share {
    fn of(self, value: u64) -> u64 {
        ratio(value, &[self.weight], &[self.total])
    }
}

/// The product of a value with fractions, rounded up once; saturates.
fn ratio(value: u64, numerators: &[u64], denominators: &[u64]) -> u64 {
    let numerator =
        numerators.iter().fold(u128::from(value), |product, factor| product.saturating_mul((*factor).into()));
    let denominator = denominators.iter().fold(1_u128, |product, factor| product.saturating_mul((*factor).into()));
    u64::try_from(numerator.div_ceil(denominator.max(1))).unwrap_or(u64::MAX)
}

/// Collects a demand metric by metric.
struct Collector<'a> {
    scope: &'a str,
    source: String,
    percent: u64,
    headroom: Option<u64>,
    today: Load,
    planned: Load,
    derived: Vec<DerivedValue>,
}

/// A metric of today: a value, and the fractions that lead to it.
struct Stated {
    value: u64,
    numerators: Vec<u64>,
    denominators: Vec<u64>,
    calculation: String,
    source: Option<String>,
    /// From the expansion, not from the object's own `Capacity`.
    is_demand: bool,
}

impl Collector<'_> {
    /// Adds today's and the planned value of a metric.
    fn add(&mut self, metric: Metric, stated: Option<Stated>) {
        let Some(stated) = stated else { return };
        let grows = !matches!(metric, Metric::MaxNfConnections | Metric::Cells);
        let today = ratio(stated.value, &stated.numerators, &stated.denominators);
        let figure = &Figures::get().headroom;
        let headroom = self.headroom.unwrap_or(if stated.is_demand { figure.value * 100 / figure.per } else { 0 });
        let (percent, headroom) = if grows { (self.percent, headroom) } else { (0, 0) };
        let mut numerators = stated.numerators;
        numerators.extend([100 + percent, 100 + headroom]);
        let mut denominators = stated.denominators;
        denominators.extend([100, 100]);
        let planned = ratio(stated.value, &numerators, &denominators);
        let mut calculation = stated.calculation;
        let mut sources: Vec<String> = stated.source.into_iter().collect();
        for (share, name) in [(percent, "growth"), (headroom, "headroom")] {
            if share > 0 {
                calculation = format!("{calculation} + {share} % {name}");
            }
        }
        if headroom > 0 && self.headroom.is_none() {
            sources.push(figure.source.clone());
        }
        sources.dedup();
        sources.insert(0, if stated.is_demand { self.source.clone() } else { "the object's own capacity".to_owned() });
        if stated.is_demand || planned != today {
            let name = in_words(metric, planned);
            self.derived.push(DerivedValue {
                name: metric_name(metric).to_owned(),
                scope: self.scope.to_owned(),
                value: name,
                rule: "demand".to_owned(),
                calculation: Some(calculation),
                source: sources.join("; "),
            });
        }
        set(&mut self.today, metric, today);
        set(&mut self.planned, metric, planned);
    }
}

fn set(load: &mut Load, metric: Metric, value: u64) {
    let place = match metric {
        Metric::MaxUplinkThroughput => &mut load.uplink,
        Metric::MaxDownlinkThroughput => &mut load.downlink,
        Metric::MaxSessions => &mut load.sessions,
        Metric::MaxSubscribers => &mut load.subscribers,
        Metric::MaxNfConnections => &mut load.connections,
        Metric::Cells => &mut load.cells,
        // These follow from the others.
        Metric::Throughput | Metric::PacketRate | Metric::WireRate | Metric::Workers => return,
    };
    *place = Some(value);
}

fn metric_name(metric: Metric) -> &'static str {
    match metric {
        Metric::MaxUplinkThroughput => "uplink",
        Metric::MaxDownlinkThroughput => "downlink",
        Metric::MaxSessions => "sessions",
        Metric::MaxSubscribers => "subscribers",
        Metric::MaxNfConnections => "connections",
        Metric::Cells => "cells",
        Metric::Throughput | Metric::PacketRate | Metric::WireRate | Metric::Workers => "load",
    }
}

/// The demand on a target. `upfs` is how many user planes the package has.
pub(crate) fn of(
    items: &[Resource],
    target: &Target,
    rule: &Rule,
    baseline: Values,
    share: Share,
    upfs: u64,
) -> Result<Demand, CodedError> {
    let spec = &target.expansion.spec;
    let none = CapacityDemand::default();
    let demand = spec.demand.as_ref().unwrap_or(&none);
    let growth = spec.growth.unwrap_or_default();
    let scope = target.scope(items);
    let object = &target.expansion.object;
    let unknown = Load { packet_bytes: demand.packet_bytes.unwrap_or(rule.packet_bytes), ..Load::default() };
    let mut collector = Collector {
        scope: &scope,
        source: format!("{} {}", object.kind(), object.name()),
        percent: growth.percent.unwrap_or(0),
        headroom: growth.headroom_percent,
        today: unknown,
        planned: unknown,
        derived: Vec::new(),
    };
    let own = capacity_values::load(&baseline, rule.unit);
    let counted_peers = (spec.demand.is_some() && target.nf_type == "smf" && upfs > 0).then_some(upfs);
    let said = Statements { demand, share, own, counted_peers };
    collector.add(
        Metric::MaxDownlinkThroughput,
        said.throughput(Metric::MaxDownlinkThroughput, demand.dl_throughput, demand.dl_per_ue, own.downlink),
    );
    collector.add(
        Metric::MaxUplinkThroughput,
        said.throughput(Metric::MaxUplinkThroughput, demand.ul_throughput, demand.ul_per_ue, own.uplink),
    );
    collector.add(Metric::MaxSubscribers, said.subscribers());
    collector.add(Metric::MaxSessions, said.sessions());
    collector.add(Metric::MaxNfConnections, said.connections());
    collector.add(Metric::Cells, demand.cells.map(|count| of_demand(Metric::Cells, share.of(count))));

    let Collector { today, mut planned, derived, .. } = collector;
    let per_ue = [("dlPerUe", demand.dl_per_ue, today.downlink), ("ulPerUe", demand.ul_per_ue, today.uplink)];
    for (field, per_ue, today) in per_ue {
        if let (Some(per_ue), Some(_)) = (per_ue, today.filter(|today| *today > MOST_BITS_PER_SECOND)) {
            let message = "all subscribers together ask for more than any network carries (1P)";
            return Err(invalid(object, &format!("spec.demand.{field}"), per_ue, message));
        }
    }
    if !spec.allow_shrink {
        planned = at_least(planned, own);
    }
    Ok(Demand { baseline, today, planned, derived })
}

/// What an expansion says of a target, and what its own `Capacity` says where the expansion is silent.
struct Statements<'a> {
    demand: &'a CapacityDemand,
    share: Share,
    own: Load,
    /// Peers of an SMF that nobody counted.
    counted_peers: Option<u64>,
}

impl Statements<'_> {
    /// The target's part of the stated subscribers.
    fn part_of_subscribers(&self) -> Option<u64> {
        self.demand.max_subscribers.map(|count| self.share.of(count))
    }

    fn throughput(
        &self,
        metric: Metric,
        stated: Option<Quantity>,
        per_ue: Option<Quantity>,
        own: Option<u64>,
    ) -> Option<Stated> {
        if let Some(rate) = stated.and_then(Quantity::ceil) {
            return Some(of_demand(metric, self.share.of(rate)));
        }
        let Some((rate, subscribers)) = per_ue.and_then(Quantity::ceil).zip(self.part_of_subscribers()) else {
            return own_value(metric, own);
        };
        let activity = self.demand.activity_factor_percent.unwrap_or(100);
        Some(Stated {
            value: subscribers,
            numerators: vec![activity, rate],
            denominators: vec![100],
            calculation: format!("{subscribers} subscribers × {activity} % × {}", in_words(metric, rate)),
            source: None,
            is_demand: true,
        })
    }

    fn subscribers(&self) -> Option<Stated> {
        let stated = self.part_of_subscribers().map(|count| of_demand(Metric::MaxSubscribers, count));
        stated.or_else(|| own_value(Metric::MaxSubscribers, self.own.subscribers))
    }

    fn sessions(&self) -> Option<Stated> {
        match (self.demand.max_sessions, self.part_of_subscribers()) {
            (Some(count), _) => Some(of_demand(Metric::MaxSessions, self.share.of(count))),
            (None, Some(subscribers)) => Some(sessions_of(subscribers)),
            (None, None) => own_value(Metric::MaxSessions, self.own.sessions),
        }
    }

    fn connections(&self) -> Option<Stated> {
        let stated = self.demand.max_nf_connections.map(|count| of_demand(Metric::MaxNfConnections, count));
        let stated = stated.or_else(|| own_value(Metric::MaxNfConnections, self.own.connections));
        stated.or_else(|| {
            let counted = of_demand(Metric::MaxNfConnections, self.counted_peers?);
            Some(Stated { calculation: "UPFs of the package".to_owned(), ..counted })
        })
    }
}

fn of_demand(metric: Metric, value: u64) -> Stated {
    Stated {
        value,
        numerators: Vec::new(),
        denominators: Vec::new(),
        calculation: in_words(metric, value),
        source: None,
        is_demand: true,
    }
}

fn own_value(metric: Metric, value: Option<u64>) -> Option<Stated> {
    value.map(|value| Stated { is_demand: false, ..of_demand(metric, value) })
}

/// Sessions of so many subscribers.
fn sessions_of(subscribers: u64) -> Stated {
    let figures = Figures::get();
    let (per_device, attached) = (&figures.sessions_per_device, &figures.attach_ratio);
    let decimal = |value: u64, per: u64| format!("{}.{}", value / per, value % per);
    Stated {
        value: subscribers,
        numerators: vec![per_device.value, attached.value],
        denominators: vec![per_device.per, attached.per],
        calculation: format!(
            "{subscribers} subscribers × {} sessions × {} attached",
            decimal(per_device.value, per_device.per),
            decimal(attached.value, attached.per)
        ),
        source: Some(per_device.source.clone()),
        is_demand: true,
    }
}

/// The larger of both, metric by metric.
fn at_least(load: Load, other: Load) -> Load {
    Load {
        uplink: load.uplink.max(other.uplink),
        downlink: load.downlink.max(other.downlink),
        sessions: load.sessions.max(other.sessions),
        subscribers: load.subscribers.max(other.subscribers),
        connections: load.connections.max(other.connections),
        ..load
    }
}
