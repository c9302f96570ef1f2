//! Differences that are meant: defects of kpt that are not copied (docs/kpt-compatibility.md).

use super::judge::{Aspect, Difference};

/// Errors after which kpt leaves the function out of `results.yaml`, with exit code 0.
const LEFT_OUT: [&str; 5] = [
    "resource list must contain only KRM resources",
    "already exists",
    "function must not modify resources outside of package",
    "cannot unmarshal",
    "mismatched legacy and internal",
];

/// Why a difference is meant, if it is.
#[must_use]
pub fn reason(difference: &Difference) -> Option<&'static str> {
    let says = |text: &str| difference.consoles.contains(text);
    if says("panic: ") && says("goroutine ") {
        return Some("kpt panics");
    }
    match difference.aspect {
        Aspect::Exit if says("the function's output must be one ResourceList") => {
            Some("a function has to answer with a ResourceList")
        }
        Aspect::Exit if says("DUPLICATE") || says("mapping key") => Some("duplicate keys are refused"),
        Aspect::Results if LEFT_OUT.iter().any(|error| says(error)) && only_says_more(&difference.text) => {
            Some("a function whose resources are refused is listed in results.yaml")
        }
        Aspect::Exit | Aspect::Tree | Aspect::Results | Aspect::Console => None,
    }
}

/// The second text is the first with lines added, except for the exit code of all.
fn only_says_more(diff: &str) -> bool {
    diff.lines().filter(|line| line.starts_with('-')).all(|line| line == "-exitCode: 0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(aspect: Aspect, text: &str, consoles: &str) -> Difference {
        Difference { aspect, text: text.to_owned(), consoles: consoles.to_owned(), cause: String::new() }
    }

    #[test]
    fn what_is_meant_is_told_from_what_is_not() {
        let more = "-exitCode: 0\n+exitCode: 1\n+  - exec: f\n";
        let error = "Error: resource at path \"a\" and index \"0\" already exists";
        assert!(reason(&difference(Aspect::Results, more, error)).is_some());
        assert!(reason(&difference(Aspect::Results, "-  - exec: f\n", error)).is_none());
        assert!(reason(&difference(Aspect::Results, more, "Error: other")).is_none());
        assert!(reason(&difference(Aspect::Tree, more, error)).is_none());
        assert!(reason(&difference(Aspect::Exit, "", "panic: x\ngoroutine 1")).is_some());
    }
}
