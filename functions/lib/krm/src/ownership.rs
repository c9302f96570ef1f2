//! Objects a function generates, kept in step with what it wants over many runs.
//!
//! A function says which objects it wants, completely, on every run; [`apply`] makes the list agree:
//!
//! * an object that is not there is created, in the file the function names or kpt's default one;
//! * an object of ours that is there gets the fields we want. Fields a user added, and comments, stay. A field an
//!   earlier run of ours set and we no longer want is removed. Lists of objects with a `name` are matched by it,
//!   so a user may add items; other lists are ours as a whole;
//! * an object of ours we no longer want is removed;
//! * an object of the same identity that is not ours is left alone and reported. A user who wants to take over a
//!   generated object removes its label [`GENERATED_BY`].
//!
//! What we need to remember travels with the object: the label tells whose it is, annotations tell what it was
//! made from ([`ORIGIN`]), under which name
//! ([`GENERATED_AS`]; functions such as set-namespace may change it later) and
//! which fields are ours ([`OWNED_FIELDS`]).
//!
//! The result depends on the set of items and wanted objects only, not on their order, and applying the same
//! wish again changes nothing.

mod fields;
mod merge;
mod stale;

use std::collections::{BTreeMap, HashMap, HashSet};

use self::fields::Fields;
use crate::annotations::{GENERATED_AS, GENERATED_BY, INDEX, ORIGIN, OWNED_FIELDS, PATH};
use crate::{Code, CodedError, FieldPath, Finding, Resource, ResourceId, ResourceList, value};
use porchlight_yaml::order::Arrange;

/// Who generates.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Name of the function; the value of the label.
    pub function: &'a str,
    /// Code of the finding about an object a user made, and of the error about contradicting wishes.
    pub conflict: Code,
}

/// An object a function wants.
#[derive(Clone, Debug)]
pub struct Desired {
    /// What it is made from, usually the name of an intent.
    pub origin: String,
    /// The object, with the fields the function cares for and no others.
    pub object: Resource,
    /// File to create it in, relative to the package; `None` for kpt's default,
    /// `[namespace/]<lower case kind>_<name>.yaml`. An object that exists stays where it is.
    pub path: Option<String>,
}

impl Desired {
    /// An object made from `origin`, in kpt's default file.
    pub fn new(origin: impl Into<String>, object: Resource) -> Self {
        Self { origin: origin.into(), object, path: None }
    }

    /// The same in another file.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }
}

/// What [`apply`] did; each list in the order of identities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Objects that were not there.
    pub created: Vec<ResourceId>,
    /// Objects of ours that differed.
    pub updated: Vec<ResourceId>,
    /// Objects of ours that were as wanted.
    pub unchanged: Vec<ResourceId>,
    /// Objects of ours that were removed.
    pub pruned: Vec<ResourceId>,
    /// Wanted objects that a user made; a warning for each is in the list's results.
    pub conflicts: Vec<ResourceId>,
}

/// Makes the objects of `owner` in `list` what `desired` says, and puts the items in the order of
/// [`ResourceList::sort_items`].
///
/// # Errors
/// Where two wishes for one identity differ. The list is unchanged then.
pub fn apply(list: &mut ResourceList, owner: Owner<'_>, desired: Vec<Desired>) -> Result<Changes, CodedError> {
    let desired = unique(desired, owner)?;
    let mut changes = Changes::default();
    let Inventory { mut ours, theirs } = Inventory::of(&list.items, owner.function);
    let mut files = Files::of(&list.items);
    let mut created = Vec::new();
    let mut kept = HashSet::new();
    for (id, wish) in desired {
        if let Some(position) = theirs.get(&id) {
            list.results.push(conflict(&list.items[*position], &wish, owner));
            changes.conflicts.push(id);
            continue;
        }
        // The oldest of several of ours stays, the others go with what is no longer wanted.
        let Some(position) = ours.remove(&id) else {
            created.push(create(wish, &id, owner, &mut files));
            changes.created.push(id);
            continue;
        };
        kept.insert(position);
        let outcome =
            if update(&mut list.items[position], &wish, owner) { &mut changes.updated } else { &mut changes.unchanged };
        outcome.push(id);
    }
    let mut position = 0;
    list.items.retain(|item| {
        let keep = !is_ours(item, owner.function) || kept.contains(&position);
        position += 1;
        if !keep {
            changes.pruned.push(item.id());
        }
        keep
    });
    changes.pruned.arrange();
    list.items.append(&mut created);
    list.sort_items();
    Ok(changes)
}

/// The wishes by identity. Several equal ones become one, of the first origin in the alphabet.
fn unique(mut desired: Vec<Desired>, owner: Owner<'_>) -> Result<BTreeMap<ResourceId, Desired>, CodedError> {
    desired.arrange_by(|left, right| left.origin.cmp(&right.origin));
    let mut unique: BTreeMap<ResourceId, Desired> = BTreeMap::new();
    for wish in desired {
        let id = wish.object.id();
        match unique.get(&id) {
            None => {
                unique.insert(id, wish);
            }
            Some(first) if same_object(&first.object, &wish.object) => {}
            Some(first) => {
                let message =
                    format!("`{}` and `{}` both ask for {id}, with different content", first.origin, wish.origin);
                return Err(CodedError::new(owner.conflict, message).on(&wish.object));
            }
        }
    }
    Ok(unique)
}

fn same_object(left: &Resource, right: &Resource) -> bool {
    value::same(left.document(), left.root(), right.document(), right.root())
}

