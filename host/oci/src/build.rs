//! Images of functions, made from programs and modules that are there already. No daemon, no network, no clock: the same
//! parts give the same bytes.
//!
//! A function becomes one index with an image per platform:
//!
//! | platform | holds | is run by |
//! |---|---|---|
//! | `linux/amd64`, `linux/arm64` | a static program, `/etc/passwd`, `/etc/group` | container engines: kpt, Porch |
//! | `js/wasm` | a module with kpt's interface, the only file | `kpt … --allow-alpha-wasm` |
//! | `wasi/wasm` | a wasm32-wasip1 command, the only file | this program; container engines with a wasm runtime |
//!
//! A bill of materials (CycloneDX) and the provenance (SLSA, in-toto) refer to the index.

mod artifact;
mod crates;
mod elf;
mod layer;
mod materials;
mod parts;
mod provenance;

use std::collections::BTreeMap;

use serde_json::json;

use crate::digest::Digest;
use crate::document::{Annotations, Descriptor, INDEX, MANIFEST, Platform};
use crate::error::ImageError;
use crate::layout::Layout;
use crate::reference::Reference;
use crate::repository::{Manifest, Repository, Version, put_referrer};
use artifact::Artifact;
use crates::Crates;
use layer::{File, Layer};

pub use parts::Parts;

/// User and group of the program: `nobody`, whom kpt asks for by name.
const USER: u32 = 65534;

const CONFIG: &str = "application/vnd.oci.image.config.v1+json";

/// What an image of a function can be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Containers on x86-64.
    LinuxAmd64,
    /// Containers on 64-bit ARM.
    LinuxArm64,
    /// kpt's wasm runtime.
    JsWasm,
    /// WASI preview 1.
    WasiWasm,
}

impl Target {
    /// All there are, in the order they have in an index: container engines that know nothing of platforms take the first.
    pub const ALL: [Self; 4] = [Self::LinuxAmd64, Self::LinuxArm64, Self::JsWasm, Self::WasiWasm];

    fn platform(self) -> Platform {
        let (os, architecture) = match self {
            Self::LinuxAmd64 => ("linux", "amd64"),
            Self::LinuxArm64 => ("linux", "arm64"),
            Self::JsWasm => ("js", "wasm"),
            Self::WasiWasm => ("wasi", "wasm"),
        };
        Platform { os: os.to_owned(), architecture: architecture.to_owned() }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.platform().fmt(f)
    }
}

impl std::str::FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|target| target.to_string() == text).ok_or_else(|| {
            format!(
                "`{text}` is no platform that images are made for: {}",
                Self::ALL.map(|one| one.to_string()).join(", ")
            )
        })
    }
}

/// An image that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// Its full name.
    pub name: Reference,
    /// Digest of its index.
    pub digest: Digest,
    /// What a machine of each platform downloads, in bytes: manifest, config and layer.
    pub sizes: BTreeMap<Target, u64>,
}

/// Builds the image of `function` for `targets` from `parts` into `layout`, as `<prefix>/<function>:v<version>`.
///
/// # Errors
/// [`ImageError::Build`] says what is missing or of the wrong kind; then the layout does not name the image.
pub fn build(
    layout: &mut Layout,
    parts: &Parts,
    function: &str,
    prefix: &str,
    targets: &[Target],
) -> Result<Built, ImageError> {
    let crates = parts.crates(function)?;
    let wrong = |error| ImageError::build(function, format!("{error}"));
    let name = format!("{}/{function}:v{}", prefix.trim_end_matches('/'), crates.root().version);
    let name: Reference = name.parse().map_err(wrong)?;
    let notes = notes(parts, function, &crates);
    let mut repository = layout.repository(&name);
    let (mut entries, mut sizes) = (Vec::new(), BTreeMap::new());
    for &target in targets {
        let artifact = parts.artifact(function, target)?;
        let (entry, size) = image(&mut repository, &artifact, target, &notes)?;
        entries.push(entry);
        sizes.insert(target, size);
    }
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries, "annotations": notes });
    let index = Manifest::new(bytes(&index));
    repository.put_manifest(&name.version(), &index, INDEX)?;

    let subject = Descriptor::of(INDEX, &index.bytes);
    let materials = materials::cyclonedx(&crates, &index.digest);
    refer(&mut repository, &subject, materials::TYPE, &bytes(&materials), "Bill of materials")?;
    let statement = provenance::statement(parts, &crates, &name, &index.digest, &entries);
    refer(&mut repository, &subject, provenance::TYPE, &bytes(&statement), "Provenance")?;
    Ok(Built { digest: index.digest, name, sizes })
}

