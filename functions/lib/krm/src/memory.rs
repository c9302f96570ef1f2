//! The memory of a function that is a WASI command: one process, one thread, one list, and then it ends.
//!
//! The allocator of WASI's C library serves programs that run for long. Here blocks are cut off fresh memory one after the
//! other; a block that is given back is kept for the next one of its size, large ones also for smaller ones, and nothing
//! is ever put together again. That is a few instructions for a block, and a list that is read by growing grows where it is.

#![expect(unsafe_code, reason = "an allocator is an unsafe interface, and blocks are addresses")]

mod compare;

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::{self, NonNull};

/// What blocks are multiples of, and where they start.
const GRAIN: usize = 16;
/// Up to this size there is a class for every multiple of the grain; above, four for every power of two.
const SMALL: usize = 1024;
const SMALL_CLASSES: usize = SMALL / GRAIN;
const CLASSES: usize = SMALL_CLASSES + (usize::BITS - SMALL.ilog2()) as usize * 4;

/// Where memory comes from.
pub(crate) trait Source {
    /// Some fresh memory of zeros, of at least so many bytes; `None` where there is no more.
    fn more(&mut self, least: usize) -> Option<NonNull<[u8]>>;
}

/// Blocks of memory.
pub(crate) struct Blocks<S> {
    source: S,
    /// Fresh memory.
    next: *mut u8,
    end: *mut u8,
    /// Of each class the block that was given back last; each holds the address of the one before it.
    free: [*mut u8; CLASSES],
}

/// The class of a size from 1 on, and the size of its blocks.
#[inline]
fn class(size: usize) -> (usize, usize) {
    if size <= SMALL {
        let class = (size - 1) / GRAIN;
        return (class, (class + 1) * GRAIN);
    }
    let power = (size - 1).ilog2();
    let step = 1 << (power - 2);
    let quarter = (size - 1 - (1 << power)) / step;
    let class = SMALL_CLASSES + (power - SMALL.ilog2()) as usize * 4 + quarter;
    (class, (1 << power) + (quarter + 1) * step)
}

/// The size of the blocks of a class.
fn block_size(class: usize) -> usize {
    match class.checked_sub(SMALL_CLASSES) {
        None => (class + 1) * GRAIN,
        Some(above) => (SMALL << (above / 4)) / 4 * (above % 4 + 5),
    }
}

/// The class of the largest blocks that have room in a size from the grain on.
fn largest_within(size: usize) -> usize {
    let (class, block) = class(size);
    if block > size { class - 1 } else { class }
}

impl<S: Source> Blocks<S> {
    pub(crate) const fn new(source: S) -> Self {
        Self { source, next: ptr::null_mut(), end: ptr::null_mut(), free: [ptr::null_mut(); CLASSES] }
    }

    /// A block, and whether it certainly is zeros; null where there is no more memory.
    #[inline]
    fn take(&mut self, layout: Layout) -> (*mut u8, bool) {
        // Nearly all are small.
        if (1..=SMALL).contains(&layout.size()) && layout.align() <= GRAIN {
            let (class, size) = class(layout.size());
            let block = self.free[class];
            if !block.is_null() {
                // SAFETY: blocks of this list were given back, have room for an address and are aligned for one.
                self.free[class] = unsafe { block.cast::<*mut u8>().read() };
                return (block, false);
            }
            // Fresh memory goes on where the last block ended, and that is aligned for all of these.
            if self.end.addr() - self.next.addr() >= size {
                let next = self.next.wrapping_add(size);
                return (std::mem::replace(&mut self.next, next), true);
            }
        }
        self.take_any(layout)
    }

    fn take_any(&mut self, layout: Layout) -> (*mut u8, bool) {
        let (class, size) = class(layout.size().max(1));
        if layout.align() > GRAIN {
            return (self.cut(size, layout.align()), true);
        }
        // What is left of a larger block is worth keeping only where blocks are large.
        let most = if class < SMALL_CLASSES { class } else { CLASSES - 1 };
        let Some(found) = (class..=most).find(|class| !self.free[*class].is_null()) else {
            return (self.cut(size, GRAIN), true);
        };
        let block = self.free[found];
        // SAFETY: blocks of this list were given back, have room for an address and are aligned for one.
        self.free[found] = unsafe { block.cast::<*mut u8>().read() };
        let left = block_size(found) - size;
        if left >= GRAIN {
            self.keep(block.wrapping_add(size), largest_within(left));
        }
        (block, false)
    }

