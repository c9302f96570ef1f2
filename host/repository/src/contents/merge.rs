//! Bringing two changes of a package together, file by file.

use super::Contents;

/// Files that two sides changed in different ways.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("somebody else changed the same files meanwhile: {}", .paths.join(", "))]
pub struct MergeConflict {
    /// Their paths.
    pub paths: Vec<String>,
}

impl Contents {
    /// What both sides made of a common base: a file that only one side changed is as that side has it.
    ///
    /// # Errors
    /// Files that both sides changed, and not in the same way.
    pub fn merged(base: &Self, ours: &Self, theirs: &Self) -> Result<Self, MergeConflict> {
        let mut merged = theirs.clone();
        let mut paths = Vec::new();
        for path in ours.differences(base) {
            let (base, ours, theirs) = (base.get(&path), ours.get(&path), theirs.get(&path));
            if theirs != base && theirs != ours {
                paths.push(path);
            } else if let Some(bytes) = ours {
                merged.insert(path, bytes.to_vec());
            } else {
                merged.remove(&path);
            }
        }
        if paths.is_empty() { Ok(merged) } else { Err(MergeConflict { paths }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn contents() -> impl Strategy<Value = Contents> {
        prop::collection::btree_map("[a-d]", prop::collection::vec(0u8..3, 0..2), 0..4)
            .prop_map(|files| Contents { files })
    }

    proptest! {
        #[test]
        fn a_side_that_did_nothing_loses_nothing(base in contents(), side in contents()) {
            prop_assert_eq!(&Contents::merged(&base, &side, &base).unwrap(), &side);
            prop_assert_eq!(&Contents::merged(&base, &base, &side).unwrap(), &side);
            prop_assert_eq!(&Contents::merged(&base, &side, &side).unwrap(), &side);
        }

        #[test]
        fn sides_can_be_swapped_and_no_change_is_lost(base in contents(), a in contents(), b in contents()) {
            let merged = Contents::merged(&base, &a, &b);
            prop_assert_eq!(&merged, &Contents::merged(&base, &b, &a));
            if let Ok(merged) = merged {
                for side in [&a, &b] {
                    for path in side.differences(&base) {
                        prop_assert_eq!(merged.get(&path), side.get(&path));
                    }
                }
            }
        }
    }
}