fn is_ours(item: &Resource, function: &str) -> bool {
    item.label(GENERATED_BY) == Some(function)
}

/// Where items are: ours by the identity they were generated as, all others by the one they have.
struct Inventory {
    ours: HashMap<ResourceId, usize>,
    theirs: HashMap<ResourceId, usize>,
}

impl Inventory {
    fn of(items: &[Resource], function: &str) -> Self {
        let mut inventory = Self { ours: HashMap::new(), theirs: HashMap::with_capacity(items.len()) };
        for (position, item) in items.iter().enumerate() {
            let map = if is_ours(item, function) { &mut inventory.ours } else { &mut inventory.theirs };
            let id = if is_ours(item, function) { generated_id(item) } else { item.id() };
            let first = map.entry(id).or_insert(position);
            // Which of several is first must not depend on the order of the items.
            if place(item) < place(&items[*first]) {
                *first = position;
            }
        }
        inventory
    }
}

fn place(item: &Resource) -> (Option<&str>, Option<&str>, Option<i64>, &str, &str) {
    let (path, index) = item.file();
    (item.annotation(crate::annotations::PACKAGE_PATH), path, index, item.namespace(), item.name())
}

/// `namespace/name`, or the name alone; neither can hold a slash.
fn generated_as(id: &ResourceId) -> String {
    if id.namespace.is_empty() { id.name.clone() } else { format!("{}/{}", id.namespace, id.name) }
}

fn generated_id(item: &Resource) -> ResourceId {
    let id = item.id();
    match item.annotation(GENERATED_AS) {
        None => id,
        Some(text) => {
            let (namespace, name) = text.split_once('/').unwrap_or(("", text));
            ResourceId { namespace: namespace.to_owned(), name: name.to_owned(), ..id }
        }
    }
}

fn conflict(item: &Resource, wish: &Desired, owner: Owner<'_>) -> Finding {
    let message = format!(
        "{} exists and was not generated by {}; it is left as it is. Rename or remove it, or add the label \
         `{GENERATED_BY}: {}` to have it managed",
        item.id(),
        owner.function,
        owner.function
    );
    Finding::warning(owner.conflict, message).on(item).tag("origin", &wish.origin)
}

fn create(wish: Desired, id: &ResourceId, owner: Owner<'_>, files: &mut Files) -> Resource {
    let fields = Fields::of(&body(&wish.object));
    let mut item = wish.object;
    mark(&mut item, &wish.origin, id, &fields, owner);
    if item.file().0.is_none() {
        let path = wish.path.unwrap_or_else(|| default_path(id));
        let index = files.next_index(&path);
        item.set_annotation(PATH, &path);
        item.set_annotation(INDEX, &index.to_string());
    }
    item
}

/// kpt-render §2.8
fn default_path(id: &ResourceId) -> String {
    let file = format!("{}_{}.yaml", id.kind.to_lowercase(), id.name);
    if id.namespace.is_empty() { file } else { format!("{}/{file}", id.namespace) }
}

fn update(item: &mut Resource, wish: &Desired, owner: Owner<'_>) -> bool {
    let body = body(&wish.object);
    let wanted = Fields::of(&body);
    let before = item.annotation(OWNED_FIELDS).and_then(|text| text.parse::<Fields>().ok()).unwrap_or_default();
    let removed = stale::remove(item, &before, &wanted);
    let merged = merge::into(item, &body);
    let marked = mark(item, &wish.origin, &wish.object.id(), &wanted, owner);
    removed || merged || marked
}

/// Label and annotations that say what we need to know next time.
fn mark(item: &mut Resource, origin: &str, id: &ResourceId, fields: &Fields, owner: Owner<'_>) -> bool {
    let marks = [
        item.set_label(GENERATED_BY, owner.function),
        item.set_annotation(ORIGIN, origin),
        item.set_annotation(GENERATED_AS, &generated_as(id)),
        item.set_annotation(OWNED_FIELDS, &fields.to_string()),
    ];
    marks.contains(&true)
}

/// The part of a wanted object whose fields are owned: all but its identity, its place and our own marks.
fn body(object: &Resource) -> Resource {
    let mut body = object.clone();
    for path in [&["apiVersion"][..], &["kind"], &["metadata", "name"], &["metadata", "namespace"]] {
        body.remove(&FieldPath::of(path.iter().copied()));
    }
    for key in [PATH, INDEX, ORIGIN, GENERATED_AS, OWNED_FIELDS] {
        body.remove_annotation(key);
    }
    body.remove_label(GENERATED_BY);
    let metadata = FieldPath::of(["metadata"]);
    if body.at(&metadata).is_some_and(|node| body.document().first_child(node).is_none()) {
        body.remove(&metadata);
    }
    body
}

/// Which positions of which files are taken.
struct Files(HashMap<String, i64>);

impl Files {
    fn of(items: &[Resource]) -> Self {
        let mut next = HashMap::new();
        for item in items {
            if let (Some(path), index) = item.file() {
                let free: &mut i64 = next.entry(path.to_owned()).or_default();
                *free = (*free).max(index.unwrap_or_default().saturating_add(1));
            }
        }
        Self(next)
    }

    fn next_index(&mut self, path: &str) -> i64 {
        let free = self.0.entry(path.to_owned()).or_default();
        let index = *free;
        *free = free.saturating_add(1);
        index
    }
}

#[cfg(test)]
mod tests;
