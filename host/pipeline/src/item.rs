//! A resource on its way through a pipeline.

use porchlight_krm::Resource;
use porchlight_package::annotation;
use porchlight_yaml::{Comments, Document, Kind, NodeId, Scalar, Style};

use crate::passage::{Fitness, Passage};
use crate::restore::Origin;

/// Numbers the inputs of a mutator, to tell later which places its outputs had.
pub(crate) const MIGRATION_ID: &str = "internal.config.kubernetes.io/annotations-migration-resource-id";

/// A resource and where it came from. Its `metadata` and `annotations` are mappings, or absent.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) resource: Resource,
    pub(crate) origin: Origin,
    /// What it takes to send it without text, once that was asked.
    passage: Option<Fitness>,
}

/// The annotations that carry a resource through a pipeline, read in one pass.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks<'a> {
    pub(crate) path: Twin<'a>,
    pub(crate) index: Twin<'a>,
    pub(crate) id: Twin<'a>,
    pub(crate) package: Option<&'a str>,
    pub(crate) migration_id: Option<&'a str>,
}

/// The two spellings of an annotation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Twin<'a> {
    pub(crate) internal: Option<&'a str>,
    pub(crate) legacy: Option<&'a str>,
}

impl<'a> Twin<'a> {
    /// The internal spelling, where it is there, else the older one; "" for neither.
    pub(crate) fn value(self) -> &'a str {
        self.internal.or(self.legacy).unwrap_or_default()
    }

    /// Both spellings; "" for one that is not there.
    pub(crate) fn both(self) -> (&'a str, &'a str) {
        (self.internal.unwrap_or_default(), self.legacy.unwrap_or_default())
    }
}

impl Item {
    /// A resource as read from a file.
    pub(crate) fn from_file(resource: Resource) -> Self {
        Self { resource, origin: Origin::Document, passage: None }
    }

    /// A resource as read from the list of a function.
    pub(crate) fn from_list(resource: Resource) -> Self {
        Self { resource, origin: Origin::ListElement, passage: None }
    }

    /// How it goes through a function unchanged, where that can be told and was looked at.
    pub(crate) fn passage(&self) -> Option<&Passage> {
        match &self.passage {
            Some(Fitness::Fit(passage)) => Some(passage),
            Some(Fitness::Unfit) | None => None,
        }
    }

    /// True where nobody has looked yet whether it can go through a function without text.
    pub(crate) fn is_untried(&self) -> bool {
        self.passage.is_none()
    }

    /// Looks how it goes through a function unchanged.
    pub(crate) fn try_passage(&mut self) {
        self.passage = Some(Passage::of(self));
    }

    /// True where going through a function unchanged leaves it as it is: what it is afterwards, and which comments are its
    /// own.
    pub(crate) fn passes_as_it_is(&self) -> bool {
        let document = self.document();
        let keeps_own = match self.origin {
            Origin::ListElement => true,
            Origin::Document => {
                let of_list = document.comments(self.resource.root());
                document.document_comments().is_empty() && of_list.is_none_or(Comments::is_empty)
            }
        };
        keeps_own && self.passage().is_some_and(|passage| !passage.changes())
    }

    /// It went through a function unchanged.
    pub(crate) fn pass(&mut self) {
        self.origin = Origin::ListElement;
        let Some(Fitness::Fit(passage)) = &mut self.passage else { return };
        if let Some(after) = passage.take_after() {
            self.resource = after;
            self.passage = None;
        }
    }

    pub(crate) fn document(&self) -> &Document {
        self.resource.document()
    }

    pub(crate) fn document_mut(&mut self) -> &mut Document {
        self.passage = None;
        self.resource.document_mut()
    }

    fn annotations(&self) -> Option<NodeId> {
        let document = self.document();
        let annotations = document.get(document.get(self.resource.root(), "metadata")?, "annotations")?;
        (document.kind(annotations) == Kind::Mapping).then_some(annotations)
    }

    /// The annotations a pipeline works with.
    pub(crate) fn marks(&self) -> Marks<'_> {
        let document = self.document();
        let mut marks = Marks::default();
        let entries = self.annotations().into_iter().flat_map(|annotations| document.entries(annotations));
        for (key, value) in entries {
            let place = match document.text(key) {
                annotation::PATH => &mut marks.path.internal,
                annotation::LEGACY_PATH => &mut marks.path.legacy,
                annotation::INDEX => &mut marks.index.internal,
                annotation::LEGACY_INDEX => &mut marks.index.legacy,
                annotation::ID => &mut marks.id.internal,
                annotation::LEGACY_ID => &mut marks.id.legacy,
                annotation::PACKAGE_PATH => &mut marks.package,
                MIGRATION_ID => &mut marks.migration_id,
                _ => continue,
            };
            let is_text = document.kind(value) == Kind::Scalar && document.resolve(value) != Scalar::Null;
            if place.is_none() && is_text {
                *place = Some(document.text(value));
            }
        }
        marks
    }

    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        annotation::get(self.document(), key)
    }

    /// The text of an annotation; "" where there is none.
    pub(crate) fn annotation_or_empty(&self, key: &str) -> &str {
        self.annotation(key).unwrap_or_default()
    }

    /// Sets an annotation as kyaml does.
    pub(crate) fn set_annotation(&mut self, key: &'static str, value: &str) {
        self.set_annotations(&[(key, value)]);
    }

    /// Sets annotations as kyaml does, one after the other.
    pub(crate) fn set_annotations(&mut self, values: &[(&'static str, &str)]) {
        let annotations = self.annotations().filter(|node| self.document().first_child(*node).is_some());
        let document = self.document();
        let is_new = annotations.is_some_and(|annotations| {
            document.entries(annotations).all(|(key, _)| values.iter().all(|(name, _)| document.text(key) != *name))
        });
        let document = self.document_mut();
        for (key, value) in values {
            match annotations.filter(|_| is_new) {
                Some(annotations) => {
                    let key = document.new_fixed_scalar(key, Style::Plain);
                    let value = document.new_scalar(*value, Style::SingleQuoted);
                    document.push_entry(annotations, key, value);
                }
                None => annotation::set(document, key, value)
                    .expect("invariant: metadata and annotations of an item are mappings"),
            }
        }
    }

    /// Removes annotations. An empty mapping stays; it goes when the resource is written.
    pub(crate) fn clear_annotations(&mut self, keys: &[&str]) {
        let Some(annotations) = self.annotations() else { return };
        let document = self.document();
        let has_any = document.entries(annotations).any(|(key, _)| keys.contains(&document.text(key)));
        if has_any {
            let document = self.document_mut();
            for key in keys {
                document.remove(annotations, key);
            }
        }
    }

    /// The file, relative to its package.
    pub(crate) fn path(&self) -> &str {
        self.marks().path.value()
    }
}
