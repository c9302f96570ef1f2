//! Packs the catalogue of minimum elements, which every call needs and which takes longer to read as YAML than a small
//! package takes for all else.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use porchlight_yaml::packed::Packed;
use porchlight_yaml::parse_first;

const FILE: &str = "data/minimum_elements.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={FILE}");
    let document = parse_first(fs::read_to_string(FILE)?.into())?.ok_or("the catalogue is empty")?;
    let mut packed = Packed::default();
    packed.push(&document, document.root().ok_or("the catalogue is empty")?, 0, None);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("minimum_elements.texts"), packed.texts)?;
    fs::write(out.join("minimum_elements.nodes"), packed.nodes)?;
    Ok(())
}
