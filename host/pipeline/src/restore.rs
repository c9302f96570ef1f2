//! Bringing a resource that went through a function back into its old form: comments and field order.
//!
//! Functions lose comments and sort fields. kpt puts both back by comparing the resource as sent with the
//! resource as returned (kpt-render §2.10). The rules are kpt's, their oddities included; the work is linear in
//! the size of the two resources, whatever their shape.

mod associative;
mod comments;
mod error;
mod fields;
mod node;
mod order;
mod schema;

#[cfg(test)]
mod tests;

use porchlight_yaml::{Comments, Document};

pub use error::RestoreError;
pub(crate) use node::is_nil_or_empty;
pub(crate) use schema::{is_merged_somewhere, may_say_type};

/// Where a resource was read from, which decides which comments are "its own": those of the document, or those
/// of the mapping that is the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A document of a file or stream.
    Document,
    /// An element of a ResourceList.
    ListElement,
}

/// Brings comments and field order of `from` to `to`, an element of a ResourceList.
///
/// # Errors
/// A field came back as another kind of node.
pub(crate) fn restore(from: &Document, origin: Origin, to: &mut Document) -> Result<(), RestoreError> {
    let (Some(sent), Some(returned)) = (from.root(), to.root()) else { return Ok(()) };
    let own = match origin {
        Origin::Document => Some(from.document_comments()),
        Origin::ListElement => from.comments(sent),
    };
    if let Some(own) = own {
        fill(own, to.comments_mut(returned));
    }
    comments::copy_comments((from, sent), (to, returned))?;
    order::sync_order((from, sent), (to, returned))?;
    order::lift_head_comments(to, returned);
    Ok(())
}

/// Brings comments and field order of `from` to `to`, a Kptfile written anew. The comments of the document itself
/// are lost, as in kpt.
///
/// # Errors
/// A field is another kind of node.
pub(crate) fn restore_kptfile(from: &Document, to: &mut Document) -> Result<(), RestoreError> {
    let (Some(old), Some(new)) = (from.root(), to.root()) else { return Ok(()) };
    comments::copy_comments((from, old), (to, new))?;
    order::sync_order((from, old), (to, new))?;
    order::lift_head_comments(to, new);
    Ok(())
}

/// Copies what `to` lacks.
fn fill(from: &Comments, to: &mut Comments) {
    for (from, to) in [(&from.head, &mut to.head), (&from.line, &mut to.line), (&from.foot, &mut to.foot)] {
        if to.is_empty() {
            to.clone_from(from);
        }
    }
}
