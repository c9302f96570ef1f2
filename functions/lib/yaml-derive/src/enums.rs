//! Enums: a table of names, where no variant has content.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, Fields, Variant};

use crate::attributes::{OfEnum, OfVariant};
use crate::{Bodies, by_serde};

/// The bodies of `blank` and `fill`.
pub(crate) fn bodies(input: &DeriveInput, data: &DataEnum) -> syn::Result<Bodies> {
    let first = data.variants.first().ok_or_else(|| Error::new_spanned(&input.ident, "an enum without variants"))?;
    let blank = blank(first);
    let of_enum = OfEnum::read(&input.attrs)?;
    let plain = data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit));
    let fill = if plain && !of_enum.untagged { by_table(&of_enum, data)? } else { by_serde() };
    Ok(Bodies { blank, fill })
}

/// The first variant, with nothing in it.
fn blank(variant: &Variant) -> TokenStream {
    let name = &variant.ident;
    match &variant.fields {
        Fields::Unit => quote!(Self::#name),
        Fields::Unnamed(fields) => {
            let values = fields.unnamed.iter().map(|_| quote!(::porchlight_yaml::serde::FromNode::blank()));
            quote!(Self::#name(#(#values),*))
        }
        Fields::Named(fields) => {
            let names = fields.named.iter().map(|field| &field.ident);
            quote!(Self::#name { #(#names: ::porchlight_yaml::serde::FromNode::blank()),* })
        }
    }
}

fn by_table(of_enum: &OfEnum, data: &DataEnum) -> syn::Result<TokenStream> {
    let (mut names, mut positions, mut arms) = (Vec::new(), Vec::new(), Vec::new());
    for (index, variant) in data.variants.iter().enumerate() {
        let position =
            u8::try_from(index).map_err(|_| Error::new_spanned(variant, "more variants than a byte can count"))?;
        let own = OfVariant::read(&variant.attrs)?;
        let ident = &variant.ident;
        let name = match own.name {
            Some(name) => name,
            None => of_enum.name(&ident.to_string())?,
        };
        // In the order in which serde lists them.
        let spellings: BTreeSet<String> = own.aliases.into_iter().chain([name]).collect();
        positions.extend(spellings.iter().map(|_| position));
        names.extend(spellings);
        arms.push(if index + 1 < data.variants.len() {
            quote!(#position => Self::#ident)
        } else {
            quote!(_ => Self::#ident)
        });
    }
    Ok(quote! {
        const VARIANTS: ::porchlight_yaml::serde::Variants =
            ::porchlight_yaml::serde::Variants { names: &[#(#names),*], positions: &[#(#positions),*] };
        *self = match reader.variant(&VARIANTS)? { #(#arms),* };
        Ok(())
    })
}
