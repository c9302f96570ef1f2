//! The course of a call.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use porchlight_krm::Code as ErrorCode;
use porchlight_pipeline::{ResultItem, RunOutput, RuntimeError, results_of};
use prost::Message;
use tonic::metadata::MetadataMap;
use tonic::{Request, Status};

use crate::admission::{Admission, Seat, Turn};
use crate::call::{Call, UNKNOWN};
use crate::catalogue::{Catalogue, Function, Wanted};
use crate::fallback::Fallback;
use crate::message::{EvaluateFunctionRequest, EvaluateFunctionResponse};
use crate::metrics::{Metrics, Outcome};
use crate::tracer::Tracer;
use crate::{deadline, execution, failure};

/// What is asked of the output of a function that ended with exit code 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strictness {
    /// That there is a list in it somewhere; kpt reads it anyway.
    #[default]
    Lenient,
    /// That it is a ResourceList: Porch's wrapper server.
    List,
    /// That it is a ResourceList, and none of its results an error.
    Results,
}

/// Answers calls.
#[derive(Debug)]
pub(crate) struct Runner {
    pub(crate) catalogue: Catalogue,
    pub(crate) admission: Admission,
    pub(crate) fallback: Option<Fallback>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tracer: Tracer,
    pub(crate) strictness: Strictness,
    pub(crate) max_message: usize,
}

/// A call that came to no answer, and how that is counted.
struct Refusal {
    outcome: Outcome,
    status: Status,
}

impl Runner {
    /// Largest request and largest answer, in bytes.
    pub(crate) fn max_message(&self) -> usize {
        self.max_message
    }

    /// The answer to a request that was too large to be read.
    pub(crate) fn refuse_too_large(&self) -> Status {
        self.metrics.count(&UNKNOWN.into(), Outcome::TooLarge);
        too_large("the request", self.max_message)
    }

    /// The answer to a call, as it travels.
    pub(crate) async fn evaluate(self: Arc<Self>, request: Request<Bytes>) -> Result<Bytes, Status> {
        let (metadata, _, raw) = request.into_parts();
        let mut call = Call::begin(&self.metrics, &self.tracer, &metadata, raw.len());
        let deadline = deadline::of(&metadata);
        let course = self.course(&mut call, metadata, raw);
        let outcome = match deadline {
            Some(time) => tokio::time::timeout(time, course).await.unwrap_or_else(|_| Err(late())),
            None => course.await,
        };
        match outcome {
            Ok((outcome, answer)) => {
                call.end(outcome);
                Ok(answer)
            }
            Err(Refusal { outcome, status }) => {
                tracing::info!(code = ?status.code(), message = status.message(), "told the caller");
                call.end(outcome);
                Err(status)
            }
        }
    }

