//! Data files that become part of a program, without what is for their readers only.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, LitStr};

pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let name: LitStr = syn::parse2(input)?;
    let crate_folder =
        std::env::var("CARGO_MANIFEST_DIR").map_err(|_| Error::new_spanned(&name, "cargo names no crate"))?;
    let path = Path::new(&crate_folder).join(name.value());
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Error::new_spanned(&name, format!("{}: {error}", path.display())))?;
    let text = without_comments(&text).map_err(|message| Error::new_spanned(&name, message))?;
    // The second path makes cargo look at the file.
    Ok(quote! {{
        const _: &[u8] = ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #name));
        #text
    }})
}

/// The lines that are no comment. A text of several lines could hold one that looks like it, so there must not be any.
fn without_comments(text: &str) -> Result<String, String> {
    let mut kept = String::new();
    for (index, line) in text.lines().enumerate() {
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if content.ends_with(['|', '>']) || content.ends_with("|-") || content.ends_with(">-") {
            return Err(format!("line {}: a text of several lines; write it on one", index + 1));
        }
        kept.push_str(line);
        kept.push('\n');
    }
    Ok(kept)
}
