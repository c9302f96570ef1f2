//! Texts made to hurt: each must be read in time and memory linear in its size, or be refused.

use porchlight_yaml::{SequenceIndent, emit, parse};

fn rewrite(text: &str) -> String {
    let documents = parse(text.into()).unwrap();
    let mut out = String::new();
    for document in &documents {
        emit(document, SequenceIndent::Compact, &mut out);
    }
    out
}

#[test]
fn long_lists_and_maps() {
    let list: String = (0..50_000).map(|number| format!("- name: n{number}\n  value: x\n")).collect();
    assert_eq!(rewrite(&format!("env:\n{list}")), format!("env:\n{list}"));
    let map: String = (0..100_000).map(|number| format!("key{number}: value\n")).collect();
    assert_eq!(rewrite(&map), map);
    // The same, on the way that comments and anchors force.
    let odd = format!("x: &a 1\n{map}# end\n");
    assert_eq!(rewrite(&odd), odd);
}

#[test]
fn deep_flow_nesting() {
    for depth in [4_000, 9_999] {
        let text = format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(rewrite(&text), text);
    }
    for open in ["[", "{a: "] {
        let error = parse(open.repeat(10_001).into()).unwrap_err();
        assert!(error.message.contains("10000"), "{error}");
    }
    assert!(parse("{".repeat(200_000).into()).is_err());
}

#[test]
fn deep_block_nesting() {
    let text = format!("{}x\n", "- ".repeat(9_999));
    assert_eq!(rewrite(&text), text);
    assert!(parse("- ".repeat(10_001).into()).unwrap_err().message.contains("10000"));
    assert!(parse("? ".repeat(10_001).into()).unwrap_err().message.contains("10000"));
}

#[test]
fn deep_nesting_followed_by_many_comments() {
    let comments: String = (0..20_000).map(|number| " ".repeat(number % 7) + "# c\n").collect();
    assert!(!rewrite(&format!("{}x\n{comments}", "- ".repeat(5_000))).is_empty());
}

#[test]
fn aliases_are_not_expanded() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..100 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert_eq!(rewrite(&text), text);
    assert_eq!(rewrite("a: &a [*a]\n"), "a: &a [*a]\n");
}

#[test]
fn long_lines_and_many_comments() {
    let flow = format!("a: [{}]\n", vec!["é"; 100_000].join(", "));
    assert_eq!(rewrite(&flow), flow);
    let long = format!("a: \"{}\"\n", "\\u00e9".repeat(200_000));
    assert_eq!(rewrite(&long).chars().filter(|character| *character == 'é').count(), 200_000);
    let comments = "# c\n".repeat(100_000) + "a: 1\n";
    assert_eq!(rewrite(&comments), comments);
    let gaps = "a:\n".to_owned() + &"\n".repeat(100_000) + "  b: 1\n" + &" \n".repeat(100_000);
    assert_eq!(rewrite(&gaps), "a:\n  b: 1\n");
}

#[test]
fn duplicates_are_found_in_large_mappings() {
    let map: String = (0..50_000).map(|number| format!("key{number}: {{a: 1, b: 2}}\n")).collect();
    let documents = parse(format!("{map}key7: x\n\"key8\": y\n").into()).unwrap();
    let document = &documents[0];
    let found: Vec<_> = document
        .duplicate_keys()
        .iter()
        .map(|duplicate| (document.line(duplicate.first), document.line(duplicate.again)))
        .collect();
    assert_eq!(found, [(8, 50_001), (9, 50_002)]);
}

#[test]
fn changes_take_constant_time() {
    let map: String = (0..50_000).map(|number| format!("key{number}: value\n")).collect();
    let mut documents = parse(map.into()).unwrap();
    let document = &mut documents[0];
    let root = document.root().unwrap();
    // From the end, which is the far side.
    while let Some(last) = document.last_child(root) {
        document.detach(last);
    }
    assert!(document.first_child(root).is_none());
}
