use porchlight_krm::order::SortedSet;
use porchlight_yaml::serde::from_text;

use super::*;

#[test]
fn every_file_reads() {
    for (name, outcome) in [
        ("slice_types", from_text::<Vec<SliceTypeRules>>(include_str!("../../data/slice_types.yaml")).err()),
        ("slice_type_bases", from_text::<Vec<SliceTypeBasis>>(include_str!("../../data/slice_type_bases.yaml")).err()),
        (
            "network_functions",
            from_text::<Vec<NetworkFunctionRules>>(include_str!("../../data/network_functions.yaml")).err(),
        ),
        ("stacks", from_text::<Vec<Stack>>(include_str!("../../data/stacks.yaml")).err()),
        ("providers", from_text::<Vec<Provider>>(include_str!("../../data/providers.yaml")).err()),
        ("networks", from_text::<Vec<NetworkPlan>>(include_str!("../../data/networks.yaml")).err()),
        ("parameters", from_text::<Parameters>(include_str!("../../data/parameters.yaml")).err()),
        ("defaults", from_text::<Defaults>(include_str!("../../data/defaults.yaml")).err()),
        (
            "expectation_objects",
            from_text::<Vec<ObjectType>>(include_str!("../../data/expectation_objects.yaml")).err(),
        ),
        ("expectation_targets", from_text::<Vec<Term>>(include_str!("../../data/expectation_targets.yaml")).err()),
        (
            "expectation_contexts",
            from_text::<Vec<ContextTerm>>(include_str!("../../data/expectation_contexts.yaml")).err(),
        ),
        ("nest_attributes", from_text::<Vec<Term>>(include_str!("../../data/nest_attributes.yaml")).err()),
        ("nests", from_text::<Vec<NestPreset>>(include_str!("../../data/nests.yaml")).err()),
        ("tmf921", from_text::<Tmf921>(include_str!("../../data/tmf921.yaml")).err()),
        ("latency", from_text::<Latency>(include_str!("../../data/latency.yaml")).err()),
        ("five_qi", from_text::<FiveQi>(include_str!("../../data/five_qi.yaml")).err()),
    ] {
        assert_eq!(outcome, None, "data/{name}.yaml");
    }
}

#[test]
fn every_slice_type_has_rules_for_every_network_function() {
    let data = Data::get();
    for slice_type in SliceType::STANDARD.into_iter().chain([SliceType::Custom]) {
        let (rules, _) = data.slice_type(slice_type);
        for nf in NfType::ALL {
            assert!(rules.network_functions.contains_key(&nf), "{slice_type} {nf}");
        }
        assert!(rules.five_qi.iter().all(|&value| data.five_qi.is_valid(value)), "{slice_type}");
    }
}

#[test]
fn references_between_the_files_hold() {
    let data = Data::get();
    let networks: SortedSet<&str> = data.networks.iter().map(|network| network.name.as_str()).collect();
    for nf in NfType::ALL {
        assert!(porchlight_sizing::capacity::object_of(nf.as_str()).is_some(), "{nf}");
        for interface in &data.network_function(nf).interfaces {
            let known = networks.contains(interface.network.as_str());
            assert!(
                known || ["default", "{userPlane}"].contains(&interface.network.as_str()),
                "{nf} {}",
                interface.name
            );
        }
        for stack in &data.stacks {
            assert!(data.provider(&stack.providers[&nf]).is_some(), "{} {nf}", stack.name);
        }
    }
    assert!(data.stack(&data.defaults.stack.value).is_some());
    assert_eq!(data.networks.iter().filter(|network| network.user_plane).count(), 1);
}

#[test]
fn every_entry_names_its_source() {
    let data = Data::get();
    let mut sources: Vec<&str> = Vec::new();
    sources.extend(data.slice_types.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.bases.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.network_functions.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.stacks.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.providers.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.networks.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.expectation_objects.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.expectation_targets.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.expectation_contexts.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.nest_attributes.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.nests.iter().map(|entry| entry.source.as_str()));
    sources.extend(data.latency.distances.iter().map(|entry| entry.source.as_str()));
    let parameters = &data.parameters;
    sources.extend([
        parameters.oai_core.source.as_str(),
        &parameters.oai_ran.source,
        &parameters.no_slice_differentiator.source,
        &parameters.pod_security.source,
        &data.five_qi.source,
        &data.defaults.stack.source,
        &data.defaults.data_network.source,
        &data.defaults.pool.source,
        &data.defaults.cni.source,
    ]);
    assert!(sources.iter().all(|source| source.len() >= 8), "{sources:?}");
}
