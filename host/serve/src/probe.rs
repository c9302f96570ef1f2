//! Asking a runner for its health, for `exec` probes.

use std::time::Duration;

use tonic::Request;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// Longest wait for the answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Asks the runner at `address`, `host:port`.
///
/// # Errors
/// Why it is not well, for people.
pub fn probe(address: &str) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).map_err(|error| error.to_string())?;
        let asked = async {
            let channel = endpoint.connect().await.map_err(|error| format!("{address}: {error}"))?;
            let request = Request::new(HealthCheckRequest { service: String::new() });
            HealthClient::new(channel).check(request).await.map_err(|status| format!("{address}: {status}"))
        };
        let answer = tokio::time::timeout(PATIENCE, asked)
            .await
            .map_err(|_| format!("{address}: no answer within {} s", PATIENCE.as_secs()))??;
        match answer.into_inner().status() {
            ServingStatus::Serving => Ok(()),
            other => Err(format!("{address}: {}", other.as_str_name())),
        }
    })
}
