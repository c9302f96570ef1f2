use super::*;
use porchlight_krm::order::SortedSet;

fn unique<'a>(what: &str, names: impl IntoIterator<Item = &'a str>) {
    let mut seen = SortedSet::new();
    for name in names {
        assert!(seen.insert(name), "{what} `{name}` stands there twice");
    }
}

#[test]
fn every_table_reads_and_names_nothing_twice() {
    let data = Data::get();
    unique("rule", data.rules.iter().map(|rule| rule.id.as_str()));
    unique("profile", data.profiles.iter().map(|profile| profile.name.as_str()));
    unique("role", data.roles.iter().map(|role| role.name.as_str()));
    unique("interface", data.interfaces.iter().flat_map(|interface| interface.aliases.iter().map(String::as_str)));
    unique("control", data.controls.controls.iter().flat_map(|control| control.ids.iter().map(String::as_str)));
}

#[test]
fn every_entry_has_a_source() {
    let data = Data::get();
    let sources = [
        data.rules.iter().map(|rule| &rule.source).collect::<Vec<_>>(),
        data.profiles.iter().map(|profile| &profile.source).collect(),
        data.controls.documents.iter().map(|document| &document.source).collect(),
        data.interfaces.iter().map(|interface| &interface.source).collect(),
        data.roles.iter().map(|role| &role.source).collect(),
        data.priority_classes.iter().map(|class| &class.source).collect(),
        data.radio.default_five_qi.iter().map(|entry| &entry.source).collect(),
        vec![
            &data.clusters.shared_namespaces.source,
            &data.clusters.kube_api_ports.source,
            &data.clusters.first_unprivileged_port.source,
            &data.pod_security.baseline.source,
            &data.radio.five_qi.source,
            &data.radio.nacm_groups.source,
            &data.radio.m_plane.source,
            &data.radio.policy_types.qos_target.source,
            &data.radio.policy_types.slice_sla_target.source,
        ],
    ];
    assert!(sources.concat().iter().all(|source| source.len() > 5));
}

#[test]
fn names_lead_somewhere() {
    let data = Data::get();
    for profile in &data.profiles {
        for rule in &profile.spec.rules {
            let spec = data.rule(&rule.id).unwrap_or_else(|| panic!("{}: no rule {}", profile.name, rule.id));
            for param in rule.params.keys() {
                assert!(spec.params.iter().any(|known| &known.name == param), "{}: {param}", rule.id);
            }
        }
        for base in &profile.spec.extends {
            assert!(data.profiles.iter().any(|other| &other.name == base), "{base}");
        }
        for framework in &profile.spec.frameworks {
            assert!(data.controls.document(framework).is_some(), "{framework}");
        }
    }
    for control in &data.controls.controls {
        assert!(data.controls.document(&control.framework).is_some(), "{}", control.framework);
        assert!(!control.title.is_empty());
        assert!(control.interfaces.iter().all(|name| data.interface(name).is_some()), "{:?}", control.ids);
        assert!(control.rules.is_empty() == control.by.is_some(), "{:?}: rules, or who else", control.ids);
        for rule in &control.rules {
            assert!(data.rule(rule).is_some(), "{:?}: {rule}", control.ids);
        }
    }
    assert!(data.interfaces.iter().all(|interface| interface.between.contains(' ')));
    for role in &data.roles {
        assert!(data.priority_classes.iter().any(|class| class.name == role.priority_class), "{}", role.name);
        assert!(role.needs.keys().all(|rule| data.rule(rule).is_some()), "{}", role.name);
        assert!(role.interfaces.iter().all(|name| data.interface(name).is_some()), "{}", role.name);
    }
}

#[test]
fn every_rule_is_asked_for_by_a_control_or_is_about_quality() {
    let checks = Data::get().rules.iter().filter(|rule| rule.kind == RuleKind::Check).count();
    assert!((5..Data::get().rules.len() / 2).contains(&checks), "{checks} rules only look");
    let quality = ["image-pull-policy", "naming", "workload-labels"];
    for rule in &Data::get().rules {
        let asked = Data::get().controls.controls.iter().any(|control| control.rules.contains(&rule.id));
        assert!(asked != quality.contains(&rule.id.as_str()), "{}", rule.id);
    }
}

#[test]
fn defaults_have_the_shape_of_their_parameters() {
    for rule in &Data::get().rules {
        for param in &rule.params {
            crate::params::check(param, &param.default).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
        }
    }
}
