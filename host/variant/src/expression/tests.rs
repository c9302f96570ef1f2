use super::*;

fn variables() -> Variables {
    let object = |name: &str| ObjectFields {
        name: name.to_owned(),
        namespace: "default".to_owned(),
        labels: BTreeMap::from([("site".to_owned(), "s1".to_owned())]),
        annotations: BTreeMap::new(),
    };
    Variables {
        repo_default: "r".to_owned(),
        package_default: "p".to_owned(),
        upstream: object("up"),
        target: Target::Object(object("t")),
        repository: None,
    }
}

fn value(text: &str) -> Result<String, String> {
    Expression::compile(text).and_then(|expression| expression.evaluate(&variables())).map_err(|error| error.message)
}

#[test]
fn what_samples_use_has_a_value() {
    for (text, expected) in [
        ("'foo'", "foo"),
        ("repoDefault", "r"),
        ("packageDefault + '-' + repoDefault", "p-r"),
        ("target.name + '/' + target.labels['site']", "t/s1"),
        ("target.labels.site", "s1"),
        ("'site' in target.labels ? 'yes' : 'no'", "yes"),
        ("has(target.labels.zone) ? target.labels.zone : 'none'", "none"),
        ("has(target.labels.site) && target.name.startsWith('t') ? 'a' : 'b'", "a"),
        ("string(size(target.name) + 1)", "2"),
        ("target.name.matches('^[a-z]$') ? 'letter' : 'other'", "letter"),
        ("['a', 'b'].exists(x, x == target.name) ? 'in' : 'out'", "out"),
        ("['a', 'b'].map(x, x + '1')[1]", "b1"),
        ("string(['a', 'b'].filter(x, x != 'a').size())", "1"),
        ("'é' + '\\u00e9'", "éé"),
        ("\"it's \" + upstream.namespace", "it's default"),
        ("size(upstream.annotations) == 0 ? 'bare' : 'annotated'", "bare"),
    ] {
        assert_eq!(value(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn errors_are_those_of_cel_go() {
    for (text, expected) in [
        ("badvar", "ERROR: <input>:1:1: undeclared reference to 'badvar' (in container '')\n | badvar\n | ^"),
        ("target.labels['zone']", "no such key: zone"),
        ("repository.name", "no such attribute(s): repository"),
        ("1", "unsupported type conversion from 'int' to string"),
        ("true", "type conversion error from bool to 'string'"),
        ("target.name + 1", "no such overload"),
    ] {
        assert_eq!(value(text).unwrap_err(), expected, "{text}");
    }
    let syntax = value("/").unwrap_err();
    assert!(syntax.starts_with("ERROR: <input>:1:1: Syntax error: mismatched input '/' expecting {'[', '{', '(',"));
    assert!(syntax.ends_with("\n | /\n | .^"), "{syntax}");
}

#[test]
fn types_are_checked_before_anything_is_evaluated() {
    for (text, place, expected) in [
        ("'a' + 1", (1, 5), "found no matching overload for '_+_' applied to '(string, int)'"),
        ("repoDefault == 1 ? 'a' : 'b'", (1, 13), "found no matching overload for '_==_' applied to '(string, int)'"),
        ("true ? 'a' : 1", (1, 6), "found no matching overload for '_?_:_' applied to '(bool, string, int)'"),
        ("[1, 'a'][0] == 1 ? 'a' : 'b'", (1, 5), "expected type 'int' but found 'string'"),
        ("repoDefault.name", (1, 12), "type 'string' does not support field selection"),
    ] {
        let error = Expression::compile(text).unwrap_err();
        assert!(error.message.contains(expected), "{text}: {}", error.message);
        assert_eq!(error.place, Some(place), "{text}");
    }
    for (text, name) in [("'A'.lowerAscii()", "lowerAscii"), ("upper('a')", "upper"), ("duration('1h')", "duration")] {
        let message = Expression::compile(text).unwrap_err().message;
        assert!(message.contains(&format!("undeclared reference to '{name}'")), "{message}");
    }
}

#[test]
fn lines_of_the_expression_are_counted() {
    let error = Expression::compile("'a' +\n  nobody").unwrap_err();
    assert_eq!(error.place, Some((2, 3)));
    assert!(error.message.ends_with("\n |   nobody\n | ..^"), "{}", error.message);
}

#[test]
fn hostile_expressions_are_refused() {
    assert!(Expression::compile(&"(".repeat(5000)).is_err());
    assert!(Expression::compile(&"'a' + ".repeat(10_000)).is_err());
    assert!(Expression::compile("").is_err());
    assert!(value("'a'.matches('(') ? 'a' : 'b'").is_err());
}
