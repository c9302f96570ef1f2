//! Standing in front of another runner.

use std::sync::atomic::Ordering;
use std::time::Duration;

use porchlight_serve::{Catalogue, ServeError, Server, Settings, Targets};
use tonic::Code;

use crate::functions::Functions;
use crate::{LIST, evaluate, request, settings, start};

/// A server in front of another. Both know the images of the tests, and no others.
async fn pair() -> (crate::Running, crate::Running) {
    let back = start(settings()).await;
    let front = start(Settings { fallback: Some(back.address.to_string()), ..settings() }).await;
    (front, back)
}

#[tokio::test(flavor = "multi_thread")]
async fn known_images_stay_and_others_are_passed_on_with_all_that_comes_back() {
    let (front, back) = pair().await;
    let channel = front.channel().await;
    assert!(evaluate(&channel, request("test.io/echo", LIST)).await.is_ok());
    assert_eq!(back.functions.seen.finished.load(Ordering::SeqCst), 0);
    // The back end's own words come through.
    let status = evaluate(&channel, request("other.io/x:v1", LIST)).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(status.message(), "[FN_IMAGE_UNRESOLVED] cannot resolve image `other.io/x:v1` ");
    front.until_metrics("porchlight_calls_total{function=\"unknown\",outcome=\"forwarded\"} 1").await;
    back.until_metrics("porchlight_calls_total{function=\"unknown\",outcome=\"not_found\"} 1").await;
}

/// A front that knows nothing at all.
struct Nothing;

impl porchlight_serve::Source for Nothing {
    fn image(
        &self,
        image: &str,
        _: &str,
    ) -> Result<Box<dyn porchlight_pipeline::Prepared>, porchlight_pipeline::RuntimeError> {
        Err(porchlight_pipeline::RuntimeError::new(porchlight_krm::Code::FnImageUnresolved, image))
    }

    fn file(
        &self,
        path: &std::path::Path,
    ) -> Result<Box<dyn porchlight_pipeline::Prepared>, porchlight_pipeline::RuntimeError> {
        self.image(&path.display().to_string(), "")
    }

    fn inside(&self) -> Vec<porchlight_serve::Inside> {
        Vec::new()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_are_passed_on_end_with_their_callers() {
    let back = start(settings()).await;
    let settings = Settings { fallback: Some(format!("http://{}", back.address)), ..settings() };
    let front = Server::open(settings, Catalogue::new(Nothing, Targets::default())).await.unwrap();
    let address = front.address().unwrap();
    tokio::spawn(front.serve(std::future::pending()));
    let channel = tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
    let answer = evaluate(&channel, request("test.io/echo", LIST)).await.unwrap();
    assert_eq!((answer.resource_list, &answer.log[..]), (LIST.into(), &b"said\n"[..]));

    let call = tokio::spawn({
        let channel = channel.clone();
        async move { evaluate(&channel, request("test.io/endless", LIST)).await }
    });
    back.until_metrics("porchlight_functions_running 1").await;
    call.abort();
    back.until_metrics("porchlight_functions_running 0").await;
    assert_eq!(back.functions.seen.cancelled.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fallback_that_is_not_there_is_worth_another_try() {
    let (front, mut back) = pair().await;
    let address = back.address;
    back.ask_to_end();
    back.ended().await;
    let channel = front.channel().await;
    let call = evaluate(&channel, request("other.io/x:v1", LIST));
    let status = tokio::time::timeout(Duration::from_secs(10), call).await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().starts_with(&format!("the fallback runner `{address}` cannot be reached: ")), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fallback_that_is_no_address_is_refused() {
    for address in ["", "localhost", "a b:1", "localhost:x"] {
        let catalogue = Catalogue::new(Functions::default(), Targets::default());
        let settings = Settings { fallback: Some(address.to_owned()), ..settings() };
        let error = Server::open(settings, catalogue).await.unwrap_err();
        assert!(matches!(error, ServeError::Fallback { .. }), "{address}: {error}");
    }
}
