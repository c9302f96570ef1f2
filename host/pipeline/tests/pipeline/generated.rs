//! Generated resources, and generated changes to them, through us and through the real kpt: comments, field order
//! and lists merged by key. `PORCHLIGHT_CASES` and `PORCHLIGHT_SEED` set how many and which.

use std::fmt::Write as _;

use crate::against_kpt::{Case, has_kpt};

/// A small generator of numbers (xorshift), so that a seed gives the same cases everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Self(seed);
        random.below(2);
        random
    }

    /// The text of some resource.
    pub(crate) fn resource_text(&mut self, name: &str) -> String {
        let (kind, spec) = resource(self);
        text(kind, name, "", &spec)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

#[derive(Clone, Debug)]
enum Value {
    Scalar(String),
    Fields(Vec<(String, Comments, Self)>),
    Elements(Vec<(Comments, Self)>),
}

#[derive(Clone, Debug, Default)]
struct Comments {
    head: String,
    line: String,
    foot: String,
}

impl Comments {
    fn generate(random: &mut Random) -> Self {
        let mut comment =
            |kind: &str| if random.one_in(4) { format!("# {kind}{}", random.below(1000)) } else { String::new() };
        let mut comments = Self { head: comment("h"), line: comment("l"), foot: String::new() };
        if random.one_in(20) {
            comments.foot = format!("# f{}", random.below(1000));
        }
        comments
    }
}

/// Schemas in comments, for lists of objects. The first asks for two keys; kpt goes astray where a list merged by
/// two keys holds another such list, so it is for innermost lists only.
const SCHEMAS: [&str; 5] = [
    r#"# {"type":"array","x-kubernetes-patch-strategy":"merge","x-kubernetes-list-map-keys":["k","s"]}"#,
    r#"# {"$openapi":"x"}"#,
    r#"# {"x-kubernetes-patch-strategy":"merge","x-kubernetes-patch-merge-key":"k"}"#,
    r##"# {"$ref":"#/definitions/io.k8s.api.core.v1.Container"}"##,
    "# {not json",
];

fn scalar(random: &mut Random) -> Value {
    let texts = ["a", "b", "c", "1", "80", "true", "null", "~", "\"q\"", "'s'", "x y", "TCP", "&x v", ">-"];
    let safe = texts.len() - 2;
    let most = if random.one_in(10) { texts.len() } else { safe };
    Value::Scalar(random.pick(&texts[..most]).to_owned())
}

fn fields(random: &mut Random, names: &[&str], value: impl Fn(&mut Random, &str) -> Value) -> Value {
    let mut fields = Vec::new();
    for name in names {
        if !random.one_in(4) {
            let value = value(random, name);
            fields.push(((*name).to_owned(), Comments::generate(random), value));
        }
    }
    if fields.is_empty() {
        fields.push((names[0].to_owned(), Comments::default(), Value::Scalar("only".to_owned())));
    }
    Value::Fields(fields)
}

fn elements(random: &mut Random, most: usize, element: impl Fn(&mut Random) -> Value) -> Value {
    let count = random.below(most) + 1;
    Value::Elements((0..count).map(|_| (Comments::generate(random), element(random))).collect())
}

fn name(random: &mut Random) -> Value {
    Value::Scalar(random.pick(&["one", "two", "three", "four"]).to_owned())
}

fn container(random: &mut Random) -> Value {
    fields(random, &["name", "image", "args", "ports", "env", "volumeMounts", "other"], |random, field| match field {
        "name" => name(random),
        "args" => elements(random, 3, scalar),
        "ports" => elements(random, 3, |random| {
            fields(random, &["containerPort", "protocol", "name"], |random, field| {
                let texts: &[&str] = match field {
                    "containerPort" => &["80", "81", "\"80\""],
                    "protocol" => &["TCP", "UDP"],
                    _ => &["x", "y"],
                };
                Value::Scalar(random.pick(texts).to_owned())
            })
        }),
        "env" => elements(random, 4, |random| {
            fields(
                random,
                &["name", "value"],
                |random, field| if field == "name" { name(random) } else { scalar(random) },
            )
        }),
        "volumeMounts" => elements(random, 3, |random| {
            fields(random, &["mountPath", "name"], |random, _| Value::Scalar(random.pick(&["/a", "/b"]).to_owned()))
        }),
        _ => anything(random, 3),
    })
}

/// Values whose kind depends on the name of their field, so that few of them are refused.
fn anything(random: &mut Random, depth: usize) -> Value {
    let names: &[&str] = if depth == 0 { &["k", "s"] } else { &["m", "k", "z", "a", "w", "s"] };
    let mut value = fields(random, names, |random, field| match field {
        // Any kind: where two of them meet, kpt gives up.
        "k" if random.one_in(3000) => elements(random, 2, scalar),
        "k" | "s" => scalar(random),
        "m" => anything(random, depth - 1),
        "z" => elements(random, 4, scalar),
        "w" => elements(random, 3, |random| elements(random, 3, scalar)),
        _ => elements(random, 4, |random| anything(random, depth - 1)),
    });
    if let Value::Fields(fields) = &mut value {
        let lists = fields.iter_mut().filter(|(name, _, _)| name == "a");
        for (_, comments, _) in lists {
            if random.one_in(5) {
                let schemas = if depth == 1 { &SCHEMAS[..] } else { &SCHEMAS[1..] };
                comments.line = random.pick(schemas).to_owned();
            }
        }
    }
    value
}

fn pod_spec(random: &mut Random) -> Value {
    fields(random, &["containers", "initContainers", "volumes", "hostAliases", "x"], |random, field| match field {
        "containers" | "initContainers" => elements(random, 4, container),
        "volumes" => elements(random, 3, |random| {
            fields(
                random,
                &["name", "emptyDir"],
                |random, field| if field == "name" { name(random) } else { scalar(random) },
            )
        }),
        "hostAliases" => elements(random, 3, |random| fields(random, &["ip", "hostnames"], |random, _| scalar(random))),
        _ => anything(random, 2),
    })
}

/// A resource: kind, then everything below apiVersion, kind and metadata.
fn resource(random: &mut Random) -> (&'static str, Value) {
    match random.below(4) {
        0 => {
            let spec = fields(random, &["replicas", "template"], |random, field| match field {
                "template" => fields(random, &["metadata", "spec"], |random, field| match field {
                    "spec" => pod_spec(random),
                    _ => fields(random, &["labels", "finalizers"], |random, field| {
                        if field == "labels" { anything(random, 1) } else { elements(random, 4, name) }
                    }),
                }),
                _ => scalar(random),
            });
            ("apps/v1 Deployment", spec)
        }
        1 => ("v1 Pod", pod_spec(random)),
        2 => {
            let spec = fields(random, &["type", "ports", "selector"], |random, field| match field {
                "ports" => elements(random, 4, |random| {
                    fields(random, &["port", "protocol", "name"], |random, _| {
                        Value::Scalar(random.pick(&["80", "TCP", "UDP"]).to_owned())
                    })
                }),
                _ => anything(random, 1),
            });
            ("v1 Service", spec)
        }
        _ => ("x.io/v1 Foo", anything(random, 4)),
    }
}

/// What a function may make of a value.
fn change(random: &mut Random, value: &Value) -> Value {
    let keep = |random: &mut Random, comments: &Comments| {
        if random.one_in(6) {
            comments.clone()
        } else if random.one_in(12) {
            Comments::generate(random)
        } else {
            Comments::default()
        }
    };
    match value {
        Value::Scalar(text) => {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if is_plain && random.one_in(8) {
                Value::Scalar(random.pick(&["changed", "null", "\"quoted\""]).to_owned())
            } else {
                value.clone()
            }
        }
        Value::Fields(fields) => {
            let mut changed = Vec::new();
            for (name, comments, value) in fields {
                if !random.one_in(10) {
                    changed.push((name.clone(), keep(random, comments), change(random, value)));
                }
            }
            if random.one_in(3) {
                let length = changed.len();
                if length > 1 {
                    changed.swap(random.below(length), random.below(length));
                }
            }
            if random.one_in(5) || changed.is_empty() {
                let place = random.below(changed.len() + 1);
                changed.insert(place, ("added".to_owned(), Comments::generate(random), scalar(random)));
            }
            Value::Fields(changed)
        }
        Value::Elements(elements) => {
            let mut changed: Vec<(Comments, Value)> = Vec::new();
            for (comments, value) in elements {
                if !random.one_in(6) {
                    changed.push((keep(random, comments), change(random, value)));
                }
            }
            if random.one_in(4) && changed.len() > 1 {
                changed.rotate_left(1);
            }
            if random.one_in(4) || changed.is_empty() {
                // Like its neighbours, so that the kind of the elements stays what it is.
                let copy = change(random, &elements[0].1);
                let place = random.below(changed.len() + 1);
                changed.insert(place, (Comments::default(), copy));
            }
            Value::Elements(changed)
        }
    }
}

fn write_value(value: &Value, indent: usize, line: &str, out: &mut String) {
    let comment = if line.is_empty() { String::new() } else { format!(" {line}") };
    match value {
        Value::Scalar(text) if text == ">-" => {
            let pad = " ".repeat(indent + 4);
            writeln!(out, " >-{comment}\n{pad}folded\n{pad}text").unwrap();
        }
        Value::Scalar(text) => writeln!(out, " {text}{comment}").unwrap(),
        Value::Fields(_) | Value::Elements(_) => {
            writeln!(out, "{comment}").unwrap();
            write_children(value, indent + 2, out);
        }
    }
}

fn write_children(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    let around = |comment: &str, out: &mut String| {
        if !comment.is_empty() {
            writeln!(out, "{pad}{comment}").unwrap();
        }
    };
    match value {
        Value::Scalar(_) => {}
        Value::Fields(fields) => {
            for (name, comments, value) in fields {
                around(&comments.head, out);
                write!(out, "{pad}{name}:").unwrap();
                write_value(value, indent, &comments.line, out);
                around(&comments.foot, out);
                if !comments.foot.is_empty() {
                    out.push('\n');
                }
            }
        }
        Value::Elements(elements) => {
            for (comments, value) in elements {
                around(&comments.head, out);
                write!(out, "{pad}-").unwrap();
                match value {
                    Value::Scalar(_) => write_value(value, indent, &comments.line, out),
                    Value::Fields(_) | Value::Elements(_) => {
                        let mut inner = String::new();
                        write_children(value, indent + 2, &mut inner);
                        if inner.trim_start().starts_with('#') {
                            writeln!(out).unwrap();
                            out.push_str(&inner);
                        } else {
                            writeln!(out, " {}", inner.trim_start().trim_end_matches('\n')).unwrap();
                        }
                    }
                }
            }
        }
    }
}

fn text(kind: &str, name: &str, annotations: &str, spec: &Value) -> String {
    let (api_version, kind) = kind.split_once(' ').unwrap();
    let mut text = format!("apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n{annotations}spec:");
    write_value(spec, 0, "", &mut text);
    text
}

/// One package: a file for each resource, and a function that prints their changed forms.
fn case(random: &mut Random, count: usize) -> Case {
    let mut files = vec![(
        "Kptfile".to_owned(),
        "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: p\npipeline:\n  mutators:\n  - exec: @f\n    exclude: [{kind: Kptfile}]\n".to_owned(),
    )];
    let mut list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
    for number in 0..count {
        let (kind, spec) = resource(random);
        let name = format!("r{number:03}");
        files.push((format!("{name}.yaml"), text(kind, &name, "", &spec)));
        let annotations = format!(
            "  annotations:\n    config.kubernetes.io/index: '0'\n    config.kubernetes.io/path: '{name}.yaml'\n    internal.config.kubernetes.io/index: '0'\n    internal.config.kubernetes.io/path: '{name}.yaml'\n    internal.config.kubernetes.io/seqindent: 'compact'\n    internal.config.k8s.io/kpt-resource-id: '{}'\n    internal.config.kubernetes.io/annotations-migration-resource-id: '{number}'\n    internal.config.kubernetes.io/id: '{}'\n    config.k8s.io/id: '{}'\n",
            number + 1,
            number + 1,
            number + 1
        );
        let changed = text(kind, &name, &annotations, &change(random, &spec));
        writeln!(list, "- {}", changed.trim_end().replace('\n', "\n  ")).unwrap();
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Case::new(&files, &[("f", &format!("cat <<'END'\n{list}END"))])
}

fn first_difference(ours: &str, kpt: &str) -> String {
    let line = ours.lines().zip(kpt.lines()).take_while(|(ours, kpt)| ours == kpt).count();
    let around = |text: &str| text.lines().skip(line.saturating_sub(3)).take(6).collect::<Vec<_>>().join("\n");
    format!("line {}\n--- ours\n{}\n--- kpt\n{}", line + 1, around(ours), around(kpt))
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn generated_changes_are_restored_as_kpt_does() {
    if !has_kpt() {
        return;
    }
    let (cases, seed) = (setting("PORCHLIGHT_CASES", 6), setting("PORCHLIGHT_SEED", 1));
    let mut accepted = 0;
    for number in 0..cases {
        let mut random = Random::new((seed << 32) + number * 2 + 1);
        // Most cases hold many resources, since a run of kpt is what takes the time; some hold one, so that a
        // refusal shows.
        let count = if number % 4 == 0 { 1 } else { 40 };
        let (ours, kpt) = case(&mut random, count).run();
        let place = format!("case {number} of seed {seed}");
        assert_eq!(ours.succeeded, kpt.succeeded, "{place}: ours: {}\nkpt: {}", ours.console, kpt.console);
        for (file, expected) in &kpt.files {
            let written = ours.files.get(file).map_or("", String::as_str);
            assert!(written == expected, "{file}, {place}: {}", first_difference(written, expected));
        }
        assert_eq!(ours.files.len(), kpt.files.len(), "{place}");
        accepted += usize::from(kpt.succeeded);
    }
    eprintln!("{cases} packages, {accepted} rendered, the others refused by both");
    assert!(accepted * 2 > usize::try_from(cases).unwrap(), "too many are refused to show much");
}
