//! Finding what an image stands for.
//!
//! An image is looked for in this order: the function map, the functions inside this program, modules in registries,
//! containers. The first place that has it wins; an error names every place and what keeps it from helping.

use std::path::Path;

use porchlight_embedded::EmbeddedFunction;
use porchlight_krm::Code;
use porchlight_oci::{Digest, ImageError, Puller, Reference};
use porchlight_package::{FunctionRef, Image, OUR_PREFIX, default_prefix, tag};
use porchlight_pipeline::{Prepared, RuntimeError};
use semver::Version;

use super::Functions;
use super::contained::Contained;
use super::modules::Loaded;
use super::registry::NoModule;
use super::sandboxed::Sandboxed;
use super::trail::Trail;
use super::wanted::Wanted;
use crate::container::Containers;
use crate::function_map::{Entry, FunctionMap, Target};
use crate::lock::{LockedImage, Origin};

impl Functions {
    fn sandboxed(&self, name: String, module: Loaded) -> Box<dyn Prepared> {
        Box::new(Sandboxed::new(name, module, self.limits.sandbox))
    }

    pub(super) fn module_file(&self, name: &str, path: &Path) -> Result<Box<dyn Prepared>, RuntimeError> {
        Ok(self.sandboxed(name.to_owned(), self.file(path)?))
    }

    fn file(&self, path: &Path) -> Result<Loaded, RuntimeError> {
        self.modules.file(path).map_err(|error| RuntimeError::new(Code::FnImageUnresolved, error))
    }

    pub(super) fn wanted(&self, function: &FunctionRef) -> Result<Wanted, RuntimeError> {
        Wanted::of(function, self.compat, self.image_prefix.as_deref())
    }

    /// What runs for the image of a pipeline entry.
    pub(super) fn image(&self, function: &FunctionRef) -> Result<Box<dyn Prepared>, RuntimeError> {
        match &self.lock {
            Some(lock) => self.locked(function, lock),
            None => Ok(self.find(function, self.wanted(function)?, None)?.prepared),
        }
    }

    /// Looks for `wanted`, the image of `function`. What was locked for it is taken from wherever it was found then.
    pub(super) fn find(
        &self,
        function: &FunctionRef,
        mut wanted: Wanted,
        locked: Option<&LockedImage>,
    ) -> Result<Found, RuntimeError> {
        let mut trail = Trail::new(&wanted.image);
        let mut name = locked.map(|locked| wanted.locked_name(locked));
        if let Some(map) = &self.map {
            let place = format!("the function map `{}`", map.file().display());
            match map.find(&wanted.image, wanted.range.as_deref()) {
                None => trail.tried(place, "no entry for it"),
                Some(entry) => {
                    let called = wanted.name(entry);
                    match &entry.target {
                        Target::Exec(text) => {
                            let prepared = self.mapped_command(map, entry, called, text)?;
                            return Ok(Found { prepared, identity: None, tag: None });
                        }
                        Target::Wasm(path) => {
                            let module = self.file(&map.path(path))?;
                            return Ok(self.found(called, module, Origin::File, None));
                        }
                        Target::Image(other) => {
                            wanted.replace(other);
                            trail.tried(place, format!("line {}: stands for `{}`", entry.line, wanted.image));
                            name = Some(called);
                        }
                    }
                }
            }
        }
        match self.embedded(&wanted) {
            Ok((image, function)) => {
                let failed = |error| {
                    let message = format!("cannot load function `{}`: {error}", function.name());
                    RuntimeError::new(Code::FnImageUnresolved, message)
                };
                let module = self.modules.embedded(function).map_err(failed)?;
                let name = name.unwrap_or_else(|| image.to_string());
                return Ok(self.found(name, module, Origin::Program, image.tag));
            }
            Err(reason) => trail.tried("the functions inside this program", reason),
        }
        self.short_name(function, &mut trail);
        let as_what = locked.map(|locked| locked.origin);
        if let Some(locked) = locked {
            wanted = wanted.pinned(locked);
        }
        let is_other = match &self.registry {
            Some(_) if as_what.is_some_and(|origin| origin != Origin::Registry) => {
                trail.tried("modules in registries", "it is locked as something else");
                true
            }
            Some(registry) => match self.pulled(&wanted, registry) {
                Ok((image, module)) => {
                    let name = name.unwrap_or_else(|| image.to_string());
                    return Ok(self.found(name, module, Origin::Registry, image.tag));
                }
                Err(NoModule { reason, is_false: true, .. }) => {
                    let message = format!("image `{}` is not to be trusted: {reason}", wanted.image);
                    return Err(RuntimeError::new(Code::VerifyFailed, message));
                }
                Err(NoModule { reason, is_other, .. }) => {
                    trail.tried("modules in registries", reason);
                    is_other
                }
            },
            None => {
                trail.tried("modules in registries", "not allowed");
                trail.advise("load it as a WebAssembly module from its registry with `--allow-alpha-wasm`");
                true
            }
        };
        match &self.containers {
            // What was to be a module and is out of reach, or not what it should be, is no container all of a sudden.
            Some(_) if !is_other => trail.tried("containers", "not in place of a module that cannot be had"),
            Some(_) if as_what.is_some_and(|origin| origin != Origin::Container) => {
                trail.tried("containers", "it is locked as something else");
            }
            Some(containers) => match self.contained(&wanted, containers, name) {
                Ok((contained, image)) => {
                    let digest = image.digest.and_then(|digest| digest.parse().ok());
                    let identity = digest.map(|digest| (Origin::Container, digest));
                    return Ok(Found { prepared: Box::new(contained), identity, tag: image.tag });
                }
                Err(NoContainer::False(error)) => return Err(error),
                Err(NoContainer::Reason(reason)) => trail.tried(format!("containers by {}", containers.engine), reason),
            },
            None => {
                trail.tried("containers", "not allowed");
                trail.advise("allow containers with `--allow-container`");
            }
        }
        trail.advise(
            "name what stands in for it, a wasm32-wasip1 module or a program of this machine, in a file given by \
             `--function-map`",
        );
        Err(trail.into_error())
    }

