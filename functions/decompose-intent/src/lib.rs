//! `decompose-intent`: what a network slice is for becomes the Nephio objects that realise it.
//!
//! The way of an intent: [`read`] it section by section, complete it with the [`statements`] it makes in the words of
//! other models, [`validate`] it into a [`slice`], [`placement`] on sites with [`porchlight_sizing`], [`objects`] from
//! that, a [`report`] about all of it. What a slice type, network function or provider
//! means is data, see [`data`].

mod config;
mod conflicts;
mod data;
mod deployment_order;
mod intents;
mod latency;
mod objects;
mod placement;
mod problem;
mod provider_limits;
mod read;
mod report;
mod sharing;
mod sites;
mod slice;
mod specialization;
mod statements;
mod time;
mod validate;

use porchlight_api::Kind;
use porchlight_krm::{CodedError, Function, Gvk, ResourceList};

pub use config::Config;

/// The function.
pub struct DecomposeIntent;

impl Function for DecomposeIntent {
    const NAME: &'static str = "decompose-intent";
    const DESCRIPTION: &'static str = "Turns network slice intents into the Nephio objects that realise them";
    const CONFIG_KIND: &'static str = Config::KIND;
    const READS: &'static [Gvk] = &[
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "NetworkSliceIntent"),
        Gvk::new("infra.nephio.org/v1alpha1", "WorkloadCluster"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "EdgeSite"),
    ];
    const WRITES: &'static [Gvk] = &[
        Gvk::new("config.porch.kpt.dev/v1alpha1", "PackageVariant"),
        Gvk::new("infra.nephio.org/v1alpha1", "Network"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "CoverageExpansion"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "EdgeSite"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "IntentReport"),
        Gvk::new("req.nephio.org/v1alpha1", "Capacity"),
        Gvk::new("req.nephio.org/v1alpha1", "DataNetwork"),
        Gvk::new("req.nephio.org/v1alpha1", "Dependency"),
        Gvk::new("req.nephio.org/v1alpha1", "Interface"),
        Gvk::new("v1", "Namespace"),
        Gvk::new("v1", "ResourceQuota"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFConfig"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFDeployment"),
    ];

    type Config = Config;

    fn run(list: &mut ResourceList, config: Config) -> Result<(), CodedError> {
        match config.intent {
            Some(_) => specialization::specialize(list, &config),
            None => intents::decompose(list, &config),
        }
    }
}