    /// Keeps a block of a class for the next one.
    fn keep(&mut self, block: *mut u8, class: usize) {
        // SAFETY: the block is nobody's now, has room for an address and is aligned for one.
        unsafe { block.cast::<*mut u8>().write(self.free[class]) };
        self.free[class] = block;
    }

    /// A block of fresh memory.
    fn cut(&mut self, size: usize, align: usize) -> *mut u8 {
        let padding = self.next.align_offset(align);
        let left = self.end.addr() - self.next.addr();
        if self.next.is_null() || left < size || left - size < padding {
            let Some(more) = size.checked_add(align).and_then(|least| self.source.more(least)) else {
                return ptr::null_mut();
            };
            let start: *mut u8 = more.as_ptr().cast();
            if start != self.end {
                self.next = start;
            }
            self.end = start.wrapping_add(more.len());
            return self.cut(size, align);
        }
        let block = self.next.wrapping_add(padding);
        self.next = block.wrapping_add(size);
        block
    }

    fn give_back(&mut self, block: *mut u8, layout: Layout) {
        // Those few with an alignment of their own are not used again.
        if layout.align() <= GRAIN {
            self.keep(block, class(layout.size().max(1)).0);
        }
    }

    /// True where the block has room for `size` bytes, or could be given it where it is.
    fn resize(&mut self, block: *mut u8, layout: Layout, size: usize) -> bool {
        let ((_, old), (_, new)) = (class(layout.size().max(1)), class(size.max(1)));
        if new <= old {
            return true;
        }
        let is_last = block.wrapping_add(old) == self.next;
        let has_room = self.end.addr() - self.next.addr() >= new - old;
        if is_last && has_room {
            self.next = block.wrapping_add(new);
        }
        is_last && has_room
    }
}

/// The allocator of a process of one thread.
pub(crate) struct Memory<S>(UnsafeCell<Blocks<S>>);

impl<S> Memory<S> {
    pub(crate) const fn new(blocks: Blocks<S>) -> Self {
        Self(UnsafeCell::new(blocks))
    }
}

// SAFETY: there is one thread; the target of this allocator has no others.
#[cfg(all(target_os = "wasi", not(target_feature = "atomics")))]
unsafe impl<S> Sync for Memory<S> {}

// SAFETY: blocks are aligned, do not overlap, and stay what they are until they are given back. No call calls another.
unsafe impl<S: Source> GlobalAlloc for Memory<S> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and nobody holds a reference between calls.
        unsafe { &mut *self.0.get() }.take(layout).0
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { &mut *self.0.get() }.give_back(block, layout);
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let (block, is_zeros) = unsafe { &mut *self.0.get() }.take(layout);
        if !is_zeros {
            // SAFETY: the block is of this size.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let blocks = unsafe { &mut *self.0.get() };
        if blocks.resize(block, layout, size) {
            return block;
        }
        // SAFETY: the caller promises that `size` is one of a layout of this alignment.
        let (new, _) = blocks.take(unsafe { Layout::from_size_align_unchecked(size, layout.align()) });
        if !new.is_null() {
            // SAFETY: two blocks, and the old one is the smaller one.
            unsafe { new.copy_from_nonoverlapping(block, layout.size()) };
            blocks.give_back(block, layout);
        }
        new
    }
}

/// The linear memory of a module.
#[cfg(all(target_os = "wasi", not(target_feature = "atomics")))]
mod module {
    use std::ptr::{self, NonNull};

    use super::{Blocks, Memory, Source};

    const PAGE: usize = 1 << 16;
    /// Memory is asked for in steps of this many pages; those that are not touched cost nothing.
    const STEP: usize = 16;

    pub(super) struct Linear;

    impl Source for Linear {
        fn more(&mut self, least: usize) -> Option<NonNull<[u8]>> {
            let pages = least.div_ceil(PAGE).next_multiple_of(STEP);
            let before = core::arch::wasm32::memory_grow::<0>(pages);
            let start = NonNull::new(ptr::with_exposed_provenance_mut(before.checked_mul(PAGE)?))?;
            Some(NonNull::slice_from_raw_parts(start, pages * PAGE))
        }
    }

    #[global_allocator]
    static MEMORY: Memory<Linear> = Memory::new(Blocks::new(Linear));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of memory that lie beside each other or not.
    #[derive(Default)]
    struct Pieces {
        rows: Vec<Vec<u128>>,
        used: usize,
        left: usize,
    }

