//! Finding what an image stands for.
//!
//! An image is looked for in this order: the function map, the functions inside this program, modules in registries,
//! containers. The first place that has it wins; an error names every place and what keeps it from helping.

use std::path::Path;

use porchlight_embedded::EmbeddedFunction;
use porchlight_krm::Code;
use porchlight_package::FunctionRef;
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
use crate::image::{Image, OUR_PREFIX, default_prefix};
use crate::tag;

impl Functions {
    fn sandboxed(&self, name: String, module: Loaded) -> Box<dyn Prepared> {
        Box::new(Sandboxed::new(name, module, self.limits.sandbox))
    }

    pub(super) fn module_file(&self, name: &str, path: &Path) -> Result<Box<dyn Prepared>, RuntimeError> {
        let module = self.modules.file(path).map_err(|error| RuntimeError::new(Code::FnImageUnresolved, error))?;
        Ok(self.sandboxed(name.to_owned(), module))
    }

    /// What runs for the image of a pipeline entry.
    pub(super) fn image(&self, function: &FunctionRef) -> Result<Box<dyn Prepared>, RuntimeError> {
        let mut wanted = Wanted::of(function, self.compat, self.image_prefix.as_deref())?;
        let mut trail = Trail::new(&wanted.image);
        let mut name = None;
        if let Some(map) = &self.map {
            let place = format!("the function map `{}`", map.file().display());
            match map.find(&wanted.image, wanted.range.as_deref()) {
                None => trail.tried(place, "no entry for it"),
                Some(entry) => {
                    let called = wanted.name(entry);
                    match &entry.target {
                        Target::Exec(text) => return self.mapped_command(map, entry, called, text),
                        Target::Wasm(path) => return self.module_file(&called, &map.path(path)),
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
                return Ok(self.sandboxed(name.unwrap_or_else(|| image.to_string()), module));
            }
            Err(reason) => trail.tried("the functions inside this program", reason),
        }
        self.short_name(function, &mut trail);
        let is_other = match &self.registry {
            Some(registry) => match self.pulled(&wanted, registry) {
                Ok((image, module)) => return Ok(self.sandboxed(name.unwrap_or_else(|| image.to_string()), module)),
                Err(NoModule { reason, is_other }) => {
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
            Some(containers) => match self.contained(&wanted, containers, name) {
                Ok(contained) => return Ok(Box::new(contained)),
                Err(reason) => trail.tried(format!("containers by {}", containers.engine), reason),
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
    fn embedded(&self, wanted: &Wanted) -> Result<(Image, &'static EmbeddedFunction), String> {
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

    /// The image as a container; or why it cannot be one.
    fn contained(&self, wanted: &Wanted, containers: &Containers, name: Option<String>) -> Result<Contained, String> {
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
        let image = image.to_string();
        Ok(Contained {
            name: name.unwrap_or_else(|| image.clone()),
            image,
            program,
            containers: containers.clone(),
            limits: self.process_limits(),
            processes: self.processes.clone(),
        })
    }
}

fn accepts(tag: &str, function: &EmbeddedFunction) -> bool {
    Version::parse(function.version()).is_ok_and(|version| tag::accepts(tag, &version))
}
