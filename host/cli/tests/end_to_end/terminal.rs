//! Ctrl-C: whenever it comes, the terminal is as it was, nothing is left running, and the package is whole.

use std::fs;
use std::process::Command;

use crate::program::{differing, files, installed, path, text};

#[test]
fn an_interrupted_render_leaves_the_terminal_as_it_was() {
    if !installed("script") || !installed("stty") {
        return;
    }
    for after in ["0.05", "0.2", "0.5"] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let folder = scratch.path().join("pkg");
        fs::create_dir(&folder).expect("a folder");
        let kptfile = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\npipeline:\n  mutators:\n";
        let started = scratch.path().join("started");
        let function = format!("  - exec: sh -c 'touch {}; sleep 61'\n", started.display());
        fs::write(folder.join("Kptfile"), format!("{kptfile}{function}")).expect("a file");
        fs::write(folder.join("a.yaml"), "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n").expect("a file");
        let before = files(&folder);
        let program = env!("CARGO_BIN_EXE_porchlight");
        // A terminal of its own; `timeout` sends what Ctrl-C would.
        let session = format!(
            "stty -g >first; timeout --foreground -s INT {after} {program} render pkg --allow-exec; echo $? >code; stty -g >second"
        );
        let output = Command::new("script")
            .args(["-qec", &session, "/dev/null"])
            .current_dir(scratch.path())
            .env("PATH", path())
            .output()
            .expect("script starts");
        let read = |name| fs::read_to_string(scratch.path().join(name)).expect("a file");
        let shown = text(&output.stdout);
        assert_eq!(read("first"), read("second"), "{after}: settings of the terminal\n{shown}");
        // What it showed ends a line, and switches nothing off for good.
        assert!(shown.is_empty() || shown.ends_with('\n'), "{after}: {shown:?}");
        assert!(!shown.contains("\u{1b}[?25l") && !shown.contains("\u{1b}[?1049h"), "{after}: {shown:?}");
        assert_eq!(read("code").trim(), "124", "{after}: it ends by the signal\n{shown}");
        assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new(), "{after}");
        let left = Command::new("pgrep").args(["-f", &started.display().to_string()]).output();
        assert!(!left.is_ok_and(|left| !left.stdout.is_empty()), "{after}: the function is still running");
    }
}
