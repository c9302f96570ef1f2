//! The messages of `evaluator.FunctionEvaluator` (porch §1.1), by field number.

use bytes::Bytes;

/// Full name of the service.
pub const SERVICE: &str = "evaluator.FunctionEvaluator";

/// Path of its only method.
pub const METHOD: &str = "/evaluator.FunctionEvaluator/EvaluateFunction";

/// What a caller sends. Fields that are not here are ignored, as proto3 has it; callers of the first generation send
/// the first two only.
#[derive(Clone, PartialEq, prost::Message)]
pub struct EvaluateFunctionRequest {
    /// A ResourceList in YAML: what the function reads on stdin.
    #[prost(bytes = "bytes", tag = "1")]
    pub resource_list: Bytes,
    /// The image, as kpt resolved it.
    #[prost(string, tag = "2")]
    pub image: String,
    /// The `tag` of the Kptfile, a tag or a range of versions, which replaces that of `image`. Second generation.
    #[prost(string, tag = "3")]
    pub tag: String,
    /// The `path` of the FunctionConfig that Porch found for the image. Third generation, which is a draft.
    #[prost(string, tag = "4")]
    pub exec_path: String,
}

/// What it gets back from a function that did not fail.
#[derive(Clone, PartialEq, prost::Message)]
pub struct EvaluateFunctionResponse {
    /// What the function wrote to stdout.
    #[prost(bytes = "bytes", tag = "1")]
    pub resource_list: Bytes,
    /// What it wrote to stderr.
    #[prost(bytes = "bytes", tag = "2")]
    pub log: Bytes,
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    #[test]
    fn the_bytes_on_the_wire_are_those_of_porch() {
        // Field 1 `a`, field 2 `b`, as protoc's own encoder writes them.
        let first = EvaluateFunctionRequest { resource_list: "a".into(), image: "b".into(), ..Default::default() };
        assert_eq!(first.encode_to_vec(), b"\x0a\x01a\x12\x01b");
        let third = EvaluateFunctionRequest { tag: "c".into(), exec_path: "d".into(), ..first };
        assert_eq!(third.encode_to_vec(), b"\x0a\x01a\x12\x01b\x1a\x01c\x22\x01d");
        let answer = EvaluateFunctionResponse { resource_list: "a".into(), log: "b".into() };
        assert_eq!(answer.encode_to_vec(), b"\x0a\x01a\x12\x01b");
    }

    #[test]
    fn unknown_fields_are_ignored() {
        // Field 9 as text and field 10 as a number stand between the known ones.
        let request = EvaluateFunctionRequest::decode(&b"\x4a\x01x\x0a\x01a\x50\x07\x12\x01b"[..]).unwrap();
        assert_eq!((&request.resource_list[..], request.image.as_str()), (&b"a"[..], "b"));
    }
}
