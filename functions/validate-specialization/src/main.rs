//! The function as a program: a ResourceList on stdin, the result on stdout.

porchlight_krm::function_main!(validate_specialization::ValidateSpecialization);
