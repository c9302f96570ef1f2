//! What a person should know although the variant can be made.

use std::fmt;

use crate::fault::Place;

/// Something to know about a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The peculiarity of Porch it is about, where it is about one.
    pub quirk: Option<Quirk>,
    /// What it means here.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
}

impl Note {
    /// A note about a peculiarity of Porch.
    pub fn quirk(quirk: Quirk, message: impl Into<String>) -> Self {
        Self { quirk: Some(quirk), message: message.into(), place: None }
    }

    /// Another note.
    pub fn new(message: impl Into<String>) -> Self {
        Self { quirk: None, message: message.into(), place: None }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(out, "{place}: ")?;
        }
        out.write_str(&self.message)?;
        match self.quirk {
            Some(quirk) => write!(out, " [{quirk}]"),
            None => Ok(()),
        }
    }
}

macro_rules! quirks {
    ($($(#[doc = $doc:literal])+ $variant:ident $text:literal,)+) => {
        /// Where Porch does something that nobody would expect from what was written. With [`Compat`](crate::Compat)
        /// we do the same; without, the natural thing, and say that Porch would not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Quirk {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Quirk {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in messages.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

quirks! {
    /// `spec.upstream.revision` selects nothing: the controller overwrites it before it looks.
    RevisionIgnored "revision-ignored",
    /// Without a workspace the revision called `main` is taken, which is the content of the main branch and no revision.
    PlaceholderUpstream "placeholder-upstream",
    /// A set finds its upstream by revision or workspace, so one without revision is content with any draft.
    SetUpstream "set-upstream",
    /// An entry of the pipeline whose name has more dots than Porch's own is never recognised again.
    DottedName "dotted-name",
    /// Comments before the first key of a file go when the file is written.
    HeaderCommentLost "header-comment-lost",
    /// A YAML file without a document does not survive the clone.
    EmptyFileLost "empty-file-lost",
    /// A file that is not text does not survive Porch's interface.
    BinaryFileLost "binary-file-lost",
    /// Of two targets of a set with the same package the last one wins.
    DuplicateTarget "duplicate-target",
    /// The name in an object selector is not looked at.
    SelectorNameIgnored "selector-name-ignored",
    /// A condition of an injection point that is gone stays in the Kptfile.
    StaleCondition "stale-condition",
    /// A key that is set and removed ends up removed.
    ContextKeyBoth "context-key-both",
    /// The revision is written as text, as Porch before 1.4 had it.
    LegacyRevision "legacy-revision",
}

impl fmt::Display for Quirk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
