//! The order of keys in values the SDK makes.

use porchlight_yaml::{Document, Kind, NodeId};

/// kyaml's order of fields (`kyaml/yaml/order.go`); the last mention of a name counts. Others come after these, by name.
const FIELDS: &[&str] = &[
    "name",
    "generateName",
    "namespace",
    "clusterName",
    "apiVersion",
    "kind",
    "metadata",
    "type",
    "labels",
    "annotations",
    "spec",
    "status",
    "stringData",
    "data",
    "binaryData",
    "parallelism",
    "completions",
    "backoffLimit",
    "replicas",
    "selector",
    "manualSelector",
    "template",
    "ttlSecondsAfterFinished",
    "volumeClaimTemplates",
    "service",
    "serviceName",
    "podManagementPolicy",
    "updateStrategy",
    "strategy",
    "minReadySeconds",
    "revision",
    "revisionHistoryLimit",
    "paused",
    "progressDeadlineSeconds",
    "restartPolicy",
    "terminationGracePeriodSeconds",
    "activeDeadlineSeconds",
    "dnsPolicy",
    "serviceAccountName",
    "serviceAccount",
    "automountServiceAccountToken",
    "nodeName",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "shareProcessNamespace",
    "hostname",
    "subdomain",
    "schedulerName",
    "priorityClassName",
    "priority",
    "runtimeClassName",
    "enableServiceLinks",
    "nodeSelector",
    "hostAliases",
    "initContainers",
    "containers",
    "volumes",
    "imagePullSecrets",
    "affinity",
    "tolerations",
    "dnsConfig",
    "readinessGates",
    "image",
    "command",
    "args",
    "workingDir",
    "ports",
    "envFrom",
    "env",
    "resources",
    "volumeMounts",
    "volumeDevices",
    "livenessProbe",
    "readinessProbe",
    "lifecycle",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "imagePullPolicy",
    "securityContext",
    "stdin",
    "stdinOnce",
    "tty",
    "clusterIP",
    "externalIPs",
    "loadBalancerIP",
    "loadBalancerSourceRanges",
    "externalName",
    "externalTrafficPolicy",
    "sessionAffinity",
    "protocol",
    "port",
    "targetPort",
    "hostPort",
    "containerPort",
    "hostIP",
    "readOnly",
    "mountPath",
    "subPath",
    "subPathExpr",
    "mountPropagation",
    "value",
    "valueFrom",
    "fieldRef",
    "resourceFieldRef",
    "configMapKeyRef",
    "secretKeyRef",
    "prefix",
    "configMapRef",
    "secretRef",
];

/// Sorts the keys of all mappings at and below a node.
pub(crate) fn sort(document: &mut Document, node: NodeId) {
    let mut work = vec![node];
    while let Some(node) = work.pop() {
        if document.kind(node) == Kind::Mapping {
            let mut entries: Vec<(NodeId, NodeId)> = document.entries(node).collect();
            entries.sort_by(|(a, _), (b, _)| rank(document.text(*a)).cmp(&rank(document.text(*b))));
            let children: Vec<NodeId> = entries.iter().flat_map(|(key, value)| [*key, *value]).collect();
            document.set_children(node, &children);
            work.extend(entries.iter().map(|(_, value)| *value));
        } else {
            work.extend(document.children(node));
        }
    }
}

/// Known fields by their place, others after them by name.
fn rank(key: &str) -> (usize, &str) {
    match FIELDS.iter().position(|field| *field == key) {
        Some(place) => (place, ""),
        None => (FIELDS.len(), key),
    }
}
