use super::*;

fn json(yaml: &str) -> Result<String, String> {
    write(&parse_first(Arc::from(yaml)).expect("YAML").expect("a document"))
}

/// The two texts are from kpt: a file before and after a render.
#[test]
fn writes_what_kpt_writes() {
    for (before, after) in [
        (
            include_str!("../../../../../testdata/kpt/json/values.in.json"),
            include_str!("../../../../../testdata/kpt/json/values.out.json"),
        ),
        (
            include_str!("../../../../../testdata/kpt/json/yaml.in.json"),
            include_str!("../../../../../testdata/kpt/json/yaml.out.json"),
        ),
        (
            include_str!("../../../../../testdata/kpt/json/block.in.json"),
            include_str!("../../../../../testdata/kpt/json/block.out.json"),
        ),
    ] {
        assert_eq!(json(before).expect("JSON"), after);
    }
}

#[test]
fn what_yaml_could_not_read_back_is_escaped() {
    assert_eq!(json("a: \"\\x7f\\x9f\"").expect("JSON"), "{\n  \"a\": \"\\u007f\\u009f\"\n}\n");
}

#[test]
fn refuses_what_json_cannot_hold() {
    for (yaml, word) in [
        ("a: {1: 2}", "key"),
        ("a: .nan", "NaN"),
        ("a: -.inf", "infinity"),
        ("a: &x [*x]", "itself"),
        ("a: !!binary '*'", "base64"),
        ("a: &x {<<: *x}", ""),
    ] {
        let error = json(yaml).expect_err(yaml);
        assert!(error.contains(word), "{yaml}: {error}");
    }
    let deep = format!("a: {}{}", "[".repeat(600), "]".repeat(600));
    assert!(json(&deep).expect_err("deep").contains("deeper"));
}

#[test]
fn aliases_do_not_explode() {
    let mut yaml = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
    for level in 1..10 {
        let line = format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(","));
        yaml.push_str(&line);
    }
    assert!(json(&yaml).expect_err("too many").contains("too many"));
}
