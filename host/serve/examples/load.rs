//! A caller that does nothing else than call, to see what a server can do:
//! `load HOST:PORT IMAGE LIST-FILE CALLS IN-FLIGHT`. Prints calls per second and times.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers: it prints, and fails by panicking"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use porchlight_serve::message::{EvaluateFunctionRequest, EvaluateFunctionResponse, METHOD};
use tonic::Request;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Endpoint;
use tonic_prost::ProstCodec;

/// Connections of the callers together: Porch's server and its controllers have a few.
const CONNECTIONS: usize = 4;

#[tokio::main(worker_threads = 1)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, image, file, calls, in_flight] = arguments.as_slice() else {
        panic!("expected HOST:PORT IMAGE LIST-FILE CALLS IN-FLIGHT");
    };
    let (calls, in_flight): (usize, usize) = (calls.parse().unwrap(), in_flight.parse().unwrap());
    let resource_list = std::fs::read(file).unwrap().into();
    let request = EvaluateFunctionRequest { resource_list, image: image.clone(), ..Default::default() };
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS {
        channels.push(Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap());
    }
    let left = Arc::new(AtomicUsize::new(calls));
    let begun = Instant::now();
    let callers: Vec<_> = (0..in_flight)
        .map(|number| {
            let mut grpc = tonic::client::Grpc::new(channels[number % CONNECTIONS].clone());
            let (request, left) = (request.clone(), Arc::clone(&left));
            tokio::spawn(async move {
                let mut times: Vec<Duration> = Vec::new();
                while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                    let begun = Instant::now();
                    grpc.ready().await.unwrap();
                    let codec: ProstCodec<EvaluateFunctionRequest, EvaluateFunctionResponse> = ProstCodec::default();
                    let path = PathAndQuery::from_static(METHOD);
                    let answer = grpc.unary(Request::new(request.clone()), path, codec).await.unwrap();
                    assert!(!answer.get_ref().resource_list.is_empty());
                    times.push(begun.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await.unwrap());
    }
    let elapsed = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 1000].as_secs_f64() * 1e3;
    println!(
        "{} calls, {in_flight} in flight: {:.0}/s, median {:.2} ms, p99 {:.2} ms, most {:.2} ms",
        times.len(),
        times.len() as f64 / elapsed,
        at(500),
        at(990),
        at(1000)
    );
}
