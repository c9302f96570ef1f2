//! Following changes, through everything that can happen to a stream.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use porchlight_porch::{Event, Filter, PorchError};
use porchlight_repository::{Lifecycle, Step};

use crate::client::porch;
use crate::fake::Fake;

/// What was told, as `+name`, `~name`, `-name` and `.`; after each word `act` does something with the server.
fn told(fake: &Fake, filter: &Filter, count: usize, mut act: impl FnMut(usize)) -> Vec<String> {
    let mut words = Vec::new();
    let until = Instant::now() + Duration::from_secs(30);
    let watched = porch(fake, "reader").watch(filter, Some(until), |event| {
        words.push(match event {
            Event::Added(revision) => format!("+{}", revision.workspace()),
            Event::Changed(revision) => format!("~{}", revision.workspace()),
            Event::Gone(revision) => format!("-{}", revision.workspace()),
            Event::Complete => ".".to_owned(),
        });
        act(words.len());
        if words.len() < count { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    watched.expect("it is watched");
    words
}

fn lists(fake: &Fake) -> usize {
    fake.state().log.iter().filter(|line| line.ends_with("/packagerevisions")).count()
}

#[test]
fn what_happens_is_told_once() {
    let fake = Fake::start();
    let first = fake.add("upf", "a", "Draft", &[]);
    let writer = porch(&fake, "writer");
    let words = told(&fake, &Filter::default(), 6, |count| match count {
        2 => drop(fake.add("upf", "b", "Draft", &[])),
        3 => drop(writer.step(&first, Step::Propose).expect("it is allowed")),
        4 => drop(writer.step(&first, Step::Reject).expect("it is allowed")),
        5 => drop(writer.step(&first, Step::Delete).expect("it is allowed")),
        _ => {}
    });
    assert_eq!(words, ["+a", ".", "+b", "~a", "~a", "-a"]);
    assert_eq!(lists(&fake), 1);
}

#[test]
fn nothing_is_lost_where_streams_end_and_versions_are_forgotten() {
    let fake = Fake::start();
    let first = fake.add("upf", "a", "Draft", &[]);
    fake.add("upf", "b", "Draft", &[]);
    fake.state().short_streams = 1;
    let writer = porch(&fake, "writer");
    let words = told(&fake, &Filter::default(), 6, |count| match count {
        // Before the first stream, whose version is then too old.
        3 => {
            drop(writer.step(&first, Step::Delete).expect("it is allowed"));
            fake.add("upf", "c", "Draft", &[]);
            let mut state = fake.state();
            state.oldest = 4;
        }
        5 => drop(fake.add("upf", "d", "Draft", &[])),
        _ => {}
    });
    assert_eq!(words, ["+a", "+b", ".", "-a", "+c", "+d"]);
    assert!(lists(&fake) >= 2);
}

#[test]
fn a_revision_that_is_no_longer_wanted_is_gone() {
    let fake = Fake::start();
    let first = fake.add("upf", "a", "Draft", &[]);
    fake.add("upf", "p", "Published", &[]);
    let writer = porch(&fake, "writer");
    let drafts = Filter { lifecycle: Some(Lifecycle::Draft), ..Filter::default() };
    let words = told(&fake, &drafts, 3, |count| {
        if count == 2 {
            drop(writer.step(&first, Step::Propose).expect("it is allowed"));
        }
    });
    assert_eq!(words, ["+a", ".", "-a"]);
    let asked = fake.state().log.iter().any(|line| line.contains("lifecycle%3DDraft&watch=true"));
    assert!(asked, "{:?}", fake.state().log);
}

#[test]
fn a_watch_ends_in_time_or_with_the_servers_refusal() {
    let fake = Fake::start();
    let until = Instant::now() + Duration::from_millis(1500);
    let mut words = 0;
    let watched = porch(&fake, "reader").watch(&Filter::default(), Some(until), |_| {
        words += 1;
        ControlFlow::Continue(())
    });
    watched.expect("it is over");
    assert_eq!(words, 1);
    assert!(Instant::now() >= until && Instant::now() < until + Duration::from_secs(10));
    let refused = porch(&fake, "stranger").watch(&Filter::default(), None, |_| ControlFlow::Continue(()));
    assert!(matches!(refused, Err(PorchError::Denied { status: 401, .. })), "{refused:?}");
}
