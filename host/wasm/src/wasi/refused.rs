//! Calls about files, directories and sockets, of which there are none.

use wasmtime::{FuncType, Linker, Val, ValType};

use super::MODULE;
use super::abi::errno;
use crate::guest::Guest;

/// A call whose answer does not depend on its arguments.
pub(super) struct Refused {
    pub(super) name: &'static str,
    /// One letter a parameter: `i` for 32 bits, `I` for 64.
    parameters: &'static str,
}

const fn refused(name: &'static str, parameters: &'static str) -> Refused {
    Refused { name, parameters }
}

/// Each takes a descriptor first (`path_symlink` second) and none but 0, 1 and 2 is ever open; on those three the
/// call makes no sense either. "Bad descriptor" is the true answer for all.
pub(super) const CALLS: [Refused; 27] = [
    refused("fd_advise", "iIIi"),
    refused("fd_allocate", "iII"),
    refused("fd_datasync", "i"),
    refused("fd_fdstat_set_rights", "iII"),
    refused("fd_filestat_set_size", "iI"),
    refused("fd_filestat_set_times", "iIIi"),
    refused("fd_pread", "iiiIi"),
    refused("fd_prestat_dir_name", "iii"),
    refused("fd_pwrite", "iiiIi"),
    refused("fd_readdir", "iiiIi"),
    refused("fd_renumber", "ii"),
    refused("fd_seek", "iIii"),
    refused("fd_tell", "ii"),
    refused("path_create_directory", "iii"),
    refused("path_filestat_get", "iiiii"),
    refused("path_filestat_set_times", "iiiiIIi"),
    refused("path_link", "iiiiiii"),
    refused("path_open", "iiiiiIIii"),
    refused("path_readlink", "iiiiii"),
    refused("path_remove_directory", "iii"),
    refused("path_rename", "iiiiii"),
    refused("path_symlink", "iiiii"),
    refused("path_unlink_file", "iii"),
    refused("sock_accept", "iii"),
    refused("sock_recv", "iiiiii"),
    refused("sock_send", "iiiii"),
    refused("sock_shutdown", "ii"),
];

pub(super) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    for call in CALLS {
        let parameters = call.parameters.bytes().map(|letter| if letter == b'I' { ValType::I64 } else { ValType::I32 });
        let signature = FuncType::new(linker.engine(), parameters, [ValType::I32]);
        linker.func_new(MODULE, call.name, signature, |_, _, results| {
            results[0] = Val::I32(errno::BADF);
            Ok(())
        })?;
    }
    Ok(())
}
