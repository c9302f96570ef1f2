//! `expand-coverage`: a coverage area or a list of sites becomes sites, sectors, cells and their configuration.
//!
//! The way of an expansion: [`edges`] and [`expansion`] are read and checked, sites come from the list or from a
//! [`lattice`] over the polygons, the [`network`] gets its identities and relations, and [`plan`], [`report`] and
//! [`objects`] are written from that. What was planned before is kept ([`memory`]).

mod config;
mod data;
mod edges;
mod expansion;
mod expansions;
mod fault;
mod lattice;
mod memory;
mod names;
mod network;
mod objects;
mod plan;
mod read;
mod report;
mod specialization;

use porchlight_api::Kind;
use porchlight_krm::{CodedError, Function, Gvk, ResourceList};

pub use config::Config;

/// The function.
pub struct ExpandCoverage;

/// Its name, also as owner of what it generates.
const NAME: &str = "expand-coverage";

impl Function for ExpandCoverage {
    const NAME: &'static str = NAME;
    const DESCRIPTION: &'static str = "Turns coverage areas and site lists into sites, cells and their configuration";
    const CONFIG_KIND: &'static str = Config::KIND;
    const READS: &'static [Gvk] = &[
        Gvk::new("infra.nephio.org/v1alpha1", "WorkloadCluster"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "CoverageExpansion"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "CoveragePlan"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "EdgeSite"),
    ];
    const WRITES: &'static [Gvk] = &[
        Gvk::new("config.porch.kpt.dev/v1alpha1", "PackageVariant"),
        Gvk::new("config.porch.kpt.dev/v1alpha2", "PackageVariantSet"),
        Gvk::new("infra.nephio.org/v1alpha1", "WorkloadCluster"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "CoveragePlan"),
        Gvk::new("req.nephio.org/v1alpha1", "Dependency"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFConfig"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFDeployment"),
    ];

    type Config = Config;

    fn run(list: &mut ResourceList, config: Config) -> Result<(), CodedError> {
        if config.nf_config.is_some() || config.central_unit.is_some() {
            specialization::specialize(list, &config)
        } else {
            expansions::expand(list)
        }
    }
}
