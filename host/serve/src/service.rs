//! The method as HTTP/2 brings it.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tonic::codegen::{Body, BoxFuture, Service, StdError, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Code, Request, Response, Status};

use crate::codec::Raw;
use crate::message;
use crate::runner::Runner;

/// The service `evaluator.FunctionEvaluator`.
#[derive(Clone)]
pub(crate) struct FunctionEvaluator {
    runner: Arc<Runner>,
}

impl FunctionEvaluator {
    pub(crate) fn new(runner: Arc<Runner>) -> Self {
        Self { runner }
    }
}

impl NamedService for FunctionEvaluator {
    const NAME: &'static str = message::SERVICE;
}

impl<B> Service<http::Request<B>> for FunctionEvaluator
where
    B: Body + Send + 'static,
    B::Error: Into<StdError> + Send + 'static,
{
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let runner = Arc::clone(&self.runner);
        Box::pin(async move {
            if request.uri().path() != message::METHOD {
                return Ok(Status::unimplemented("the service has one method, EvaluateFunction").into_http());
            }
            let limit = runner.max_message();
            let mut grpc = Grpc::new(Raw).max_decoding_message_size(limit).max_encoding_message_size(usize::MAX);
            let response = grpc.unary(Method(Arc::clone(&runner)), request).await;
            if is_too_large(&response) {
                return Ok(runner.refuse_too_large().into_http());
            }
            Ok(response)
        })
    }
}

/// Whether the library refused the request for its size. It has another word for that than Porch, which says
/// `ResourceExhausted` (porch §1.3), and no other answer here has that code.
fn is_too_large<T>(response: &http::Response<T>) -> bool {
    let code = response.headers().get(Status::GRPC_STATUS);
    code.is_some_and(|code| Code::from_bytes(code.as_bytes()) == Code::OutOfRange)
}

struct Method(Arc<Runner>);

impl UnaryService<Bytes> for Method {
    type Response = Bytes;
    type Future = BoxFuture<Response<Bytes>, Status>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let runner = Arc::clone(&self.0);
        Box::pin(async move { runner.evaluate(request).await.map(Response::new) })
    }
}
