//! The keys of the attribute.

mod entry;
mod message;
mod value;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Path};

use super::glue::at;
use crate::errors::Errors;
use entry::Entry;
use message::{example, needs_value, unknown};
use value::{bad_resource_name, bad_wire_name, milliseconds};

/// Where keys stand; not every key fits every place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Function,
    Class,
    Method,
}

/// What the attribute says.
pub(super) struct Keys {
    /// Path of this project's crate in the user's program.
    pub(super) krate: TokenStream,
    pub(super) resource: Option<Resource>,
    pub(super) method: Option<LitStr>,
    pub(super) path: Option<LitStr>,
    pub(super) name: Option<LitStr>,
    pub(super) timeout_ms: Option<u64>,
    pub(super) idempotent: bool,
    /// `on_failure = "panic"`, with the place of the word for messages.
    pub(super) panics: Option<Span>,
    seen: Vec<String>,
}

/// A resource by its name or by the constant that declares it.
#[derive(Clone)]
pub(super) enum Resource {
    Name(LitStr),
    Constant(Path),
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            krate: quote!(::flash),
            resource: None,
            method: None,
            path: None,
            name: None,
            timeout_ms: None,
            idempotent: false,
            panics: None,
            seen: Vec::new(),
        }
    }
}

impl Place {
    fn known(self) -> &'static [&'static str] {
        match self {
            Self::Function => {
                &["resource", "method", "path", "name", "timeout", "idempotent", "on_failure", "crate"]
            }
            Self::Class => &["resource", "name", "crate"],
            Self::Method => &["method", "path", "timeout", "idempotent", "on_failure"],
        }
    }
}

impl Keys {
    pub(super) fn parse(tokens: TokenStream, place: Place, errors: &mut Errors) -> Self {
        let mut keys = Self::default();
        keys.extend(tokens, place, errors);
        keys
    }

    /// What a method has from its class.
    pub(super) fn of_method(class: &Self) -> Self {
        Self { krate: class.krate.clone(), resource: class.resource.clone(), ..Self::default() }
    }

    /// Reads more keys over these.
    pub(super) fn extend(&mut self, tokens: TokenStream, place: Place, errors: &mut Errors) {
        for Entry { key, value } in Entry::parse_all(tokens, errors) {
            let name = key.to_string();
            if !place.known().contains(&name.as_str()) {
                errors.at(&key, unknown(&name, place));
            } else if self.seen.contains(&name) {
                errors.at(&key, format_args!("`{name}` is given twice; remove one of them"));
            } else {
                self.set(&key, &name, value, errors);
                self.seen.push(name);
            }
        }
    }

    /// The resource's name, unless a constant gives it.
    pub(super) fn written_resource(&self) -> Option<String> {
        match &self.resource {
            None => Some("mothership".to_owned()),
            Some(Resource::Name(name)) => Some(name.value()),
            Some(Resource::Constant(_)) => None,
        }
    }

    /// The resource's name as an expression.
    pub(super) fn resource_name(&self) -> TokenStream {
        match &self.resource {
            None => quote!("mothership"),
            Some(Resource::Name(name)) => quote!(#name),
            Some(Resource::Constant(path)) => {
                // At the constant, where a constant of another type is reported.
                let span = path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
                let rt = at(span);
                quote_spanned!(span=> #rt::Declared(#path).resource_name())
            }
        }
    }

    fn set(&mut self, key: &Ident, name: &str, value: Option<Expr>, errors: &mut Errors) {
        let Some(value) = value else {
            match name {
                "idempotent" => self.idempotent = true,
                _ => errors.at(key, needs_value(name)),
            }
            return;
        };
        let value = ungrouped(value);
        let wrong = |errors: &mut Errors| {
            errors.at(&value, format_args!("`{name}` takes {}", example(name)));
        };
        match (name, &value) {
            ("resource", Expr::Path(path)) if path.attrs.is_empty() && path.qself.is_none() => {
                self.resource = Some(Resource::Constant(path.path.clone()));
            }
            ("crate", Expr::Path(path)) if path.qself.is_none() => {
                let path = &path.path;
                self.krate = quote!(#path);
            }
            ("idempotent", Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. })) => self.idempotent = flag.value,
            ("timeout", Expr::Lit(ExprLit { lit: Lit::Int(_), .. })) => {
                errors
                    .at(&value, "`timeout` needs a unit, as in `timeout = \"30s\"` or `timeout = \"500ms\"`");
            }
            (_, Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => self.set_text(name, text, errors),
            _ => wrong(errors),
        }
    }

    fn set_text(&mut self, name: &str, text: &LitStr, errors: &mut Errors) {
        match name {
            "resource" => {
                if let Some(problem) = bad_resource_name(&text.value()) {
                    errors.at(text, problem);
                }
                self.resource = Some(Resource::Name(text.clone()));
            }
            "method" => self.method = Some(text.clone()),
            "path" => self.path = Some(text.clone()),
            "name" => {
                if let Some(problem) = bad_wire_name(&text.value()) {
                    errors.at(text, problem);
                }
                self.name = Some(text.clone());
            }
            "timeout" => match milliseconds(&text.value()) {
                Ok(timeout) => self.timeout_ms = Some(timeout),
                Err(problem) => errors.at(text, problem),
            },
            "on_failure" if text.value() == "panic" => self.panics = Some(text.span()),
            _ => errors.at(text, format_args!("`{name}` takes {}", example(name))),
        }
    }
}

/// The expression inside the invisible groups that `macro_rules` leaves around fragments.
fn ungrouped(mut value: Expr) -> Expr {
    while let Expr::Group(group) = value {
        value = *group.expr;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::{Keys, Place};
    use crate::errors::Errors;

    fn texts(keys: &str, place: Place) -> Vec<String> {
        let mut errors = Errors::default();
        Keys::parse(keys.parse().unwrap(), place, &mut errors);
        errors.texts()
    }

    #[test]
    fn a_broken_entry_hides_no_other() {
        let found =
            texts(r#""api", resource: "x", timeout = , path "y", idempotent = 3, gpu"#, Place::Function);
        assert_eq!(found.len(), 6, "{found:#?}");
        assert_eq!(found[0], "write the key as well: `resource = \"api\"`");
        assert!(texts("method = \"GET\", path = \"/\",", Place::Method).is_empty());
        assert_eq!(texts("=", Place::Class), ["expected a key, as in `resource = \"endpoint_1\"`"]);
        assert!(texts("", Place::Function).is_empty());
    }

    #[test]
    fn keys_of_two_attributes_are_one_list() {
        let mut errors = Errors::default();
        let mut keys = Keys::parse("method = \"GET\"".parse().unwrap(), Place::Method, &mut errors);
        keys.extend("path = \"/\", method = \"PUT\"".parse().unwrap(), Place::Method, &mut errors);
        assert_eq!(keys.method.map(|method| method.value()).as_deref(), Some("GET"));
        assert_eq!(errors.texts(), ["`method` is given twice; remove one of them"]);
    }
}
