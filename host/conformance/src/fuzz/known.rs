//! Differences that are meant: defects of kpt that are not copied (docs/kpt-compatibility.md).

use super::judge::Difference;

/// Why a difference is meant, if it is.
#[must_use]
pub fn reason(difference: &Difference) -> Option<&'static str> {
    let says = |text: &str| difference.consoles.contains(text);
    if says("panic: ") && says("goroutine ") {
        return Some("kpt panics");
    }
    None
}
