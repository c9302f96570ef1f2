//! The catalog's user plane: Nephio's story of a capacity that is raised, and beyond.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{copy, differing, files, kpt, porchlight, repository, set_pipeline, text};

struct Package {
    scratch: tempfile::TempDir,
}

impl Package {
    fn new() -> Self {
        let scratch = tempfile::tempdir().expect("scratch folder");
        copy(&repository().join("catalog/upf-edge"), &scratch.path().join("upf-edge"));
        Self { scratch }
    }

    fn path(&self) -> PathBuf {
        self.scratch.path().join("upf-edge")
    }

    /// Asks for another rate in both directions.
    fn raise(&self, from: &str, to: &str) {
        edit(&self.path(), |old| {
            assert_eq!(old.matches(&format!("Throughput: {from}\n")).count(), 2, "{old}");
            old.replace(&format!("Throughput: {from}\n"), &format!("Throughput: {to}\n"))
        });
    }

    fn render(&self) {
        let output = porchlight(&self.path(), &["render"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }

    /// The values of a name in the report, such as those of `cpu`.
    fn reported(&self, name: &str) -> String {
        let report = fs::read_to_string(self.path().join("capacity-report.yaml")).expect("a report");
        let entry = report.split("- name: ").find(|entry| entry.lines().next() == Some(name)).expect("such a number");
        let value = entry.lines().find_map(|line| line.trim().strip_prefix("value: ")).expect("its value");
        value.trim_matches('"').to_owned()
    }

    fn deployments(&self) -> usize {
        files(&self.path()).values().filter(|bytes| text(bytes).contains("\nkind: NFDeployment\n")).count()
    }
}

fn edit(package: &Path, change: impl FnOnce(&str) -> String) {
    let file = package.join("intent/capacity.yaml");
    let old = fs::read_to_string(&file).expect("a capacity");
    fs::write(&file, change(&old)).expect("a changed capacity");
}

#[test]
fn a_raised_capacity_makes_the_user_plane_grow_and_then_scale_out() {
    let package = Package::new();
    let sizes: Vec<(String, String, String, usize)> = [("5G", "5G"), ("5G", "20G"), ("20G", "200G")]
        .into_iter()
        .map(|(from, to)| {
            package.raise(from, to);
            package.render();
            let once = files(&package.path());
            package.render();
            assert_eq!(differing(&once, &files(&package.path())), Vec::<String>::new(), "{to}: a second render");
            let report = |name| package.reported(name);
            (report("instances"), report("cpu"), report("memory"), package.deployments())
        })
        .collect();
    let size = |instances: &str, cpu: &str, memory: &str, deployments| {
        (instances.to_owned(), cpu.to_owned(), memory.to_owned(), deployments)
    };
    assert_eq!(
        sizes,
        [
            size("1 instance", "500m", "512Mi", 1),
            size("1 instance", "1", "1Gi", 1),
            size("10 instances", "1", "1Gi", 10)
        ]
    );
    // Back to the start: what the scaling made goes away again.
    package.raise("20G", "5G");
    package.render();
    assert_eq!((package.deployments(), package.reported("cpu")), (1, "500m".to_owned()));
}

#[test]
fn a_capacity_that_cannot_be_is_refused_and_nothing_changes() {
    for (to, code, field) in [
        ("5Gbps", "CAPACITY_INVALID", "spec.maxUplinkThroughput"),
        ("-5G", "CAPACITY_INVALID", "spec.maxUplinkThroughput"),
        ("300G", "SIZING_LIMIT_EXCEEDED", "spec.limits.maxReplicas"),
    ] {
        let package = Package::new();
        package.raise("5G", to);
        let before = files(package.scratch.path());
        let output = porchlight(&package.path(), &["render"]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{to}: {stderr}");
        for part in [code, field] {
            assert!(stderr.contains(part), "{to}: no `{part}` in:\n{stderr}");
        }
        assert_eq!(differing(&before, &files(package.scratch.path())), Vec::<String>::new(), "{to}: a file changed");
    }
}

#[test]
fn kpt_renders_the_same_bytes() {
    for rate in ["5G", "50G"] {
        let (ours, theirs) = (Package::new(), Package::new());
        for package in [&ours, &theirs] {
            package.raise("5G", rate);
            set_pipeline(&package.path(), &["exec: porchlight fn run expand-capacity"]);
        }
        let Some(output) = kpt(&theirs.path(), &["fn", "render", "--allow-exec"]) else { return };
        assert!(output.status.success(), "kpt: {}", text(&output.stderr));
        let output = porchlight(&ours.path(), &["render", "--allow-exec", "--kpt-compat", "beta.56"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(differing(&files(&ours.path()), &files(&theirs.path())), Vec::<String>::new(), "{rate}");
    }
}
