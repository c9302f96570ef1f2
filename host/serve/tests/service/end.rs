//! The end of a server: what has begun is finished.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use porchlight_serve::{Bounds, Settings, Totals};

use crate::{LIST, evaluate, request, settings, start};

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_have_begun_are_answered_also_those_that_wait() {
    let bounds = Bounds { running: 1, calls: 64, bytes: 1 << 20 };
    let mut server = start(Settings { bounds, ..settings() }).await;
    let channel = server.channel().await;
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let channel = channel.clone();
            tokio::spawn(async move { evaluate(&channel, request("test.io/slow", LIST)).await })
        })
        .collect();
    server.until_metrics("porchlight_calls_in_progress 10").await;
    server.ask_to_end();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().resource_list, LIST);
    }
    let address = server.address;
    assert_eq!(server.ended().await, Totals { dropped: 0 });
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_under_load_answers_or_refuses_and_never_loses_a_call() {
    let mut server = start(settings()).await;
    let address = server.address;
    let workers: Vec<_> = (0..16)
        .map(|_| {
            tokio::spawn(async move {
                let channel =
                    tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
                let mut answered = 0;
                loop {
                    match evaluate(&channel, request("test.io/echo", LIST)).await {
                        Ok(answer) => {
                            assert_eq!(answer.resource_list, LIST);
                            answered += 1;
                        }
                        Err(status) => return (answered, status),
                    }
                }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.ask_to_end();
    let mut answers = 0;
    for worker in workers {
        let (answered, status) = worker.await.unwrap();
        assert!(answered > 0);
        answers += answered;
        // The caller's own library gave up: no new connection, or a request that was not sent any more. No such word came
        // from the server.
        assert!(std::error::Error::source(&status).is_some(), "{status:?}");
    }
    // Nothing was run whose answer did not arrive.
    assert_eq!(server.functions.seen.finished.load(Ordering::SeqCst), answers);
    assert_eq!(server.ended().await, Totals { dropped: 0 });
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_without_calls_do_not_hold_up_the_end() {
    let mut server = start(settings()).await;
    let idle = server.channel().await;
    let mut health = tonic_health::pb::health_client::HealthClient::new(idle.clone());
    let request = tonic_health::pb::HealthCheckRequest { service: String::new() };
    let mut watching = health.watch(request).await.unwrap().into_inner();
    assert_eq!(watching.message().await.unwrap().unwrap().status, 1);
    let begun = Instant::now();
    server.ask_to_end();
    assert_eq!(watching.message().await.unwrap().unwrap().status, 2);
    assert!(watching.message().await.unwrap().is_none());
    server.ended().await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_end_others_learn_of_it_while_calls_are_still_accepted() {
    let mut server = start(Settings { drain_delay: Duration::from_secs(2), ..settings() }).await;
    assert!(server.get("/readyz").await.starts_with("HTTP/1.1 200 "));
    server.ask_to_end();
    let begun = Instant::now();
    while !server.get("/readyz").await.starts_with("HTTP/1.1 503 ") {
        assert!(begun.elapsed() < Duration::from_secs(1));
    }
    assert!(server.get("/healthz").await.starts_with("HTTP/1.1 200 "));
    let channel = server.channel().await;
    assert!(evaluate(&channel, request("test.io/echo", LIST)).await.is_ok());
    assert_eq!(server.ended().await, Totals { dropped: 0 });
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_grow_old_without_losing_a_call() {
    let server = start(Settings { max_connection_age: Some(Duration::from_millis(100)), ..settings() }).await;
    let channel = server.channel().await;
    let begun = Instant::now();
    let mut answered = 0;
    // Each call takes half the life of a connection; the channel makes new ones.
    while begun.elapsed() < Duration::from_secs(1) {
        if let Err(status) = evaluate(&channel, request("test.io/slow", LIST)).await {
            // The request met a connection at its end and was not sent any more: no such word came from the server. Porch's
            // library sends it again by itself.
            assert!(std::error::Error::source(&status).is_some(), "{status:?}");
            evaluate(&channel, request("test.io/slow", LIST)).await.unwrap();
        }
        answered += 1;
    }
    assert!(answered > 5, "{answered}");
    // Nothing was run whose answer did not arrive.
    assert_eq!(server.functions.seen.finished.load(Ordering::SeqCst), answered);
}
