//! Where a provider cannot honour the intent. It is said, not hidden: the objects are generated all the same, since the
//! next release of an operator may do better.

use porchlight_api::network_slice_intent::NfType;
use porchlight_krm::order::{Arrange, SortedMap};
use porchlight_krm::{Code, Notice};

use crate::data::{Data, Domain, Provider};
use crate::placement::Plan;
use crate::slice::Slice;

/// Everything the providers of a slice will do differently.
pub(crate) fn check(plan: &Plan<'_>) -> Vec<Notice> {
    let slice = plan.slice;
    let providers: Vec<(NfType, &'static Provider)> = slice
        .network_functions
        .iter()
        .filter_map(|function| Some((function.nf, Data::get().provider(&function.provider)?)))
        .collect();
    let mut notices = Vec::new();
    built_in_snssai(slice, &providers, &mut notices);
    built_in_plmns(slice, &providers, &mut notices);
    first_only(slice, &providers, &mut notices);
    pools(slice, &providers, &mut notices);
    subnets(slice, &providers, &mut notices);
    attachments(plan, &mut notices);
    networks(slice, &mut notices);
    redundancy(plan, &mut notices);
    radio_shares(slice, &mut notices);
    notices
}

fn warning(field: &str, current: impl ToString, message: String) -> Notice {
    Notice::warning(Code::ProviderUnsupported, field, message).with_current(current)
}

/// `amf, smf and upf`
fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Groups network functions by what their operators render, so that one warning says it all.
fn rendered(
    providers: &[(NfType, &'static Provider)],
    what: impl Fn(&'static Provider) -> Option<String>,
) -> Option<(String, String)> {
    let mut by_rendering: SortedMap<String, Vec<&str>> = SortedMap::new();
    for (_, provider) in providers {
        if let Some(rendering) = what(provider) {
            by_rendering.entry(rendering).or_default().push(&provider.name);
        }
    }
    if by_rendering.is_empty() {
        return None;
    }
    let names: Vec<&str> = providers
        .iter()
        .map(|(_, provider)| provider.name.as_str())
        .filter(|name| by_rendering.values().flatten().any(|other| other == name))
        .collect();
    let renderings: Vec<String> =
        by_rendering.iter().map(|(rendering, names)| format!("{rendering} ({})", list(names))).collect();
    Some((list(&names), renderings.join("; ")))
}

fn built_in_snssai(slice: &Slice, providers: &[(NfType, &'static Provider)], notices: &mut Vec<Notice>) {
    let own = slice.snssai();
    let found = rendered(providers, |provider| {
        let built_in: Vec<String> = provider
            .renders_only
            .as_ref()?
            .snssais
            .iter()
            .map(|snssai| format!("{}/{}", snssai.sst, snssai.sd))
            .collect();
        (!built_in.contains(&own)).then(|| built_in.join(", "))
    });
    if let Some((names, renderings)) = found {
        notices.push(warning(
            "spec.snssai",
            &own,
            format!("the S-NSSAI {own} has no effect with {names}: their operators render only {renderings}"),
        ));
    }
}

fn built_in_plmns(slice: &Slice, providers: &[(NfType, &'static Provider)], notices: &mut Vec<Notice>) {
    for (index, plmn) in slice.plmns.iter().enumerate() {
        let own = format!("{}/{}", plmn.mcc, plmn.mnc);
        let found = rendered(providers, |provider| {
            let built_in = &provider.renders_only.as_ref()?.plmns;
            let texts: Vec<String> = built_in.iter().map(|plmn| format!("{}/{}", plmn.mcc, plmn.mnc)).collect();
            (!built_in.contains(plmn)).then(|| texts.join(", "))
        });
        if let Some((names, renderings)) = found {
            notices.push(warning(
                &format!("spec.plmns[{index}]"),
                &own,
                format!("the PLMN {own} has no effect with {names}: their operators render only {renderings}"),
            ));
        }
    }
}

/// RAN operators that read one PLMN with one slice.
fn first_only(slice: &Slice, providers: &[(NfType, &'static Provider)], notices: &mut Vec<Notice>) {
    let names: Vec<&str> = providers
        .iter()
        .filter(|(_, provider)| provider.one_plmn_and_slice)
        .map(|(_, provider)| provider.name.as_str())
        .collect();
    if !names.is_empty() && slice.plmns.len() > 1 {
        notices.push(warning(
            "spec.plmns",
            slice.plmns.len(),
            format!("{} read only the first PLMN; {} are listed", list(&names), slice.plmns.len()),
        ));
    }
}

/// Several slices on one gNB: RAN operators read the first only.
pub(crate) fn shared_radio(plan: &Plan<'_>, others: &[Plan<'_>]) -> Vec<Notice> {
    let mut notices = Vec::new();
    let radio = |plan: &Plan<'_>| -> Vec<String> {
        let instances = plan.instances.iter().filter(|instance| instance.rules.domain == Domain::Ran);
        instances.map(|instance| instance.site.cluster.clone()).collect()
    };
    let own = radio(plan);
    for other in others.iter().filter(|other| other.slice.name != plan.slice.name) {
        let mut shared: Vec<String> = radio(other).into_iter().filter(|cluster| own.contains(cluster)).collect();
        shared.arrange();
        shared.dedup();
        if !shared.is_empty() {
            notices.push(warning(
                "spec.sites",
                &other.slice.name,
                format!(
                    "the slice `{}` has radio network functions on {} too: the OAI operators serve one slice per gNB",
                    other.slice.name,
                    shared.join(", ")
                ),
            ));
        }
    }
    notices
}

fn pools(slice: &Slice, providers: &[(NfType, &'static Provider)], notices: &mut Vec<Notice>) {
    for (_, provider) in providers {
        let Some(used) = provider.pools_per_data_network else { continue };
        for (index, network) in slice.data_networks.iter().enumerate() {
            if network.pools.len() > used {
                notices.push(warning(
                    &format!("spec.dataNetworks[{index}].pools"),
                    network.pools.len(),
                    format!("{} uses only the first {used} of the {} pools", provider.name, network.pools.len()),
                ));
            }
        }
    }
}

/// Core functions that are told device addresses instead of claiming them.
fn subnets(slice: &Slice, providers: &[(NfType, &'static Provider)], notices: &mut Vec<Notice>) {
    for (_, provider) in providers.iter().filter(|(_, provider)| provider.wants_subnets) {
        for (index, network) in slice.data_networks.iter().enumerate() {
            if network.pools.iter().all(|pool| pool.prefix.is_none()) {
                notices.push(Notice::info(
                    Code::ProviderUnsupported,
                    format!("spec.dataNetworks[{index}].pools[0].prefix"),
                    format!(
                        "{} is told the addresses of devices in its NFConfig: give the pool a prefix, or set \
                         dnnInfo.subnet once the addresses are claimed",
                        provider.name
                    ),
                ));
            }
        }
    }
}

/// Clusters without the attachment type the slice type wants.
fn attachments(plan: &Plan<'_>, notices: &mut Vec<Notice>) {
    let mut told: Vec<&str> = Vec::new();
    for instance in &plan.instances {
        for interface in instance.rules.interfaces.iter().filter(|interface| interface.user_plane) {
            let (wanted, given) = (instance.slice.rules.user_plane_cni, instance.cni(interface));
            if wanted != given && !told.contains(&instance.site.name.as_str()) {
                told.push(&instance.site.name);
                notices.push(warning(
                    "spec.sliceType",
                    plan.slice.slice_type,
                    format!(
                        "the cluster {} does not offer {}: user-plane interfaces there use {}",
                        instance.site.cluster,
                        wanted.as_str(),
                        given.as_str()
                    ),
                ));
            }
        }
    }
}

/// A UPF has one N6.
fn networks(slice: &Slice, notices: &mut Vec<Notice>) {
    let Some((first, rest)) = slice.data_networks.split_first() else { return };
    for (index, network) in rest.iter().enumerate() {
        if network.network_instance != first.network_instance && slice.has(NfType::Upf) {
            notices.push(warning(
                &format!("spec.dataNetworks[{}].networkInstance", index + 1),
                &network.network_instance,
                format!("the blueprints have one N6 interface; it attaches to {}", first.network_instance),
            ));
        }
    }
}

/// No RAN operator of Nephio has a field for the shares of TS 28.541 RRMPolicyRatio.
fn radio_shares(slice: &Slice, notices: &mut Vec<Notice>) {
    let shares = slice.rrm;
    let Some(du) = slice.network_functions.iter().find(|function| function.nf == NfType::Du) else { return };
    if shares.min == 0 && shares.dedicated == 0 && shares.max == 100 {
        return;
    }
    let text = format!("dedicated {} %, min {} %, max {} %", shares.dedicated, shares.min, shares.max);
    let message = format!(
        "{} has no parameter for shares of radio resources ({text}): hand them to the gNB over O1; inject-policy writes \
         that document",
        du.provider
    );
    let is_stated = slice.spec.ran.as_ref().is_some_and(|ran| ran.rrm_policy.is_some());
    let notice = if is_stated { Notice::warning } else { Notice::info };
    notices.push(notice(Code::ProviderUnsupported, "spec.ran.rrmPolicy".to_owned(), message).with_current(text));
}

/// Several instances at one site should not share a node, and nothing in an NFDeployment says so.
fn redundancy(plan: &Plan<'_>, notices: &mut Vec<Notice>) {
    if plan.instances.iter().any(|instance| instance.ordinal > 1) {
        notices.push(Notice::info(
            Code::ProviderUnsupported,
            "spec.service.availabilityPercent",
            "several user planes per site: an NFDeployment cannot ask for different nodes, so check where they land",
        ));
    }
}
