//! Making a package that shows a difference small: fewer files, then fewer lines.

use super::judge::Files;

/// The smallest package found for which `shows` still says yes, within `budget` questions.
pub fn shrink(files: Files, budget: usize, mut shows: impl FnMut(&Files) -> bool) -> Files {
    let mut best = files;
    let mut left = budget;
    let mut ask = |candidate: &Files| {
        if left == 0 {
            return false;
        }
        left -= 1;
        shows(candidate)
    };
    loop {
        let before = size(&best);
        folders(&mut best, &mut ask);
        for path in best.keys().cloned().collect::<Vec<_>>() {
            without(&mut best, &[path], &mut ask);
        }
        for path in best.keys().cloned().collect::<Vec<_>>() {
            lines(&mut best, &path, &mut ask);
        }
        if size(&best) == before {
            return best;
        }
    }
}

fn size(files: &Files) -> usize {
    files.values().map(|bytes| bytes.len() + 1).sum()
}

/// Takes whole folders away, outer ones first.
fn folders(best: &mut Files, ask: &mut impl FnMut(&Files) -> bool) {
    let mut folders: Vec<String> = best
        .keys()
        .flat_map(|path| path.match_indices('/').map(|(at, _)| path[..=at].to_owned()).collect::<Vec<_>>())
        .collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        let inside: Vec<String> = best.keys().filter(|path| path.starts_with(&folder)).cloned().collect();
        without(best, &inside, ask);
    }
}

fn without(best: &mut Files, paths: &[String], ask: &mut impl FnMut(&Files) -> bool) {
    let mut candidate = best.clone();
    candidate.retain(|path, _| !paths.contains(path));
    if candidate.len() < best.len() && ask(&candidate) {
        *best = candidate;
    }
}

/// Takes runs of lines away, long runs first.
fn lines(best: &mut Files, path: &str, ask: &mut impl FnMut(&Files) -> bool) {
    let Some(bytes) = best.get(path) else { return };
    let mut current: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let mut run = current.len().div_ceil(2);
    while run > 0 {
        let mut start = 0;
        while start < current.len() {
            let end = (start + run).min(current.len());
            let mut shorter = current.clone();
            shorter.drain(start..end);
            let mut candidate = best.clone();
            candidate.insert(path.to_owned(), shorter.concat());
            if ask(&candidate) {
                *best = candidate;
                current = shorter;
            } else {
                start = end;
            }
        }
        run = if run == 1 { 0 } else { run.div_ceil(2) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_goes() {
        let text = |lines: &[&str]| lines.concat().into_bytes();
        let files = Files::from([
            ("Kptfile".to_owned(), text(&["a\n", "b\n", "bad\n", "c\n"])),
            ("sub/x.yaml".to_owned(), text(&["d\n"])),
            ("sub/deep/y.yaml".to_owned(), text(&["d\n"])),
        ]);
        let bad = |files: &Files| files.get("Kptfile").is_some_and(|bytes| bytes.windows(3).any(|part| part == b"bad"));
        let small = shrink(files.clone(), 1000, bad);
        assert_eq!(small, Files::from([("Kptfile".to_owned(), b"bad\n".to_vec())]));
        assert_eq!(shrink(files.clone(), 0, bad), files, "no question, no change");
    }
}
