//! Files of package revisions.

use std::convert::Infallible;

use porchlight_krm::Code;
use porchlight_porch::UpdateError;

use crate::client::porch;
use crate::fake::Fake;

#[test]
fn what_does_not_change_is_not_put() {
    let fake = Fake::start();
    let name = fake.add("edge/upf", "a", "Draft", &[("Kptfile", "k\n"), ("a.yaml", "a: 1\n")]);
    let porch = porch(&fake, "writer");
    let same = porch.update::<Infallible>(&name, |_, contents| Ok(contents.clone())).expect("nothing to do");
    assert!(same.changed.is_empty());
    assert!(fake.state().log.iter().all(|line| line.starts_with("GET")));
    assert_eq!(same.resources.package(), "upf");
}

#[test]
fn the_second_reads_and_works_again_once() {
    let fake = Fake::start();
    let name = fake.add("upf", "a", "Draft", &[("Kptfile", "k\n")]);
    let porch = porch(&fake, "writer");
    fake.state().rival = Some(("theirs".to_owned(), "1".to_owned()));
    let mut calls = 0;
    let updated = porch
        .update::<Infallible>(&name, |_, contents| {
            calls += 1;
            let mut contents = contents.clone();
            contents.insert("ours", b"1".to_vec());
            Ok(contents)
        })
        .expect("the second try arrives");
    assert_eq!((calls, updated.attempts, updated.changed), (2, 2, vec!["ours".to_owned()]));
    let files = porch.resources(&name).and_then(|resources| resources.contents()).expect("files");
    assert_eq!(files.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["Kptfile", "ours", "theirs"]);
    // A rival each time: told, not fought over.
    let error = porch.update::<Infallible>(&name, |_, contents| {
        let requests = fake.state().log.len();
        fake.state().rival = Some(("theirs".to_owned(), requests.to_string()));
        let mut contents = contents.clone();
        contents.insert("ours", b"2".to_vec());
        Ok(contents)
    });
    let Err(UpdateError::Porch(error)) = error else { panic!("a conflict") };
    assert_eq!(error.code(), Code::PorchConflict);
}

#[test]
fn a_failed_render_is_told_in_the_servers_words() {
    let fake = Fake::start();
    let name = fake.add("upf", "a", "Draft", &[("Kptfile", "k\n")]);
    let porch = porch(&fake, "writer");
    let error = porch.update::<Infallible>(&name, |_, contents| {
        let mut contents = contents.clone();
        contents.insert("a.yaml", b"FAIL".to_vec());
        Ok(contents)
    });
    let Err(UpdateError::Porch(error)) = error else { panic!("a failure") };
    assert_eq!(error.code(), Code::RevisionInvalid);
    assert!(error.to_string().contains("could not render") && error.to_string().contains("field is wrong"), "{error}");
    assert_eq!(porch.resources(&name).and_then(|resources| resources.contents()).expect("files").len(), 1);
}

#[test]
fn published_files_are_not_put() {
    let fake = Fake::start();
    let name = fake.add("upf", "a", "Published", &[("Kptfile", "k\n")]);
    let porch = porch(&fake, "writer");
    let error = porch.update::<Infallible>(&name, |_, contents| {
        let mut contents = contents.clone();
        contents.insert("a.yaml", b"x".to_vec());
        Ok(contents)
    });
    let Err(UpdateError::Porch(error)) = error else { panic!("a refusal") };
    assert_eq!(error.code(), Code::LifecycleInvalid);
    assert!(error.advice().contains("porchctl rpkg copy"), "{}", error.advice());
    assert!(fake.state().log.iter().all(|line| line.starts_with("GET")));
}