    fn mapped_command(
        &self,
        map: &FunctionMap,
        entry: &Entry,
        name: String,
        text: &str,
    ) -> Result<Box<dyn Prepared>, RuntimeError> {
        let place = || format!("`{}`, line {}", map.file().display(), entry.line);
        if !self.mapped_exec {
            let message = format!(
                "cannot resolve image `{name}`: the command `{text}` stands in for it ({}), which runs a program of \
                 this machine outside the sandbox; allow it with `--allow-exec`",
                place()
            );
            return Err(RuntimeError::new(Code::FnImageUnresolved, message));
        }
        let command = self.command(text).map_err(|error| {
            RuntimeError::new(Code::FnImageUnresolved, format!("cannot resolve image `{name}`: {}: {error}", place()))
        })?;
        Ok(Box::new(command.stand_in(name, &map.path(""))))
    }

    /// The function inside this program, with its full image; or why it is none.
    pub(super) fn embedded(&self, wanted: &Wanted) -> Result<(Image, &'static EmbeddedFunction), String> {
        let mut image = wanted.image.clone();
        let Some(found) = self.ours(&image) else {
            let names: Vec<&str> = porchlight_embedded::all().iter().map(EmbeddedFunction::name).collect();
            let prefix = self.image_prefix.as_deref().unwrap_or(OUR_PREFIX).trim_end_matches('/');
            return Err(format!("they are {prefix}/{{{}}}", names.join(",")));
        };
        let (name, version) = (found.name(), found.version());
        if image.digest.is_some() {
            return Err(format!(
                "`{name}` is here, but cannot be checked against the digest of an image; name it by tag, `{}:v{version}`",
                image.repository
            ));
        }
        let asked = wanted.range.as_deref().or(image.tag.as_deref());
        if asked.is_some_and(|tag| !accepts(tag, found)) {
            return Err(format!(
                "`{name}` is here in version v{version}; use that tag, or the release of porchlight that holds the \
                 other version"
            ));
        }
        if wanted.range.is_some() {
            image.tag = Some(format!("v{version}"));
        }
        Ok((image, found))
    }

