//! The example of the README is the case `readme`: its input is quoted whole, its output in part.

use std::fs;

use generate_variants::GenerateVariants;
use porchlight_krm::{Function, run_text};

#[test]
fn the_example_runs() {
    let readme = include_str!("../README.md");
    let [input, quoted] =
        readme.split("```yaml\n").skip(1).map(|block| block.split("```").next().unwrap()).collect::<Vec<_>>()[..]
    else {
        panic!("an input and a part of its output")
    };
    let case = porchlight_cases::folder(GenerateVariants::NAME).join("readme/input.yaml");
    assert_eq!(input, fs::read_to_string(case).unwrap());
    assert!(run_text::<GenerateVariants>(input).stdout.contains(quoted), "not in the output:\n{quoted}");
}