/// One image; its entry in the index, and what one downloads for it.
fn image(
    repository: &mut dyn Repository,
    artifact: &Artifact,
    target: Target,
    notes: &Annotations,
) -> Result<(Descriptor, u64), ImageError> {
    let platform = target.platform();
    let layer = match artifact {
        Artifact::Program(program) => {
            let passwd = format!("root:x:0:0:root:/:/\nnobody:x:{USER}:{USER}:nobody:/:/\n");
            let group = format!("root:x:0:\nnobody:x:{USER}:\n");
            Layer::of(&[
                File { path: "etc/group", content: group.as_bytes(), mode: 0o444 },
                File { path: "etc/passwd", content: passwd.as_bytes(), mode: 0o444 },
                File { path: "function", content: program, mode: 0o555 },
            ])
        }
        // kpt takes the first regular file of the image, whatever it is called.
        Artifact::Module(module) => Layer::of(&[File { path: "function.wasm", content: module, mode: 0o444 }]),
    };
    let config = match artifact {
        Artifact::Program(_) => json!({
            "User": format!("{USER}:{USER}"), "Entrypoint": ["/function"], "WorkingDir": "/", "Labels": notes
        }),
        Artifact::Module(_) => json!({ "Entrypoint": ["/function.wasm"], "Labels": notes }),
    };
    let config = bytes(&json!({
        "architecture": platform.architecture,
        "os": platform.os,
        "config": config,
        "rootfs": { "type": "layers", "diff_ids": [layer.unpacked.to_string()] },
        "history": [{ "created_by": "porchlight image build" }],
    }));
    let content = Descriptor::of(layer::TYPE, &layer.packed);
    let (config, config_bytes) = (Descriptor::of(CONFIG, &config), config);
    repository.put_blob(Digest::of(&layer.packed), &layer.packed)?;
    repository.put_blob(Digest::of(&config_bytes), &config_bytes)?;
    let manifest = bytes(&json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [content], "annotations": notes,
    }));
    let manifest = Manifest::new(manifest);
    repository.put_manifest(&Version::Digest(manifest.digest), &manifest, MANIFEST)?;
    let size = manifest.bytes.len() as u64 + config.size + content.size;
    Ok((Descriptor { platform: Some(platform), ..Descriptor::of(MANIFEST, &manifest.bytes) }, size))
}

/// Adds something about `subject`.
fn refer(
    repository: &mut dyn Repository,
    subject: &Descriptor,
    kind: &str,
    content: &[u8],
    title: &str,
) -> Result<(), ImageError> {
    let empty = Descriptor::of(crate::document::EMPTY, b"{}");
    repository.put_blob(Digest::of(b"{}"), b"{}")?;
    repository.put_blob(Digest::of(content), content)?;
    let manifest = bytes(&json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": kind,
        "config": empty,
        "layers": [Descriptor::of(kind, content)],
        "subject": subject,
        "annotations": { "org.opencontainers.image.title": title },
    }));
    put_referrer(repository, &Manifest::new(manifest))
}

/// What the image says of itself (image-spec 1.1, `annotations.md`).
fn notes(parts: &Parts, function: &str, crates: &Crates) -> Annotations {
    let root = crates.root();
    let known = [
        ("title", Some(function)),
        ("description", parts.description(function)),
        ("version", Some(root.version.as_str())),
        ("licenses", root.license.as_deref()),
        ("source", root.repository.as_deref()),
        ("revision", parts.revision()),
    ];
    let named =
        |(name, value): (&str, Option<&str>)| Some((format!("org.opencontainers.image.{name}"), value?.to_owned()));
    known.into_iter().filter_map(named).collect()
}

fn bytes(value: &serde_json::Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
