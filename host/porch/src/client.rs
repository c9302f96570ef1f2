//! Package revisions of a namespace.

mod create;
mod repositories;
mod watch;

use porchlight_repository::{Contents, Lifecycle, Step};
use serde_json::Value;

use crate::access::Access;
use crate::error::PorchError;
use crate::http::{Answer, Http, Method};
use crate::object::{PackageRevision, Resources};

pub use create::{Draft, Origin};
pub use repositories::{Health, RegisteredRepository};
pub use watch::Event;

const GROUP: &str = "/apis/porch.kpt.dev/v1alpha1";

/// How often a step is taken anew because somebody else changed the object meanwhile.
const ATTEMPTS: u32 = 3;

/// Which package revisions are wanted. The server filters by the same fields.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Name of a repository.
    pub repository: Option<String>,
    /// Name of a package, with its path.
    pub package: Option<String>,
    /// A stage.
    pub lifecycle: Option<Lifecycle>,
}

impl Filter {
    /// The fields and what they have to be.
    fn fields(&self) -> impl Iterator<Item = (&'static str, String)> {
        let lifecycle = self.lifecycle.map(|lifecycle| lifecycle.to_string());
        let fields = [
            ("spec.repository", self.repository.clone()),
            ("spec.packageName", self.package.clone()),
            ("spec.lifecycle", lifecycle),
        ];
        fields.into_iter().filter_map(|(field, value)| Some((field, value?)))
    }

    /// The query of a request, with its question mark.
    fn query(&self) -> String {
        let selector: Vec<String> = self.fields().map(|(field, value)| format!("{field}={value}")).collect();
        if selector.is_empty() { String::new() } else { format!("?fieldSelector={}", escaped(&selector.join(","))) }
    }

    /// True for a revision that is wanted.
    fn fits(&self, revision: &PackageRevision) -> bool {
        self.repository.as_ref().is_none_or(|name| revision.repository() == name)
            && self.package.as_ref().is_none_or(|name| revision.package() == name)
            && self.lifecycle.is_none_or(|stage| revision.lifecycle().is_ok_and(|lifecycle| lifecycle == stage))
    }
}

/// What became of the files of a package revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Updated {
    /// As the server has them now.
    pub resources: Resources,
    /// Paths of files that were changed, in order; none: the server was not asked to change anything.
    pub changed: Vec<String>,
    /// How often the work was done because somebody else was first, 1 where nobody was.
    pub attempts: u32,
}

/// Why files did not change.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError<E> {
    /// The server, or the way to it.
    #[error(transparent)]
    Porch(#[from] PorchError),
    /// The work on the files.
    #[error("the content was not made")]
    Work(E),
}

/// Porch's API, as one user sees it in one namespace.
#[derive(Debug)]
pub struct Porch {
    http: Http,
}

impl Porch {
    /// A client. Nothing is asked yet.
    ///
    /// # Errors
    /// Certificates that cannot be read.
    pub fn new(access: Access) -> Result<Self, PorchError> {
        Ok(Self { http: Http::new(access)? })
    }

    /// Package revisions, in order of their names.
    ///
    /// # Errors
    /// As every request.
    pub fn list(&self, filter: &Filter) -> Result<Vec<PackageRevision>, PorchError> {
        self.list_at(filter).map(|(revisions, _)| revisions)
    }

