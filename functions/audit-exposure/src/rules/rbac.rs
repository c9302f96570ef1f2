//! Roles that allow more than their holders need, and bindings to everybody.

use serde_json::Value;

use crate::data::{Data, holds};
use crate::object::{Object, texts};
use crate::report::{Hit, Report};

pub(super) fn role(object: &Object<'_>, report: &mut Report<'_>) {
    let (kind, name) = (object.resource.kind(), object.resource.name());
    for (position, rule) in object.list("/rules") {
        let path = format!("rules[{position}]");
        let list = |key: &str| texts(rule.get(key));
        let any = |key: &str| list(key).contains(&"*");
        if any("apiGroups") && any("resources") && any("verbs") {
            let message = format!("the {kind} `{name}` allows everything");
            report.add(object, Hit::new("rbac-all", message).at(path).current("*"));
            continue;
        }
        for key in ["resources", "verbs"] {
            if any(key) {
                let message = format!("the {kind} `{name}` allows all {key} of a rule");
                report.add(object, Hit::new("rbac-wildcard", message).at(format!("{path}.{key}")).current("*"));
            }
        }
        for verb in list("verbs").into_iter().filter(|verb| holds(&Data::facts().escalation_verbs, verb)) {
            let message = format!("the {kind} `{name}` allows to {verb}");
            report.add(object, Hit::new("rbac-escalation", message).at(format!("{path}.verbs")).current(verb));
        }
        let reads = list("verbs").into_iter().any(|verb| matches!(verb, "get" | "list" | "watch"));
        let named = rule.get("resourceNames").and_then(Value::as_array).is_some_and(|names| !names.is_empty());
        if kind == "ClusterRole" && reads && !named && list("resources").contains(&"secrets") {
            let message = format!("the ClusterRole `{name}` reads the Secrets of every namespace it is bound in");
            report.add(object, Hit::new("rbac-secrets", message).at(format!("{path}.resources")).current("secrets"));
        }
    }
}

pub(super) fn binding(object: &Object<'_>, report: &mut Report<'_>) {
    let (kind, name, role) = (object.resource.kind(), object.resource.name(), object.text("/roleRef/name"));
    if kind == "ClusterRoleBinding" && role == "cluster-admin" {
        let message = format!("the binding `{name}` gives the whole cluster away");
        report.add(object, Hit::new("rbac-admin", message).at("roleRef.name").current(role));
    }
    for (position, subject) in object.list("/subjects") {
        let who = subject.get("name").and_then(Value::as_str).unwrap_or_default();
        if holds(&Data::facts().everybody, who) {
            let message = format!("the binding `{name}` gives the rights of `{role}` to `{who}`");
            report
                .add(object, Hit::new("rbac-anonymous", message).at(format!("subjects[{position}].name")).current(who));
        }
    }
}
