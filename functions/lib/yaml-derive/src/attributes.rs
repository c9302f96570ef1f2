//! serde's attributes, as far as they say how a struct is read.

use syn::{Attribute, Error, Expr, ExprLit, Lit, LitStr, Path, Token, meta::ParseNestedMeta};

/// What stands for a field that is not there.
pub(crate) enum Missing {
    /// Nothing, unless its type knows something.
    Required,
    /// The type's default.
    Default,
    /// What this function returns.
    Function(Path),
}

/// Attributes of a struct.
#[derive(Default)]
pub(crate) struct OfStruct {
    pub(crate) rule: Option<LitStr>,
    pub(crate) strict: bool,
    pub(crate) default: bool,
}

impl OfStruct {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self::default();
        each(attributes, |meta| {
            if meta.path.is_ident("rename_all") {
                found.rule = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("deny_unknown_fields") {
                found.strict = true;
            } else if meta.path.is_ident("default") && !meta.input.peek(Token![=]) {
                found.default = true;
            } else {
                return Err(meta.error("not known to FromNode; read this type by serde's Deserialize"));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// A field's name in YAML where it has none of its own.
    pub(crate) fn name(&self, field: &str) -> syn::Result<String> {
        let Some(rule) = &self.rule else { return Ok(field.to_owned()) };
        Ok(match rule.value().as_str() {
            "lowercase" | "snake_case" => field.to_owned(),
            "UPPERCASE" | "SCREAMING_SNAKE_CASE" => field.to_ascii_uppercase(),
            "kebab-case" => field.replace('_', "-"),
            "camelCase" => camel_case(field),
            _ => return Err(Error::new_spanned(rule, "not known to FromNode")),
        })
    }
}

fn camel_case(field: &str) -> String {
    let mut name = String::new();
    for (index, word) in field.split('_').filter(|word| !word.is_empty()).enumerate() {
        let first = if index == 0 { &word[..1] } else { &word[..1].to_ascii_uppercase() };
        name.push_str(first);
        name.push_str(&word[1..]);
    }
    name
}

/// Attributes of a field.
pub(crate) struct OfField {
    pub(crate) name: Option<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) missing: Missing,
    /// Reads the field from a serde `Deserializer`.
    pub(crate) with: Option<Path>,
}

impl OfField {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self { name: None, aliases: Vec::new(), missing: Missing::Required, with: None };
        each(attributes, |meta| {
            if meta.path.is_ident("rename") {
                found.name = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("alias") {
                found.aliases.push(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("default") {
                found.missing =
                    if meta.input.peek(Token![=]) { Missing::Function(path(meta)?) } else { Missing::Default };
            } else if meta.path.is_ident("deserialize_with") {
                found.with = Some(path(meta)?);
            } else if meta.path.is_ident("skip_serializing_if") {
                path(meta)?;
            } else {
                return Err(meta.error("not known to FromNode; read this type by serde's Deserialize"));
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// Attributes of an enum.
#[derive(Default)]
pub(crate) struct OfEnum {
    pub(crate) rule: Option<LitStr>,
    pub(crate) untagged: bool,
}

impl OfEnum {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self::default();
        each(attributes, |meta| {
            if meta.path.is_ident("rename_all") {
                found.rule = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("untagged") {
                found.untagged = true;
            } else {
                return Err(meta.error("not known to FromNode; read this type by serde's Deserialize"));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// A variant's name in YAML where it has none of its own.
    pub(crate) fn name(&self, variant: &str) -> syn::Result<String> {
        let Some(rule) = &self.rule else { return Ok(variant.to_owned()) };
        let snake = || {
            let mut name = String::new();
            for (index, letter) in variant.char_indices() {
                if index > 0 && letter.is_ascii_uppercase() {
                    name.push('_');
                }
                name.push(letter.to_ascii_lowercase());
            }
            name
        };
        Ok(match rule.value().as_str() {
            "PascalCase" => variant.to_owned(),
            "lowercase" => variant.to_ascii_lowercase(),
            "UPPERCASE" => variant.to_ascii_uppercase(),
            "camelCase" => variant[..1].to_ascii_lowercase() + &variant[1..],
            "snake_case" => snake(),
            "SCREAMING_SNAKE_CASE" => snake().to_ascii_uppercase(),
            "kebab-case" => snake().replace('_', "-"),
            "SCREAMING-KEBAB-CASE" => snake().to_ascii_uppercase().replace('_', "-"),
            _ => return Err(Error::new_spanned(rule, "not known to FromNode")),
        })
    }
}

/// Attributes of a variant.
#[derive(Default)]
pub(crate) struct OfVariant {
    pub(crate) name: Option<String>,
    pub(crate) aliases: Vec<String>,
}

impl OfVariant {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self::default();
        each(attributes, |meta| {
            if meta.path.is_ident("rename") {
                found.name = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("alias") {
                found.aliases.push(meta.value()?.parse::<LitStr>()?.value());
            } else {
                return Err(meta.error("not known to FromNode; read this type by serde's Deserialize"));
            }
            Ok(())
        })?;
        Ok(found)
    }
}

fn each(attributes: &[Attribute], mut take: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>) -> syn::Result<()> {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| take(&meta))?;
    }
    Ok(())
}

/// A path in quotes.
fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    match meta.value()?.parse()? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.parse(),
        other => Err(Error::new_spanned(other, "expected a path in quotes")),
    }
}
