//! `#[derive(FromNode)]` for `porchlight_yaml::serde::FromNode`, `json!` and `data!`.
//!
//! serde's derive writes a loop over keys, a comparison with every name and a slot for every field, anew for each type:
//! 3 KB of WebAssembly per struct. Here a struct is a table of names and a list of its fields, an enum a table of names; what
//! does the work is compiled once. The attributes are serde's, so a type may derive both and means the same.
//!
//! Structs with named fields, types around one other, and enums without content. Every other type is read by its
//! `Deserialize`.

mod attributes;
mod data;
mod enums;
mod json;
mod structs;

use proc_macro::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, parse_macro_input};

/// See the crate.
#[proc_macro_derive(FromNode, attributes(serde))]
pub fn from_node(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// A `serde_json::Value` written down as in `serde_json::json!`, see `porchlight_yaml::json`.
#[proc_macro]
pub fn json(input: TokenStream) -> TokenStream {
    json::expand(input.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// The text of a data file, a path from the crate's folder, without its comments: `embedded(data!("data/bands.yaml"))`.
#[proc_macro]
pub fn data(input: TokenStream) -> TokenStream {
    data::expand(input.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// The two functions that are derived.
struct Bodies {
    blank: proc_macro2::TokenStream,
    fill: proc_macro2::TokenStream,
}

fn expand(input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    let Bodies { blank, fill } = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => structs::bodies(input, fields)?,
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Bodies {
                blank: quote!(Self(::porchlight_yaml::serde::FromNode::blank())),
                fill: quote!(::porchlight_yaml::serde::Fill::fill(&mut self.0, reader)),
            },
            Fields::Unnamed(_) | Fields::Unit => {
                Bodies { blank: quote!(::core::default::Default::default()), fill: by_serde() }
            }
        },
        Data::Enum(data) => enums::bodies(input, data)?,
        Data::Union(_) => return Err(Error::new_spanned(&input.ident, "a union cannot be read")),
    };
    let name = &input.ident;
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(::porchlight_yaml::serde::FromNode));
    }
    let (parameters, arguments, conditions) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #parameters ::porchlight_yaml::serde::FromNode for #name #arguments #conditions {
            fn blank() -> Self {
                #blank
            }
        }

        #[automatically_derived]
        impl #parameters ::porchlight_yaml::serde::Fill for #name #arguments #conditions {
            fn fill(
                &mut self,
                reader: ::porchlight_yaml::serde::NodeReader<'_>,
            ) -> ::core::result::Result<(), ::porchlight_yaml::serde::Failure> {
                #fill
            }
        }
    })
}

fn by_serde() -> proc_macro2::TokenStream {
    quote! {
        *self = reader.by_serde()?;
        Ok(())
    }
}
