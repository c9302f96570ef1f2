//! A coverage expansion, checked and with every default filled in.

mod area;
mod carriers;
mod rules;
mod sectors;
mod sites;
mod units;

use porchlight_api::coverage::{CoverageExpansion, CoveragePlacement, GnbScope, NeighbourRelation, Neighbours};
use porchlight_api::network_slice_intent::{Blueprint, NfType, PlmnId};
use porchlight_krm::order::SortedMap;
use porchlight_krm::{Code, Notice, Resource};
use porchlight_radio::carrier::Checked;
use porchlight_radio::environment;

use crate::data::Data;
use crate::edges::{Cluster, Edges};
use crate::fault::Faults;
use crate::memory::Memory;
use crate::names::{DNS_LABEL, is_dns_label};
use crate::read::{Reading, read};

pub(crate) use carriers::downlink_percent;
pub(crate) use sectors::Fixed;
use sites::Places;
pub(crate) use sites::SiteSpec;

/// Field of the notice that there is nothing to plan.
const NOTHING_TO_PLAN: &str = "spec.area";
/// Longest name of an expansion: it becomes part of other names.
const MAX_NAME: usize = 30;

/// A valid expansion.
pub(crate) struct Expansion<'a> {
    pub(crate) object: &'a Resource,
    pub(crate) name: String,
    pub(crate) spec: CoverageExpansion,
    /// Folder of its file; what is generated stands beside it.
    pub(crate) folder: String,
    pub(crate) plmns: Vec<PlmnId>,
    pub(crate) slices: Vec<Slice>,
    pub(crate) carriers: Vec<Checked>,
    pub(crate) layers: Vec<u64>,
    pub(crate) distance: Distance,
    pub(crate) area: area::Area,
    pub(crate) rules: rules::Rules,
    /// Relations instead of those by place.
    pub(crate) relations: Option<Vec<NeighbourRelation>>,
    pub(crate) functions: Vec<Function>,
    pub(crate) placement: CoveragePlacement,
    pub(crate) sites: Vec<SiteSpec>,
    /// Cluster of the central units' control planes, where it is not that of their sites.
    pub(crate) central: Option<Cluster>,
    pub(crate) notices: Vec<Notice>,
}

/// A slice identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slice {
    pub(crate) sst: u8,
    pub(crate) sd: String,
}

/// Distance between sites and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Distance {
    pub(crate) metres: f64,
    pub(crate) rule: &'static str,
    pub(crate) source: String,
}

/// A kind of radio network function to generate.
pub(crate) struct Function {
    pub(crate) nf: NfType,
    pub(crate) provider: String,
    pub(crate) blueprint: Blueprint,
    /// Field of the expansion the provider is from.
    pub(crate) field: String,
}

impl Expansion<'_> {
    /// Distance up to which cells of two sites can be neighbours, in metres.
    pub(crate) fn neighbour_radius(&self) -> f64 {
        self.distance.metres * Data::get().planning.neighbour_radius.real() / 100.0
    }

    /// Distance beyond which a physical cell identity may come again, in metres.
    pub(crate) fn reuse_distance(&self) -> f64 {
        self.neighbour_radius() * Data::get().planning.reuse_distance.real() / 100.0
    }

    /// The cluster of the central units' control planes, where one is generated and does not stand with its sites.
    pub(crate) fn central(&self) -> Option<&Cluster> {
        self.central.as_ref().filter(|_| self.function(NfType::Cucp).is_some())
    }

    pub(crate) fn function(&self, nf: NfType) -> Option<&Function> {
        self.functions.iter().find(|function| function.nf == nf)
    }
}

/// What a check needs: the expansion as written, and where to put what it finds.
struct Check<'a, 'f> {
    object: &'a Resource,
    reading: Reading<CoverageExpansion>,
    faults: &'f mut Faults,
    notices: Vec<Notice>,
}

impl Check<'_, '_> {
    fn invalid(&mut self, field: impl Into<String>, current: impl ToString, message: impl AsRef<str>) {
        self.faults.invalid(self.object, field, current, message);
    }

    fn missing(&mut self, field: impl Into<String>, message: impl AsRef<str>) {
        self.faults.missing(self.object, field, message);
    }

