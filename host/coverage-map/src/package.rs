//! From the resources of a package to its map.

use std::fmt;

use expand_coverage::ExpandCoverage;
use porchlight_api::coverage::{CoverageExpansion, CoveragePlan, GeoCoordinate};
use porchlight_api::{API_VERSION, Kind};
use porchlight_krm::{FieldPath, Resource, ResourceList, run_text};

use crate::Map;

/// Another name of the kind that asks for a plan.
const ALIAS: &str = "Coverage";

/// Why a package has no map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MapError {
    /// What the package asks for cannot be planned; a line for each fault.
    Planning(String),
    /// A plan or area cannot be read.
    Unreadable(String),
}

impl fmt::Display for MapError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Planning(text) | Self::Unreadable(text)) = self;
        out.write_str(text)
    }
}

impl std::error::Error for MapError {}

fn asks(item: &Resource) -> bool {
    item.api_version() == API_VERSION && [CoverageExpansion::KIND, ALIAS].contains(&item.kind())
}

impl Map {
    /// The plans of a package. Where it asks for some, they are made first, as a render would make them.
    ///
    /// # Errors
    /// Where planning fails or a plan cannot be read.
    pub fn of_package(resources: Vec<Resource>) -> Result<Self, MapError> {
        let mut list = ResourceList::default();
        list.items = resources;
        if list.items.iter().any(asks) {
            let outcome = run_text::<ExpandCoverage>(&list.to_text());
            if outcome.exit_code != 0 {
                return Err(MapError::Planning(outcome.stderr));
            }
            list = ResourceList::parse(&outcome.stdout).map_err(|error| MapError::Unreadable(error.to_string()))?;
        }
        let spec = FieldPath::of(["spec"]);
        let mut map = Self::default();
        for item in &list.items {
            let unreadable = |error: &dyn fmt::Display| {
                MapError::Unreadable(format!("the {} `{}` cannot be read: {error}", item.kind(), item.name()))
            };
            if item.is(CoveragePlan::API_VERSION, CoveragePlan::KIND) {
                let plan = item.get::<CoveragePlan>(&spec).map_err(|error| unreadable(&error))?;
                map.plans.extend(plan.map(|plan| (item.name().to_owned(), plan)));
            } else if asks(item) {
                let path = spec.key("area").key("polygons");
                let polygons = item.get::<Vec<Vec<GeoCoordinate>>>(&path).map_err(|error| unreadable(&error))?;
                map.polygons.extend(polygons.unwrap_or_default());
            }
        }
        map.plans.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(map)
    }
}
