//! Packages that somebody made to break their reader: a clear error or a correct render, and nothing outside the package
//! is read or written.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use rustix::fs::inotify;

use crate::program::{differing, files, porchlight, text};

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n";

/// A package with a function that adds a label to every resource, and a folder beside it that nobody may touch.
struct Scene {
    scratch: tempfile::TempDir,
    canary: OwnedFd,
}

impl Scene {
    fn new() -> Self {
        let scratch = tempfile::tempdir().expect("scratch folder");
        fs::create_dir_all(scratch.path().join("pkg")).expect("a folder");
        fs::create_dir_all(scratch.path().join("canary")).expect("a folder");
        for name in ["secret.yaml", "Kptfile"] {
            fs::write(scratch.path().join("canary").join(name), OBJECT).expect("a file");
        }
        let script = scratch.path().join("label.sed");
        fs::write(&script, "s/^  metadata:$/  metadata:\\n    labels:\\n      added: here/\n").expect("a file");
        let kptfile = format!(
            "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\npipeline:\n  mutators:\n  - exec: sed -f {}\n",
            script.display()
        );
        fs::write(scratch.path().join("pkg/Kptfile"), kptfile).expect("a file");
        let canary = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC).expect("inotify");
        Self { scratch, canary }
    }

    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.package().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
        self
    }

    fn package(&self) -> PathBuf {
        self.scratch.path().join("pkg")
    }

    fn outside(&self) -> PathBuf {
        self.scratch.path().join("canary")
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.package().join(name)).expect("a file")
    }

    /// Renders; within the time, without a panic, and without a look at the folder beside the package.
    fn render(&self, flags: &[&str]) -> Output {
        let before = files(&self.outside());
        let touched = inotify::WatchFlags::OPEN | inotify::WatchFlags::MODIFY | inotify::WatchFlags::CREATE;
        let watch = inotify::add_watch(&self.canary, self.outside(), touched).expect("a watch");
        let start = Instant::now();
        let output = porchlight(self.scratch.path(), &[&["render", "pkg", "--allow-exec"], flags].concat());
        assert!(start.elapsed() < Duration::from_secs(60), "it takes {:?}", start.elapsed());
        let mut events = [0; 4096];
        let seen = rustix::io::read(&self.canary, &mut events).unwrap_or_default();
        assert_eq!(seen, 0, "something outside the package was opened");
        inotify::remove_watch(&self.canary, watch).expect("a watch");
        // Told by the kernel: the watch is gone.
        let _ = rustix::io::read(&self.canary, &mut events);
        assert_eq!(differing(&before, &files(&self.outside())), Vec::<String>::new());
        let stderr = text(&output.stderr);
        assert!(!stderr.contains("panicked") && output.status.code().is_some(), "{stderr}");
        output
    }

    /// Refused, with all of `said`, and every byte as it was.
    fn refused(&self, said: &[&str]) {
        // Links are looked at, not followed; what is not a file is not opened.
        let regular = |package: &Path| -> Vec<(PathBuf, Vec<u8>)> {
            let mut found = Vec::new();
            let mut work = vec![package.to_owned()];
            while let Some(folder) = work.pop() {
                for entry in fs::read_dir(folder).expect("a folder") {
                    let entry = entry.expect("an entry");
                    let kind = entry.file_type().expect("a type");
                    if kind.is_dir() {
                        work.push(entry.path());
                    } else {
                        let content = if kind.is_file() { fs::read(entry.path()).expect("a file") } else { Vec::new() };
                        found.push((entry.path(), content));
                    }
                }
            }
            found.sort();
            found
        };
        let before = regular(&self.package());
        let output = self.render(&[]);
        let stderr = text(&output.stderr);
        assert_ne!(output.status.code(), Some(0), "{said:?}: {stderr}");
        for part in said {
            assert!(stderr.contains(part), "no `{part}` in:\n{stderr}");
        }
        assert!(regular(&self.package()) == before, "{said:?}: a file changed");
    }

    fn rendered(&self, flags: &[&str]) {
        let output = self.render(flags);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}

