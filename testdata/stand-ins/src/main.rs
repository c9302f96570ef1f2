//! `stand-in NAME`: a function of the stand-ins, ResourceList on stdin, ResourceList on stdout. A copy of the program
//! called `NAME` is that function, too: a module gets no arguments.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args();
    let program = arguments.next().unwrap_or_default();
    let own_name = || std::path::Path::new(&program).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = arguments.next().unwrap_or_else(own_name);
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string().into());
    match read.and_then(|_| porchlight_stand_ins::run(&name, &text)) {
        Ok(output) => match std::io::stdout().write_all(output.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(failure) => {
            let _ = std::io::stdout().write_all(failure.output.unwrap_or_default().as_bytes());
            let _ = write!(std::io::stderr(), "{}", failure.message);
            ExitCode::FAILURE
        }
    }
}
