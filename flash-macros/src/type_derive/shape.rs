//! Fields and variants as they stand on the wire.

use syn::punctuated::Punctuated;
use syn::{Fields, Token, Type, Variant};

use super::case::Case;
use super::serde_keys::{Container, Keys};
use crate::errors::Errors;
use crate::text::Json;

/// What a type looks like on the wire.
#[derive(Default)]
pub(super) struct Shape {
    name: &'static str,
    fields: Vec<String>,
    variants: Option<Vec<String>>,
    /// Types of all fields, in the order of the record.
    pub(super) types: Vec<Type>,
}

impl Shape {
    pub(super) fn of_struct(fields: &Fields, container: &Container, errors: &mut Errors) -> Self {
        let mut types = Vec::new();
        let written = write_fields(fields, container.rename_all, container.default, &mut types, errors);
        Self { name: shape_name(fields), fields: written, variants: None, types }
    }

    pub(super) fn of_enum(
        variants: &Punctuated<Variant, Token![,]>,
        container: &Container,
        errors: &mut Errors,
    ) -> Self {
        let mut types = Vec::new();
        let mut written = Vec::new();
        for variant in variants {
            let keys = Keys::read(&variant.attrs, errors);
            if keys.skip {
                continue;
            }
            let ident = syn::ext::IdentExt::unraw(&variant.ident).to_string();
            let name = keys
                .rename
                .unwrap_or_else(|| container.rename_all.map_or(ident.clone(), |case| case.variant(&ident)));
            let case = keys.rename_all.or(container.rename_all_fields);
            let mut json = Json::new();
            json.text("name", &name);
            json.text("shape", shape_name(&variant.fields));
            json.list("fields", write_fields(&variant.fields, case, false, &mut types, errors).into_iter());
            json.flag("opaque", keys.opaque);
            written.push(json.finish());
        }
        Self { name: "enum", fields: Vec::new(), variants: Some(written), types }
    }

    pub(super) fn write(&self, head: &mut Json) {
        head.text("shape", self.name);
        match &self.variants {
            Some(variants) => head.list("variants", variants.iter().cloned()),
            None => head.list("fields", self.fields.iter().cloned()),
        }
    }
}

fn shape_name(fields: &Fields) -> &'static str {
    match fields {
        Fields::Named(_) => "struct",
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => "newtype",
        Fields::Unnamed(_) => "tuple",
        Fields::Unit => "unit",
    }
}

fn write_fields(
    fields: &Fields,
    case: Option<Case>,
    default: bool,
    types: &mut Vec<Type>,
    errors: &mut Errors,
) -> Vec<String> {
    let mut written = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let keys = Keys::read(&field.attrs, errors);
        if keys.skip {
            continue;
        }
        let ident = field.ident.as_ref().map(|ident| syn::ext::IdentExt::unraw(ident).to_string());
        let name = keys.rename.unwrap_or_else(|| match ident {
            Some(ident) => case.map_or(ident.clone(), |case| case.field(&ident)),
            None => index.to_string(),
        });
        let mut json = Json::new();
        json.text("name", &name);
        json.flag("flatten", keys.flatten);
        json.flag("default", keys.default || default);
        json.flag("opaque", keys.opaque);
        written.push(json.finish());
        types.push(field.ty.clone());
    }
    written
}
