//! Another runner, for images that are not known here.

use bytes::Bytes;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Extensions, Request, Status};

use crate::codec::Raw;
use crate::message;

/// Passes calls on as they are, over one connection that is made when it is first needed and again when it broke.
#[derive(Debug, Clone)]
pub(crate) struct Fallback {
    address: String,
    channel: Channel,
    max_message: usize,
}

impl Fallback {
    /// The runner at `address`, `host:port`, spoken to in plain text as Porch does.
    ///
    /// # Errors
    /// Why this is no address.
    pub(crate) fn new(address: &str, max_message: usize) -> Result<Self, String> {
        let bare = address.strip_prefix("http://").unwrap_or(address);
        let endpoint = Endpoint::from_shared(format!("http://{bare}")).map_err(|error| error.to_string())?;
        if endpoint.uri().port().is_none() {
            return Err("expected `host:port`".to_owned());
        }
        Ok(Self { address: bare.to_owned(), channel: endpoint.connect_lazy(), max_message })
    }

    /// The other runner's answer, or its status, word for word. The deadline and the trace of the caller go with the
    /// call, and it ends when the caller goes.
    pub(crate) async fn forward(&self, metadata: MetadataMap, request: Bytes) -> Result<Bytes, Status> {
        let mut grpc = tonic::client::Grpc::new(self.channel.clone())
            .max_decoding_message_size(self.max_message)
            .max_encoding_message_size(self.max_message);
        let unreachable = |error: String| {
            Status::unavailable(format!("the fallback runner `{}` cannot be reached: {error}", self.address))
        };
        grpc.ready().await.map_err(|error| unreachable(error.to_string()))?;
        let request = Request::from_parts(metadata, Extensions::default(), request);
        let answer = grpc.unary(request, PathAndQuery::from_static(message::METHOD), Raw).await;
        match answer {
            Ok(answer) => Ok(answer.into_inner()),
            // A broken connection is told by the library, with a source; the other runner's own words have none.
            Err(status) if status.code() == Code::Unavailable && std::error::Error::source(&status).is_some() => {
                Err(unreachable(status.message().to_owned()))
            }
            Err(status) if status.code() == Code::OutOfRange => {
                Err(Status::resource_exhausted(format!("the fallback runner `{}`: {}", self.address, status.message())))
            }
            Err(status) => Err(status),
        }
    }
}
