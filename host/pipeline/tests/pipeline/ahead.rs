//! Functions of a pipeline that run at the same time: nothing tells them from those that run one after the other.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use porchlight_krm::{Code, run_packed, run_text};
use porchlight_package::{Compat, FunctionRef};
use porchlight_pipeline::{Cancellation, Invocation, PrepareContext, Prepared, RunOutput, Runtime, RuntimeError};
use proptest::prelude::*;

use crate::exchange::{Meddle, RESOURCE, kptfile};
use crate::support::{Meeting, Package, has_one_processor, seen};

/// What else a function does in a run without text, by the name of its image.
type Beside = Arc<dyn Fn(&str, Option<&Cancellation>) -> Result<(), RuntimeError> + Send + Sync>;

/// Runs `Meddle`.
struct Meddling {
    at_once: bool,
    beside: Beside,
}

impl Meddling {
    fn new(at_once: bool) -> Self {
        Self { at_once, beside: Arc::new(|_, _| Ok(())) }
    }
}

impl Runtime for Meddling {
    fn prepare(&self, function: &FunctionRef, _: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        Ok(Box::new(Run { name: function.image.clone(), beside: Arc::clone(&self.beside) }))
    }

    fn is_sandboxed(&self, function: &FunctionRef) -> bool {
        self.at_once && function.image != "outside"
    }
}

struct Run {
    name: String,
    beside: Beside,
}

impl Prepared for Run {
    fn display_name(&self) -> &str {
        &self.name
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        let outcome = run_text::<Meddle>(input.text());
        let (stdout, stderr) = (outcome.stdout.into(), outcome.stderr.into());
        Ok(RunOutput { stdout, stderr, exit_code: outcome.exit_code.into() })
    }

    fn takes_requests(&self) -> bool {
        self.name != "text"
    }

    fn exchange(&self, request: Arc<Vec<u8>>, cancellation: Option<&Cancellation>) -> Result<RunOutput, RuntimeError> {
        (self.beside)(&self.name, cancellation)?;
        let outcome = run_packed::<Meddle>(Arc::unwrap_or_clone(request));
        Ok(RunOutput { stdout: outcome.stdout, stderr: outcome.stderr.into(), exit_code: outcome.exit_code.into() })
    }
}

/// A package of sixty resources, with comments and without.
fn package(pipeline: &str) -> Package {
    let package = Package::with("p", &[("Kptfile", &kptfile(pipeline))]);
    for number in 0..60 {
        let plain = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: b\n";
        let text = if number % 3 == 0 { RESOURCE } else { plain };
        package.write(&format!("r{number:02}.yaml"), &text.replace("name: x", &format!("name: x{number}")));
    }
    package
}

const IDLE: &str = "  - image: m\n    configMap: {look: a, idle: a}\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn nobody_can_tell_the_difference(
        chosen in proptest::collection::vec((0_usize..8, 0_usize..3, 0_usize..23), 1..8),
        saves in any::<bool>(),
        latest in any::<bool>(),
    ) {
        let compat = if latest { Compat::Latest } else { Compat::Beta56 };
        let selectors = ["", "    selectors: [{kind: ConfigMap}]\n", "    exclude: [{name: x7}]\n"];
        let mut pipeline = "  mutators:\n".to_owned();
        for (function, selector, salt) in chosen {
            let (image, config) = match function {
                0 if salt < 12 => ("m", "look: a, touch: a".to_owned()),
                0 => ("m", format!("look: a, salt: \"{salt}\"")),
                1 => ("m", format!("add: a, drop: a, look: a, salt: \"{salt}\"")),
                2 if salt < 8 => ("m", "look: a, fail: a".to_owned()),
                3 => ("outside", "look: a, idle: a".to_owned()),
                4 => ("text", "idle: a".to_owned()),
                _ => ("m", "look: a, idle: a".to_owned()),
            };
            pipeline += &format!("  - image: {image}\n{}    configMap: {{{config}}}\n", selectors[selector]);
        }
        let mut package = package(&pipeline);
        if saves {
            let text = kptfile(&pipeline).replace(
                "  name: p\n",
                "  name: p\n  annotations:\n    kpt.dev/save-on-render-failure: 'true'\n",
            );
            package.write("Kptfile", &text);
        }
        let package = &mut package;
        let at_once = seen(package.render(compat, &Meddling::new(true)));
        let one_by_one = seen(package.render(compat, &Meddling::new(false)));
        prop_assert_eq!(at_once, one_by_one);
    }
}

#[test]
fn they_do_run_at_the_same_time() {
    if has_one_processor() {
        return;
    }
    let met = Meeting::default();
    let beside: Beside = Arc::new(move |name, _| {
        if name == "meets" {
            met.come();
            met.wait_for(2);
        }
        Ok(())
    });
    let meets = IDLE.replace("image: m", "image: meets");
    // The first function may get resources in another form than those after it.
    let package = package(&format!("  mutators:\n{IDLE}{meets}{IDLE}{meets}"));
    let (outcome, _) = package.render(Compat::Latest, &Meddling { at_once: true, beside });
    assert_eq!(outcome.functions, 4);
}

#[test]
fn what_nobody_waits_for_any_more_is_ended() {
    if has_one_processor() {
        return;
    }
    let begun = Meeting::default();
    let beside: Beside = Arc::new(move |name, cancellation| {
        match name {
            // It changes something once the one behind it has begun.
            "changes" => begun.wait_for(1),
            // It never ends, the first time.
            "waits" => {
                let is_first = begun.come() == 1;
                if is_first {
                    while cancellation.is_none_or(|cancellation| !cancellation.is_cancelled()) {
                        thread::sleep(Duration::from_millis(1));
                    }
                    return Err(RuntimeError::new(Code::Cancelled, "cancelled"));
                }
            }
            _ => {}
        }
        Ok(())
    });
    let changes = "  - image: changes\n    configMap: {touch: a}\n";
    let package = package(&format!("  mutators:\n{IDLE}{changes}{}", IDLE.replace("image: m", "image: waits")));
    let (outcome, printed) = package.render(Compat::Latest, &Meddling { at_once: true, beside });
    assert_eq!(outcome.functions, 3, "{printed}");
    assert!(!printed.contains("cancelled"), "{printed}");
}
