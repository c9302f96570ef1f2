//! What a core engineer expects, as figures.

use expand_capacity::ExpandCapacity;
use porchlight_api::Quantity;
use porchlight_krm::{Outcome, ResourceList, run_text};

fn run(items: &str) -> Outcome {
    run_text::<ExpandCapacity>(&format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}"))
}

fn list(items: &str) -> ResourceList {
    let outcome = run(items);
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    ResourceList::parse(&outcome.stdout).expect("it is there and reads")
}

fn upf(rate: &str) -> String {
    format!(
        "- apiVersion: workload.nephio.org/v1alpha1\n  kind: NFDeployment\n  metadata: {{name: upf-edge01, namespace: upf}}\n  \
         spec: {{provider: upf.free5gc.io}}\n\
         - apiVersion: req.nephio.org/v1alpha1\n  kind: Capacity\n  metadata:\n    name: dataplane\n    namespace: upf\n    \
         annotations: {{specializer.nephio.org/owner: workload.nephio.org/v1alpha1.NFDeployment.upf-edge01}}\n  \
         spec: {{maxUplinkThroughput: {rate}, maxDownlinkThroughput: {rate}}}\n"
    )
}

fn reported(list: &ResourceList, name: &str) -> String {
    let report = list.items.iter().find(|item| item.kind() == "CapacityReport").expect("it is there and reads");
    let path = |index: usize, field: &str| format!("spec.derived[{index}].{field}");
    let index =
        (0..100).find(|index| report.str_at(&path(*index, "name")) == Some(name)).expect("it is there and reads");
    report.str_at(&path(index, "value")).expect("it is there and reads").to_owned()
}

fn count(list: &ResourceList, kind: &str) -> usize {
    list.items.iter().filter(|item| item.kind() == kind).count()
}

/// Nephio's own end-to-end test edits capacity.yaml from 5G to 20G and wants CPU and memory of the UPF to grow.
#[test]
fn nephios_story_and_beyond() {
    let sizes: Vec<(usize, String, String, String)> = ["5G", "20G", "200G"]
        .into_iter()
        .map(|rate| {
            let list = list(&upf(rate));
            let report = |name| reported(&list, name);
            (count(&list, "NFDeployment"), report("instances"), report("cpu"), report("memory"))
        })
        .collect();
    let size = |deployments, instances: &str, cpu: &str, memory: &str| {
        (deployments, instances.to_owned(), cpu.to_owned(), memory.to_owned())
    };
    assert_eq!(
        sizes,
        [
            size(1, "1 instance", "500m", "512Mi"),
            size(1, "1 instance", "1", "1Gi"),
            size(10, "10 instances", "1", "1Gi")
        ]
    );
}

/// Every instance is told its part, and the parts carry the whole.
#[test]
fn the_parts_carry_the_whole() {
    let list = list(&upf("70G"));
    let parts: Vec<u64> = list
        .items
        .iter()
        .filter(|item| item.kind() == "NFDeployment")
        .map(|item| {
            item.str_at("spec.capacity.maxDownlinkThroughput")
                .expect("it is there and reads")
                .parse::<Quantity>()
                .expect("it is there and reads")
                .ceil()
                .expect("it is there and reads")
        })
        .collect();
    assert_eq!(parts, [17_500_000_000; 4]);
    assert_eq!(count(&list, "Capacity"), 4);
    for item in list.items.iter().filter(|item| item.kind() == "Capacity") {
        assert_eq!(item.str_at("spec.maxUplinkThroughput"), Some("17500M"));
    }
}

fn workload(uplink: &str) -> String {
    format!(
        "- apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: upf\n    namespace: core\n    \
         annotations: {{orchestration.nephio-oran.io/nf-type: upf}}\n  \
         spec: {{selector: {{matchLabels: {{app: upf}}}}, template: {{spec: {{containers: [{{name: upf}}]}}}}}}\n\
         - apiVersion: orchestration.nephio-oran.io/v1alpha1\n  kind: CapacityExpansion\n  metadata: {{name: growth}}\n  \
         spec: {{sizingProfileRef: kernel-socket, demand: {{ulThroughput: {uplink}}}, growth: {{percent: 50}}}}\n"
    )
}

/// More uplink gives no fewer replicas, and the quota covers the most of them.
#[test]
fn replicas_follow_the_uplink_and_the_quota_covers_them() {
    let mut least = (0, 0);
    for uplink in ["5G", "10G"] {
        let list = list(&workload(uplink));
        let of = |kind: &str, path: &str| -> Quantity {
            let item = list.items.iter().find(|item| item.kind() == kind).expect("it is there and reads");
            item.str_at(path).expect("it is there and reads").parse().expect("it is there and reads")
        };
        let replicas = |field: &str| {
            of("HorizontalPodAutoscaler", &format!("spec.{field}")).ceil().expect("it is there and reads")
        };
        let (min, max) = (replicas("minReplicas"), replicas("maxReplicas"));
        assert!(min >= least.0 && max >= least.1, "{uplink}: {min} to {max} after {least:?}");
        least = (min, max);
        let container = "spec.template.spec.containers[0].resources.requests";
        for resource in ["cpu", "memory"] {
            let request = of("Deployment", &format!("{container}.{resource}"));
            let quota = of("ResourceQuota", &format!("spec.hard[\"requests.{resource}\"]"));
            assert!(quota >= request.scaled(max, 1).expect("it is there and reads"), "{uplink} {resource}: {quota}");
        }
        assert!(of("ResourceQuota", "spec.hard[\"count/pods\"]").ceil().expect("it is there and reads") >= max);
    }
    assert_eq!(least, (12, 22));
    let outcome = run(&workload("5Gbps"));
    assert_eq!(outcome.exit_code, 1);
    assert!(outcome.stderr.starts_with("[CAPACITY_INVALID] "), "{}", outcome.stderr);
}
