//! What was tried for an image, and what would help.

use std::fmt::Write as _;

use porchlight_krm::Code;
use porchlight_package::Image;
use porchlight_pipeline::RuntimeError;

/// The places an image was looked for, in order.
#[derive(Debug)]
pub(super) struct Trail {
    image: String,
    tried: Vec<String>,
    advice: Vec<String>,
}

impl Trail {
    pub(super) fn new(image: &Image) -> Self {
        Self { image: image.to_string(), tried: Vec::new(), advice: Vec::new() }
    }

    /// A place that did not have it, and why not.
    pub(super) fn tried(&mut self, place: impl Into<String>, outcome: impl AsRef<str>) {
        self.tried.push(format!("{} ({})", place.into(), outcome.as_ref()));
    }

    /// Something to do, most promising first.
    pub(super) fn advise(&mut self, advice: impl Into<String>) {
        self.advice.push(advice.into());
    }

    pub(super) fn into_error(self) -> RuntimeError {
        let Self { image, tried, advice } = self;
        let mut message = format!("cannot resolve image `{image}`: tried {}", tried.join("; "));
        if let Some((first, others)) = advice.split_first() {
            let _ = write!(message, ". To run it, {first}");
            for other in others {
                let _ = write!(message, "; or {other}");
            }
        }
        RuntimeError::new(Code::FnImageUnresolved, message)
    }
}
