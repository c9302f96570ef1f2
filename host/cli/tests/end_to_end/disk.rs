//! Disks that are full, small or not to be written: a render changes everything or nothing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::measured::tell;
use crate::program::{differing, files, path, porchlight, text};

type Files = BTreeMap<String, Vec<u8>>;

const RESOURCES: usize = 60;

/// A package that grows by a third when it is rendered: every file becomes longer, and one is new.
fn package(scratch: &Path) -> PathBuf {
    let folder = scratch.join("pkg");
    fs::create_dir_all(&folder).expect("a folder");
    let script = scratch.join("grow.sh");
    let line = "x".repeat(400);
    fs::write(
        &script,
        format!(
            "list=$(sed 's/state: small$/state: {line}/')\nprintf '%s\\n' \"$list\"\ncase $list in\n*'name: new'*) ;;\n*) printf -- '- apiVersion: v1\\n  kind: ConfigMap\\n  metadata:\\n    name: new\\n' ;;\nesac\n"
        ),
    )
    .expect("a file");
    fs::write(
        folder.join("Kptfile"),
        format!(
            "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\npipeline:\n  mutators:\n  - exec: sh {}\n",
            script.display()
        ),
    )
    .expect("a file");
    for number in 0..RESOURCES {
        let filler = "y".repeat(100 * (number % 12));
        fs::write(
            folder.join(format!("r{number}.yaml")),
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: r{number}\ndata:\n  filler: a{filler}\n  state: small\n"
            ),
        )
        .expect("a file");
    }
    folder
}

/// What the package becomes.
fn rendered() -> Files {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = package(scratch.path());
    let output = porchlight(scratch.path(), &["render", "pkg", "--allow-exec"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(files(&folder).len(), RESOURCES + 2);
    without_kptfile(&folder)
}

/// The Kptfile names a script of its own scratch folder.
fn without_kptfile(folder: &Path) -> Files {
    files(folder).into_iter().filter(|(name, _)| name != "Kptfile").collect()
}

/// A small file system that goes with the test.
struct SmallDisk {
    place: tempfile::TempDir,
}

impl SmallDisk {
    /// `None` where this user may not mount.
    fn mount(kibibytes: usize) -> Option<Self> {
        let place = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kibibytes}k"), "porchlight-test"])
            .arg(place.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { place })
    }

    fn path(&self) -> &Path {
        self.place.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the test may have failed with a file open. What is left is a mount of some kilobytes.
        drop(Command::new("umount").arg("-l").arg(self.place.path()).status());
    }
}

#[test]
fn a_full_disk_leaves_the_package_as_it_was() {
    let new = rendered();
    let (mut refused, mut written) = (0, 0);
    // From no room at all to room for the journal, but not for the files, to room for both.
    for room in (0..=160).step_by(4) {
        let Some(disk) = SmallDisk::mount(1024) else {
            println!("skipped: a full disk (this user may not mount a tmpfs)");
            return;
        };
        let folder = package(disk.path());
        let old = without_kptfile(&folder);
        let kptfile = fs::read(folder.join("Kptfile")).expect("a file");
        fill(disk.path(), room);
        let output = porchlight(disk.path(), &["render", "pkg", "--allow-exec"]);
        let stderr = text(&output.stderr);
        let now = without_kptfile(&folder);
        if output.status.success() {
            assert_eq!(differing(&now, &new), Vec::<String>::new(), "{room} KiB");
            written += 1;
        } else {
            assert!(stderr.contains("No space left on device"), "{room} KiB: {stderr}");
            assert_eq!(differing(&now, &old), Vec::<String>::new(), "{room} KiB");
            refused += 1;
            // With room again, it is done as if nothing had been.
            fs::remove_file(disk.path().join("filler")).expect("removable");
            let again = porchlight(disk.path(), &["render", "pkg", "--allow-exec"]);
            assert!(again.status.success(), "{room} KiB: {}", text(&again.stderr));
            assert_eq!(differing(&without_kptfile(&folder), &new), Vec::<String>::new(), "{room} KiB");
        }
        assert_eq!(fs::read(folder.join("Kptfile")).expect("a file"), kptfile);
    }
    tell(
        "renders on a full disk: damaged packages",
        &format!("**0** ({refused} refused, {written} done, none in between)"),
        "0",
    );
    assert!(refused > 3 && written > 0, "both ends were met: {refused}, {written}");
}

/// Leaves `kibibytes` of room.
fn fill(disk: &Path, kibibytes: usize) {
    let free = rustix::fs::statvfs(disk).expect("a file system");
    let free = usize::try_from(free.f_bavail * free.f_frsize).expect("a small disk");
    fs::write(disk.join("filler"), vec![0; free.saturating_sub(kibibytes * 1024)]).expect("room for the filler");
}

/// A limit on the size of files stops the journal, which is larger than each of them.
#[test]
fn a_limit_on_file_sizes_leaves_the_package_as_it_was() {
    for blocks in [1, 8, 40] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let folder = package(scratch.path());
        let before = files(&folder);
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" render pkg --allow-exec"))
            .arg(env!("CARGO_BIN_EXE_porchlight"))
            .current_dir(scratch.path())
            .env("PATH", path())
            .output()
            .expect("a shell");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{blocks}: {stderr}");
        assert!(stderr.contains("cannot write the journal") && stderr.contains("File too large"), "{stderr}");
        assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new(), "{blocks}");
    }
}

