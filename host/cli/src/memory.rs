//! How the program asks the system for memory.

/// Address space taken at once, in bytes; what is not touched costs nothing.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const STEP: libc::c_int = 32 << 20;

/// Has the allocator grow in steps that fit a render. Left alone, glibc asks the kernel for every page that a worker
/// thread needs: a sixth of the processor time of a render of a thousand resources.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "sets a number of the C library's allocator")]
pub(crate) fn take_in_large_steps() {
    // SAFETY: called first of all, before any other thread is there; a value that is refused changes nothing.
    unsafe { libc::mallopt(libc::M_TOP_PAD, STEP) };
}

/// Other allocators grow as they see fit.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn take_in_large_steps() {}
