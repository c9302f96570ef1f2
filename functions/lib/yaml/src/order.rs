//! Sorting and sorted collections that cost a module few bytes.
//!
//! The standard library compiles its sort anew for every type that is sorted, and for every `BTreeMap` and `BTreeSet`
//! that is collected: 4 KB of WebAssembly each, some twenty times in a function. What is sorted here are tens of things,
//! so one sort of their positions does for all.

mod map;
mod set;

use std::cmp::Ordering;
use std::collections::BTreeMap;

pub use map::{Entry, Iter, IterMut, SortedMap};
pub use set::SortedSet;

/// Stable sorting by way of positions, as `sort`, `sort_by` and `sort_by_key` of slices.
pub trait Arrange<T> {
    /// Sorts by the items' own order.
    fn arrange(&mut self)
    where
        T: Ord;

    /// Sorts by a comparison.
    fn arrange_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by a key, which is made for every comparison.
    fn arrange_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> Arrange<T> for [T] {
    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }

    fn arrange_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        if self.len() < 2 {
            return;
        }
        let places = places(self.len(), &mut |left, right| compare(&self[left], &self[right]));
        move_to(places, &mut |left, right| self.swap(left, right));
    }

    fn arrange_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.arrange_by(|left, right| key(left).cmp(&key(right)));
    }
}

/// Which item belongs at each place.
fn places(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|left, right| compare(*left, *right));
    places
}

/// Brings every item to its place, cycle by cycle.
fn move_to(mut places: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..places.len() {
        let mut place = start;
        loop {
            let item = std::mem::replace(&mut places[place], place);
            if item == start {
                break;
            }
            swap(place, item);
            place = item;
        }
    }
}

/// `collect` for collections that are better filled item by item, as `BTreeMap` and `BTreeSet`.
pub trait Gather: IntoIterator + Sized {
    /// The items in a new collection. Of two with one key the later counts, as with `collect`.
    fn gather<C: Default + Extend<Self::Item>>(self) -> C {
        let mut collection = C::default();
        collection.extend(self);
        collection
    }
}

impl<I: IntoIterator> Gather for I {}

/// A map of these entries, as `BTreeMap::from`.
pub fn map<K: Ord, V, const N: usize>(entries: [(K, V); N]) -> BTreeMap<K, V> {
    entries.gather()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(mut items: Vec<(u8, String)>) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            items.arrange_by_key(|item| item.0);
            prop_assert_eq!(&items, &expected);
            expected.sort();
            items.arrange();
            prop_assert_eq!(&items, &expected);
            expected.sort_by(|left, right| right.1.cmp(&left.1));
            items.arrange_by(|left, right| right.1.cmp(&left.1));
            prop_assert_eq!(items, expected);
        }

        #[test]
        fn gathers_as_the_standard_library_collects(items: Vec<(u8, u16)>) {
            prop_assert_eq!(items.iter().copied().gather::<BTreeMap<_, _>>(), items.into_iter().collect::<BTreeMap<_, _>>());
        }

        #[test]
        fn a_sorted_map_is_what_the_standard_library_makes(steps: Vec<(u8, u8, Option<u16>)>) {
            let (mut map, mut expected) = (SortedMap::new(), BTreeMap::new());
            for (key, other, value) in steps {
                match value {
                    Some(value) => prop_assert_eq!(map.insert(key, value), expected.insert(key, value)),
                    None => prop_assert_eq!(map.remove(&key), expected.remove(&key)),
                }
                prop_assert_eq!(map.entry(other).or_default(), expected.entry(other).or_default());
                prop_assert_eq!(map.get(&key), expected.get(&key));
                prop_assert_eq!(map.contains_key(&other), expected.contains_key(&other));
                prop_assert_eq!(map.first_from(&key), expected.range(key..).next().map(|(key, _)| key));
            }
            prop_assert_eq!(map.len(), expected.len());
            prop_assert!(map.iter().eq(expected.iter()) && map.iter().rev().eq(expected.iter().rev()));
            prop_assert_eq!(format!("{map:?}"), format!("{expected:?}"));
            prop_assert_eq!(map.pop_last(), expected.pop_last());
        }

        #[test]
        fn a_sorted_set_is_what_the_standard_library_makes(items: Vec<u8>, others: Vec<u8>) {
            let (set, expected): (SortedSet<u8>, BTreeSet<u8>) = (items.iter().copied().gather(), items.into_iter().collect());
            let (others, also): (SortedSet<u8>, BTreeSet<u8>) = (others.iter().copied().gather(), others.into_iter().collect());
            prop_assert!(set.iter().eq(expected.iter()));
            prop_assert_eq!(set.is_disjoint(&others), expected.is_disjoint(&also));
            prop_assert_eq!(format!("{set:?}"), format!("{expected:?}"));
        }
    }
}