/// Runs as a user to whom permission bits mean something. `None` where that cannot be done.
fn as_somebody(scratch: &Path, arguments: &[&str]) -> Option<Output> {
    const NOBODY: u32 = 65534;
    let mut command;
    if rustix::process::geteuid().is_root() {
        // Of the program, a copy: the folder of the original may not be open to everyone.
        let program = scratch.join("porchlight");
        fs::copy(env!("CARGO_BIN_EXE_porchlight"), &program).expect("a copy");
        for entry in std::iter::once(scratch.to_owned()).chain(below(scratch)) {
            chown(&entry, Some(NOBODY), Some(NOBODY)).expect("root gives files away");
        }
        command = Command::new(program);
        command.uid(NOBODY).gid(NOBODY).env("HOME", scratch);
    } else {
        command = Command::new(env!("CARGO_BIN_EXE_porchlight"));
    }
    match command.args(arguments).current_dir(scratch).output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: files that may not be written ({error})");
            None
        }
    }
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn a_file_that_may_not_be_written_stops_the_render_before_any_write() {
    for (name, mode, said) in [("pkg/r7.yaml", 0o444, "r7.yaml"), ("pkg", 0o555, ".porchlight-journal")] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let folder = package(scratch.path());
        let before = files(&folder);
        let target = scratch.path().join(name);
        fs::set_permissions(&target, fs::Permissions::from_mode(mode)).expect("permissions");
        let Some(output) = as_somebody(scratch.path(), &["render", "pkg", "--allow-exec"]) else { return };
        let stderr = text(&output.stderr);
        fs::set_permissions(&target, fs::Permissions::from_mode(0o755)).expect("permissions");
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(said) && stderr.contains("Permission denied"), "{stderr}");
        assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new(), "{name}");
    }
}

/// Two renders at once: one after the other, or the later one is refused; the package is whole all the time.
#[test]
fn two_renders_of_one_package_do_not_mix() {
    let new = rendered();
    for _ in 0..8 {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let folder = package(scratch.path());
        let render = || {
            Command::new(env!("CARGO_BIN_EXE_porchlight"))
                .args(["render", "pkg", "--allow-exec"])
                .current_dir(scratch.path())
                .env("PATH", path())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it starts")
        };
        let both = [render(), render()].map(|child| child.wait_with_output().expect("it ends"));
        let done = both.iter().filter(|output| output.status.success()).count();
        assert!(done > 0, "{}", text(&both[0].stderr));
        for output in both.iter().filter(|output| !output.status.success()) {
            let stderr = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{stderr}");
            assert!(stderr.contains("nothing was written: run again"), "{stderr}");
        }
        assert_eq!(differing(&without_kptfile(&folder), &new), Vec::<String>::new(), "{done} done");
    }
}
