//! The cases in `testdata/functions/validate-specialization/`.

fn main() -> std::process::ExitCode {
    porchlight_cases::run::<validate_specialization::ValidateSpecialization>()
}
