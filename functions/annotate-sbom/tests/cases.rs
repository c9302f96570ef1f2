//! The golden cases in `testdata/functions/annotate-sbom`.

fn main() -> std::process::ExitCode {
    porchlight_cases::run::<annotate_sbom::AnnotateSbom>()
}
