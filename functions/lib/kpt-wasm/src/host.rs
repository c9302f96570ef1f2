//! What the imports offer, as functions.

#![expect(unsafe_code, reason = "addresses of texts and buffers are handed to imports")]

use crate::frame::{self, Import};
use crate::reference::Reference;

/// A text of the host's that is ready to be copied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PreparedText {
    reference: Reference,
    /// Its length in bytes of UTF-8.
    pub(crate) length: usize,
}

/// A property of an object. The host traps if it is none.
pub(crate) fn get(object: Reference, name: &'static str) -> Reference {
    let [address, length] = span(name.as_bytes());
    // SAFETY: the name is read.
    unsafe { frame::call(Import::Get, &[object.to_bits(), address, length]) }
    Reference::from_bits(frame::result(32))
}

/// Sets a property of an object.
pub(crate) fn set(object: Reference, name: &'static str, value: Reference) {
    let [address, length] = span(name.as_bytes());
    // SAFETY: the name is read.
    unsafe { frame::call(Import::Set, &[object.to_bits(), address, length, value.to_bits()]) }
}

/// The first element of an array.
pub(crate) fn first(array: Reference) -> Reference {
    // SAFETY: there are no addresses.
    unsafe { frame::call(Import::Index, &[array.to_bits(), 0]) }
    Reference::from_bits(frame::result(24))
}

/// Calls a method with a number; `None` if it throws.
pub(crate) fn call(object: Reference, method: &'static str, number: u32) -> Option<Reference> {
    let [address, length] = span(method.as_bytes());
    // On the stack, which is part of the memory that every host sees.
    let argument = [Reference::number(f64::from(number)).to_bits()];
    let list = argument.as_ptr().expose_provenance() as u64;
    // SAFETY: the method's name and the list of one argument are read.
    unsafe { frame::call(Import::Call, &[object.to_bits(), address, length, list, 1, 1]) }
    (frame::result(64) & 0xFF == 1).then(|| Reference::from_bits(frame::result(56)))
}

/// A text for the host. It has to lie where the host can see it.
pub(crate) fn text(text: &[u8]) -> Reference {
    let [address, length] = span(text);
    // SAFETY: the text is read.
    unsafe { frame::call(Import::String, &[address, length]) }
    Reference::from_bits(frame::result(24))
}

/// Gets a text of the host's ready to be copied.
pub(crate) fn prepare(text: Reference) -> PreparedText {
    // SAFETY: there are no addresses.
    unsafe { frame::call(Import::PrepareString, &[text.to_bits()]) }
    let length = usize::try_from(frame::result(24)).unwrap_or(usize::MAX);
    PreparedText { reference: Reference::from_bits(frame::result(16)), length }
}

/// Copies a text into a buffer that is at least as long and lies where the host can see it.
pub(crate) fn load(text: PreparedText, buffer: &mut [u8]) -> &[u8] {
    let target = &mut buffer[..text.length];
    let address = target.as_mut_ptr().expose_provenance() as u64;
    let length = target.len() as u64;
    // SAFETY: the buffer is borrowed mutably, and holds the length that is given.
    unsafe { frame::call(Import::LoadString, &[text.reference.to_bits(), address, length, length]) }
    target
}

/// Writes bytes to standard error, wherever they lie.
pub(crate) fn write_error(bytes: &[u8]) {
    // On the stack, which is part of the memory that every host sees.
    let mut piece = [0; 1024];
    for part in bytes.chunks(piece.len()) {
        piece[..part.len()].copy_from_slice(part);
        let [address, length] = span(&piece[..part.len()]);
        // SAFETY: the piece is read.
        unsafe { frame::call(Import::Write, &[2, address, length]) }
    }
}

fn span(bytes: &[u8]) -> [u64; 2] {
    [bytes.as_ptr().expose_provenance() as u64, bytes.len() as u64]
}
