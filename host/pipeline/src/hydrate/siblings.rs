//! Subpackages of the root rendered at the same time: each sees its own resources only, and where all functions are
//! sandboxed, nobody can tell in what order they ran. What they tell is told in kpt's order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use porchlight_package::PackageId;

use super::depth_first::Stopped;
use super::{Account, Ground, Walk};
use crate::item::Item;
use crate::reporter::Log;

/// A subpackage with all below it, rendered.
pub(super) struct Sibling {
    pub(super) items: Result<Vec<Item>, Stopped>,
    pub(super) account: Account,
    pub(super) log: Log,
}

/// The subpackages of the root, where it is worth rendering them at once, and does no harm.
pub(super) fn of_root(ground: Ground<'_>) -> Option<&[PackageId]> {
    let children = ground.tree.subpackages(PackageId::ROOT).ok().filter(|children| children.len() > 1)?;
    (ground.processors > 1 && ground.tree.depth_first().into_iter().all(|id| is_sandboxed(ground, id)))
        .then_some(children)
}

fn is_sandboxed(ground: Ground<'_>, id: PackageId) -> bool {
    ground.tree.kptfile(id).is_ok_and(|kptfile| {
        let mut functions = kptfile.pipeline.mutators.iter().chain(&kptfile.pipeline.validators);
        functions.all(|function| ground.runtime.is_sandboxed(function))
    })
}

/// Renders subpackages by `subtree`, up to and with the first that fails; the outcomes are in their order.
pub(super) fn render(
    ground: Ground<'_>,
    children: &[PackageId],
    subtree: fn(&mut Walk<'_>, PackageId) -> Result<Vec<Item>, Stopped>,
) -> Vec<Sibling> {
    let next = AtomicUsize::new(0);
    let first_failed = AtomicUsize::new(usize::MAX);
    let work = || {
        let mut done = Vec::new();
        loop {
            let position = next.fetch_add(1, Ordering::Relaxed);
            let Some(child) = children.get(position) else { break };
            if position > first_failed.load(Ordering::Relaxed) {
                break;
            }
            let mut log = Log::default();
            // All processors are busy with packages.
            let mut walk = Walk::new(Ground { processors: 1, ..ground }, &mut log);
            let items = subtree(&mut walk, *child);
            if items.is_err() {
                first_failed.fetch_min(position, Ordering::Relaxed);
            }
            let account = walk.account;
            done.push((position, Sibling { items, account, log }));
        }
        done
    };
    // Not on the threads that read and write files: one that waits for those could take up another package meanwhile, and
    // so on, with a function on its stack for each.
    let mut done = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().name("packages".into()).spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..ground.processors.min(children.len())).filter_map(spawn).collect();
        let mut done = work();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(position, _)| *position);
    done.into_iter().map(|(_, sibling)| sibling).collect()
}
