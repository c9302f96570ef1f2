//! Words of a script. Lines and indentation become tokens of their own, except inside brackets.

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Int(i64),
    Float(f64),
    Str(String),
    Sign(&'static str),
    Newline,
    Indent,
    Dedent,
    End,
}

/// Longest first.
const SIGNS: [&str; 32] = [
    "//=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "//", "**", "(", ")", "[", "]", "{", "}", ",", ":",
    ".", "=", "<", ">", "+", "-", "*", "/", "%", ";", "|", "&",
];

/// The tokens with their one-based lines.
pub(super) fn tokens(source: &str) -> Result<Vec<(Token, usize)>, String> {
    let mut out = Vec::new();
    let (mut indents, mut depth, mut line) = (vec![0_usize], 0_usize, 1_usize);
    let mut rest = source;
    let mut line_start = true;
    while !rest.is_empty() {
        if line_start && depth == 0 {
            let body = rest.trim_start_matches([' ', '\t']);
            let width = rest.len() - body.len();
            rest = body;
            if !matches!(rest.chars().next(), None | Some('\n' | '#' | '\r')) {
                let current = *indents.last().unwrap_or(&0);
                if width > current {
                    indents.push(width);
                    out.push((Token::Indent, line));
                }
                while *indents.last().unwrap_or(&0) > width {
                    indents.pop();
                    out.push((Token::Dedent, line));
                }
                if *indents.last().unwrap_or(&0) != width {
                    return Err(format!("line {line}: this indentation matches no block"));
                }
            }
        }
        line_start = false;
        let Some(first) = rest.chars().next() else { break };
        let mut taken = first.len_utf8();
        match first {
            '\n' => {
                if depth == 0 && !matches!(out.last(), None | Some((Token::Newline | Token::Indent | Token::Dedent, _)))
                {
                    out.push((Token::Newline, line));
                }
                line += 1;
                line_start = true;
            }
            ' ' | '\t' | '\r' => {}
            '\\' if rest[1..].starts_with('\n') => {
                taken = 2;
                line += 1;
            }
            '#' => taken = rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => {
                let (text, length) = string(rest).ok_or_else(|| format!("line {line}: this string does not end"))?;
                line += rest[..length].matches('\n').count();
                out.push((Token::Str(text), line));
                taken = length;
            }
            '0'..='9' => {
                taken = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
                let digits = &rest[..taken];
                let token = digits.parse().map(Token::Int).or_else(|_| digits.parse().map(Token::Float));
                out.push((token.map_err(|_| format!("line {line}: `{digits}` is no number"))?, line));
            }
            c if c.is_alphabetic() || c == '_' => {
                taken = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                out.push((Token::Name(rest[..taken].to_owned()), line));
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| format!("line {line}: unexpected `{first}`"))?;
                match *sign {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                taken = sign.len();
                out.push((Token::Sign(sign), line));
            }
        }
        rest = &rest[taken..];
    }
    if !matches!(out.last(), None | Some((Token::Newline, _))) {
        out.push((Token::Newline, line));
    }
    out.extend(indents.iter().skip(1).map(|_| (Token::Dedent, line)));
    out.push((Token::End, line));
    Ok(out)
}

/// A string literal at the start of `source` and how long it is.
fn string(source: &str) -> Option<(String, usize)> {
    let quote = &source[..1];
    let triple = quote.repeat(3);
    let mark = if source.starts_with(&triple) { triple.as_str() } else { quote };
    let mut text = String::new();
    let mut at = mark.len();
    loop {
        let rest = &source[at..];
        if rest.starts_with(mark) {
            return Some((text, at + mark.len()));
        }
        let mut chars = rest.chars();
        let c = chars.next()?;
        at += c.len_utf8();
        if c != '\\' {
            text.push(c);
            continue;
        }
        let escaped = chars.next()?;
        at += escaped.len_utf8();
        match escaped {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            '\n' => {}
            '\\' | '\'' | '"' => text.push(escaped),
            other => text.extend(['\\', other]),
        }
    }
}
