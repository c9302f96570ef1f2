//! `set-annotations`: the annotations of its configuration on every item, and on pod templates.

use porchlight_yaml::Kind;

use crate::labels::WORKLOADS;
use crate::list::List;

pub(crate) fn set(list: &mut List) -> Result<(), String> {
    let annotations = list.settings("annotations");
    if annotations.is_empty() {
        return Err("failed to configure function: input annotation list cannot be empty".to_owned());
    }
    let pairs: Vec<String> = annotations.iter().map(|(key, value)| format!("{key:?}:{value:?}")).collect();
    let message = format!("set annotations: {{{}}}", pairs.join(","));
    let mut items = list.items();
    items.sort_by_cached_key(|item| list.file(*item));
    for item in items {
        let mut places = vec![("metadata.annotations", list.mapping(item, &["metadata", "annotations"]))];
        let spec = list.document.get(item, "spec").filter(|_| WORKLOADS.contains(&list.text(item, &["kind"])));
        if let Some(spec) = spec.filter(|spec| list.document.kind(*spec) == Kind::Mapping) {
            let mapping = list.mapping(spec, &["template", "metadata", "annotations"]);
            places.push(("spec.template.metadata.annotations", mapping));
        }
        for (field, mapping) in places {
            for (key, value) in &annotations {
                list.set(mapping, key, value);
            }
            list.say_of(item, field, message.clone());
        }
    }
    Ok(())
}
