//! What a function leaves in the binary: `docs/records.md`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, Lit, Meta};

use super::Glue;
use crate::remote::signature::{Lend, Output};
use crate::text::{Json, package, source};

/// A function's record, as its site refers to it.
pub(super) struct Record {
    /// The constants that the expressions mention.
    pub(super) constants: TokenStream,
    /// The resource's name.
    pub(super) resource: TokenStream,
    /// The record itself.
    pub(super) record: TokenStream,
}

impl Glue<'_> {
    pub(super) fn record(&self, rt: &TokenStream) -> Record {
        let (types, count) = self.type_names(rt);
        let indices = (0..count).map(syn::Index::from);
        let (head, mut package) = (self.head(), package());
        let mut resource = self.keys.resource_name();
        let mut constants = types;
        let mut field = None;
        // A name that is written out is part of the record's literal; a constant's must be looked up, once.
        if let Some(name) = self.keys.written_resource() {
            package = format!("{package}\u{1e}{name}");
        } else {
            constants.extend(quote!(const __FLASH_RESOURCE: &#rt::str = #resource;));
            resource = quote!(__FLASH_RESOURCE);
            field = Some(quote!(__FLASH_RESOURCE,));
        }
        let record = quote!(#rt::record!(#head, #package, [#field #(__FLASH_TYPES[#indices]),*]));
        Record { constants, resource, record }
    }

    /// The names of the arguments' types, the result's and the error's, in a constant; and how many.
    fn type_names(&self, rt: &TokenStream) -> (TokenStream, usize) {
        let mut names: Vec<TokenStream> = self
            .model
            .arguments
            .iter()
            .map(|argument| {
                let ty = match &argument.lend {
                    Lend::Owned => self.mention(&argument.ty),
                    Lend::Text(ty) | Lend::Reference(ty) => self.mention(ty),
                    Lend::Slice(element) => {
                        let element = self.mention(element);
                        return quote!(#rt::Probe::<[#element]>::NAME);
                    }
                };
                quote!(#rt::Probe::<#ty>::NAME)
            })
            .collect();
        names.extend(match &self.model.output {
            Output::Result(ok, err) => {
                let (ok, err) = (self.static_ty(ok), self.static_ty(err));
                [quote!(#rt::Probe::<#ok>::NAME), quote!(#rt::Probe::<#err>::NAME)]
            }
            Output::Alias(ty) => {
                let ty = self.mention(ty);
                [quote!(#rt::ProbeOk::<#ty>::NAME), quote!(#rt::ProbeErr::<#ty>::NAME)]
            }
            Output::Plain(ty) => {
                let ty = self.plain_ty(ty.as_deref());
                [quote!(#rt::Probe::<#ty>::NAME), quote!("!")]
            }
        });
        let (count, types) = (names.len(), self.anchored("__FLASH_TYPES"));
        (quote!(const #types: [&#rt::str; #count] = [#(#names),*];), count)
    }

    fn head(&self) -> String {
        let mut head = Json::new();
        head.text("kind", "fn");
        head.text("name", &self.name);
        head.text("ident", &self.ident.to_string());
        place(self.ident.span(), &mut head);
        head.raw("is_async", if self.is_async { "true" } else { "false" });
        head.list(
            "args",
            self.model.arguments.iter().map(|argument| {
                let mut entry = Json::new();
                entry.text("name", &argument.wire);
                entry.text("text", &source(argument.ty.to_token_stream()));
                entry.finish()
            }),
        );
        head.text("returns", &self.returns);
        if let Some(method) = &self.keys.method {
            head.text("method", &method.value());
        }
        if let Some(path) = &self.keys.path {
            head.text("path", &path.value());
        }
        if let Some(timeout) = self.keys.timeout_ms {
            head.raw("timeout_ms", &timeout.to_string());
        }
        head.flag("idempotent", self.keys.idempotent);
        if self.keys.panics.is_some() {
            head.text("on_failure", "panic");
        }
        if let Some(doc) = &self.doc {
            head.text("doc", doc);
        }
        if let Some((class, _)) = self.class {
            head.text("class", class);
        }
        head.finish()
    }
}

/// The first paragraph's first line of the documentation.
pub(in crate::remote) fn doc_line(attrs: &[Attribute]) -> Option<String> {
    attrs.iter().filter(|attr| attr.path().is_ident("doc")).find_map(|attr| {
        let Meta::NameValue(meta) = &attr.meta else { return None };
        let Expr::Lit(literal) = &meta.value else { return None };
        let Lit::Str(text) = &literal.lit else { return None };
        let line = text.value().trim().to_owned();
        (!line.is_empty()).then_some(line)
    })
}

/// Line and column of a name, counted from one.
pub(crate) fn place(span: Span, head: &mut Json) {
    // Outside of the compiler, as in unit tests, there are no places.
    if proc_macro::is_available() {
        let start = span.unwrap().start();
        head.number("line", start.line());
        head.number("column", start.column());
    }
}
