//! kpt's protocol. `run` registers two functions; each of their calls leaves an event and calls `resume`.

#![expect(unsafe_code, reason = "exports have fixed names, and `main` is called by its name")]

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::reference::Reference;
use crate::{Answer, Handler, TRANSFER_BYTES, failure, frame, host};

/// Our numbers for the two functions; zero would be `null` to kpt's wasmtime.
const PROCESS: u32 = 1;
const ERRORS: u32 = 2;

/// What passes to and from a host that sees no memory but that at the start.
static TRANSFER: Mutex<[u8; TRANSFER_BYTES]> = Mutex::new([0; TRANSFER_BYTES]);

static HANDLER: OnceLock<Handler> = OnceLock::new();
static NODE: AtomicBool = AtomicBool::new(false);

/// What `processResourceListErrors` will answer.
static REMAINDER: Mutex<String> = Mutex::new(String::new());

/// Offers a function to kpt. This is all that `main` does on this target.
pub fn serve(handler: Handler) {
    HANDLER.get_or_init(|| handler);
}

/// Whether the host is node, where a function fails through its `process`.
pub(crate) fn host_is_node() -> bool {
    NODE.load(Relaxed)
}

unsafe extern "C" {
    /// The program's own, which the compiler makes of `fn main`.
    safe fn main(argc: i32, argv: usize) -> i32;
}

/// Starts the module: kpt calls it first, and once.
#[unsafe(no_mangle)]
extern "C" fn run(_argc: i32, _argv: i32) {
    NODE.store(is_node(), Relaxed);
    if host_is_node() {
        frame::follow_memory();
    }
    failure::report_panics();
    main(0, 0);
    for (name, number) in [("processResourceList", PROCESS), ("processResourceListErrors", ERRORS)] {
        let Some(function) = host::call(Reference::GLUE, "_makeFuncWrapper", number) else {
            panic!("invariant: the host makes no functions");
        };
        host::set(Reference::GLOBAL, name, function);
    }
}

/// Serves the event that is pending.
#[unsafe(no_mangle)]
extern "C" fn resume() {
    let event = host::get(Reference::GLUE, "_pendingEvent");
    if event.is_nothing() {
        return;
    }
    host::set(Reference::GLUE, "_pendingEvent", Reference::NULL);
    let result = if host::get(event, "id") == Reference::number(f64::from(ERRORS)) {
        remainder()
    } else {
        process(host::first(host::get(event, "args")))
    };
    host::set(event, "result", result);
}

/// Where the frame of the import is that was called last.
#[unsafe(no_mangle)]
extern "C" fn getsp() -> usize {
    frame::address()
}

fn is_node() -> bool {
    let process = host::get(Reference::GLOBAL, "process");
    process.is_object() && host::get(process, "exit").is_function()
}

/// Runs the function on a ResourceList of the host's.
fn process(input: Reference) -> Reference {
    let input = host::prepare(input);
    let handler = HANDLER.get().expect("invariant: `main` calls `serve`");
    if host_is_node() {
        let mut text = vec![0; input.length];
        let answer = handler(host::load(input, &mut text));
        return answer_to_node(checked(answer));
    }
    let answer = if input.length > TRANSFER_BYTES {
        Answer { list: String::new(), failure: Some(too_large("ResourceList", input.length)) }
    } else {
        let mut transfer = TRANSFER.lock().unwrap_or_else(PoisonError::into_inner);
        handler(host::load(input, &mut transfer[..]))
    };
    answer_to_wasmtime(checked(answer))
}

/// kpt takes an answer of nothing for an empty package, and a failure without a message for a success.
fn checked(mut answer: Answer) -> Answer {
    if !answer.list.contains("ResourceList") {
        answer.list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n".to_owned();
        answer.failure.get_or_insert_with(|| {
            "[FN_OUTPUT_INVALID] Host: the function answered with something else than a ResourceList\n".to_owned()
        });
    }
    if answer.failure.as_ref().is_some_and(|failure| failure.trim().is_empty()) {
        answer.failure = Some("[FN_OUTPUT_INVALID] Host: the function failed and did not say why\n".to_owned());
    }
    answer
}

/// Node takes the list in any case. kpt learns of a failure from the exit code, as from any program.
fn answer_to_node(answer: Answer) -> Reference {
    if let Some(failure) = answer.failure {
        host::write_error(failure.as_bytes());
        let process = host::get(Reference::GLOBAL, "process");
        host::set(process, "exitCode", Reference::number(1.0));
    }
    let list = host::text(answer.list.as_bytes());
    // kpt prints the list if it holds `kind: ResourceList`, literally, and the other function's answer if it does not, for
    // instance because it is JSON. So both give the list: anything else on standard output would empty the package.
    remember(answer.list);
    list
}

/// kpt's wasmtime takes anything that is no ResourceList for a failure, and nothing else.
fn answer_to_wasmtime(answer: Answer) -> Reference {
    let too_long = answer.list.len() > TRANSFER_BYTES;
    let failure = answer.failure.or_else(|| too_long.then(|| too_large("answer", answer.list.len())));
    let Some(failure) = failure else {
        return transferred(&answer.list);
    };
    // On one line, whatever it quotes: a line of its own could read as the kind of a list.
    let text = transferred(&format!("error: {}", failure.lines().next().unwrap_or_default()));
    remember(failure);
    text
}

fn too_large(what: &str, length: usize) -> String {
    let limit = TRANSFER_BYTES >> 20;
    format!(
        "[FN_MEMORY_EXCEEDED] Host: the {what} has {length} bytes; with kpt's wasmtime it can have {limit} MiB; set \
         `KPT_FN_WASM_RUNTIME=nodejs`, or run the function as a container\n"
    )
}

/// Why the call before failed; with node, what it answered. Never nothing: kpt would take nothing for an empty package.
fn remainder() -> Reference {
    if let Some(words) = failure::last_words(host::text) {
        return words;
    }
    let mut text = std::mem::take(&mut *REMAINDER.lock().unwrap_or_else(PoisonError::into_inner));
    if text.trim().is_empty() {
        text.push_str("error: the function has not been run");
    }
    if host_is_node() { host::text(text.as_bytes()) } else { transferred(&text) }
}

fn remember(text: String) {
    *REMAINDER.lock().unwrap_or_else(PoisonError::into_inner) = text;
}

/// A text for the host, by way of memory that it sees. What does not fit is cut, which only messages can come to.
fn transferred(text: &str) -> Reference {
    let mut transfer = TRANSFER.lock().unwrap_or_else(PoisonError::into_inner);
    let length = text.floor_char_boundary(TRANSFER_BYTES);
    transfer[..length].copy_from_slice(&text.as_bytes()[..length]);
    host::text(&transfer[..length])
}
