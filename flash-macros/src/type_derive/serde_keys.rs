//! What serde's attributes, and ours, say about the wire.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Meta, Token};

use super::case::Case;
use crate::entry::crate_key;
use crate::errors::Errors;
use crate::text::Json;

/// Attributes of the type.
pub(super) struct Container {
    pub(super) krate: TokenStream,
    pub(super) rename_all: Option<Case>,
    pub(super) rename_all_fields: Option<Case>,
    pub(super) default: bool,
    pub(super) opaque: bool,
    tag: Option<String>,
    content: Option<String>,
    untagged: bool,
    transparent: bool,
}

impl Container {
    pub(super) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self {
            krate: quote!(::flash),
            rename_all: None,
            rename_all_fields: None,
            default: false,
            opaque: false,
            tag: None,
            content: None,
            untagged: false,
            transparent: false,
        };
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("flash")) {
            let tokens = match &attr.meta {
                Meta::List(list) => list.tokens.clone(),
                _ => {
                    errors
                        .at(attr, "`#[flash(..)]` on a type has one key, as in `#[flash(crate = my_flash)]`");
                    continue;
                }
            };
            this.krate = crate_key(tokens, errors);
        }
        let readable = each(attrs, |meta| {
            let path = &meta.path;
            if path.is_ident("rename_all") {
                this.rename_all = case(&meta)?;
            } else if path.is_ident("rename_all_fields") {
                this.rename_all_fields = case(&meta)?;
            } else if path.is_ident("tag") {
                this.tag = Some(text(&meta)?);
            } else if path.is_ident("content") {
                this.content = Some(text(&meta)?);
            } else if path.is_ident("untagged") {
                this.untagged = true;
            } else if path.is_ident("transparent") {
                this.transparent = true;
            } else if path.is_ident("default") {
                this.default = true;
                skip(&meta)?;
            } else if ["from", "into", "try_from", "remote"].iter().any(|key| path.is_ident(key)) {
                this.opaque = true;
                skip(&meta)?;
            } else {
                skip(&meta)?;
            }
            Ok(())
        });
        this.opaque |= !readable;
        this
    }

    pub(super) fn write(&self, head: &mut Json) {
        if let Some(tag) = &self.tag {
            head.text("tag", tag);
        }
        if let Some(content) = &self.content {
            head.text("content", content);
        }
        head.flag("untagged", self.untagged);
        head.flag("transparent", self.transparent);
    }
}

/// Attributes of a field or variant.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) rename: Option<String>,
    pub(super) rename_all: Option<Case>,
    pub(super) flatten: bool,
    pub(super) default: bool,
    pub(super) skip: bool,
    pub(super) opaque: bool,
}

impl Keys {
    pub(super) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("flash")) {
            errors
                .at(attr, "`#[flash(..)]` goes on the type; fields and variants follow their `#[serde(..)]`");
        }
        let readable = each(attrs, |meta| {
            let path = &meta.path;
            if path.is_ident("rename") {
                this.rename = Some(rename(&meta)?);
            } else if path.is_ident("rename_all") {
                this.rename_all = case(&meta)?;
            } else if path.is_ident("flatten") {
                this.flatten = true;
            } else if path.is_ident("default") {
                this.default = true;
                skip(&meta)?;
            } else if path.is_ident("skip") {
                this.skip = true;
            } else if path.is_ident("skip_serializing")
                || path.is_ident("skip_deserializing")
                || ["with", "serialize_with", "deserialize_with", "getter", "untagged", "other"]
                    .iter()
                    .any(|key| path.is_ident(key))
            {
                this.opaque = true;
                skip(&meta)?;
            } else {
                skip(&meta)?;
            }
            Ok(())
        });
        this.opaque |= !readable;
        this
    }
}

/// Reads the keys of serde. What it can't read is left to serde's own derive to complain about.
fn each(attrs: &[Attribute], mut read: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>) -> bool {
    let mut serde = attrs.iter().filter(|attr| attr.path().is_ident("serde"));
    serde.all(|attr| attr.parse_nested_meta(&mut read).is_ok())
}

fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<String> {
    Ok(meta.value()?.parse::<LitStr>()?.value())
}

/// `rename = "x"`, or both directions of `rename(serialize = "x", deserialize = "y")`.
fn rename(meta: &ParseNestedMeta<'_>) -> syn::Result<String> {
    if meta.input.peek(Token![=]) {
        return text(meta);
    }
    let mut names = Vec::new();
    meta.parse_nested_meta(|inner| {
        names.push(text(&inner)?);
        Ok(())
    })?;
    names.dedup();
    Ok(names.join("|"))
}

fn case(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<Case>> {
    if meta.input.peek(Token![=]) {
        return Ok(Case::parse(&text(meta)?));
    }
    let mut case = None;
    meta.parse_nested_meta(|inner| {
        case = Case::parse(&text(&inner)?);
        Ok(())
    })?;
    Ok(case)
}

/// Passes over a key that doesn't change the names on the wire.
fn skip(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        meta.parse_nested_meta(|inner| skip(&inner))?;
    }
    Ok(())
}
