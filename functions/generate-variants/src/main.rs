//! The function as a program: a ResourceList on stdin, a ResourceList on stdout.

porchlight_krm::function_main!(generate_variants::GenerateVariants);
