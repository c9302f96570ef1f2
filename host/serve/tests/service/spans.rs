//! Spans, as a collector gets them: `cargo test -p porchlight-serve --features otlp`.

use porchlight_serve::{Catalogue, ServeError, Server, Settings, Targets};

use crate::functions::Functions;
use crate::settings;

async fn refused(collector: &str) -> String {
    let catalogue = Catalogue::new(Functions::default(), Targets::default());
    let settings = Settings { collector: Some(collector.to_owned()), ..settings() };
    match Server::open(settings, catalogue).await {
        Err(ServeError::Collector(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

#[cfg(not(feature = "otlp"))]
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_cannot_send_spans_says_so() {
    assert_eq!(refused("http://127.0.0.1:1").await, "this program is built without the feature `otlp`");
}

#[cfg(feature = "otlp")]
mod sent {
    use std::convert::Infallible;
    use std::net::Ipv4Addr;
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll};
    use std::time::{Duration, Instant};

    use tokio::net::TcpListener;
    use tonic::codegen::{Body, BoxFuture, Service, StdError, http};
    use tonic::server::{Grpc, NamedService, UnaryService};
    use tonic::transport::server::TcpIncoming;
    use tonic::{Request, Response, Status};
    use tonic_prost::ProstCodec;

    use super::refused;
    use crate::{LIST, evaluate, request, settings, start};
    use porchlight_serve::Settings;

    /// The request of `opentelemetry.proto.collector.trace.v1`, by field number, and of it what we send.
    #[derive(Clone, PartialEq, prost::Message)]
    struct Export {
        #[prost(message, repeated, tag = "1")]
        resource_spans: Vec<ResourceSpans>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct ResourceSpans {
        #[prost(message, optional, tag = "1")]
        resource: Option<Resource>,
        #[prost(message, repeated, tag = "2")]
        scope_spans: Vec<ScopeSpans>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct Resource {
        #[prost(message, repeated, tag = "1")]
        attributes: Vec<Attribute>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct ScopeSpans {
        #[prost(message, repeated, tag = "2")]
        spans: Vec<Span>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct Span {
        #[prost(bytes = "vec", tag = "1")]
        trace_id: Vec<u8>,
        #[prost(bytes = "vec", tag = "4")]
        parent_span_id: Vec<u8>,
        #[prost(string, tag = "5")]
        name: String,
        #[prost(int32, tag = "6")]
        kind: i32,
        #[prost(fixed64, tag = "7")]
        start: u64,
        #[prost(fixed64, tag = "8")]
        end: u64,
        #[prost(message, repeated, tag = "9")]
        attributes: Vec<Attribute>,
        #[prost(message, optional, tag = "15")]
        status: Option<SpanStatus>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct SpanStatus {
        #[prost(string, tag = "2")]
        message: String,
        #[prost(int32, tag = "3")]
        code: i32,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct Attribute {
        #[prost(string, tag = "1")]
        key: String,
        #[prost(message, optional, tag = "2")]
        value: Option<Value>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct Value {
        #[prost(string, tag = "1")]
        text: String,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct Taken {}

    /// A collector that keeps what it gets.
    #[derive(Clone, Default)]
    struct Collector {
        got: Arc<Mutex<Vec<ResourceSpans>>>,
    }

    impl NamedService for Collector {
        const NAME: &'static str = "opentelemetry.proto.collector.trace.v1.TraceService";
    }

    impl<B> Service<http::Request<B>> for Collector
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
            assert_eq!(request.uri().path(), format!("/{}/Export", Self::NAME));
            let collector = self.clone();
            Box::pin(async move {
                let codec: ProstCodec<Taken, Export> = ProstCodec::default();
                Ok(Grpc::new(codec).unary(collector, request).await)
            })
        }
    }

    impl UnaryService<Export> for Collector {
        type Response = Taken;
        type Future = BoxFuture<Response<Taken>, Status>;

        fn call(&mut self, request: Request<Export>) -> Self::Future {
            self.got.lock().unwrap().extend(request.into_inner().resource_spans);
            Box::pin(async { Ok(Response::new(Taken {})) })
        }
    }

    impl Collector {
        /// Starts it; its address.
        async fn start(&self) -> String {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = tonic::transport::Server::builder().add_service(self.clone());
            tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
            format!("http://{address}")
        }

        fn spans(&self) -> Vec<Span> {
            let got = self.got.lock().unwrap();
            got.iter().flat_map(|resource| &resource.scope_spans).flat_map(|scope| scope.spans.clone()).collect()
        }
    }

    fn text<'a>(attributes: &'a [Attribute], key: &str) -> Option<&'a str> {
        let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
        Some(attribute.value.as_ref()?.text.as_str())
    }

    fn traced(image: &str, trace: &str) -> Request<porchlight_serve::message::EvaluateFunctionRequest> {
        let mut request = Request::new(request(image, LIST));
        request.metadata_mut().insert("traceparent", trace.parse().unwrap());
        request
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_collector_gets_a_span_for_each_call() {
        let collector = Collector::default();
        let settings = Settings { collector: Some(collector.start().await), ..settings() };
        let mut server = start(settings).await;
        let channel = server.channel().await;
        let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        evaluate(&channel, traced("test.io/echo:v1", &format!("00-{trace}-{parent}-01"))).await.unwrap();
        evaluate(&channel, traced("test.io/fail:v1", &format!("00-{trace}-{parent}-01"))).await.unwrap_err();
        // A caller that keeps no trace of this call.
        evaluate(&channel, traced("test.io/echo:v1", &format!("00-{trace}-{parent}-00"))).await.unwrap();
        drop(channel);
        server.ask_to_end();
        server.ended().await;

        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let spans = collector.spans();
        assert_eq!(spans.len(), 2, "{spans:?}");
        for span in &spans {
            assert_eq!((hex(&span.trace_id), hex(&span.parent_span_id)), (trace.to_owned(), parent.to_owned()));
            assert_eq!((span.name.as_str(), span.kind), ("evaluator.FunctionEvaluator/EvaluateFunction", 2));
            assert!(0 < span.start && span.start <= span.end, "{span:?}");
            assert_eq!(text(&span.attributes, "rpc.service"), Some("evaluator.FunctionEvaluator"));
        }
        let of = |function| {
            let has_name = |span: &&Span| text(&span.attributes, "porchlight.function") == Some(function);
            spans.iter().find(has_name).unwrap()
        };
        let (answered, failed) = (of("echo"), of("fail"));
        assert_eq!(text(&answered.attributes, "porchlight.image"), Some("test.io/echo:v1"));
        assert_eq!(text(&answered.attributes, "porchlight.outcome"), Some("ok"));
        assert_eq!(answered.status.clone().unwrap_or_default().code, 0);
        let status = SpanStatus { message: "failed".to_owned(), code: 2 };
        assert_eq!(failed.status, Some(status));
        let got = collector.got.lock().unwrap();
        let resource = got[0].resource.as_ref().unwrap();
        assert_eq!(text(&resource.attributes, "service.name"), Some("porchlight"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn calls_go_on_without_a_collector() {
        let settings = Settings { collector: Some("http://127.0.0.1:1".to_owned()), ..settings() };
        let mut server = start(settings).await;
        let channel = server.channel().await;
        evaluate(&channel, request("test.io/echo:v1", LIST)).await.unwrap();
        drop(channel);
        let begun = Instant::now();
        server.ask_to_end();
        server.ended().await;
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_collector_has_an_address() {
        assert_ne!(refused("not an address").await, "");
    }
}