#[test]
fn links_lead_nowhere_outside() {
    for (target, why) in [
        ("../canary/secret.yaml", "leads out of the package"),
        ("/etc/hostname", "leads out of the package"),
        ("gone.yaml", "leads nowhere"),
        ("link.yaml", "leads nowhere"),
    ] {
        let scene = Scene::new().with("a.yaml", OBJECT);
        symlink(target, scene.package().join("link.yaml")).expect("a link");
        scene.refused(&["link.yaml", why, "code: KPTFILE_INVALID"]);
    }
    // A folder that is a link is not part of the package, nor is a subpackage behind it.
    let scene = Scene::new().with("a.yaml", OBJECT);
    symlink("../canary", scene.package().join("linked")).expect("a link");
    symlink(".", scene.package().join("loop")).expect("a link");
    scene.rendered(&[]);
    assert!(text(&scene.read("a.yaml")).contains("added: here"));
}

#[test]
fn a_function_that_names_a_place_behind_a_link_is_refused() {
    for (link, path) in [("linked", "linked/x.yaml"), ("linked", "linked/secret.yaml"), ("x.yaml", "x.yaml")] {
        let scene = Scene::new().with("a.yaml", OBJECT).with(".krmignore", "x.yaml\n");
        symlink(if link == "linked" { "../canary" } else { "../canary/secret.yaml" }, scene.package().join(link))
            .expect("a link");
        let script = format!("s|path: '?a.yaml'?$|path: {path}|");
        fs::write(scene.scratch.path().join("label.sed"), script).expect("a file");
        let kptfile = text(&scene.read("Kptfile")).replace("sed -f", "sed -E -f");
        scene.with("Kptfile", kptfile).refused(&["is a symbolic link, which is not followed"]);
    }
}

#[test]
fn what_is_no_regular_file_is_not_opened() {
    for (name, arguments) in [("pipe.yaml", vec!["p"]), ("device.yaml", vec!["c", "1", "5"])] {
        let scene = Scene::new().with("a.yaml", OBJECT);
        let made = Command::new("mknod").arg(scene.package().join(name)).args(&arguments).output().expect("mknod");
        if !made.status.success() {
            println!("skipped: a package with a device (this user may not make one)");
            continue;
        }
        scene.refused(&[name, "only regular files are read"]);
    }
}

#[test]
fn text_that_cannot_be_resources_names_its_place() {
    for (content, said) in [
        (&b"a: \xe9\n"[..], "is not UTF-8"),
        (b"\xff\xfea\0:\0 \0b\0\n\0", "is not UTF-8"),
        (b"a: \0\n", "yaml: line 1"),
        (b"a: {{ .Values.x }}\n b\n", "yaml: line"),
        (b"a: b\n\tc: d\n", "yaml: line 2"),
        (b"apiVersion: v1\nkind: A\nmetadata:\n  name: x\n  name: y\n", "already defined at line 4"),
        (b"replicas: 1\nimage: x\n", "must have `apiVersion`"),
        (b"apiVersion: v1\nkind: A\nmetadata: {}\n", "must have `metadata.name`"),
        (b"a: &a [*a]\n", ""),
        (b"- a\n- b\n", ""),
        (b"just text\n", "must be an object"),
    ] {
        Scene::new().with("f.yaml", content).refused(&["f.yaml", said]);
    }
}

#[test]
fn kptfiles_are_read_strictly() {
    for (from, to, said) in [
        ("name: pkg\n", "name: pkg\nsurprise: yes\n", "surprise"),
        ("name: pkg\n", "name: pkg\n  name: other\n", "name"),
        ("kind: Kptfile", "kind: [", "Kptfile"),
        ("kpt.dev/v1", "kpt.dev/v9", "v9"),
    ] {
        let scene = Scene::new();
        let kptfile = text(&scene.read("Kptfile")).replacen(from, to, 1);
        scene.with("Kptfile", kptfile).refused(&[said, "code: KPTFILE_INVALID"]);
    }
}

