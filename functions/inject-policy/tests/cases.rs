//! The golden cases below `testdata/functions/inject-policy`.

use std::process::ExitCode;

fn main() -> ExitCode {
    porchlight_cases::run::<inject_policy::InjectPolicy>()
}
