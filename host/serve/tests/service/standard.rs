//! The standard services beside ours.

use tonic::Code;
use tonic::codegen::http::uri::PathAndQuery;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_prost::ProstCodec;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use crate::{settings, start};

#[tokio::test(flavor = "multi_thread")]
async fn health_is_the_same_for_every_name() {
    let server = start(settings()).await;
    let channel = server.channel().await;
    let mut health = HealthClient::new(channel.clone());
    for service in ["", "evaluator.FunctionEvaluator", "no.such.Service"] {
        let answer = health.check(HealthCheckRequest { service: service.to_owned() }).await.unwrap();
        assert_eq!(answer.into_inner().status, 1, "{service}");
    }
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.unwrap();
    let codec: ProstCodec<HealthCheckRequest, HealthCheckResponse> = ProstCodec::default();
    let list = PathAndQuery::from_static("/grpc.health.v1.Health/List");
    let request = tonic::Request::new(HealthCheckRequest::default());
    assert_eq!(grpc.unary(request, list, codec).await.unwrap_err().code(), Code::Unimplemented);
    let (address, dead) = (server.address.to_string(), "127.0.0.1:1");
    let probed =
        tokio::task::spawn_blocking(move || (porchlight_serve::probe(&address), porchlight_serve::probe(dead)));
    let (alive, gone) = probed.await.unwrap();
    assert_eq!(alive, Ok(()));
    assert!(gone.unwrap_err().starts_with("127.0.0.1:1: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_describes_itself() {
    let server = start(settings()).await;
    let mut reflection = ServerReflectionClient::new(server.channel().await);
    let requests = [
        MessageRequest::ListServices(String::new()),
        MessageRequest::FileContainingSymbol("evaluator.FunctionEvaluator".to_owned()),
    ];
    let requests =
        requests.map(|request| ServerReflectionRequest { host: String::new(), message_request: Some(request) });
    let mut answers = reflection.server_reflection_info(tokio_stream::iter(requests)).await.unwrap().into_inner();
    let mut next = async || -> ServerReflectionResponse { answers.message().await.unwrap().unwrap() };
    let Some(MessageResponse::ListServicesResponse(list)) = next().await.message_response else { panic!("no list") };
    let names: Vec<&str> = list.service.iter().map(|service| service.name.as_str()).collect();
    for name in ["evaluator.FunctionEvaluator", "grpc.health.v1.Health"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let Some(MessageResponse::FileDescriptorResponse(files)) = next().await.message_response else { panic!("no file") };
    let file: prost_types::FileDescriptorProto = prost::Message::decode(&files.file_descriptor_proto[0][..]).unwrap();
    let fields: Vec<(i32, &str)> =
        file.message_type[0].field.iter().map(|field| (field.number(), field.name())).collect();
    assert_eq!(fields, [(1, "resource_list"), (2, "image"), (3, "Tag"), (4, "exec_path")]);
}
