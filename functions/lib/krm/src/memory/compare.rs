//! Comparing memory, eight bytes at a time.

/// What Rust compares texts with, in place of that of WASI's C library, which goes byte by byte.
///
/// # Safety
/// So many bytes are at both places.
#[cfg(all(target_os = "wasi", not(target_feature = "atomics")))]
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, count: usize) -> i32 {
    // SAFETY: as the caller promises.
    unsafe { compare(left, right, count) }
}

/// Less than, equal to or greater than 0 as the first bytes that differ at two places.
///
/// # Safety
/// So many bytes are at both places.
#[inline]
unsafe fn compare(left: *const u8, right: *const u8, count: usize) -> i32 {
    // SAFETY: only asked for places at which eight bytes are left.
    let eight = |at: usize| unsafe {
        (left.add(at).cast::<u64>().read_unaligned(), right.add(at).cast::<u64>().read_unaligned())
    };
    let order = |(left, right): (u64, u64)| if left.to_be() < right.to_be() { -1 } else { 1 };
    let Some(last) = count.checked_sub(8) else {
        for at in 0..count {
            // SAFETY: below the count.
            let (left, right) = unsafe { (left.add(at).read(), right.add(at).read()) };
            if left != right {
                return i32::from(left) - i32::from(right);
            }
        }
        return 0;
    };
    let mut at = 0;
    while at < last {
        let pair = eight(at);
        if pair.0 != pair.1 {
            return order(pair);
        }
        at += 8;
    }
    // Some of the last eight may have been compared before.
    let pair = eight(last);
    if pair.0 == pair.1 { 0 } else { order(pair) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_are_ordered_as_the_standard_library_orders_them(
            left in "[ab\u{ff}]{0,40}", right in "[ab\u{ff}]{0,40}", same in 0..40_usize,
        ) {
            let (left, mut right) = (left.into_bytes(), right.into_bytes());
            let count = left.len().min(right.len());
            let same = same.min(count);
            right[..same].copy_from_slice(&left[..same]);
            // SAFETY: both have as many bytes.
            let order = unsafe { super::compare(left.as_ptr(), right.as_ptr(), count) };
            prop_assert_eq!(order.cmp(&0), left[..count].cmp(&right[..count]));
        }
    }
}
