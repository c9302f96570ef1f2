//! Sizes, numbers, deadlines.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use porchlight_serve::message::EvaluateFunctionRequest;
use porchlight_serve::{Bounds, Settings};
use prost::Message;
use tonic::{Code, Request};

use crate::{LIST, Running, evaluate, request, settings, start};

/// A request of exactly so many bytes.
fn of_size(bytes: usize) -> EvaluateFunctionRequest {
    let around = |length: usize| request("test.io/echo", &format!("{LIST}#{}", "x".repeat(length)));
    let rest = bytes - around(bytes - 200).encoded_len();
    around(bytes - 200 + rest)
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_as_large_as_allowed_and_not_larger() {
    let limit = 1 << 20;
    let server = start(Settings { max_message: limit, ..settings() }).await;
    let channel = server.channel().await;
    let largest = of_size(limit);
    assert_eq!(largest.encoded_len(), limit);
    assert_eq!(evaluate(&channel, largest.clone()).await.unwrap().resource_list, largest.resource_list);
    for bytes in [limit + 1, 7 * limit] {
        let status = evaluate(&channel, of_size(bytes)).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{bytes}: {status}");
        assert!(status.message().starts_with("the request is larger than 1048576 bytes; allow more with"), "{status}");
    }
    let status = evaluate(&channel, request("test.io/flood", LIST)).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(status.message().starts_with("the output of function `test.io/flood` is larger than"), "{status}");
    assert!(evaluate(&channel, request("test.io/echo", LIST)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_functions_run_at_a_time_and_all_calls_are_answered() {
    let server = start(settings()).await;
    let channel = server.channel().await;
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let channel = channel.clone();
            tokio::spawn(async move { evaluate(&channel, request("test.io/slow", LIST)).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.functions.seen.most.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_house_says_try_again() {
    let bounds = Bounds { running: 1, calls: 3, bytes: 1 << 20 };
    let server = start(Settings { bounds, ..settings() }).await;
    let channel = server.channel().await;
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let channel = channel.clone();
            tokio::spawn(async move { evaluate(&channel, request("test.io/endless", LIST)).await })
        })
        .collect();
    server.until_metrics("porchlight_calls_in_progress 3").await;
    let status = evaluate(&channel, request("test.io/echo", LIST)).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::Unavailable, "3 calls are being worked on or waiting; try again")
    );
    for call in waiting {
        call.abort();
    }
    server.until_metrics("porchlight_calls_in_progress 0").await;
    assert!(evaluate(&channel, request("test.io/echo", LIST)).await.is_ok());
}

/// A function that nobody waits for ends soon, and its place is free.
async fn is_free(server: &Running, begun: Instant) {
    server.until_metrics("porchlight_functions_running 0").await;
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(server.functions.seen.cancelled.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_ends_its_function() {
    let server = start(settings()).await;
    let channel = server.channel().await;
    let begun = Instant::now();
    let call = tokio::spawn({
        let channel = channel.clone();
        async move { evaluate(&channel, request("test.io/endless", LIST)).await }
    });
    server.until_metrics("porchlight_functions_running 1").await;
    call.abort();
    is_free(&server, begun).await;
    server.until_metrics("porchlight_calls_total{function=\"endless\",outcome=\"cancelled\"} 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deadline_of_a_caller_ends_its_function() {
    let server = start(settings()).await;
    let channel = server.channel().await;
    let begun = Instant::now();
    let mut request = Request::new(request("test.io/endless", LIST));
    request.set_timeout(Duration::from_millis(100));
    assert!(evaluate(&channel, request).await.is_err());
    is_free(&server, begun).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_while_it_waits_takes_no_turn() {
    let bounds = Bounds { running: 1, calls: 8, bytes: 1 << 20 };
    let server = start(Settings { bounds, ..settings() }).await;
    let channel = server.channel().await;
    let call = || {
        let channel = channel.clone();
        tokio::spawn(async move { evaluate(&channel, request("test.io/endless", LIST)).await })
    };
    let first = call();
    server.until_metrics("porchlight_functions_running 1").await;
    let waiting = [call(), call(), call()];
    server.until_metrics("porchlight_calls_in_progress 4").await;
    for call in waiting {
        call.abort();
    }
    server.until_metrics("porchlight_calls_in_progress 1").await;
    first.abort();
    server.until_metrics("porchlight_calls_in_progress 0").await;
    server.until_metrics("porchlight_functions_running 0").await;
    assert_eq!(server.functions.seen.finished.load(Ordering::SeqCst), 1);
}
