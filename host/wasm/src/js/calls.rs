//! The imports. Offsets are those of the arguments of Go functions on a stack; results come behind them.

use wasmtime::{Caller, Error, Linker, Result};

use super::frame::Frame;
use super::world::{Function, Object, Value};
use crate::guest::{Guest, Stop};

type Call = fn(&mut Frame<'_>) -> Result<()>;

const CALLS: [(&str, Call); 11] = [
    ("syscall/js.valueGet", get),
    ("syscall/js.valueSet", set),
    ("syscall/js.valueIndex", index),
    ("syscall/js.valueCall", call),
    ("syscall/js.stringVal", text),
    ("syscall/js.valuePrepareString", prepare),
    ("syscall/js.valueLoadString", load),
    ("syscall/js.finalizeRef", nothing),
    ("runtime.resetMemoryDataView", nothing),
    ("runtime.wasmWrite", write),
    ("runtime.wasmExit", exit),
];

pub(super) fn link(linker: &mut Linker<Guest>, module: &str) -> Result<()> {
    for (name, call) in CALLS {
        linker.func_wrap(module, name, move |mut caller: Caller<'_, Guest>, start: u32| {
            call(&mut Frame::of(&mut caller, start)?)
        })?;
    }
    Ok(())
}

pub(super) fn offers(name: &str) -> bool {
    CALLS.iter().any(|(call, _)| *call == name)
}

fn nothing(_: &mut Frame<'_>) -> Result<()> {
    Ok(())
}

fn object(frame: &Frame<'_>, offset: u32) -> Result<Object> {
    match frame.value(offset)? {
        Value::Object(object) => Ok(object),
        other => Err(Error::msg(format!("{other:?} is no object"))),
    }
}

fn get(frame: &mut Frame<'_>) -> Result<()> {
    let value = frame.guest.world.get(object(frame, 8)?, &frame.text(16)?);
    frame.put_value(32, value)
}

fn set(frame: &mut Frame<'_>) -> Result<()> {
    let (object, name, value) = (object(frame, 8)?, frame.text(16)?, frame.value(32)?);
    frame.guest.memory.hold(name.len())?;
    frame.guest.world.set(object, &name, value);
    Ok(())
}

fn index(frame: &mut Frame<'_>) -> Result<()> {
    let value = frame.guest.world.index(object(frame, 8)?, frame.number(16)?);
    frame.put_value(24, value)
}

/// Calls a method: one makes functions, one ends the run.
fn call(frame: &mut Frame<'_>) -> Result<()> {
    let (object, name) = (object(frame, 8)?, frame.text(16)?);
    let (at, count) = frame.span(32)?;
    let argument = match count {
        0 => Value::Undefined,
        _ => {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(frame.bytes_mut((at, 8))?);
            frame.guest.world.value(u64::from_le_bytes(bytes)).unwrap_or(Value::Undefined)
        }
    };
    match (frame.guest.world.get(object, &name), argument) {
        (Value::Function(Function::MakeWrapper), Value::Number(number)) => {
            frame.put_value(56, Value::Function(Function::Guest(number)))?;
            frame.put(64, &[1])
        }
        // A code that is none counts as a failure.
        (Value::Function(Function::Exit), Value::Number(code)) if (0.0..256.0).contains(&code) => {
            Err(Stop::Exit(code as i32).into())
        }
        (Value::Function(Function::Exit), _) => Err(Stop::Exit(1).into()),
        _ => Err(Error::msg(format!("`{name}` cannot be called here"))),
    }
}

fn text(frame: &mut Frame<'_>) -> Result<()> {
    let text = frame.text(8)?;
    frame.put_value(24, Value::Text(text.into()))
}

/// Gets a text ready to be copied. It is kept as UTF-8 already.
fn prepare(frame: &mut Frame<'_>) -> Result<()> {
    let value = frame.value(8)?;
    let Value::Text(text) = &value else { return Err(Error::msg(format!("{value:?} is no text"))) };
    let length = text.len() as u64;
    // The guest has it already: another reference to the same.
    let reference = frame.number(8)?;
    frame.put(16, &reference.to_le_bytes())?;
    frame.put(24, &length.to_le_bytes())
}

fn load(frame: &mut Frame<'_>) -> Result<()> {
    let Value::Text(text) = frame.value(8)? else { return Err(Error::msg("what is to be copied is no text")) };
    let target = frame.span(16)?;
    let target = frame.bytes_mut(target)?;
    let length = target.len().min(text.len());
    target[..length].copy_from_slice(&text.as_bytes()[..length]);
    Ok(())
}

fn write(frame: &mut Frame<'_>) -> Result<()> {
    let (stream, at) = (frame.number(8)?, frame.number(16)?);
    let length = frame.number(24)? & 0xFFFF_FFFF;
    let bytes = frame.bytes_mut((at, length))?.to_vec();
    match stream {
        1 => frame.guest.stdio.write_output(&bytes)?,
        _ => frame.guest.stdio.write_error(&bytes)?,
    }
    Ok(())
}

fn exit(frame: &mut Frame<'_>) -> Result<()> {
    let code = frame.number(8)? & 0xFFFF_FFFF;
    Err(Stop::Exit(i32::try_from(code).unwrap_or(1)).into())
}