/// Documents that cost others much more than their size.
#[test]
fn bombs_cost_what_they_weigh() {
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bomb\n";
    let mut laughs = format!("{head}a0: &a0 [lol, lol, lol]\n");
    for level in 1..40 {
        let before = format!("*a{}", level - 1);
        laughs += &format!("a{level}: &a{level} [{before}, {before}, {before}, {before}, {before}]\n");
    }
    let quadratic = format!("{head}a: &a {}\nb: [{}]\n", "x".repeat(20_000), vec!["*a"; 2_000].join(", "));
    let keys: String = (0..16_000).map(|key| format!("  key-{key}: value\n")).collect();
    let entries: String = (0..8_000).map(|entry| format!("  - name: entry-{entry}\n    value: x\n")).collect();
    for (what, content) in [
        ("a billion laughs", laughs),
        ("quadratic aliases", quadratic),
        ("16,000 keys", format!("{head}data:\n{keys}")),
        ("8,000 entries", format!("{head}list:\n{entries}")),
        ("a long line", format!("{head}data:\n  a: {}\n", "word ".repeat(400_000))),
        ("16 MB in one text", format!("{head}data:\n  a: |\n{}", "    line of text\n".repeat(1_000_000))),
    ] {
        let scene = Scene::new().with("bomb.yaml", &content);
        scene.rendered(&[]);
        let after = scene.read("bomb.yaml");
        assert!(text(&after).contains("added: here") && after.len() < content.len() * 2, "{what}: {}", after.len());
    }
}

#[test]
fn nesting_has_a_bound() {
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: deep\n";
    let deep = |depth: usize| format!("{head}a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    let block = |depth| -> String { (0..depth).map(|level| format!("{}a:\n", " ".repeat(level))).collect() };
    Scene::new().with("deep.yaml", deep(10_001)).refused(&["deep.yaml", "line 5"]);
    Scene::new().with("deep.yaml", deep(1_000_000)).refused(&["deep.yaml", "line 5"]);
    // Its text alone is 100 MB where a function gets it, behind twice the indentation.
    Scene::new().with("deep.yaml", format!("{head}{}", block(10_000))).refused(&["more to stdout than it may"]);
    Scene::new().with("deep.yaml", format!("{head}{}", block(1_000))).rendered(&[]);
    let scene = Scene::new().with("deep.yaml", deep(900));
    scene.rendered(&[]);
    assert!(text(&scene.read("deep.yaml")).contains("added: here"));
}

#[test]
fn odd_texts_keep_their_bytes() {
    let odd = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: odd\ndata: # about the data\n  big: 12345678901234567890123\n  octal: 010\n  yes: no\n  nan: .nan\n  date: 2001-01-01\n  tagged: !!str 5\n  folded: >-\n    some\n    text\n  null: ~\n  quoted: \"\\u0000\"\n";
    for (what, content) in [
        ("odd scalars", odd.to_owned()),
        ("CRLF", odd.replace('\n', "\r\n")),
        ("a byte order mark", format!("\u{feff}{odd}")),
        (
            "a merge key",
            "apiVersion: v1\nkind: A\nmetadata:\n  name: m\nbase: &base {a: 1}\nuse:\n  <<: *base\n".to_owned(),
        ),
        ("no final newline", odd.trim_end().to_owned()),
        ("a comment before the first separator", format!("# first\n---\n{odd}")),
        ("only comments", "# nothing\n# here\n".to_owned()),
        ("nothing", String::new()),
    ] {
        let scene = Scene::new().with("odd.yaml", &content);
        fs::write(scene.scratch.path().join("label.sed"), "").expect("a file");
        scene.rendered(&["--format", "minimal"]);
        assert_eq!(text(&scene.read("odd.yaml")), content, "{what}");
    }
}

#[test]
fn names_that_differ_in_case_are_two_files() {
    let scene = Scene::new().with("a.yaml", OBJECT).with("A.yaml", OBJECT.replace("name: x", "name: y"));
    if fs::read_dir(scene.package()).expect("a folder").count() < 3 {
        println!("skipped: names that differ in case (this file system has one of them only)");
        return;
    }
    scene.rendered(&[]);
    assert!(text(&scene.read("a.yaml")).contains("name: x") && text(&scene.read("A.yaml")).contains("name: y"));
}
