//! Running a function on the text of a list.

use std::cell::OnceCell;

use porchlight_krm::protocol::Relay;
use porchlight_pipeline::{Cancellation, Invocation, Prepared, RunOutput, RuntimeError};

/// What the function leaves behind. YAML is read and written here where the function takes requests, and by the function
/// otherwise; the bytes are the same.
pub(crate) fn run(
    function: &dyn Prepared,
    text: String,
    cancellation: &Cancellation,
) -> Result<RunOutput, RuntimeError> {
    if function.takes_requests()
        && let Some(relay) = Relay::read(&text)
    {
        let mut output = function.exchange(relay.request().into(), Some(cancellation))?;
        if let Some(list) = relay.output(output.exit_code, &output.stdout) {
            output.stdout = list.into_bytes();
            return Ok(output);
        }
    }
    let text = OnceCell::from(text);
    function.run(Invocation::new(&String::new, &text).until(cancellation))
}
