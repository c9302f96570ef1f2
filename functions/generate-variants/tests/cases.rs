//! Golden cases of the function, see `porchlight_cases`.

fn main() -> std::process::ExitCode {
    porchlight_cases::run::<generate_variants::GenerateVariants>()
}
