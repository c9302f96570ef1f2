//! Packages of a size that nobody needs: rendered, in time and memory that grow with them.
//!
//! `scripts/torture` asks for the large ones, by `PORCHLIGHT_TORTURE`.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::measured::{Measured, is_torture, measure, tell};
use crate::program::{path, text};

const MIB: u64 = 1 << 20;

/// A package of these files, whose function adds a label to every resource.
fn package(scratch: &Path, files: impl Iterator<Item = (String, String)>) {
    let folder = scratch.join("pkg");
    fs::create_dir_all(folder.join("many")).expect("a folder");
    let script = scratch.join("label.sed");
    fs::write(&script, "s/^  metadata:$/  metadata:\\n    labels:\\n      added: here/\n").expect("a file");
    let kptfile = format!(
        "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\npipeline:\n  mutators:\n  - exec: sed -f {}\n",
        script.display()
    );
    fs::write(folder.join("Kptfile"), kptfile).expect("a file");
    for (name, content) in files {
        fs::write(folder.join(name), content).expect("a file");
    }
}

fn render(scratch: &Path) -> Measured {
    let mut command = Command::new(env!("CARGO_BIN_EXE_porchlight"));
    command.args(["render", "pkg", "--allow-exec", "--fn-output", "1Gi", "--fn-timeout", "10m"]);
    let measured = measure(command.current_dir(scratch).env("PATH", path()));
    assert!(measured.output.status.success(), "{}", text(&measured.output.stderr));
    measured
}

fn object(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n")
}

#[test]
fn many_files_are_one_package() {
    let count = if is_torture() { 100_000 } else { 5_000 };
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), (0..count).map(|number| (format!("many/{number}.yaml"), object(&format!("x{number}")))));
    let Measured { time, memory, .. } = render(scratch.path());
    for number in [0, count / 2, count - 1] {
        let after = fs::read_to_string(scratch.path().join(format!("pkg/many/{number}.yaml"))).expect("a file");
        assert!(after.contains("added: here"), "{number}: {after}");
    }
    let each = memory / count;
    let told = format!("{:.1} s, {} MiB, {each} bytes each", time.as_secs_f64(), memory / MIB);
    tell(&format!("{count} files, every one changed"), &told, "32 KiB each");
    assert!(each < 32 << 10, "{each} bytes of memory for each file");
}

#[test]
fn one_file_may_be_large() {
    let mebibytes: u64 = if is_torture() { 100 } else { 16 };
    let scratch = tempfile::tempdir().expect("scratch folder");
    let line = "    a line of the text, sixty four bytes with its line end.......\n";
    let lines = usize::try_from(mebibytes * MIB).expect("a size") / line.len();
    let content = format!("{}data:\n  text: |\n{}", object("large"), line.repeat(lines));
    let size = content.len() as u64;
    package(scratch.path(), std::iter::once(("large.yaml".to_owned(), content)));
    let Measured { time, memory, .. } = render(scratch.path());
    let after = fs::read_to_string(scratch.path().join("pkg/large.yaml")).expect("a file");
    assert!(after.contains("added: here") && after.ends_with(line) && after.len() as u64 > size);
    let times = memory as f64 / size as f64;
    let told = format!("{:.1} s, {} MiB of memory, {times:.1} times its size", time.as_secs_f64(), memory / MIB);
    tell(&format!("a file of {mebibytes} MiB"), &told, "16 times its size");
    assert!(times < 16.0, "{times:.1} times the size of the file");
}
