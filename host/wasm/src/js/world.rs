//! The objects that a guest can reach.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A value of the world.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Arc<str>),
    Object(Object),
    Function(Function),
}

/// One of the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object(u32);

/// What everything global is a property of.
const GLOBAL: Object = Object(0);
/// kpt's glue.
const GLUE: Object = Object(1);
/// node's `process`.
const PROCESS: Object = Object(2);
/// What is to be done.
pub(super) const EVENT: Object = Object(3);
/// What it is to be done with.
const ARGUMENTS: Object = Object(4);

/// Something that can be called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Function {
    /// Makes a function of the guest.
    MakeWrapper,
    /// Ends the run.
    Exit,
    /// A function of the guest, by the guest's number.
    Guest(f64),
}

/// What a reference says of what it refers to, beside the number.
const NAN_HEAD: u32 = 0x7FF8_0000;

/// The references that mean the same in every world: NaN, zero, null, true, false, the global object, the glue.
const FIXED: [Value; 7] = [
    Value::Number(f64::NAN),
    Value::Number(0.0),
    Value::Null,
    Value::Bool(true),
    Value::Bool(false),
    Value::Object(GLOBAL),
    Value::Object(GLUE),
];

/// Everything a guest can reach, and what it has references to.
#[derive(Debug)]
pub(crate) struct World {
    properties: BTreeMap<(Object, Box<str>), Value>,
    referred: Vec<Value>,
}

impl Default for World {
    fn default() -> Self {
        let mut world = Self { properties: BTreeMap::new(), referred: FIXED.to_vec() };
        for (object, name, value) in [
            (GLOBAL, "process", Value::Object(PROCESS)),
            (PROCESS, "exit", Value::Function(Function::Exit)),
            (GLUE, "_makeFuncWrapper", Value::Function(Function::MakeWrapper)),
            (GLUE, "_pendingEvent", Value::Null),
        ] {
            world.set(object, name, value);
        }
        world
    }
}

impl World {
    /// A property; undefined where there is none.
    pub(super) fn get(&self, object: Object, name: &str) -> Value {
        self.properties.get(&(object, name.into())).cloned().unwrap_or(Value::Undefined)
    }

    pub(super) fn set(&mut self, object: Object, name: &str, value: Value) {
        self.properties.insert((object, name.into()), value);
    }

    /// A property, which is undefined afterwards.
    pub(super) fn take(&mut self, object: Object, name: &str) -> Value {
        self.properties.remove(&(object, name.into())).unwrap_or(Value::Undefined)
    }

    /// An element of an array; there is one, with one element.
    pub(super) fn index(&self, array: Object, index: u64) -> Value {
        if array == ARGUMENTS { self.get(array, &index.to_string()) } else { Value::Undefined }
    }

    /// What the guest has asked to end with.
    pub(super) fn exit_code(&self) -> i32 {
        match self.get(PROCESS, "exitCode") {
            // Out of range is out of the ordinary, and not zero.
            Value::Number(0.0) => 0,
            Value::Number(code) if (1.0..256.0).contains(&code) => code as i32,
            Value::Undefined => 0,
            _ => 1,
        }
    }

    /// Leaves an event for the guest: a call of the global function `name` with a text.
    ///
    /// # Errors
    /// The guest has registered no such function.
    pub(super) fn expect_call(&mut self, name: &str, input: &str) -> Result<(), String> {
        let Value::Function(Function::Guest(number)) = self.get(GLOBAL, name) else {
            return Err(format!("the module has registered no function `{name}`"));
        };
        self.set(ARGUMENTS, "0", Value::Text(input.into()));
        self.set(EVENT, "id", Value::Number(number));
        self.set(EVENT, "args", Value::Object(ARGUMENTS));
        self.take(EVENT, "result");
        self.set(GLUE, "_pendingEvent", Value::Object(EVENT));
        Ok(())
    }

    /// What a reference refers to.
    pub(super) fn value(&self, reference: u64) -> Option<Value> {
        let number = f64::from_bits(reference);
        match reference {
            0 => Some(Value::Undefined),
            _ if !number.is_nan() => Some(Value::Number(number)),
            // The number is in the low half; the high half repeats what kind it is.
            _ => self.referred.get((reference & 0xFFFF_FFFF) as usize).cloned(),
        }
    }

    /// A reference to a value.
    pub(super) fn refer(&mut self, value: Value) -> u64 {
        let boxed = |kind: u32, number: u64| u64::from(NAN_HEAD | kind) << 32 | number;
        match value {
            Value::Undefined => 0,
            Value::Number(number) if number.is_nan() => boxed(0, 0),
            Value::Number(0.0) => boxed(0, 1),
            Value::Number(number) => number.to_bits(),
            Value::Null => boxed(0, 2),
            Value::Bool(true) => boxed(0, 3),
            Value::Bool(false) => boxed(0, 4),
            Value::Object(GLOBAL) => boxed(1, 5),
            Value::Object(GLUE) => boxed(1, 6),
            Value::Object(_) => boxed(1, self.add(value)),
            Value::Text(_) => boxed(2, self.add(value)),
            Value::Function(_) => boxed(4, self.add(value)),
        }
    }

    fn add(&mut self, value: Value) -> u64 {
        self.referred.push(value);
        self.referred.len() as u64 - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_by_their_references() {
        let mut world = World::default();
        for (value, reference) in [
            (Value::Undefined, 0),
            (Value::Number(0.0), 0x7FF8_0000_0000_0001),
            (Value::Number(f64::NAN), 0x7FF8_0000_0000_0000),
            (Value::Number(1.5), 1.5f64.to_bits()),
            (Value::Null, 0x7FF8_0000_0000_0002),
            (Value::Bool(false), 0x7FF8_0000_0000_0004),
            (Value::Object(GLOBAL), 0x7FF8_0001_0000_0005),
            (Value::Object(GLUE), 0x7FF8_0001_0000_0006),
            (Value::Object(PROCESS), 0x7FF8_0001_0000_0007),
            (Value::Text("a".into()), 0x7FF8_0002_0000_0008),
            (Value::Function(Function::Exit), 0x7FF8_0004_0000_0009),
        ] {
            let told = format!("{value:?}");
            assert_eq!(world.refer(value), reference, "{told}");
            assert_eq!(format!("{:?}", world.value(reference).unwrap()), told);
        }
        assert!(world.value(0x7FF8_0002_0000_0010).is_none());
    }

    #[test]
    fn only_registered_functions_are_called() {
        let mut world = World::default();
        assert!(world.expect_call("f", "x").unwrap_err().contains("no function `f`"));
        world.set(GLOBAL, "f", Value::Function(Function::Guest(1.0)));
        world.expect_call("f", "x").unwrap();
        let Value::Object(event) = world.get(GLUE, "_pendingEvent") else { panic!("an event") };
        let Value::Object(arguments) = world.get(event, "args") else { panic!("arguments") };
        assert!(matches!(world.index(arguments, 0), Value::Text(text) if &*text == "x"));
        assert!(matches!(world.index(arguments, 1), Value::Undefined));
        for (code, ended) in [(0.0, 0), (1.0, 1), (7.0, 7), (1e9, 1), (f64::NAN, 1)] {
            world.set(PROCESS, "exitCode", Value::Number(code));
            assert_eq!(world.exit_code(), ended);
        }
    }
}
