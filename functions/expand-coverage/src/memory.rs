//! What earlier runs planned. A plan that is there is kept as far as it is valid: a site that is added moves nothing.

use std::collections::{BTreeMap, HashMap};

use porchlight_api::Kind;
use porchlight_api::coverage::CoveragePlan;
use porchlight_api::intent_report::DerivedValue;
use porchlight_krm::order::Arrange;
use porchlight_krm::{FieldPath, Resource};

/// A cell by site, sector and carrier, both from 1.
pub(crate) type CellKey = (String, u8, u8);

/// Identities of a cell.
#[derive(Clone, Debug)]
pub(crate) struct KnownCell {
    pub(crate) pci: u16,
    pub(crate) cell_id: u64,
    pub(crate) distributed_unit: String,
}

/// How a plan says that its distance between sites was taken from the sites themselves.
pub(crate) struct Estimate {
    /// Name of the derived value.
    pub(crate) name: &'static str,
    /// Rule that gave it.
    pub(crate) rule: &'static str,
}

pub(crate) const ESTIMATE: Estimate = Estimate { name: "isd", rule: "medianSiteDistance" };

/// Everything earlier plans say.
#[derive(Default)]
pub(crate) struct Memory {
    cells: HashMap<CellKey, KnownCell>,
    clusters: HashMap<String, String>,
    tacs: BTreeMap<String, u32>,
    distances: BTreeMap<String, f64>,
}

impl Memory {
    /// Reads the plans of a package. One that cannot be read counts as absent.
    pub(crate) fn of(items: &[Resource]) -> Self {
        let mut memory = Self::default();
        let path = FieldPath::of(["spec"]);
        let mut plans: Vec<&Resource> =
            items.iter().filter(|item| item.is(CoveragePlan::API_VERSION, CoveragePlan::KIND)).collect();
        plans.arrange_by_key(|plan| (plan.name(), plan.namespace(), plan.file()));
        for plan in plans {
            let Ok(Some(spec)) = plan.get::<CoveragePlan>(&path) else { continue };
            memory.add(plan.name(), spec);
        }
        memory
    }

    fn add(&mut self, name: &str, plan: CoveragePlan) {
        let estimated = |value: &DerivedValue| value.name == ESTIMATE.name && value.rule == ESTIMATE.rule;
        if plan.derived.iter().any(estimated) {
            self.distances.insert(name.to_owned(), plan.isd_metres);
        }
        for site in plan.sites {
            self.tacs.entry(site.cluster.clone()).or_insert(site.tac);
            self.clusters.entry(site.site).or_insert(site.cluster);
        }
        for cell in plan.cells {
            let known = KnownCell {
                pci: cell.physical_cell_id,
                cell_id: cell.cell_id,
                distributed_unit: cell.distributed_unit,
            };
            self.cells.entry((cell.site, cell.sector, cell.carrier)).or_insert(known);
        }
    }

    pub(crate) fn cell(&self, key: &CellKey) -> Option<&KnownCell> {
        self.cells.get(key)
    }

    /// Cluster that hosted a site.
    pub(crate) fn cluster(&self, site: &str) -> Option<&str> {
        self.clusters.get(site).map(String::as_str)
    }

    /// Tracking area of a cluster.
    pub(crate) fn tac(&self, cluster: &str) -> Option<u32> {
        self.tacs.get(cluster).copied()
    }

    /// Distance between sites that a plan took from the sites themselves, in metres.
    pub(crate) fn distance(&self, plan: &str) -> Option<f64> {
        self.distances.get(plan).copied().filter(|metres| *metres > 0.0)
    }

    /// Whether a site was planned before.
    pub(crate) fn has_site(&self, site: &str) -> bool {
        self.clusters.contains_key(site)
    }
}
