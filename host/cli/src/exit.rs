//! Exit codes (requirements §7).

/// Done; warnings do not change that.
pub(crate) const SUCCESS: u8 = 0;
/// A function failed, a check found something, a package could not be rendered.
pub(crate) const FAILED: u8 = 1;
/// The command was called wrongly, or on a Kptfile that cannot be used.
pub(crate) const USAGE: u8 = 2;
/// A time limit passed.
pub(crate) const DEADLINE: u8 = 4;
/// A system outside cannot be reached or does not answer as it should.
pub(crate) const EXTERNAL: u8 = 5;
/// Something is not what it was to be.
pub(crate) const VERIFICATION: u8 = 6;
