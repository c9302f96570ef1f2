//! JavaScript values as they pass the border: 64 bits.
//!
//! A number is itself. All zeros are `undefined`. Anything else is a NaN whose low word is an id that the host knows, and
//! whose high word says in its lowest bits what kind of value it is.

/// High word of a value that is not a number; its low three bits are free for the kind.
const BOXED: u64 = 0x7FF8_0000;
const OBJECT: u64 = 1;
const FUNCTION: u64 = 4;

/// A JavaScript value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reference(u64);

impl Reference {
    /// `null`.
    pub(crate) const NULL: Self = Self::boxed(0, 2);
    /// The global object.
    pub(crate) const GLOBAL: Self = Self::boxed(OBJECT, 5);
    /// The object of the host's glue, which makes functions and holds the event that is to be served.
    pub(crate) const GLUE: Self = Self::boxed(OBJECT, 6);

    const fn boxed(kind: u64, id: u64) -> Self {
        Self((BOXED | kind) << 32 | id)
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn to_bits(self) -> u64 {
        self.0
    }

    /// A number. Zero has an id, as its bits are those of `undefined`.
    pub(crate) fn number(number: f64) -> Self {
        if number == 0.0 { Self::boxed(0, 1) } else { Self(number.to_bits()) }
    }

    /// Whether there is nothing: hosts say `undefined` or `null` for a property that is not there.
    pub(crate) fn is_nothing(self) -> bool {
        // The host looks at the id only.
        self.0 == 0 || (self.is_boxed() && self.id() == 2)
    }

    pub(crate) fn is_object(self) -> bool {
        self.is_boxed() && self.kind() == OBJECT
    }

    pub(crate) fn is_function(self) -> bool {
        self.is_boxed() && self.kind() == FUNCTION
    }

    fn is_boxed(self) -> bool {
        f64::from_bits(self.0).is_nan()
    }

    fn kind(self) -> u64 {
        self.0 >> 32 & 7
    }

    fn id(self) -> u64 {
        self.0 & 0xFFFF_FFFF
    }
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn fixed_values_have_the_bits_every_host_gives_them() {
        assert_eq!(Reference::GLOBAL.to_bits(), 0x7FF8_0001_0000_0005);
        assert_eq!(Reference::GLUE.to_bits(), 0x7FF8_0001_0000_0006);
        assert_eq!(Reference::NULL.to_bits(), 0x7FF8_0000_0000_0002);
        assert_eq!(Reference::number(0.0).to_bits(), 0x7FF8_0000_0000_0001);
        assert_eq!(Reference::number(1.0).to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn kinds_are_told_apart() {
        let function = Reference::from_bits(0x7FF8_0004_0000_0009);
        let object = Reference::from_bits(0x7FF8_0001_0000_0009);
        let text = Reference::from_bits(0x7FF8_0002_0000_0009);
        let number = Reference::number(2.0);
        let nothing = Reference::from_bits(0);
        let seen = |of: Reference| (of.is_function(), of.is_object(), of.is_nothing());
        assert_eq!(seen(function), (true, false, false));
        assert_eq!(seen(object), (false, true, false));
        assert_eq!(seen(text), (false, false, false));
        assert_eq!(seen(number), (false, false, false));
        assert_eq!(seen(nothing), (false, false, true));
        assert_eq!(seen(Reference::NULL), (false, false, true));
    }
}