    async fn course(
        self: &Arc<Self>,
        call: &mut Call,
        metadata: MetadataMap,
        raw: Bytes,
    ) -> Result<(Outcome, Bytes), Refusal> {
        let request = EvaluateFunctionRequest::decode(raw.clone())
            .map_err(|error| invalid(format!("the request cannot be read: {error}")))?;
        let EvaluateFunctionRequest { resource_list, image, tag, exec_path } = request;
        call.asks_for(&image);
        let seat = self
            .admission
            .enter(raw.len())
            .map_err(|full| Refusal { outcome: Outcome::Full, status: Status::unavailable(full.to_string()) })?;
        let wanted = Wanted { image, tag, exec_path };
        let found = match self.catalogue.known(&wanted) {
            Some(function) => Ok(function),
            None => self.find(&seat, wanted.clone()).await?,
        };
        let function = match (found, &self.fallback) {
            (Ok(function), _) => function,
            (Err(error), Some(fallback)) if error.code == ErrorCode::FnImageUnresolved => {
                let answer = fallback.forward(metadata, raw).await;
                return answer
                    .map(|answer| (Outcome::Forwarded, answer))
                    .map_err(|status| Refusal { outcome: Outcome::Forwarded, status });
            }
            (Err(error), _) => return Err(stopped(&error)),
        };
        call.runs(&function.name);
        drop(raw);
        let text = String::from_utf8(resource_list.into()).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            invalid(format!("[RESOURCELIST_INVALID] byte {offset} of the resource list is not UTF-8"))
        })?;
        let output = self.run(&seat, call, function, text).await?.map_err(|error| stopped(&error))?;
        self.answer(&wanted.image, output).map(|answer| (Outcome::Ok, answer))
    }

    async fn turn(&self, seat: &Seat) -> Turn {
        let asked = Instant::now();
        let turn = seat.turn().await;
        self.metrics.waited(asked.elapsed());
        turn
    }

    /// Finds a function that was not needed before.
    async fn find(
        self: &Arc<Self>,
        seat: &Seat,
        wanted: Wanted,
    ) -> Result<Result<Arc<Function>, RuntimeError>, Refusal> {
        let turn = self.turn(seat).await;
        let runner = Arc::clone(self);
        aside(move || {
            let _turn = turn;
            runner.catalogue.find(&wanted)
        })
        .await
    }

    async fn run(
        &self,
        seat: &Seat,
        call: &Call,
        function: Arc<Function>,
        text: String,
    ) -> Result<Result<RunOutput, RuntimeError>, Refusal> {
        let turn = self.turn(seat).await;
        let (running, cancellation) = (self.metrics.running(), call.cancellation.clone());
        aside(move || {
            // Held as long as the function really runs, whatever becomes of the caller.
            let _held = (turn, running);
            execution::run(&*function.prepared, text, &cancellation)
        })
        .await
    }

    fn answer(&self, image: &str, output: RunOutput) -> Result<Bytes, Refusal> {
        if output.exit_code != 0 {
            return Err(Refusal { outcome: Outcome::Failed, status: failure::exit(image, output) });
        }
        self.check(image, &output).map_err(|status| Refusal { outcome: Outcome::Failed, status })?;
        let response = EvaluateFunctionResponse { resource_list: output.stdout.into(), log: output.stderr.into() };
        if response.encoded_len() > self.max_message {
            let status = too_large(&format!("the output of function `{image}`"), self.max_message);
            return Err(Refusal { outcome: Outcome::TooLarge, status });
        }
        Ok(response.encode_to_vec().into())
    }

    /// Whether an output is one that a caller can use.
    fn check(&self, image: &str, output: &RunOutput) -> Result<(), Status> {
        let unreadable = |problem: &str| failure::unreadable(image, problem, &output.stderr);
        if self.strictness == Strictness::Lenient {
            const KIND: &[u8] = b"ResourceList";
            let start = &output.stdout[..output.stdout.len().min(FAR)];
            let is_there = |part: &[u8]| part.windows(KIND.len()).any(|window| window == KIND);
            return if is_there(start) || is_there(&output.stdout) {
                Ok(())
            } else {
                Err(unreadable("it is no ResourceList"))
            };
        }
        let results: Vec<ResultItem> =
            results_of(output.stdout.clone()).map_err(|problem| unreadable(&problem.to_string()))?;
        if self.strictness == Strictness::Results && results.iter().any(failure::is_error) {
            return Err(failure::errors(image, &results, &output.stderr));
        }
        Ok(())
    }
}

/// Where the kind of a list stands, nearly always.
const FAR: usize = 256;

/// Does work that would keep others from being heard, on a thread of its own.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a call was dropped by a defect of this program");
        let status = Status::internal("the call was dropped by a defect of this program; its log has more");
        Refusal { outcome: Outcome::Trapped, status }
    })
}

/// The deadline of the caller has passed; the end of the call ends the function.
fn late() -> Refusal {
    let status = Status::deadline_exceeded("the deadline of the caller has passed");
    Refusal { outcome: Outcome::Cancelled, status }
}

fn invalid(message: String) -> Refusal {
    Refusal { outcome: Outcome::Invalid, status: Status::invalid_argument(message) }
}

fn stopped(error: &RuntimeError) -> Refusal {
    let outcome = match error.code {
        ErrorCode::FnImageUnresolved => Outcome::NotFound,
        ErrorCode::FnTimeout => Outcome::Timeout,
        ErrorCode::FnMemoryExceeded | ErrorCode::FnOutputInvalid => Outcome::Exhausted,
        ErrorCode::Cancelled => Outcome::Cancelled,
        ErrorCode::KptfileInvalid => Outcome::Invalid,
        _ => Outcome::Trapped,
    };
    Refusal { outcome, status: failure::stopped(error) }
}

fn too_large(what: &str, limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "{what} is larger than {limit} bytes; allow more with `--max-request-body-size`, to this server and to every \
         other part of Porch that has the flag"
    ))
}
