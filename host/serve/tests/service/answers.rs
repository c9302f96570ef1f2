//! What callers get.

use porchlight_serve::{Settings, Strictness};
use tonic::Code;

use crate::{LIST, evaluate, request, settings, start};

#[tokio::test(flavor = "multi_thread")]
async fn output_and_stderr_come_back() {
    let server = start(settings()).await;
    let channel = server.channel().await;
    let list = format!("{LIST}# {}\n", "x".repeat(500_000));
    let answer = evaluate(&channel, request("test.io/echo:v1", &list)).await.unwrap();
    assert_eq!(answer.resource_list, list);
    assert_eq!(&answer.log[..], b"said\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_generation_of_callers_is_served() {
    let server = start(settings()).await;
    let channel = server.channel().await;
    for (tag, exec_path) in [("", ""), ("v1", ""), ("v1", "some/path"), ("", "some/path")] {
        let mut request = request("test.io/echo:v1", LIST);
        (request.tag, request.exec_path) = (tag.to_owned(), exec_path.to_owned());
        assert_eq!(evaluate(&channel, request).await.unwrap().resource_list, LIST, "{tag:?} {exec_path:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_have_the_codes_of_porch_and_say_why() {
    let server = start(settings()).await;
    let channel = server.channel().await;
    for (image, code, message) in [
        (
            "test.io/fail",
            Code::Internal,
            "function `test.io/fail` failed with exit code 1: 1 error\n[error]: too small (a.yaml)\nstderr:\nsaid",
        ),
        (
            "test.io/garbage",
            Code::Internal,
            "the output of function `test.io/garbage` cannot be read: it is no ResourceList",
        ),
        (
            "test.io/FN_TIMEOUT",
            Code::DeadlineExceeded,
            "[FN_TIMEOUT] function `FN_TIMEOUT` stopped\nstderr:\nlast words",
        ),
        (
            "test.io/FN_MEMORY_EXCEEDED",
            Code::ResourceExhausted,
            "[FN_MEMORY_EXCEEDED] function `FN_MEMORY_EXCEEDED` stopped\nstderr:\nlast words",
        ),
        ("test.io/FN_TRAPPED", Code::Internal, "[FN_TRAPPED] function `FN_TRAPPED` stopped\nstderr:\nlast words"),
        ("other.io/x:v1", Code::NotFound, "[FN_IMAGE_UNRESOLVED] cannot resolve image `other.io/x:v1` "),
    ] {
        let status = evaluate(&channel, request(image, LIST)).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (code, message), "{image}");
    }
    server.until_metrics("porchlight_calls_total{function=\"fail\",outcome=\"failed\"} 1").await;
    server.until_metrics("porchlight_calls_total{function=\"unknown\",outcome=\"not_found\"} 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_defect_costs_one_call_only() {
    let server = start(settings()).await;
    let channel = server.channel().await;
    for _ in 0..5 {
        assert_eq!(evaluate(&channel, request("test.io/panic", LIST)).await.unwrap_err().code(), Code::Internal);
    }
    assert!(evaluate(&channel, request("test.io/echo", LIST)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_cannot_be_read_are_refused() {
    let server = start(settings()).await;
    let channel = server.channel().await;
    let mut not_text = request("test.io/echo", "");
    not_text.resource_list = (&b"kind: \xff"[..]).into();
    let status = evaluate(&channel, not_text).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(status.message(), "[RESOURCELIST_INVALID] byte 6 of the resource list is not UTF-8");
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_count_as_strictly_as_asked() {
    for (strictness, errors, no_list) in [
        (Strictness::Lenient, Ok(()), Ok(())),
        (Strictness::List, Ok(()), Err("the output of function `test.io/no-list` cannot be read: ")),
        (
            Strictness::Results,
            Err(
                "function `test.io/errors` found errors, which `--strict` takes for a failure: 1 error\n[error]: too small",
            ),
            Err("the output of function `test.io/no-list` cannot be read: "),
        ),
    ] {
        let server = start(Settings { strictness, ..settings() }).await;
        let channel = server.channel().await;
        for (image, expected) in [("test.io/errors", errors), ("test.io/no-list", no_list)] {
            let answer = evaluate(&channel, request(image, LIST)).await;
            match (expected, answer) {
                (Ok(()), Ok(_)) => {}
                (Err(start), Err(status)) => {
                    assert!(status.code() == Code::Internal && status.message().starts_with(start), "{status}");
                }
                (expected, answer) => panic!("{strictness:?} {image}: {expected:?}, but {answer:?}"),
            }
        }
    }
}
