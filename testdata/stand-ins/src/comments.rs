//! `drop-comments`: the list without any comment.

use porchlight_yaml::NodeId;

use crate::list::List;

pub(crate) fn drop_all(list: &mut List) {
    let mut open: Vec<NodeId> = vec![list.root];
    while let Some(node) = open.pop() {
        if list.document.comments(node).is_some() {
            *list.document.comments_mut(node) = <_>::default();
        }
        open.extend(list.document.children(node));
    }
    *list.document.document_comments_mut() = <_>::default();
}