    /// The embedded function an image names, whatever its tag.
    fn ours(&self, image: &Image) -> Option<&'static EmbeddedFunction> {
        [Some(OUR_PREFIX), self.image_prefix.as_deref()].into_iter().flatten().find_map(|prefix| {
            let name = image.repository.strip_prefix(prefix.trim_end_matches('/'))?.strip_prefix('/')?;
            porchlight_embedded::find(name)
        })
    }

    /// A short name that would be one of ours, if it were not for the prefix.
    fn short_name(&self, function: &FunctionRef, trail: &mut Trail) {
        let name = function.image.split([':', '@']).next().unwrap_or_default();
        if self.image_prefix.is_none() && porchlight_embedded::find(name).is_some() {
            trail.advise(format!(
                "write `{OUR_PREFIX}/{}` or render with `--image-prefix {OUR_PREFIX}`, since a short name stands for an \
                 image of {}",
                function.image,
                default_prefix(self.compat)
            ));
        }
    }

    /// The image as a container, and its full name; or why it cannot be one.
    fn contained(
        &self,
        wanted: &Wanted,
        containers: &Containers,
        name: Option<String>,
    ) -> Result<(Contained, Image), NoContainer> {
        let program = self.engine.get_or_init(|| containers.engine.find(&self.processes)).clone()?;
        let mut image = wanted.image.clone();
        if let Some(range) = &wanted.range {
            let tags = containers.engine.tags(&self.processes, &program, &image.repository)?;
            let highest = tag::highest(range, tags.iter().map(String::as_str)).ok_or_else(|| {
                format!(
                    "no tag could be found matching the version constraint \"{range}\" among the images on this \
                     machine; pull one, or name a tag"
                )
            })?;
            image.tag = Some(highest.to_owned());
        }
        let name = name.unwrap_or_else(|| image.to_string());
        let mut run = image.clone();
        if let Some(puller) = &self.identifies {
            let digest = identified(puller, &image)?;
            image.digest = Some(digest.clone());
            // What was looked at is what is run, wherever the tag moves in between.
            run = Image { digest: Some(digest), tag: None, ..run };
        }
        let contained = Contained {
            name,
            image: run.to_string(),
            program,
            containers: containers.clone(),
            limits: self.process_limits(),
            processes: self.processes.clone(),
        };
        Ok((contained, image))
    }

    fn found(&self, name: String, module: Loaded, origin: Origin, tag: Option<String>) -> Found {
        let identity = format!("sha256:{}", module.sha256).parse().ok().map(|digest| (origin, digest));
        Found { prepared: self.sandboxed(name, module), identity, tag }
    }
}

/// What was found for an image.
pub(super) struct Found {
    pub(super) prepared: Box<dyn Prepared>,
    /// What it is known by; none for programs of this machine.
    pub(super) identity: Option<(Origin, Digest)>,
    /// The tag it has, or that a range came to.
    pub(super) tag: Option<String>,
}

/// Why an image cannot be run as a container.
enum NoContainer {
    Reason(String),
    /// It is there and must not be run.
    False(RuntimeError),
}

impl From<String> for NoContainer {
    fn from(reason: String) -> Self {
        Self::Reason(reason)
    }
}

/// The digest that the registry has for an image, which is signed where it must be.
fn identified(puller: &Puller, image: &Image) -> Result<String, NoContainer> {
    let reference: Reference = image.to_string().parse().map_err(|error| format!("{error}"))?;
    match puller.digest(&reference) {
        Ok(digest) => Ok(digest.to_string()),
        Err(error @ (ImageError::Signature { .. } | ImageError::DigestMismatch { .. })) => {
            let message = format!("image `{image}` is not to be trusted: {error}");
            Err(NoContainer::False(RuntimeError::new(Code::VerifyFailed, message)))
        }
        Err(error) => Err(NoContainer::Reason(error.to_string())),
    }
}

fn accepts(tag: &str, function: &EmbeddedFunction) -> bool {
    Version::parse(function.version()).is_ok_and(|version| tag::accepts(tag, &version))
}
