//! Lists of resources as a function gets them: what is accepted is written as a list that is read again, with the same
//! items, and a function that does nothing fails on nothing else than the list.

use porchlight_krm::{CodedError, Function, ResourceList, run_bytes};

/// Does nothing.
struct Nothing;

impl Function for Nothing {
    const NAME: &'static str = "nothing";
    const DESCRIPTION: &'static str = "Does nothing";
    const CONFIG_KIND: &'static str = "NothingConfig";
    type Config = std::collections::BTreeMap<String, String>;

    fn run(list: &mut ResourceList, _: Self::Config) -> Result<(), CodedError> {
        list.sort_items();
        Ok(())
    }
}

/// The law.
pub fn holds(bytes: &[u8]) {
    let outcome = run_bytes::<Nothing>(bytes.to_vec());
    assert_eq!(outcome.exit_code == 0, outcome.stderr.is_empty(), "{}", outcome.stderr);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(mut list) = ResourceList::parse(text) else { return };
    let ids = |list: &ResourceList| list.items.iter().map(|item| (item.id(), item.file().1)).collect::<Vec<_>>();
    for item in list.items.iter().chain(&list.function_config) {
        let _ = (item.annotations().count(), item.labels().count(), item.at(&"spec[0].a".parse().expect("a path")));
    }
    if text.contains(['>', '#', '\u{85}', '\u{2028}', '\u{2029}']) {
        return;
    }
    let written = list.to_text();
    let again = ResourceList::parse(&written).unwrap_or_else(|error| panic!("{error}\n{text}\n---\n{written}"));
    assert_eq!(ids(&again), ids(&list), "{text}\n---\n{written}");
    list.results.clear();
}
