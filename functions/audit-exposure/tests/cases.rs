//! The cases in `testdata/functions/audit-exposure/`.

fn main() -> std::process::ExitCode {
    porchlight_cases::run::<audit_exposure::AuditExposure>()
}
