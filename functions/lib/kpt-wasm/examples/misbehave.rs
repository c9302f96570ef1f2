//! A function that does what its input asks for, for tests of how kpt shows failures: `do: ACTION` on a line of its own.

use porchlight_kpt_wasm::{Answer, TRANSFER_BYTES};

fn main() {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    porchlight_kpt_wasm::serve(answer);
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    let _ = answer;
}

/// Answers with the input, unless it asks for something else.
fn answer(input: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(input);
    let action = text.lines().find_map(|line| line.trim_start().strip_prefix("do: ")).unwrap_or_default();
    let success = |list: String| Answer { list, failure: None };
    match action {
        "fail" => {
            Answer { list: text.clone().into_owned(), failure: Some("first line\nkind: ResourceList\n".to_owned()) }
        }
        "fail without a word" => Answer { list: text.clone().into_owned(), failure: Some(String::new()) },
        "answer in JSON" => success("{\"kind\":\"ResourceList\",\"items\":[]}".to_owned()),
        "answer with nothing" => success(String::new()),
        "answer with a long list" => success(format!("{text}# {}\n", "x".repeat(TRANSFER_BYTES))),
        "panic" => panic!("asked to\nby {}", "its input"),
        "use all memory" => {
            let blocks: Vec<Vec<u8>> = (0..8).map(|_| Vec::with_capacity(std::hint::black_box(1 << 30))).collect();
            success(format!("{text}# {}\n", std::hint::black_box(blocks).len()))
        }
        "recurse" => success(descend(&text, 0).to_string()),
        "grow" => {
            // More than the module starts with, in a block that has to come from new pages.
            let block = vec![1_u8; 3 * TRANSFER_BYTES];
            let sum: usize = block.iter().map(|byte| usize::from(*byte)).sum();
            success(format!("{text}# {sum}\n"))
        }
        _ => success(text.into_owned()),
    }
}

/// Never ends by itself; every level needs stack.
fn descend(text: &str, depth: usize) -> usize {
    let block = [text.len() + depth; 64];
    if text.is_empty() {
        return depth;
    }
    descend(std::hint::black_box(text), depth + 1) + std::hint::black_box(block)[depth % 64]
}
