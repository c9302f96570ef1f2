//! Values written down as JSON: what is constant becomes one text, what is not a list of references.

use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};
use quote::quote;
use syn::{Error, LitInt, LitStr};

/// Ends a text; what is written down never holds it.
const END: char = '\u{1f}';

pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let mut template = Template::default();
    template.value(&input.into_iter().collect::<Vec<_>>())?;
    let Template { text, holes } = template;
    Ok(quote! {
        ::porchlight_yaml::json::fill(#text, &[#(&(#holes) as &dyn ::porchlight_yaml::json::ToJson),*])
    })
}

/// The text: `n`ull, `t`rue, `f`alse, `i` and `s` with a number or text up to its end, `[` and `{` with what is in them up
/// to `]` and `}`, and `$` for the next of the values that are not constant.
#[derive(Default)]
struct Template {
    text: String,
    holes: Vec<TokenStream>,
}

impl Template {
    fn value(&mut self, tokens: &[TokenTree]) -> syn::Result<()> {
        match tokens {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => self.list(group.stream()),
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => self.object(group.stream()),
            [TokenTree::Ident(ident)] if ident == "null" => self.constant("n"),
            [TokenTree::Ident(ident)] if ident == "true" => self.constant("t"),
            [TokenTree::Ident(ident)] if ident == "false" => self.constant("f"),
            [token @ TokenTree::Literal(_)] => self.literal(token),
            _ => self.hole(tokens),
        }
    }

    fn constant(&mut self, text: &str) -> syn::Result<()> {
        self.text.push_str(text);
        Ok(())
    }

    fn literal(&mut self, token: &TokenTree) -> syn::Result<()> {
        let tokens = TokenStream::from(token.clone());
        if let Ok(text) = syn::parse2::<LitStr>(tokens.clone()) {
            let value = text.value();
            if value.contains(END) {
                return Err(Error::new_spanned(text, "a text with the character that ends one"));
            }
            self.constant(&format!("s{value}{END}"))
        } else if let Ok(number) = syn::parse2::<LitInt>(tokens) {
            self.constant(&format!("i{}{END}", number.base10_digits()))
        } else {
            self.hole(std::slice::from_ref(token))
        }
    }

    fn hole(&mut self, tokens: &[TokenTree]) -> syn::Result<()> {
        self.text.push('$');
        self.holes.push(tokens.iter().cloned().collect());
        Ok(())
    }

    fn list(&mut self, items: TokenStream) -> syn::Result<()> {
        self.text.push('[');
        for item in between_commas(items) {
            self.value(&item)?;
        }
        self.constant("]")
    }

    fn object(&mut self, entries: TokenStream) -> syn::Result<()> {
        self.text.push('{');
        for entry in between_commas(entries) {
            let Some(colon) = colon(&entry) else {
                let entry: TokenStream = entry.into_iter().collect();
                return Err(Error::new_spanned(entry, "expected `key: value`"));
            };
            let (key, value) = (&entry[..colon], &entry[colon + 1..]);
            match key {
                [token @ TokenTree::Literal(_)] => self.literal(token)?,
                _ => self.hole(key)?,
            }
            self.value(value)?;
        }
        self.constant("}")
    }
}

fn between_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
    tokens.split(is_comma).filter(|part| !part.is_empty()).map(<[_]>::to_vec).collect()
}

/// Where the key ends: at a colon that is no part of a path.
fn colon(tokens: &[TokenTree]) -> Option<usize> {
    let is_colon = |mark: &Punct| mark.as_char() == ':';
    let mut in_path = false;
    for (place, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(mark) if is_colon(mark) && in_path => in_path = false,
            TokenTree::Punct(mark) if is_colon(mark) && mark.spacing() == Spacing::Joint => in_path = true,
            TokenTree::Punct(mark) if is_colon(mark) => return Some(place),
            _ => {}
        }
    }
    None
}
