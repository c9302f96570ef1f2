//! Whether a user plane at a site can keep the promised delay: what the way from the antennas takes, beside what the
//! 5QI leaves for it.

use porchlight_api::network_slice_intent::{Site as WrittenSite, SiteRole};

use crate::data::Data;
use crate::problem::Problems;
use crate::slice::{Service, Site, SiteDelay};

/// Half way round the earth and back is more than any route has.
const MAX_DISTANCE_KM: f64 = 20_000.0;

/// Delay of a site as the intent states it: measured, by distance, or by role.
pub(crate) fn between_antennas_and(site: &WrittenSite, field: &str, problems: &mut Problems) -> SiteDelay {
    let in_range = |value: Option<f64>, name: &str, limit: f64, problems: &mut Problems| {
        let value = value?;
        if (0.0..=limit).contains(&value) {
            return Some(value);
        }
        problems.invalid(format!("{field}.{name}"), value, format!("expected a number from 0 to {limit}"));
        None
    };
    let measured = in_range(site.latency_ms, "latencyMs", 10_000.0, problems);
    let distance = in_range(site.distance_km, "distanceKm", MAX_DISTANCE_KM, problems);
    match (measured, distance) {
        (Some(ms), _) => SiteDelay {
            ms,
            distance_km: None,
            measured_ms: Some(ms),
            text: format!("{} measured", millis(ms)),
            source: format!("{field}.latencyMs"),
        },
        (None, Some(km)) => SiteDelay { distance_km: Some(km), ..by_distance(km, &format!("{field}.distanceKm")) },
        (None, None) => by_role(site.role.unwrap_or_default()),
    }
}

/// Delay of a site of which only the role is known.
pub(crate) fn by_role(role: SiteRole) -> SiteDelay {
    let distance = Data::get().latency.distances.iter().find(|distance| distance.role == role);
    let distance = distance.expect("invariant: the data tests find a distance for every role");
    by_distance(distance.km, &distance.source)
}

fn by_distance(km: f64, source: &str) -> SiteDelay {
    let propagation = &Data::get().latency.propagation;
    let ms = km * propagation.value / 1000.0;
    let text = format!("{km} km of fibre at {} {} = {}", propagation.value, propagation.unit, millis(ms));
    let source = format!("{source}; {}", propagation.source);
    SiteDelay { ms, distance_km: None, measured_ms: None, text, source }
}

/// The way between radio and data network through a UPF at a site.
pub(crate) struct CorePath {
    /// What it takes.
    pub(crate) ms: f64,
    /// What the promise leaves for it.
    pub(crate) budget_ms: f64,
    /// The sum in words.
    pub(crate) text: String,
    pub(crate) source: String,
}

impl CorePath {
    /// Of a slice with a promised delay and a 5QI whose budget is known; none: there is nothing to compare.
    pub(crate) fn of(service: &Service, site: &Site) -> Option<Self> {
        let promised = service.latency_ms?;
        let data = Data::get();
        let (five_qi, budget) = data.five_qi.tightest(&service.five_qi)?;
        let processing = &data.latency.user_plane_processing;
        let processing_ms = processing.value / 1000.0;
        let ms = site.delay.ms + processing_ms;
        // A promise below the whole budget leaves the 5QI's own part: the radio has to do better than it must.
        let radio_ms = budget.ms - budget.core;
        let budget_ms = if promised >= budget.ms { promised - radio_ms } else { budget.core };
        let text = format!(
            "{} + {} in the UPF = {}; 5QI {five_qi} leaves {} of {} (radio {})",
            site.delay.text,
            millis(processing_ms),
            millis(ms),
            millis(budget_ms),
            millis(promised),
            millis(radio_ms)
        );
        let source = format!("{}; {}; {}", site.delay.source, processing.source, data.five_qi.source);
        Some(Self { ms, budget_ms, text, source })
    }

    /// Whether the promise can be kept.
    pub(crate) fn fits(&self) -> bool {
        // A nanosecond for the rounding of sums.
        self.ms <= self.budget_ms + 1e-6
    }
}

/// Milliseconds without the tail of a binary fraction.
pub(crate) fn millis(ms: f64) -> String {
    format!("{} ms", (ms * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_distance_and_farther_is_later() {
        let delays: Vec<f64> = SiteRole::ALL.into_iter().map(|role| by_role(role).ms).collect();
        assert_eq!(delays, [1.5, 0.4, 0.2, 0.1]);
        assert_eq!(by_distance(100.0, "x").text, "100 km of fibre at 5 us per km = 0.5 ms");
    }

    #[test]
    fn budgets_split_between_radio_and_core() {
        let data = &Data::get().five_qi;
        for budget in &data.delay_budgets {
            assert!(budget.core > 0.0 && budget.core < budget.ms);
            assert!(budget.five_qi.iter().all(|&value| data.is_valid(value)), "{:?}", budget.five_qi);
        }
    }
}
