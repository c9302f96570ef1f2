//! What an author of a function writes.

use porchlight_yaml::serde::FromNode;

use crate::{CodedError, Gvk, Metadata, ResourceList, Role};

/// A KRM function: one pure function over a list, and what the world should know about it.
///
/// The same list and config always give the same list: no clock, no chance, no environment, no file. Running
/// it on its own output changes nothing more.
pub trait Function {
    /// The name it is called by, like `decompose-intent`.
    const NAME: &'static str;
    /// One sentence for lists of functions.
    const DESCRIPTION: &'static str;
    /// Whether it changes the list or only judges it.
    const ROLE: Role = Role::Mutator;
    /// Kind of its typed functionConfig, in the group `orchestration.nephio-oran.io/v1alpha1`.
    const CONFIG_KIND: &'static str;
    /// Kinds it looks at.
    const READS: &'static [Gvk] = &[];
    /// Kinds it makes or changes.
    const WRITES: &'static [Gvk] = &[];

    /// Its configuration: the `spec` of the typed kind, or the flat `data` of a ConfigMap, see
    /// [`crate::function_config`]. Without a functionConfig it is the default.
    type Config: FromNode + Default;

    /// Does the work. What a user should know goes to `list.results`; an error that does not stop the work at
    /// once goes through [`ResourceList::fail`].
    ///
    /// # Errors
    /// Whatever makes the list unusable. After an error, or any finding of severity error, the caller gets
    /// the items it sent, unchanged.
    fn run(list: &mut ResourceList, config: Self::Config) -> Result<(), CodedError>;

    /// What the consts above say, as a value.
    #[must_use]
    fn metadata() -> Metadata {
        Metadata {
            name: Self::NAME.to_owned(),
            description: Self::DESCRIPTION.to_owned(),
            role: Self::ROLE,
            config_kind: Self::CONFIG_KIND.to_owned(),
            reads: Self::READS.iter().map(ToString::to_string).collect(),
            writes: Self::WRITES.iter().map(ToString::to_string).collect(),
        }
    }
}
