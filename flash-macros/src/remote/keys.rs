//! The keys of the attribute.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Path, Token};

use crate::errors::{Errors, nearest};

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
}

/// A resource by its name or by the constant that declares it.
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
        }
    }
}

struct Entry {
    key: Ident,
    value: Option<Expr>,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `crate` is a keyword, and a key here.
        let key = input.call(<Ident as syn::ext::IdentExt>::parse_any).map_err(|error| {
            syn::Error::new(
                error.span(),
                "expected a key, as in `#[flash::remote(resource = \"endpoint_1\")]`",
            )
        })?;
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Self { key, value })
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

    /// Reads more keys over these.
    pub(super) fn extend(&mut self, tokens: TokenStream, place: Place, errors: &mut Errors) {
        let entries = match Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens) {
            Ok(entries) => entries,
            Err(error) => return errors.push(error),
        };
        let mut seen: Vec<String> = Vec::new();
        for Entry { key, value } in entries {
            let name = key.to_string();
            if !place.known().contains(&name.as_str()) {
                errors.at(&key, unknown(&name, place));
            } else if seen.contains(&name) {
                errors.at(&key, format_args!("`{name}` is given twice; remove one of them"));
            } else {
                self.set(&key, &name, value, errors);
                seen.push(name);
            }
        }
        if matches!(place, Place::Function | Place::Method) && self.method.is_some() != self.path.is_some() {
            match (&self.method, &self.path) {
                (Some(method), _) => {
                    errors.at(method, "`method` needs a `path`, as in `path = \"/api/process\"`");
                }
                (_, path) => errors.at(path, "`path` needs a `method`, as in `method = \"POST\"`"),
            }
        }
    }

    fn set(&mut self, key: &Ident, name: &str, value: Option<Expr>, errors: &mut Errors) {
        let Some(value) = value else {
            match name {
                "idempotent" => self.idempotent = true,
                _ => errors.at(key, format_args!("`{name}` needs a value, {}", example(name))),
            }
            return;
        };
        let wrong = |errors: &mut Errors| {
            errors.at(&value, format_args!("`{name}` expects {}", example(name)));
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
                errors.at(
                    &value,
                    "`timeout` expects a unit, as in `timeout = \"30s\"` or `timeout = \"500ms\"`",
                );
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
                let value = text.value();
                let first = value.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
                if !first || !value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
                    errors.at(text, "a wire name starts with a letter or `_` and goes on with letters, digits, `_` or `-`");
                }
                self.name = Some(text.clone());
            }
            "timeout" => match milliseconds(&text.value()) {
                Ok(timeout) => self.timeout_ms = Some(timeout),
                Err(problem) => errors.at(text, problem),
            },
            "on_failure" if text.value() == "panic" => self.panics = Some(text.span()),
            _ => errors.at(text, format_args!("`{name}` expects {}", example(name))),
        }
    }
}

fn unknown(name: &str, place: Place) -> String {
    let hint = match (place, name) {
        (Place::Class, "method" | "path" | "timeout" | "idempotent" | "on_failure") => {
            return format!(
                "`{name}` belongs to a method of the class; write `#[flash({name} = ..)]` above the method"
            );
        }
        (Place::Method, "resource" | "name" | "crate") => {
            return format!(
                "`{name}` belongs to the class; write it in the `#[flash::remote(..)]` above the `impl`"
            );
        }
        _ => nearest(name, place.known()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default(),
    };
    format!("unknown key `{name}`{hint} (the keys are `{}`)", place.known().join("`, `"))
}

fn example(name: &str) -> &'static str {
    match name {
        "resource" => "a resource's name or constant, as in `resource = \"endpoint_1\"`",
        "method" => "a string, as in `method = \"POST\"`",
        "path" => "a string, as in `path = \"/users/{id}\"`",
        "name" => "a string, as in `name = \"resize_v2\"`",
        "timeout" => "a duration, as in `timeout = \"30s\"` or `timeout = \"500ms\"`",
        "idempotent" => "`true` or `false`",
        "on_failure" => "`on_failure = \"panic\"`, the only choice",
        _ => "a path, as in `crate = my_flash`",
    }
}

/// What is wrong with a resource's name: it becomes a host name and a file name.
pub(crate) fn bad_resource_name(name: &str) -> Option<&'static str> {
    let start = name.chars().next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let rest = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
    if name.is_empty() {
        Some("a resource needs a name, as in `resource = \"endpoint_1\"`")
    } else if !start || !rest {
        Some(
            "a resource's name has lower-case letters, digits, `_` and `-`, and starts with a letter or digit: it becomes part of host names",
        )
    } else if name.len() > 63 {
        Some("a resource's name has at most 63 characters: it becomes part of host names")
    } else {
        None
    }
}

fn milliseconds(text: &str) -> Result<u64, &'static str> {
    const EXPECTED: &str = "a duration is a number with a unit: `500ms`, `30s`, `5m` or `1h`";
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or(EXPECTED)?;
    let (number, unit) = text.split_at(digits);
    let scale = match unit.trim_start() {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        _ => return Err(EXPECTED),
    };
    let number: u64 = number.parse().map_err(|_| EXPECTED)?;
    match number.checked_mul(scale) {
        Some(0) => Err("a timeout of zero would fail every call; leave the key out for the default"),
        Some(total) if total <= DAY => Ok(total),
        _ => Err("a timeout is at most 24h"),
    }
}

#[cfg(test)]
mod tests {
    use super::{bad_resource_name, milliseconds};

    #[test]
    fn durations() {
        assert_eq!(milliseconds("30s"), Ok(30_000));
        assert_eq!(milliseconds("500 ms"), Ok(500));
        for bad in ["", "s", "30", "1d", "0s", "25h", "99999999999999999999s", "-1s", "1.5s"] {
            assert!(milliseconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn resource_names() {
        assert_eq!(bad_resource_name("endpoint_1"), None);
        for bad in ["", "Endpoint", "_a", "a b", "a.b"] {
            assert!(bad_resource_name(bad).is_some(), "{bad}");
        }
        assert!(bad_resource_name(&"a".repeat(64)).is_some());
    }
}
