//! Putting fields back in the order they were sent in.

use porchlight_yaml::{Document, Kind, NodeId};

use super::error::RestoreError;
use super::fields::{FieldPair, FieldPairer};
use super::node::{is_collection, is_nil_or_empty};

/// Sorts the fields of `to` as they stand in `from`, at every depth; fields that are new follow in their own
/// order. Elements of lists correspond by position (kpt-render §2.10, kyaml/order).
pub(super) fn sync_order(
    (from, from_root): (&Document, NodeId),
    (to, to_root): (&mut Document, NodeId),
) -> Result<(), RestoreError> {
    let mut pairer = FieldPairer::default();
    let mut pairs = Vec::new();
    let mut children = Vec::new();
    let mut work = vec![(from_root, to_root)];
    while let Some((sent, returned)) = work.pop() {
        if is_nil_or_empty(from, sent) || is_nil_or_empty(to, returned) {
            continue;
        }
        match from.kind(sent) {
            Kind::Mapping => {
                pairer.pair((from, sent), (to, returned), &mut pairs);
                if needs_sorting(&pairs) {
                    pairs.sort_by_key(position);
                    children.clear();
                    children.extend(pairs.iter().flat_map(|pair| [pair.to.0, pair.to.1]));
                    to.set_children(returned, &children);
                }
                work.extend(pairs.iter().rev().filter_map(|pair| {
                    let sent = pair.from?.value;
                    is_collection(from, sent).then_some((sent, pair.to.1))
                }));
            }
            Kind::Sequence => {
                if to.kind(returned) != Kind::Sequence {
                    return Err(RestoreError::order(to, returned, Kind::Sequence));
                }
                let first = work.len();
                work.extend(
                    from.children(sent).zip(to.children(returned)).filter(|(sent, _)| is_collection(from, *sent)),
                );
                work[first..].reverse();
            }
            Kind::Scalar | Kind::Alias => {}
        }
    }
    Ok(())
}

fn position(pair: &FieldPair) -> usize {
    pair.from.map_or(usize::MAX, |from| from.position)
}

fn needs_sorting(pairs: &[FieldPair]) -> bool {
    !pairs.is_sorted_by_key(position)
}

/// A head comment on the first key of a list element belongs above the element. As kyaml, this looks only at
/// lists that are not inside another list, and leaves the comment on the key where the element had none.
pub(super) fn lift_head_comments(document: &mut Document, root: NodeId) {
    let mut work = vec![root];
    let mut elements = Vec::new();
    while let Some(node) = work.pop() {
        match document.kind(node) {
            Kind::Mapping => {
                work.extend(document.children(node).filter(|child| is_collection(document, *child)));
            }
            Kind::Sequence => {
                elements.clear();
                elements.extend(document.children(node));
                for element in &elements {
                    lift_head_comment(document, *element);
                }
            }
            Kind::Scalar | Kind::Alias => {}
        }
    }
}

fn lift_head_comment(document: &mut Document, element: NodeId) {
    let Some(first) = document.first_child(element).filter(|first| document.kind(*first) == Kind::Scalar) else {
        return;
    };
    let Some(comment) = document.comments(first).filter(|comments| !comments.head.is_empty()) else { return };
    let comment = comment.head.clone();
    let own = &mut document.comments_mut(element).head;
    if own.is_empty() {
        *own = comment;
    } else {
        *own = format!("{own}\n{comment}").into();
        document.comments_mut(first).head = "".into();
    }
}