    fn spec(&self) -> &CoverageExpansion {
        &self.reading.spec
    }
}

/// Checks an expansion. `None` where it is faulty, or where there is nothing to plan (with a notice).
pub(crate) fn check<'a>(
    object: &'a Resource,
    edges: &Edges<'_>,
    memory: &Memory,
    faults: &mut Faults,
) -> Result<Expansion<'a>, Vec<Notice>> {
    let before = faults.len();
    let reading = read::<CoverageExpansion>(object, faults);
    let mut check = Check { object, reading, faults, notices: Vec::new() };
    let name = check_name(&mut check);
    let area = area::check(&mut check);
    area::targets(&mut check);
    let rules = rules::check(&mut check);
    let (carriers, layers) = carriers::check(&mut check);
    let slices = check_slices(&mut check);
    let functions = check_functions(&mut check);
    let mut distance = check_distance(&mut check);
    // Carriers at fault still count, so that what sites say of their cells is read as it is meant.
    let count = check.spec().radio.len().max(1);
    let Places { sites, central } =
        sites::resolve(&name, &area, &rules, count, &mut distance, edges, memory, &mut check);
    let plmns = check_plmns(sites.is_empty(), &mut check);
    let relations = match &check.spec().neighbours {
        Some(Neighbours::List(relations)) => Some(relations.clone()),
        Some(Neighbours::Mode(_)) | None => None,
    };
    let Check { reading, mut notices, faults, .. } = check;
    if faults.len() > before || sites.is_empty() {
        // What was chosen for a plan that is not made interests nobody.
        notices.retain(|notice| notice.field == NOTHING_TO_PLAN);
        return Err(notices);
    }
    Ok(Expansion {
        object,
        name,
        folder: folder(object),
        plmns,
        slices,
        carriers,
        layers,
        distance,
        area,
        rules,
        relations,
        functions,
        placement: reading.spec.placement.unwrap_or_default(),
        sites,
        central,
        notices,
        spec: reading.spec,
    })
}

fn folder(object: &Resource) -> String {
    let path = object.file().0.unwrap_or_default();
    path.rfind('/').map_or_else(String::new, |slash| path[..=slash].to_owned())
}

fn check_name(check: &mut Check<'_, '_>) -> String {
    let name = check.object.name().to_owned();
    if name.len() > MAX_NAME {
        let message =
            format!("{} characters are too many: at most {MAX_NAME}, it becomes part of other names", name.len());
        check.invalid("metadata.name", &name, message);
    } else if !is_dns_label(&name) {
        check.invalid("metadata.name", &name, DNS_LABEL);
    }
    name
}

/// The networks of the cells: those listed, else those of the tracking areas.
fn check_plmns(nothing_to_plan: bool, check: &mut Check<'_, '_>) -> Vec<PlmnId> {
    let mut plmns = check.spec().plmns.clone();
    let field = if plmns.is_empty() { "spec.area.taiList" } else { "spec.plmns" };
    if plmns.is_empty() {
        for tai in &check.spec().area.tai_list {
            if !plmns.contains(&tai.plmn_id) {
                plmns.push(tai.plmn_id.clone());
            }
        }
    }
    let readable = check.reading.is_readable("plmns") && check.reading.is_readable("area");
    if plmns.is_empty() && !nothing_to_plan && readable {
        check.missing("spec.plmns", "say which network the cells belong to: mcc and mnc");
    }
    for (index, plmn) in plmns.iter().enumerate() {
        let digits = |text: &str, lengths: &[usize]| {
            lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let field = if field == "spec.plmns" { format!("{field}[{index}]") } else { field.to_owned() };
        if !digits(&plmn.mcc, &[3]) {
            check.invalid(format!("{field}.mcc"), &plmn.mcc, "expected three digits as text, such as \"001\"");
        }
        if !digits(&plmn.mnc, &[2, 3]) {
            check.invalid(format!("{field}.mnc"), &plmn.mnc, "expected two or three digits as text, such as \"01\"");
        }
    }
    plmns
}

fn check_slices(check: &mut Check<'_, '_>) -> Vec<Slice> {
    let default = &Data::get().defaults.slice;
    let written = check.spec().slices.clone();
    let mut slices = Vec::new();
    for (index, slice) in written.iter().enumerate() {
        let field = format!("spec.slices[{index}]");
        let sst = slice.sst.unwrap_or(i64::from(default.sst));
        let number = u8::try_from(sst).unwrap_or_else(|_| {
            check.invalid(format!("{field}.sst"), sst, "expected a slice/service type from 0 to 255");
            0
        });
        let sd = slice.sd.clone().unwrap_or_else(|| default.sd.clone());
        if sd.len() != 6 || !sd.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            check.invalid(format!("{field}.sd"), &sd, "expected six hexadecimal digits as text");
        }
        slices.push(Slice { sst: number, sd });
    }
    if slices.is_empty() {
        slices.push(Slice { sst: default.sst, sd: default.sd.clone() });
    }
    slices
}

