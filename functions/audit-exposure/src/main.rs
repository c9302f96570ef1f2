//! The function as a program: a ResourceList on stdin, the result on stdout.

porchlight_krm::function_main!(audit_exposure::AuditExposure);
