//! `git diff` as files and hunks, so that one file can be compared in another way than the rest.

/// The part of a diff that is about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePatch<'a> {
    /// The path after `b/` in the first line.
    pub(crate) path: &'a str,
    /// The whole part, first line included.
    pub(crate) text: &'a str,
}

/// Cuts a diff into its files.
pub(crate) fn files(diff: &str) -> Vec<FilePatch<'_>> {
    const START: &str = "diff --git ";
    let mut starts: Vec<usize> = diff.match_indices(START).map(|(at, _)| at).collect();
    starts.retain(|at| *at == 0 || diff.as_bytes()[at - 1] == b'\n');
    let ends = starts.iter().skip(1).copied().chain([diff.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let text = &diff[*start..end];
            let line = text.lines().next().unwrap_or_default();
            FilePatch { path: line.rsplit(" b/").next().unwrap_or_default(), text }
        })
        .collect()
}

/// The text of a file after a patch, or `None` where the patch does not fit.
pub(crate) fn apply(original: &str, patch: &str) -> Option<String> {
    let mut old = original.split_inclusive('\n');
    let mut taken = 0;
    let mut out = String::with_capacity(original.len());
    let mut in_hunk = false;
    for line in patch.lines() {
        if let Some(header) = line.strip_prefix("@@ -") {
            in_hunk = true;
            let range = header.split(' ').next()?;
            let (start, count) = range.split_once(',').unwrap_or((range, "1"));
            let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
            // A hunk that takes nothing stands after its line, any other at it.
            let before = if count == 0 { start } else { start.checked_sub(1)? };
            while taken < before {
                out.push_str(old.next()?);
                taken += 1;
            }
        } else if !in_hunk {
        } else if let Some(added) = line.strip_prefix('+') {
            out.push_str(added);
            out.push('\n');
        } else if line.starts_with('\\') {
            out.pop_if_newline();
        } else {
            let (kept, text) = match line.strip_prefix('-') {
                Some(text) => (false, text),
                // Trimming the whole diff may have cut the blank that starts an empty context line.
                None => (true, line.strip_prefix(' ').unwrap_or(line)),
            };
            let found = old.next()?;
            taken += 1;
            if found.trim_end_matches('\n') != text {
                return None;
            }
            if kept {
                out.push_str(found);
            }
        }
    }
    out.extend(old);
    Some(out)
}

/// `\ No newline at end of file` takes the newline of the line before away.
trait PopNewline {
    fn pop_if_newline(&mut self);
}

impl PopNewline for String {
    fn pop_if_newline(&mut self) {
        if self.ends_with('\n') {
            self.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "diff --git a/Kptfile b/Kptfile\nindex 1..2 100644\n--- a/Kptfile\n+++ b/Kptfile\n@@ -2,2 +2,3 @@ x\n b\n-c\n+C\n+d\n\
                        @@ -6 +7,0 @@\n-f\ndiff --git a/s/r.yaml b/s/r.yaml\ndeleted file mode 100644\n--- a/s/r.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";

    #[test]
    fn files_of_a_diff() {
        let parts = files(DIFF);
        assert_eq!(parts.iter().map(|part| part.path).collect::<Vec<_>>(), ["Kptfile", "s/r.yaml"]);
        assert_eq!(parts.iter().map(|part| part.text).collect::<String>(), DIFF);
    }

    #[test]
    fn a_patch_fits_or_does_not() {
        let patch = files(DIFF)[0].text;
        assert_eq!(apply("a\nb\nc\nd2\ne\nf\ng\n", patch).as_deref(), Some("a\nb\nC\nd\nd2\ne\ng\n"));
        assert_eq!(apply("a\nb\nother\nd2\ne\nf\n", patch), None);
        assert_eq!(apply("x\n", files(DIFF)[1].text).as_deref(), Some(""));
    }
}
