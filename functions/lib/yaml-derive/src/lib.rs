//! `#[derive(FromNode)]` for `porchlight_yaml::serde::FromNode`.
//!
//! serde's derive writes a loop over keys, a comparison with every name and a slot for every field, anew for each type:
//! 3 KB of WebAssembly per struct. Here a struct is a table of names and one call per field; what does the work is
//! compiled once. The attributes are serde's, so a type may derive both and means the same.
//!
//! Structs with named fields, and types around one other. Every other type is read by its `Deserialize`.

mod attributes;
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

fn expand(input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    let body = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => structs::body(input, fields)?,
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                quote!(::porchlight_yaml::serde::FromNode::from_node(reader).map(Self))
            }
            Fields::Unnamed(_) | Fields::Unit => by_serde(),
        },
        Data::Enum(_) => by_serde(),
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
            fn from_node(
                reader: ::porchlight_yaml::serde::NodeReader<'_>,
            ) -> ::core::result::Result<Self, ::porchlight_yaml::serde::Failure> {
                #body
            }
        }
    })
}

fn by_serde() -> proc_macro2::TokenStream {
    quote!(reader.by_serde())
}
