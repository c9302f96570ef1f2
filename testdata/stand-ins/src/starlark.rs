//! `starlark`: runs the script in `source` of a `StarlarkRun` over `ctx.resource_list`.
//!
//! The part of the language that kpt's cases use: `def`, `for`, `if`, assignments, comprehensions, the usual operators and
//! methods. No `load`, no `lambda`, no `while` (Starlark has none), integers of 64 bits.

mod builtins;
mod convert;
mod evaluate;
mod lexer;
mod parser;
mod value;

use std::collections::HashMap;

use porchlight_yaml::Kind;

use crate::Failure;
use crate::list::List;
use value::{Value, dict};

/// Runs the configured script and puts the items it leaves into the list.
pub(crate) fn run(list: &mut List) -> Result<(), String> {
    let config =
        list.document.get(list.root, "functionConfig").ok_or("failed to configure function: no functionConfig")?;
    let mut source = list.text(config, &["source"]).to_owned();
    if source.is_empty() {
        source = list.text(config, &["data", "source"]).to_owned();
    }
    if source.is_empty() {
        return Err("failed to configure function: `source` must not be empty".to_owned());
    }
    let resource_list = dict(vec![
        ("items".to_owned(), convert::sequence(&list.document, &list.items())),
        ("functionConfig".to_owned(), convert::value(&list.document, config)),
    ]);
    let context = Value::Module(HashMap::from([("resource_list".to_owned(), resource_list.clone())]).into());
    let program = parser::parse(&source)?;
    evaluate::run(&program, &[("ctx", context)])?;
    let items = resource_list.get("items").ok_or("the script took `items` away")?;
    let new = convert::node(&mut list.document, &items)?;
    match list.document.get(list.root, "items") {
        Some(old) => list.document.replace(old, new),
        None => {
            let key = list.document.new_string("items");
            list.document.push_entry(list.root, key, new);
        }
    }
    if list.document.kind(new) == Kind::Sequence { Ok(()) } else { Err("`items` is not a list".to_owned()) }
}

/// A script that failed: its error is a result.
pub(crate) fn failure(mut list: List, message: &str) -> Failure {
    let reason = message.split_once(": ").filter(|(place, _)| place.starts_with("line ")).map(|(_, rest)| rest);
    let reason = reason.filter(|reason| reason.starts_with("fail: ")).unwrap_or(message).to_owned();
    list.complain(reason);
    let message = "failed to evaluate function: error: function failure".to_owned();
    Failure { message, output: Some(list.into_text()) }
}

#[cfg(test)]
mod tests {
    fn items(script: &str, items: &str) -> Result<String, String> {
        let script = script.replace('\n', "\n    ");
        let text = format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}functionConfig:\n  kind: StarlarkRun\n  source: |\n    {script}\n"
        );
        let output = crate::run("starlark", &text).map_err(|failure| failure.output.unwrap())?;
        let (_, rest) = output.split_once("items:").unwrap();
        Ok(rest.split_once("functionConfig:").unwrap().0.trim().to_owned())
    }

    #[test]
    fn statements_and_methods() {
        let script = "def names(resources):\n  found = []\n  for r in resources:\n    if r[\"kind\"] in [\"A\", 'B'] and not r.get(\"skip\"):\n      continue\n    \
                      elif r[\"n\"] % 2 == 1:\n      found.append(r[\"kind\"].lower() + \"-\" + str(r[\"n\"]))\n    else:\n      pass\n  return found\n\n\
                      # two ways in\nall = names(ctx.resource_list[\"items\"])\n\
                      ctx.resource_list[\"items\"] = [{\"kind\": n.split(\"-\")[0], \"z\": {\"b\": 1, \"a\": n[-1]}} for n in all if len(n) > 1]\n\
                      ctx.resource_list[\"items\"] += [{\n  \"x\": \",\".join([str(i) for i in range(3)]),  # tail\n}]";
        let items = items(script, "- kind: A\n  n: 1\n- kind: C\n  n: 3\n- kind: C\n  n: 4\n").unwrap();
        assert_eq!(items, "- kind: c\n  z:\n    a: \"3\"\n    b: 1\n- x: 0,1,2");
    }

    #[test]
    fn scripts_fail_with_their_line() {
        for (script, message) in [
            ("x = 1\ny = x + 'a'", "line 2"),
            ("x = [", "expected a value"),
            ("fail('no', 3)", "fail: no 3"),
            ("for x in y:\n  pass", "`y` is not defined"),
            ("x = {}['a']", "no key `a`"),
        ] {
            let error = items(script, "- kind: A\n").unwrap_err();
            assert!(error.contains(message), "{error}");
        }
    }
}
