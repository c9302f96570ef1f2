//! Which resource was read from which document.

use std::collections::{HashMap, VecDeque};

use porchlight_yaml::{Document, Kind};

/// apiVersion, kind, namespace and name; "" for what is missing.
pub(super) type Identity = [String; 4];

pub(super) fn identity(document: &Document) -> Identity {
    let root = document.root();
    let metadata = root.and_then(|root| document.get(root, "metadata"));
    let text = |holder: Option<_>, key| {
        let value = holder.and_then(|holder| document.get(holder, key));
        value.filter(|value| document.kind(*value) == Kind::Scalar).map_or("", |value| document.text(value)).to_owned()
    };
    [text(root, "apiVersion"), text(root, "kind"), text(metadata, "namespace"), text(metadata, "name")]
}

/// For each resource, given with the document it says it is, the document that it was: the one it says, if it is
/// still called the same; another of that name; else the one it says under another name.
pub(super) fn pair(old: &[Identity], new: &[(Identity, Option<usize>)]) -> Vec<Option<usize>> {
    let mut taken = vec![false; old.len()];
    let mut pairs: Vec<Option<usize>> = new
        .iter()
        .map(|(identity, index)| {
            let index = index.filter(|index| old.get(*index) == Some(identity) && !taken[*index])?;
            taken[index] = true;
            Some(index)
        })
        .collect();
    let mut by_identity: HashMap<&Identity, VecDeque<usize>> = HashMap::new();
    for (index, identity) in old.iter().enumerate().filter(|(index, _)| !taken[*index]) {
        by_identity.entry(identity).or_default().push_back(index);
    }
    for (pair, (identity, _)) in pairs.iter_mut().zip(new).filter(|(pair, _)| pair.is_none()) {
        *pair = by_identity.get_mut(identity).and_then(VecDeque::pop_front);
        if let Some(index) = *pair {
            taken[index] = true;
        }
    }
    for (pair, (_, index)) in pairs.iter_mut().zip(new).filter(|(pair, _)| pair.is_none()) {
        *pair = index.filter(|index| taken.get(*index) == Some(&false));
        if let Some(index) = *pair {
            taken[index] = true;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_find_their_documents() {
        let named = |name: &str| [String::new(), String::new(), String::new(), name.to_owned()];
        let old = [named("a"), named("b"), named("c")];
        type Given<'a> = &'a [(&'a str, Option<usize>)];
        let table: &[(Given<'_>, &[Option<usize>])] = &[
            (&[("a", Some(0)), ("b", Some(1)), ("c", Some(2))], &[Some(0), Some(1), Some(2)]),
            (&[("c", Some(0)), ("a", Some(1))], &[Some(2), Some(0)]),
            (&[("x", Some(1)), ("c", Some(2)), ("n", None)], &[Some(1), Some(2), None]),
            (&[("b", Some(1)), ("b", Some(1)), ("y", Some(9))], &[Some(1), None, None]),
        ];
        for (new, expected) in table {
            let new: Vec<_> = new.iter().map(|(name, index)| (named(name), *index)).collect();
            assert_eq!(pair(&old, &new), *expected);
        }
    }
}