    /// Package revisions, and the version of the list, which may be none.
    fn list_at(&self, filter: &Filter) -> Result<(Vec<PackageRevision>, String), PorchError> {
        let path = format!("{}{}", self.path("packagerevisions", ""), filter.query());
        let answer = self.ask(Method::Get, &path, None, "packagerevisions")?;
        let version = answer["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
        let Some(Value::Array(items)) = answer.get("items") else { return Ok((Vec::new(), version)) };
        let mut found: Vec<PackageRevision> =
            items.iter().map(|object| PackageRevision { object: object.clone() }).collect();
        // Items of a list lack kind and version, which an update needs, and a proxy may ignore selectors.
        for revision in &mut found {
            typed(&mut revision.object, "PackageRevision");
        }
        found.retain(|revision| filter.fits(revision));
        found.sort_by(|a, b| a.name().cmp(b.name()));
        Ok((found, version))
    }

    /// A package revision.
    ///
    /// # Errors
    /// There is none of that name; as every request.
    pub fn get(&self, name: &str) -> Result<PackageRevision, PorchError> {
        let mut object = self.ask(Method::Get, &self.path("packagerevisions", name), None, name)?;
        typed(&mut object, "PackageRevision");
        Ok(PackageRevision { object })
    }

    /// The files of a package revision.
    ///
    /// # Errors
    /// There is none of that name; as every request.
    pub fn resources(&self, name: &str) -> Result<Resources, PorchError> {
        let mut object = self.ask(Method::Get, &self.path("packagerevisionresources", name), None, name)?;
        typed(&mut object, "PackageRevisionResources");
        Ok(Resources { object })
    }

    /// Makes files those of a draft, if it still has the version that `resources` was read with. Where nothing differs,
    /// the server is not asked to change anything.
    ///
    /// # Errors
    /// It is no draft; somebody else changed it; the server cannot render it; a file is no text.
    pub fn put(&self, resources: &Resources, contents: &Contents) -> Result<Updated, PorchError> {
        let name = resources.name();
        let changed = contents.differences(&resources.contents()?);
        if changed.is_empty() {
            return Ok(Updated { resources: resources.clone(), changed, attempts: 1 });
        }
        self.check(&self.get(name)?, Step::Change)?;
        let new = resources.with(contents)?;
        let mut object =
            self.ask(Method::Put, &self.path("packagerevisionresources", name), Some(&new.object), name)?;
        typed(&mut object, "PackageRevisionResources");
        Ok(Updated { resources: Resources { object }, changed, attempts: 1 })
    }

    /// Changes the files of a draft. Where somebody else changes them meanwhile, they are read again and `work` is done
    /// again, once.
    ///
    /// # Errors
    /// As [`Self::put`]; what `work` says.
    pub fn update<E>(
        &self,
        name: &str,
        mut work: impl FnMut(&Resources, &Contents) -> Result<Contents, E>,
    ) -> Result<Updated, UpdateError<E>> {
        let mut attempts = 1;
        loop {
            let resources = self.resources(name)?;
            let contents = work(&resources, &resources.contents()?).map_err(UpdateError::Work)?;
            match self.put(&resources, &contents) {
                Err(PorchError::Conflict { .. }) if attempts == 1 => attempts += 1,
                Ok(updated) => return Ok(Updated { attempts, ..updated }),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Takes a step of the lifecycle; [`Step::Change`] is none.
    ///
    /// # Errors
    /// It is not allowed from here; a readiness gate is not met; as every request.
    pub fn step(&self, name: &str, step: Step) -> Result<Option<PackageRevision>, PorchError> {
        let mut attempts = 1;
        loop {
            let revision = self.get(name)?;
            let to = self.check(&revision, step)?;
            if matches!(step, Step::Propose | Step::Approve) {
                let gates = revision.unmet();
                if !gates.is_empty() {
                    return Err(PorchError::NotReady { name: name.to_owned(), gates });
                }
            }
            let path = self.path("packagerevisions", name);
            let outcome = match to {
                None => self.ask(Method::Delete, &path, None, name).map(|_| None),
                Some(to) => {
                    // What was proposed is decided through a resource of its own, which other people may use.
                    let path =
                        if matches!(step, Step::Approve | Step::Reject) { format!("{path}/approval") } else { path };
                    let new = revision.at(to);
                    self.ask(Method::Put, &path, Some(&new.object), name).map(Some)
                }
            };
            match outcome {
                Err(PorchError::Conflict { .. }) if attempts < ATTEMPTS => attempts += 1,
                outcome => return Ok(outcome?.map(|object| PackageRevision { object })),
            }
        }
    }

    fn check(&self, revision: &PackageRevision, step: Step) -> Result<Option<Lifecycle>, PorchError> {
        let name = || revision.name().to_owned();
        revision.lifecycle()?.after(step).map_err(|refused| PorchError::Lifecycle { name: name(), refused })
    }

    fn path(&self, resource: &str, name: &str) -> String {
        let start = format!("{GROUP}/namespaces/{}/{resource}", escaped(self.http.access().namespace()));
        if name.is_empty() { start } else { format!("{start}/{}", escaped(name)) }
    }

    /// The object that answers a request about `name`.
    fn ask(&self, method: Method, path: &str, body: Option<&Value>, name: &str) -> Result<Value, PorchError> {
        let answer = self.http.send(method, path, body)?;
        match answer.status {
            200..=299 => Ok(answer.body),
            _ => Err(self.refusal(&answer, method, name)),
        }
    }

    /// What a status means (porch §2.4, §2.5, §3.1).
    fn refusal(&self, answer: &Answer, method: Method, name: &str) -> PorchError {
        let (status, reason, name) = (answer.status, answer.message(), name.to_owned());
        let access = self.http.access();
        match status {
            // A server that knows the kind says which object it misses.
            404 if answer.body["details"]["name"].is_string()
                || answer.body["reason"] == "NotFound" && name != "packagerevisions" =>
            {
                PorchError::Unknown { namespace: access.namespace().to_owned(), name }
            }
            404 => PorchError::NoPorch { server: access.server.clone() },
            409 if method == Method::Post => PorchError::Exists { name, reason },
            409 => PorchError::Conflict { name, reason: Some(reason) },
            410 => PorchError::Migrated(name),
            500 if method != Method::Get && is_render_failure(&reason) => PorchError::Render { name, reason },
            429 | 502 | 503 | 504 => {
                PorchError::Unreachable { server: access.server.clone(), reason: format!("HTTP {status}: {reason}") }
            }
            _ => PorchError::Refused { name, status, reason },
        }
    }
}

/// How servers tell that the pipeline of a package failed.
fn is_render_failure(message: &str) -> bool {
    ["rendering package", "kpt function pipeline", "fn.render"].iter().any(|text| message.contains(text))
}

fn typed(object: &mut Value, kind: &str) {
    if let Value::Object(fields) = object {
        fields.entry("apiVersion").or_insert_with(|| "porch.kpt.dev/v1alpha1".into());
        fields.entry("kind").or_insert_with(|| kind.into());
    }
}

/// A part of a URL.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}
