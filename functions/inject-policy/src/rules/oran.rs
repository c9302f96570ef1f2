//! Documents for O-RAN interfaces: A1 policies, O1 access control and radio shares, supervision of radio units. They stay
//! in the package: the SMO sends them.

mod slices;

use std::fmt::Write as _;

use porchlight_krm::{Code, Finding};
use porchlight_yaml::json::{self, json};
use serde_json::{Map, Value};

use crate::data::Data;
use crate::plan::Plan;
use slices::{Slice, slices};

pub(super) fn run(plan: &mut Plan<'_>) {
    let slices = slices(plan.items);
    a1_policies(plan, &slices);
    rrm_policies(plan, &slices);
    nacm(plan);
    supervision(plan);
}

/// The A1 policies of each slice: one for the service level where its intent states one, one per 5QI.
fn a1_policies(plan: &mut Plan<'_>, slices: &[Slice]) {
    let Some(applied) = plan.rule("a1-policies") else { return };
    let types = &Data::get().radio.policy_types;
    for slice in slices {
        let mut data = Vec::new();
        for (index, plmn) in slice.plmns.iter().enumerate() {
            let mut id = Map::new();
            id.insert("sst".to_owned(), json!(slice.sst));
            id.extend(slice.sd.as_ref().map(|sd| ("sd".to_owned(), json!(sd))));
            id.insert("plmnId".to_owned(), json!({ "mcc": plmn.0, "mnc": plmn.1 }));
            let name = |policy_type: &str, rest: &str| {
                let number = if slice.plmns.len() > 1 { format!(".{}", index + 1) } else { String::new() };
                format!("{policy_type}.{}{rest}{number}.json", slice.name)
            };
            if !slice.objectives.is_empty() {
                let policy = json!({ "scope": { "sliceId": id }, "sliceSlaObjectives": slice.objectives });
                data.push((name(&types.slice_sla_target.name, ""), pretty(&policy)));
            }
            for five_qi in &slice.five_qi {
                let Some(known) = Data::get().radio.five_qi.values.iter().find(|known| known.value == *five_qi) else {
                    let message =
                        format!("5QI {five_qi} of slice `{}` has no standard figures, so no A1 policy", slice.name);
                    plan.findings
                        .push(Finding::info(Code::SecurityPolicyFailed, message).tag("rule", &applied.rule.id));
                    continue;
                };
                let policy = json!({
                    "scope": { "sliceId": id, "qosId": { "5qI": five_qi } },
                    "qosObjectives": { "priorityLevel": known.priority, "pdb": known.delay_ms },
                });
                data.push((name(&types.qos_target.name, &format!(".5qi-{five_qi}")), pretty(&policy)));
            }
        }
        if !data.is_empty() {
            plan.document(&applied, &format!("a1-policies-{}", slice.name), "a1", &data);
        }
    }
}

fn pretty(value: &Value) -> String {
    json::pretty(value) + "\n"
}

