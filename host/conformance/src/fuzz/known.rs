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
        Aspect::Tree if repeats_a_value(&difference.text) => Some("of two equal keys kpt writes the first value twice"),
        Aspect::Exit | Aspect::Tree | Aspect::Results | Aspect::Console => None,
    }
}

/// Every line of the first text that the second has not is the line above once more, and the second has another value
/// for its key there.
fn repeats_a_value(diff: &str) -> bool {
    let key = |line: &str| line[1..].split_once(": ").map(|(key, _)| key.to_owned());
    let lines: Vec<&str> = diff.lines().collect();
    let changed = |sign: char| lines.iter().filter(|line| line.starts_with(sign)).count();
    let repeats = |(place, line): (usize, &&str)| {
        let above = place.checked_sub(1).and_then(|above| lines.get(above));
        let below = lines.get(place + 1).filter(|below| below.starts_with('+'));
        above.is_some_and(|above| above.starts_with(' ') && above[1..] == line[1..])
            && below.is_some_and(|below| key(below).is_some() && key(below) == key(line))
    };
    changed('-') > 0
        && changed('-') == changed('+')
        && lines.iter().enumerate().filter(|(_, line)| line.starts_with('-')).all(repeats)
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
        let twice = "a.yaml differs\n@@ -1,3 +1,3 @@\n a:\n   b: 1 # c\n-  b: 1 # c\n+  b: 2 # c\n d: 3\n";
        assert!(reason(&difference(Aspect::Tree, twice, "")).is_some());
        assert!(reason(&difference(Aspect::Tree, &twice.replace("+  b", "+  e"), "")).is_none());
        assert!(reason(&difference(Aspect::Tree, &twice.replace("-  b: 1", "-  b: 3"), "")).is_none());
    }
}
