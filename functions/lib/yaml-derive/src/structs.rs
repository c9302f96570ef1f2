//! Structs: a table of names, and one call per field.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Field, FieldsNamed, Ident};

use crate::attributes::{Missing, OfField, OfStruct};

/// The body of `from_node`.
pub(crate) fn body(input: &DeriveInput, fields: &FieldsNamed) -> syn::Result<TokenStream> {
    let all = OfStruct::read(&input.attrs)?;
    let (mut names, mut readings) = (Vec::new(), Vec::new());
    for (index, field) in fields.named.iter().enumerate() {
        let own = OfField::read(&field.attrs)?;
        names.push(spellings(&all, &own, field)?);
        readings.push(if all.default { setting(index, field, &own)? } else { reading(index, field, &own)? });
    }
    let strict = all.strict;
    let shape = quote! {
        const SHAPE: ::porchlight_yaml::serde::Shape =
            ::porchlight_yaml::serde::Shape { fields: &[#(&[#(#names),*]),*], strict: #strict };
        let fields = reader.fields(&SHAPE)?;
    };
    Ok(if all.default {
        quote! {
            #shape
            let mut value = <Self as ::core::default::Default>::default();
            #(#readings)*
            Ok(value)
        }
    } else {
        quote! {
            #shape
            Ok(Self { #(#readings),* })
        }
    })
}

/// The field's name first, then what else it may be called.
fn spellings(all: &OfStruct, own: &OfField, field: &Field) -> syn::Result<Vec<String>> {
    let name = match &own.name {
        Some(name) => name.clone(),
        None => all.name(ident(field)?.to_string().trim_start_matches("r#"))?,
    };
    let others: BTreeSet<&String> = own.aliases.iter().filter(|alias| **alias != name).collect();
    Ok(std::iter::once(name.clone()).chain(others.into_iter().cloned()).collect())
}

fn ident(field: &Field) -> syn::Result<&Ident> {
    field.ident.as_ref().ok_or_else(|| Error::new_spanned(field, "a field without a name"))
}

/// `field: its value`.
fn reading(index: usize, field: &Field, own: &OfField) -> syn::Result<TokenStream> {
    let ident = ident(field)?;
    Ok(match (&own.with, &own.missing) {
        (None, Missing::Required) => quote!(#ident: fields.required(#index)?),
        (None, Missing::Default) => quote!(#ident: fields.or_default(#index)?),
        (None, Missing::Function(path)) => {
            quote!(#ident: match fields.optional(#index)? { Some(value) => value, None => #path() })
        }
        (Some(with), Missing::Required) => quote!(#ident: fields.required_by(#index, #with)?),
        (Some(with), Missing::Default) => quote!(#ident: fields.optional_by(#index, #with)?.unwrap_or_default()),
        (Some(with), Missing::Function(path)) => {
            quote!(#ident: match fields.optional_by(#index, #with)? { Some(value) => value, None => #path() })
        }
    })
}

/// Sets a field of `value` where it is given.
fn setting(index: usize, field: &Field, own: &OfField) -> syn::Result<TokenStream> {
    let ident = ident(field)?;
    if !matches!(own.missing, Missing::Required) {
        return Err(Error::new_spanned(field, "the default of the struct counts"));
    }
    Ok(match &own.with {
        None => quote!(fields.set(#index, &mut value.#ident)?;),
        Some(with) => quote!(if let Some(given) = fields.optional_by(#index, #with)? { value.#ident = given; }),
    })
}
