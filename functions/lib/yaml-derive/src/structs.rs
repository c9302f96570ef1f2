//! Structs: a table of names, and a list of the fields.

use std::collections::BTreeSet;

use quote::quote;
use syn::{DeriveInput, Error, Field, FieldsNamed, Ident};

use crate::Bodies;
use crate::attributes::{Missing, OfField, OfStruct};

/// The bodies of `blank` and `fill`.
pub(crate) fn bodies(input: &DeriveInput, fields: &FieldsNamed) -> syn::Result<Bodies> {
    let all = OfStruct::read(&input.attrs)?;
    let (mut blanks, mut table, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for field in &fields.named {
        let own = OfField::read(&field.attrs)?;
        let ident = ident(field)?;
        let names = spellings(&all, &own, field)?;
        let required = !all.default && matches!(own.missing, Missing::Required);
        if all.default && !matches!(own.missing, Missing::Required) {
            return Err(Error::new_spanned(field, "the default of the struct counts"));
        }
        table.push(quote!(::porchlight_yaml::serde::Field { names: &[#(#names),*], required: #required }));
        places.push(match &own.with {
            None => quote!(&mut self.#ident),
            Some(with) => quote!(&mut ::porchlight_yaml::serde::By(&mut self.#ident, |reader| #with(reader))),
        });
        blanks.push(match &own.missing {
            Missing::Required => quote!(#ident: ::porchlight_yaml::serde::FromNode::blank()),
            Missing::Default => quote!(#ident: ::core::default::Default::default()),
            Missing::Function(path) => quote!(#ident: #path()),
        });
    }
    let strict = all.strict;
    let blank =
        if all.default { quote!(<Self as ::core::default::Default>::default()) } else { quote!(Self { #(#blanks),* }) };
    let fill = quote! {
        const SHAPE: ::porchlight_yaml::serde::Shape =
            ::porchlight_yaml::serde::Shape { fields: &[#(#table),*], strict: #strict };
        *self = <Self as ::porchlight_yaml::serde::FromNode>::blank();
        reader.fill_struct(&SHAPE, &mut [#(#places),*])
    };
    Ok(Bodies { blank, fill })
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