    impl Source for Pieces {
        fn more(&mut self, least: usize) -> Option<NonNull<[u8]>> {
            let size = least.next_multiple_of(4096);
            if self.rows.is_empty() || self.rows[self.rows.len() - 1].len() * GRAIN - self.used < size {
                if self.left == 0 {
                    return None;
                }
                self.left -= 1;
                self.rows.push(vec![0; size * 4 / GRAIN]);
                self.used = 0;
            }
            let row = self.rows.last_mut()?;
            let start = NonNull::new(row.as_mut_ptr().cast::<u8>().wrapping_add(self.used))?;
            self.used += size;
            Some(NonNull::slice_from_raw_parts(start, size))
        }
    }

    #[test]
    fn classes_hold_their_sizes_and_grow() {
        let mut last = (0, GRAIN);
        for size in 1..300_000 {
            let (number, block) = class(size);
            assert!(block >= size && block % GRAIN == 0 && block - size < GRAIN.max(size / 4), "{size} in {block}");
            assert_eq!(number == last.0, block == last.1, "{size}");
            assert!(number == last.0 || number == last.0 + 1, "{size}");
            assert_eq!(block_size(number), block);
            assert!(size < GRAIN || block_size(largest_within(size)) <= size);
            last = (number, block);
        }
        assert!(class(isize::MAX as usize).0 < CLASSES);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Take { size: usize, align: u32, zeroed: bool },
        GiveBack(prop::sample::Index),
        Resize(prop::sample::Index, usize),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let size = || prop_oneof![1..200usize, 1..6000usize];
        let step = prop_oneof![
            (size(), 0..8u32, any::<bool>()).prop_map(|(size, align, zeroed)| Step::Take { size, align, zeroed }),
            any::<prop::sample::Index>().prop_map(Step::GiveBack),
            (any::<prop::sample::Index>(), size()).prop_map(|(which, size)| Step::Resize(which, size)),
        ];
        prop::collection::vec(step, 1..200)
    }

    proptest! {
        /// Every block keeps what was written into it, whatever happens to others.
        #[test]
        fn blocks_are_apart(steps in steps()) {
            let memory = Memory::new(Blocks::new(Pieces { left: 40, ..Pieces::default() }));
            let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
            let content = |(block, layout, mark): &(*mut u8, Layout, u8)| {
                // SAFETY: a block that is held.
                let bytes = unsafe { std::slice::from_raw_parts(*block, layout.size()) };
                bytes.iter().all(|byte| byte == mark)
            };
            for (number, step) in steps.into_iter().enumerate() {
                let mark = number as u8 | 1;
                let (block, layout) = match step {
                    Step::Take { size, align, zeroed } => {
                        let layout = Layout::from_size_align(size, 1 << align).unwrap();
                        // SAFETY: the size is not 0.
                        let block = unsafe { if zeroed { memory.alloc_zeroed(layout) } else { memory.alloc(layout) } };
                        prop_assert!(block.is_null() || !zeroed || content(&(block, layout, 0)));
                        (block, layout)
                    }
                    Step::GiveBack(which) if !held.is_empty() => {
                        let (block, layout, _) = held.swap_remove(which.index(held.len()));
                        // SAFETY: it is held no longer.
                        unsafe { memory.dealloc(block, layout) };
                        continue;
                    }
                    Step::Resize(which, size) if !held.is_empty() => {
                        let (block, layout, mark) = held.swap_remove(which.index(held.len()));
                        // SAFETY: it is held no longer under its old address.
                        let new = unsafe { memory.realloc(block, layout, size) };
                        let kept = Layout::from_size_align(size.min(layout.size()), layout.align()).unwrap();
                        let place = if new.is_null() { block } else { new };
                        prop_assert!(content(&(place, kept, mark)));
                        (new, Layout::from_size_align(size, layout.align()).unwrap())
                    }
                    Step::GiveBack(_) | Step::Resize(..) => continue,
                };
                if !block.is_null() {
                    prop_assert_eq!(block.align_offset(layout.align()), 0);
                    // SAFETY: a block of this size.
                    unsafe { block.write_bytes(mark, layout.size()) };
                    held.push((block, layout, mark));
                }
                prop_assert!(held.iter().all(content));
            }
        }
    }
}
