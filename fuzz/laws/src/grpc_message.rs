//! Messages of the function runner (`porchlight serve`): what is read is written and read as the same, and what is in it
//! is read or refused by those it goes to.

use porchlight_package::{Compat, Image, tag};
use porchlight_pipeline::results_of;
use prost::Message;

use crate::seeds;
use message::{EvaluateFunctionRequest, EvaluateFunctionResponse};

#[path = "../../../host/serve/src/message.rs"]
#[expect(dead_code, reason = "the names of the service are for its server")]
mod message;

/// The law.
pub fn holds(bytes: &[u8]) {
    if let Ok(request) = EvaluateFunctionRequest::decode(bytes) {
        let again = EvaluateFunctionRequest::decode(&request.encode_to_vec()[..]);
        assert_eq!(again.as_ref(), Ok(&request));
        assert_eq!(request.encode_to_vec().len(), request.encoded_len());
        drop(Image::named(&request.image, Compat::Latest, None));
        let _ = (tag::is_range(&request.tag), tag::version(&request.tag));
    }
    if let Ok(response) = EvaluateFunctionResponse::decode(bytes) {
        assert_eq!(EvaluateFunctionResponse::decode(&response.encode_to_vec()[..]).as_ref(), Ok(&response));
        drop(results_of(response.resource_list.to_vec()));
    }
}

/// Requests and answers of all generations, and cut off.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut all =
        vec![b"\x0a\x01a\x12\x01b\x1a\x01c\x22\x01d\x4a\x01x\x50\x07".to_vec(), b"\x0a\xff\xff\xff\xff\x0f".to_vec()];
    for list in seeds::resource_lists().into_iter().take(20) {
        let (image, tag) = ("ghcr.io/example/set-labels".to_owned(), "~0.2".to_owned());
        let request = EvaluateFunctionRequest {
            resource_list: list.clone().into(),
            image,
            tag,
            exec_path: "set-labels".to_owned(),
        };
        let answer = EvaluateFunctionResponse { resource_list: list.into(), log: (&b"done\n"[..]).into() };
        all.extend([request.encode_to_vec(), answer.encode_to_vec()]);
        all.push(request.encode_to_vec()[..40].to_vec());
    }
    all
}
