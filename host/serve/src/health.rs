//! `grpc.health.v1.Health` as Porch has it (porch §1.5): the answer is the same for every name, known or not.

use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::Health;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

/// Tells whether calls are accepted: until the end has been asked for.
#[derive(Debug, Clone)]
pub(crate) struct Healthy {
    ending: watch::Receiver<bool>,
}

impl Healthy {
    pub(crate) fn new(ending: watch::Receiver<bool>) -> Self {
        Self { ending }
    }

    /// Whether calls are accepted.
    pub(crate) fn is_serving(&self) -> bool {
        !*self.ending.borrow()
    }

    fn answer(&self) -> HealthCheckResponse {
        let status = if self.is_serving() { ServingStatus::Serving } else { ServingStatus::NotServing };
        HealthCheckResponse { status: status.into() }
    }
}

#[tonic::async_trait]
impl Health for Healthy {
    type WatchStream = ReceiverStream<Result<HealthCheckResponse, Status>>;

    async fn check(&self, _: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        Ok(Response::new(self.answer()))
    }

    /// Two messages at most, now and when the end is asked for; then the stream ends, so that it keeps no connection
    /// open.
    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let (sender, receiver) = mpsc::channel(2);
        let health = self.clone();
        tokio::spawn(async move {
            // A caller that has gone ends the task at its next message, or with the program.
            let was_serving = health.is_serving();
            if sender.send(Ok(health.answer())).await.is_err() || !was_serving {
                return;
            }
            let ended = async {
                drop(health.ending.clone().wait_for(|ending| *ending).await);
            };
            tokio::select! {
                () = ended => drop(sender.send(Ok(health.answer())).await),
                () = sender.closed() => {}
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}
