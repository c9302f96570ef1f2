//! Runs the cases in `testdata/functions/expand-capacity`.

fn main() -> std::process::ExitCode {
    porchlight_cases::run::<expand_capacity::ExpandCapacity>()
}
