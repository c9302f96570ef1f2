//! `set-annotations`: the annotations of its configuration on every item.

use crate::list::List;

pub(crate) fn set(list: &mut List) -> Result<(), String> {
    let annotations = list.settings("annotations");
    if annotations.is_empty() {
        return Err("failed to configure function: input annotation list cannot be empty".to_owned());
    }
    for item in list.items() {
        let mapping = list.mapping(item, &["metadata", "annotations"]);
        for (key, value) in &annotations {
            list.set(mapping, key, value);
        }
    }
    Ok(())
}
