//! Images in a file, from one machine to another without a network.

use std::fs;

use porchlight_oci::{ImageError, Images, Keys, Layout, Place, Pull, Puller, Reference};

use crate::built::built;
use crate::kept::empty;

#[test]
fn a_bundle_carries_images_to_a_machine_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let (mut layout, built) = built(folder.path(), "r.example/fns");
    let (server, _) = empty(false);
    let name: Reference = format!("{}/fns/f:v1.2.3", server.address).parse().unwrap();
    let here = Images::new(folder.path().join("here"), None, true);
    here.push(&mut layout, &built.name, &name).unwrap();
    let (one, two) = (folder.path().join("one.tar"), folder.path().join("two.tar"));
    let by_digest = name.pinned(built.digest);
    for file in [&one, &two] {
        here.save(&[name.clone(), by_digest.clone()], Place::Registry, file).unwrap();
    }
    assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());

    let there = folder.path().join("there");
    let images = Images::new(there.clone(), None, true);
    assert_eq!(images.load(&one).unwrap(), [(name.clone(), built.digest)]);
    let requests = server.requests().len();
    for name in [&name, &by_digest] {
        let pulled = Puller::new(there.clone(), None).module(name, Pull::Never).unwrap();
        assert!(pulled.wasm.ends_with(b"wasi_snapshot_preview1"));
    }
    assert_eq!(server.requests().len(), requests);
    assert_eq!(fs::read_dir(there.join("incoming")).unwrap().count(), 0);

    // On from the store: from one that has only what was needed, too.
    let needed = folder.path().join("needed");
    Puller::new(needed.clone(), None).module(&name, Pull::IfNotPresent).unwrap();
    let small = folder.path().join("small.tar");
    Images::new(needed, None, true).save(std::slice::from_ref(&name), Place::Store, &small).unwrap();
    assert!(fs::metadata(&small).unwrap().len() < fs::metadata(&one).unwrap().len());
    let third = folder.path().join("third");
    Images::new(third.clone(), None, true).load(&small).unwrap();
    assert!(Puller::new(third, None).module(&name, Pull::Never).is_ok());
}

#[test]
fn a_bundle_that_is_damaged_or_not_signed_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (layout, built) = built(folder.path(), "r.example/fns");
    let file = folder.path().join("all.tar");
    layout.save(&file).unwrap();
    let store = folder.path().join("store");
    let images = || Images::new(store.clone(), None, false);
    let key = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/p256.pem");
    let error = images().with_keys(Keys::read(&key).unwrap()).load(&file).unwrap_err();
    assert!(matches!(error, ImageError::Signature { .. }), "{error}");

    let whole = fs::read(&file).unwrap();
    let mut changed = whole.clone();
    let place = changed.windows(5).position(|window| window == b"amd64").unwrap();
    changed[place] = b'A';
    for (content, said) in [(changed, "is not what it should be"), (whole[..whole.len() / 2].to_vec(), "")] {
        fs::write(&file, content).unwrap();
        let error = images().load(&file).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    assert!(!store.join("tags").exists());
    assert!(Puller::new(store, None).module(&built.name, Pull::Never).is_err());
    assert_eq!(Layout::open(&folder.path().join("layout")).unwrap().names(), [built.name]);
}
