//! Whether a program runs in an image that holds nothing else.

/// `e_machine` of x86-64 (gABI, "ELF Header").
pub(super) const X86_64: u16 = 62;

/// `e_machine` of 64-bit ARM.
pub(super) const AARCH64: u16 = 183;

/// A segment that names a dynamic linker.
const PT_INTERP: u32 = 3;

/// Checks that `program` is one for Linux on `machine` and needs nothing else.
///
/// # Errors
/// Why it is not.
pub(super) fn check(program: &[u8], machine: u16) -> Result<(), String> {
    // 64 bits, little-endian.
    if !program.starts_with(b"\x7fELF\x02\x01\x01") {
        return Err("it is no program for 64-bit Linux".to_owned());
    }
    let number = |at: usize, length: usize| -> Option<u64> {
        let bytes = program.get(at..at.checked_add(length)?)?;
        Some(bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    };
    let header = || Some((number(18, 2)?, number(32, 8)?, number(54, 2)?, number(56, 2)?));
    let (found, table, size, count) = header().ok_or("it ends within its header")?;
    if found != u64::from(machine) {
        let name = |machine| match machine {
            X86_64 => "x86-64".to_owned(),
            AARCH64 => "64-bit ARM".to_owned(),
            other => format!("another processor ({other})"),
        };
        let found = u16::try_from(found).unwrap_or_default();
        return Err(format!("it is a program for {}, not for {}", name(found), name(machine)));
    }
    for entry in 0..count {
        let at = table.checked_add(entry * size).and_then(|at| usize::try_from(at).ok());
        let kind = at.and_then(|at| number(at, 4)).ok_or("it ends within its table of segments")?;
        if kind == u64::from(PT_INTERP) {
            return Err(
                "it is linked dynamically, and the image holds no libraries; build it for a musl target".to_owned()
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header, and a table of segments of these kinds.
    fn program(machine: u16, segments: &[u32]) -> Vec<u8> {
        let mut program = b"\x7fELF\x02\x01\x01".to_vec();
        program.resize(64, 0);
        program[18..20].copy_from_slice(&machine.to_le_bytes());
        program[32] = 64;
        program[54] = 56;
        program[56] = u8::try_from(segments.len()).unwrap();
        for kind in segments {
            let at = program.len();
            program.resize(at + 56, 0);
            program[at..at + 4].copy_from_slice(&kind.to_le_bytes());
        }
        program
    }

    #[test]
    fn only_static_programs_of_the_machine_are_taken() {
        assert_eq!(check(&program(X86_64, &[1, 1, 2]), X86_64), Ok(()));
        assert_eq!(check(&program(AARCH64, &[]), AARCH64), Ok(()));
        for (program, said) in [
            (program(AARCH64, &[1]), "for 64-bit ARM, not for x86-64"),
            (program(3, &[1]), "another processor (3)"),
            (program(X86_64, &[1, PT_INTERP]), "linked dynamically"),
            (program(X86_64, &[1, 1])[..70].to_vec(), "table of segments"),
            (program(X86_64, &[])[..20].to_vec(), "within its header"),
            (b"#!/bin/sh\n".to_vec(), "no program"),
        ] {
            let problem = check(&program, X86_64).unwrap_err();
            assert!(problem.contains(said), "{problem}");
        }
    }
}
