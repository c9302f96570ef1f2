//! The service over a real connection, with functions that need no sandbox. With the real functions: scripts/check-serve.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod end;
mod fallback;
mod functions;
mod limits;
mod spans;
mod standard;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use bytes::Bytes;
use porchlight_serve::message::{EvaluateFunctionRequest, EvaluateFunctionResponse, METHOD};
use porchlight_serve::{Bounds, Catalogue, ServeError, Server, Settings, Targets, Totals};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic_prost::ProstCodec;

use functions::Functions;

/// A server on free ports of this machine.
struct Running {
    address: SocketAddr,
    metrics: SocketAddr,
    functions: Functions,
    end: Option<oneshot::Sender<()>>,
    served: JoinHandle<Result<Totals, ServeError>>,
}

fn settings() -> Settings {
    Settings {
        address: Some(Ipv4Addr::LOCALHOST.into()),
        port: 0,
        metrics_port: Some(0),
        max_message: 1 << 20,
        bounds: Bounds { running: 2, calls: 64, bytes: 64 << 20 },
        ..Settings::default()
    }
}

async fn start(settings: Settings) -> Running {
    let functions = Functions::default();
    let catalogue = Catalogue::new(functions.clone(), Targets::default());
    let server = Server::open(settings, catalogue).await.unwrap();
    let (address, metrics) = (server.address().unwrap(), server.metrics_address().unwrap());
    let (end, asked) = oneshot::channel();
    let served = tokio::spawn(server.serve(async {
        drop(asked.await);
    }));
    Running { address, metrics, functions, end: Some(end), served }
}

impl Running {
    async fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address)).unwrap().connect().await.unwrap()
    }

    fn ask_to_end(&mut self) {
        let _ = self.end.take().unwrap().send(());
    }

    /// Waits until the server has ended.
    async fn ended(self) -> Totals {
        tokio::time::timeout(Duration::from_secs(20), self.served).await.unwrap().unwrap().unwrap()
    }

    async fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.metrics).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// Waits until the metrics have a line.
    async fn until_metrics(&self, line: &str) {
        let begun = Instant::now();
        loop {
            let text = self.get("/metrics").await;
            if text.contains(&format!("\n{line}\n")) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "no {line} in {text}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn request(image: &str, list: &str) -> EvaluateFunctionRequest {
    let resource_list = Bytes::copy_from_slice(list.as_bytes());
    EvaluateFunctionRequest { resource_list, image: image.to_owned(), ..Default::default() }
}

async fn evaluate(
    channel: &Channel,
    request: impl tonic::IntoRequest<EvaluateFunctionRequest>,
) -> Result<EvaluateFunctionResponse, Status> {
    let mut grpc = tonic::client::Grpc::new(channel.clone()).max_decoding_message_size(64 << 20);
    grpc.ready().await.unwrap();
    let codec: ProstCodec<EvaluateFunctionRequest, EvaluateFunctionResponse> = ProstCodec::default();
    grpc.unary(request.into_request(), PathAndQuery::from_static(METHOD), codec).await.map(tonic::Response::into_inner)
}

const LIST: &str = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n";
