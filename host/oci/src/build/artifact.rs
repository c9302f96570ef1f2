//! What goes into an image: a program or a module, looked at before it is taken.

use super::{Target, elf};

/// The first bytes of a core module.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

pub(super) enum Artifact {
    /// A static program for Linux.
    Program(Vec<u8>),
    /// A WebAssembly module.
    Module(Vec<u8>),
}

impl Artifact {
    /// Takes `content` for `target`.
    ///
    /// # Errors
    /// Why it does not run there.
    pub(super) fn of(content: Vec<u8>, target: Target) -> Result<Self, String> {
        match target {
            Target::LinuxAmd64 => elf::check(&content, elf::X86_64)?,
            Target::LinuxArm64 => elf::check(&content, elf::AARCH64)?,
            Target::JsWasm | Target::WasiWasm => {
                if !content.starts_with(MODULE) {
                    return Err("it is no WebAssembly module".to_owned());
                }
                let is_wasi = mentions(&content, b"wasi_snapshot_preview1");
                match target {
                    Target::JsWasm if is_wasi || !mentions(&content, b"syscall/js.") => {
                        return Err("it has not the interface of kpt (`go` imports); build it for wasm32-unknown-unknown with kpt's entry".to_owned());
                    }
                    Target::WasiWasm if !is_wasi => {
                        return Err("it is no WASI command; build it for wasm32-wasip1".to_owned());
                    }
                    _ => return Ok(Self::Module(content)),
                }
            }
        }
        Ok(Self::Program(content))
    }
}

/// Whether a name stands in the module, as that of an import does.
fn mentions(module: &[u8], name: &[u8]) -> bool {
    module.windows(name.len()).any(|window| window == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_kinds_of_modules_are_not_mixed_up() {
        let with = |name: &[u8]| [MODULE, name].concat();
        let (go, wasi) = (with(b"\x02go\x16syscall/js.valueGet"), with(b"\x16wasi_snapshot_preview1\x08fd_write"));
        let check = |content: &[u8], target| Artifact::of(content.to_vec(), target).map(drop);
        assert_eq!((check(&go, Target::JsWasm), check(&wasi, Target::WasiWasm)), (Ok(()), Ok(())));
        assert!(check(&wasi, Target::JsWasm).unwrap_err().contains("interface of kpt"));
        assert!(check(MODULE, Target::JsWasm).unwrap_err().contains("interface of kpt"));
        assert!(check(&go, Target::WasiWasm).unwrap_err().contains("no WASI command"));
        assert!(check(b"\x7fELF", Target::WasiWasm).unwrap_err().contains("no WebAssembly module"));
        assert!(check(&wasi, Target::LinuxAmd64).unwrap_err().contains("no program"));
    }
}
