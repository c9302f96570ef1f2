//! Kptfiles: what is accepted is accepted again after a function, a status or an origin was put into it.

use std::collections::BTreeMap;

use porchlight_package::{
    Compat, Format, FunctionKind, FunctionRef, GitSource, Image, Kptfile, KptfileError, Pipeline, RenderedCondition,
    with_function, with_render_status, with_upstream,
};
use porchlight_yaml::{SequenceIndent, emit};

/// The law.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for compat in [Compat::Beta56, Compat::Latest] {
        let kptfile = match Kptfile::parse(text, compat) {
            Ok(kptfile) => kptfile,
            Err(problem) => {
                drop(problem.line_and_words());
                drop(KptfileError { package: "pkg".into(), compat, problem }.to_string());
                continue;
            }
        };
        for function in FunctionKind::ALL.into_iter().flat_map(|kind| kptfile.pipeline.functions(kind)) {
            drop(Image::of(function, compat, None));
            drop(function.image_problem(compat));
        }
        change(text, compat, &kptfile);
    }
}

fn change(text: &str, compat: Compat, kptfile: &Kptfile) {
    let function = FunctionRef {
        image: "example.com/added:v1".to_owned(),
        config_map: BTreeMap::from([("a: b".to_owned(), "yes".to_owned())]),
        ..FunctionRef::default()
    };
    let marshalled = with_function(text, FunctionKind::Mutator, &function, compat).expect("it was read before");
    let mut written = String::new();
    emit(&marshalled.new, SequenceIndent::Wide, &mut written);
    let again = read(text, &written, compat);
    assert!(again.pipeline.mutators.iter().any(|mutator| mutator.image == function.image), "{text}\n---\n{written}");
    assert_eq!(again.name, kptfile.name, "{text}\n---\n{written}");

    let source = GitSource { repo: "https://example.com/r".to_owned(), ..GitSource::default() };
    let cloned = with_upstream(text, "other", Some(&source), compat).expect("it was read before");
    assert_eq!(read(text, &cloned, compat).name, "other", "{text}\n---\n{cloned}");

    if compat == Compat::Latest {
        let condition =
            RenderedCondition { status: "True", reason: "RenderSuccess", message: "a\n# b: 'c'".to_owned() };
        for format in [Format::Kpt, Format::Minimal] {
            let told = with_render_status(text, &condition, None, format).expect("it was read before");
            let again = without_lines(read(text, &told, compat).pipeline);
            assert_eq!(again, without_lines(kptfile.pipeline.clone()), "{text}\n---\n{told}");
        }
    }
}

/// Lines move with what is added and taken away.
fn without_lines(mut pipeline: Pipeline) -> Pipeline {
    pipeline.mutators.iter_mut().chain(&mut pipeline.validators).for_each(|function| function.line = 0);
    pipeline
}

fn read(text: &str, written: &str, compat: Compat) -> Kptfile {
    Kptfile::parse(written, compat).unwrap_or_else(|problem| panic!("{problem:?}\n{text}\n---\n{written}"))
}
