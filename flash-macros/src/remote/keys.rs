//! The keys of the attribute.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Path, Token};

use super::glue::at;
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

struct Entry {
    key: Ident,
    value: Option<Expr>,
}

impl Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `crate` is a keyword, and a key here.
        let key = input.call(Ident::parse_any).map_err(|error| {
            let message = match input.fork().parse::<LitStr>() {
                Ok(text) => format!("write the key as well: `resource = {}`", text.token()),
                Err(_) => "expected a key, as in `resource = \"endpoint_1\"`".to_owned(),
            };
            syn::Error::new(error.span(), message)
        })?;
        let value = if input.peek(Token![=]) {
            let equals: Token![=] = input.parse()?;
            if input.is_empty() || input.peek(Token![,]) {
                return Err(syn::Error::new(equals.span, needs_value(&key.to_string())));
            }
            Some(input.parse()?)
        } else if input.is_empty() || input.peek(Token![,]) {
            None
        } else {
            let name = key.to_string();
            return Err(syn::Error::new(
                input.span(),
                format!("a key and its value are joined by `=`, as in `{}`", snippet(&name)),
            ));
        };
        Ok(Self { key, value })
    }

    /// All entries that can be read; a broken one doesn't hide the mistakes of the others.
    fn parse_all(tokens: TokenStream, errors: &mut Errors) -> Vec<Self> {
        let parse = |input: ParseStream<'_>| {
            let mut entries = Vec::new();
            while !input.is_empty() {
                match Self::parse(input) {
                    Ok(entry) => entries.push(entry),
                    Err(error) => {
                        errors.push(error);
                        while !input.is_empty() && !input.peek(Token![,]) {
                            input.parse::<TokenTree>()?;
                        }
                    }
                }
                if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                    errors.at_span(input.span(), "two keys are separated by `,`");
                }
            }
            Ok(entries)
        };
        parse.parse2(tokens).unwrap_or_default()
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

fn needs_value(name: &str) -> String {
    format!("`{name}` needs a value: {}", example(name))
}

fn unknown(name: &str, place: Place) -> String {
    let known = place.known();
    let hint = match (place, name) {
        (Place::Class, "method" | "path" | "timeout" | "idempotent" | "on_failure") => {
            let value = if name == "idempotent" { "" } else { " = .." };
            return format!(
                "`{name}` belongs to a method of the class; write `#[flash({name}{value})]` above the method"
            );
        }
        (Place::Method, "resource" | "name" | "crate") => {
            return format!(
                "`{name}` belongs to the class; write it in the `#[flash::remote(..)]` above the `impl`"
            );
        }
        _ => match nearest(name, known) {
            Some(near) => format!("; did you mean `{near}`?"),
            None if OF_RESOURCES.contains(&name) => {
                "; it belongs to the resource, which a constant with `#[flash::resource]` or `flash.toml` declares"
                    .to_owned()
            }
            None => String::new(),
        },
    };
    format!("unknown key `{name}`{hint} (the keys are `{}`)", known.join("`, `"))
}

/// What a resource has, and people write on the function.
const OF_RESOURCES: [&str; 16] = [
    "cpu",
    "cpus",
    "data_centers",
    "disk",
    "env",
    "gpu",
    "gpus",
    "gpu_count",
    "idle_timeout",
    "image",
    "max_concurrency",
    "memory",
    "network_volumes",
    "public",
    "secrets",
    "workers",
];

/// What a key takes.
fn example(name: &str) -> String {
    let what = match name {
        "resource" => "a resource's name or constant",
        "timeout" => "a duration",
        "idempotent" => return "`true` or `false`".to_owned(),
        "on_failure" => "one choice",
        "crate" => "a path",
        _ => "a string",
    };
    format!("{what}, as in `{}`", snippet(name))
}

fn snippet(name: &str) -> &'static str {
    match name {
        "method" => "method = \"POST\"",
        "path" => "path = \"/users/{id}\"",
        "name" => "name = \"resize_v2\"",
        "timeout" => "timeout = \"30s\"",
        "idempotent" => "idempotent = true",
        "on_failure" => "on_failure = \"panic\"",
        "crate" => "crate = my_flash",
        _ => "resource = \"endpoint_1\"",
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