/// TS 28.541 RRMPolicyRatio of each slice, as an edit-config.
fn rrm_policies(plan: &mut Plan<'_>, slices: &[Slice]) {
    let Some(applied) = plan.rule("rrm-policies") else { return };
    let in_radio =
        plan.package.functions.iter().any(|function| function.role.is_some_and(|role| role.o1 && role.name != "ric"));
    let has_intent = slices.iter().any(|slice| slice.share.is_some());
    if slices.is_empty() || !(in_radio || has_intent) {
        return;
    }
    let default = (applied.number("minPercent"), applied.number("maxPercent"), applied.number("dedicatedPercent"));
    let mut shares = Vec::new();
    for slice in slices {
        let (min, max, dedicated) = slice.share.unwrap_or(default);
        if !(dedicated <= min && min <= max && max <= 100) {
            let message = format!(
                "radio share of slice `{}`: dedicated {dedicated} % ≤ min {min} % ≤ max {max} % ≤ 100 % does not hold \
                 (TS 28.541 clause 4.3.36), so no document is made",
                slice.name
            );
            plan.findings.push(Finding::warning(Code::PolicyInvalid, message).tag("rule", &applied.rule.id));
            return;
        }
        shares.push((slice, min, max, dedicated));
    }
    if shares.iter().map(|(_, min, _, _)| min).sum::<u64>() > 100 {
        let message = "the minimum radio shares of the slices are more than 100 % together, so no document is made";
        plan.findings.push(Finding::warning(Code::PolicyInvalid, message).tag("rule", &applied.rule.id));
        return;
    }
    let mut config = String::new();
    for (slice, min, max, dedicated) in shares {
        let members = slice.plmns.iter().fold(String::new(), |mut text, (mcc, mnc)| {
            let sd = slice.sd.as_ref().map_or_else(String::new, |sd| format!("<sd>{sd}</sd>"));
            let _ = write!(
                text,
                "\n        <rRMPolicyMemberList><mcc>{mcc}</mcc><mnc>{mnc}</mnc><sst>{}</sst>{sd}</rRMPolicyMemberList>",
                slice.sst
            );
            text
        });
        let _ = write!(
            config,
            "\n    <RRMPolicyRatio>\n      <id>{}</id>\n      <attributes>\n        <resourceType>PRB</resourceType>{members}\n        \
             <rRMPolicyMaxRatio>{max}</rRMPolicyMaxRatio>\n        <rRMPolicyMinRatio>{min}</rRMPolicyMinRatio>\n        \
             <rRMPolicyDedicatedRatio>{dedicated}</rRMPolicyDedicatedRatio>\n      </attributes>\n    </RRMPolicyRatio>",
            slice.name
        );
    }
    let xml = edit_config(&format!(
        "  <GNBDUFunction xmlns=\"urn:3gpp:sa5:_3gpp-nr-nrm-gnbdufunction\">{config}\n  </GNBDUFunction>\n"
    ));
    plan.document(&applied, "o1-rrm-policies", "o1", &[("rrm-policies.xml".to_owned(), xml)]);
}

fn edit_config(config: &str) -> String {
    format!("<config xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\">\n{config}</config>\n")
}

/// RFC 8341 access control with the groups of O1.
fn nacm(plan: &mut Plan<'_>) {
    let managed = plan.package.functions.iter().any(|function| function.role.is_some_and(|role| role.o1))
        || plan.package.workloads.iter().any(|workload| workload.role.is_some_and(|role| role.o1))
        || plan.package.interfaces.iter().any(|interface| interface.spec.name == "o1");
    if !managed {
        return;
    }
    let Some(applied) = plan.rule("o1-nacm") else { return };
    let groups = Data::get().radio.nacm_groups.names.iter().fold(String::new(), |mut text, group| {
        let _ = writeln!(text, "      <group><name>{group}</name></group>");
        text
    });
    let xml = edit_config(&format!(
        "  <nacm xmlns=\"urn:ietf:params:xml:ns:yang:ietf-netconf-acm\">\n    <enable-nacm>true</enable-nacm>\n    \
         <read-default>permit</read-default>\n    <write-default>deny</write-default>\n    <exec-default>deny</exec-default>\n    \
         <enable-external-groups>true</enable-external-groups>\n    <groups>\n{groups}    </groups>\n  </nacm>\n"
    ));
    plan.document(&applied, "o1-nacm", "o1", &[("nacm.xml".to_owned(), xml)]);
}

/// Supervision of radio units over the M-plane, where the package has a fronthaul.
fn supervision(plan: &mut Plan<'_>) {
    if !plan.package.interfaces.iter().any(|interface| interface.spec.fronthaul) {
        return;
    }
    let Some(applied) = plan.rule("m-plane-supervision") else { return };
    let (interval, guard) = (applied.number("notificationSeconds"), applied.number("guardSeconds"));
    let watchdog = format!(
        "<supervision-watchdog-reset xmlns=\"urn:o-ran:supervision:1.0\">\n  \
         <supervision-notification-interval>{interval}</supervision-notification-interval>\n  \
         <guard-timer-overhead>{guard}</guard-timer-overhead>\n</supervision-watchdog-reset>\n"
    );
    let access = &Data::get().radio.m_plane;
    let model = json!({
        "managementModel": applied.text("management"),
        "transport": access.transports,
        "nacmGroups": access.nacm_groups,
    });
    let data = [("m-plane.json".to_owned(), pretty(&model)), ("watchdog-reset.xml".to_owned(), watchdog)];
    plan.document(&applied, "m-plane-supervision", "m-plane", &data);
}
