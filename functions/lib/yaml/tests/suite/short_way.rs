//! The short way of `parse` for common documents gives the same tree as the full one.

use porchlight_yaml::{Document, NodeId, parse, parse_fully};

use super::{dice, disturb, nasty, ordinary};

/// Everything a reader of the tree can see.
fn describe(document: &Document) -> Vec<String> {
    let mut lines = vec![format!("{:?}", document.document_comments())];
    let mut work: Vec<NodeId> = document.root().into_iter().collect();
    while let Some(node) = work.pop() {
        lines.push(format!(
            "{}:{} {:?} {:?} {:?} tag {:?} anchor {:?} {:?}",
            document.line(node),
            document.column(node),
            document.kind(node),
            document.style(node),
            document.text(node),
            document.tag(node),
            document.anchor(node),
            document.comments(node),
        ));
        let children: Vec<NodeId> = document.children(node).collect();
        work.extend(children.into_iter().rev());
    }
    lines
}

fn assert_same(text: &str) {
    let describe_all = |documents: Vec<Document>| documents.iter().map(describe).collect::<Vec<_>>();
    let short = parse(text.into()).map(describe_all);
    let full = parse_fully(text.into()).map(describe_all);
    assert_eq!(short, full, "\n{text}");
}

/// How many documents to try; `PORCHLIGHT_FUZZ_DOCUMENTS` overrides it.
fn documents() -> u64 {
    std::env::var("PORCHLIGHT_FUZZ_DOCUMENTS").ok().and_then(|value| value.parse().ok()).unwrap_or(3_000)
}

#[test]
fn nasty_documents_are_read_alike_both_ways() {
    for seed in 0..documents() {
        assert_same(&nasty::resource(&mut dice::Dice::new(seed)));
    }
}

#[test]
fn ordinary_documents_are_read_alike_both_ways() {
    for seed in 0..documents() {
        let mut dice = dice::Dice::new(seed);
        let text = ordinary::resource(&mut dice);
        assert_same(&text);
        let once = disturb::disturb(&mut dice, &text);
        assert_same(&once);
        assert_same(&disturb::disturb(&mut dice, &once));
    }
}

/// `- # comment`, which kyaml writes for comments of list elements, with all that may stand around it.
#[test]
fn comments_behind_dashes_are_read_alike_both_ways() {
    let above = [
        "",
        "# above\n",
        "\n",
        "# above\n\n",
        "- z: 1\n",
        "- z: 1 # line\n",
        "- z:\n",
        "- z: 1\n# foot\n\n",
        "- z: 1\n\n# head\n",
    ];
    let dashes = ["- # c", "-   # c", "-# c", "- #", "- # c ", "- # \u{e9}\u{2028}x", "- \t# c"];
    let between =
        ["\n", "\n  # d\n", "\n # d\n", "\n    # d\n", "\n\n", "\n# d\n", "\n  # d\n\n", "\n\n  # d\n", " \n"];
    let contents = [
        "  b: 1\n",
        "    b: 1\n",
        "  - b\n",
        "  b\n",
        "  b:\n",
        "  b: 1 # line\n",
        "b: 1\n",
        "",
        "  ? b\n",
        "  \"b\": 1\n",
        "  b: |\n    x\n",
        "  [b]\n",
        "  {b: c}\n",
    ];
    let below = ["", "  d: 2\n", "- e: 3\n", "  # f\n\n  d: 2\n", "\n  # g\n  d: 2\n", "# h\n- e: 3\n", "other: 1\n"];
    for (above, dash) in above.iter().flat_map(|above| dashes.map(|dash| (above, dash))) {
        for (between, content) in between.iter().flat_map(|between| contents.map(|content| (between, content))) {
            for below in below {
                let text = format!("a:\n{above}{dash}{between}{content}{below}");
                assert_same(&text);
                let deeper: String = text.lines().map(|line| format!("  {line}\n")).collect();
                assert_same(&format!("top:\n{deeper}"));
            }
        }
    }
}