/// Radio network functions, in the order central unit to distributed unit.
const RADIO: [NfType; 3] = [NfType::Cucp, NfType::Cuup, NfType::Du];

fn check_functions(check: &mut Check<'_, '_>) -> Vec<Function> {
    let spec = check.spec().clone();
    let wanted = spec.network_functions.unwrap_or_else(|| RADIO.to_vec());
    for (index, nf) in wanted.iter().enumerate().filter(|(_, nf)| !RADIO.contains(nf)) {
        check.invalid(format!("spec.networkFunctions[{index}]"), nf, "expected cucp, cuup or du");
    }
    let empty = SortedMap::new();
    let providers = spec.providers.as_ref().unwrap_or(&empty);
    for nf in providers.keys().filter(|nf| !RADIO.contains(nf)) {
        check.invalid("spec.providers", nf, "expected cucp, cuup or du");
    }
    let no_blueprints = SortedMap::new();
    let blueprints = spec.blueprints.as_ref().unwrap_or(&no_blueprints);
    let mut functions = Vec::new();
    for nf in RADIO.into_iter().filter(|nf| wanted.contains(nf)) {
        let named = providers.get(&nf);
        let provider = named.cloned().unwrap_or_else(|| Data::get().default_provider(nf).name.clone());
        let known = Data::get().provider(&provider);
        let field = if named.is_some() { format!("spec.providers.{nf}") } else { "spec.networkFunctions".to_owned() };
        let blueprint = blueprints.get(&nf).cloned().or_else(|| {
            known.map(|known| Blueprint {
                repo: known.blueprint.repo.clone(),
                package: known.blueprint.package.clone(),
                revision: None,
                workspace_name: Some(known.blueprint.workspace_name.clone()),
            })
        });
        if known.is_none() {
            let message = format!("the parameters of `{provider}` are not known: its blueprint keeps the cells it has");
            check.notices.push(Notice::warning(Code::ProviderUnsupported, &field, message).with_current(&provider));
        }
        match blueprint {
            Some(blueprint) => functions.push(Function { nf, provider, blueprint, field }),
            None if spec.placement == Some(CoveragePlacement::InPackage) => {
                functions.push(Function { nf, provider, blueprint: Blueprint::default(), field });
            }
            None => {
                let message = format!("no blueprint of `{provider}` is known: name repo and package");
                check.missing(format!("spec.blueprints.{nf}"), message);
            }
        }
    }
    functions
}

/// Distance between sites: as given, else by the surroundings.
fn check_distance(check: &mut Check<'_, '_>) -> Distance {
    let environment = check.spec().environment.unwrap_or_default();
    let rules = environment::rules(environment);
    if let Some(metres) = check.spec().isd_metres {
        if (5.0..=100_000.0).contains(&metres) {
            return Distance { metres, rule: "isdMetres", source: "the expansion".to_owned() };
        }
        check.invalid("spec.isdMetres", metres, "expected 5 to 100000 metres");
    }
    Distance { metres: rules.isd_metres, rule: environment.as_str(), source: rules.source.clone() }
}

/// Whether a gNB is that of a site.
pub(crate) fn is_per_site(rules: &rules::Rules) -> bool {
    rules.gnb_scope == GnbScope::Site
}
