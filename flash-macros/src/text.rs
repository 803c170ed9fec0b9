//! Source text and JSON for records.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Tokens as a person would write them: `Result<Vec<&'a str>, E>`.
pub(crate) fn source(tokens: TokenStream) -> String {
    let mut out = String::new();
    write(tokens, &mut out);
    out
}

/// The end of a record's fixed part: the package that is being compiled, each field with its separator.
///
/// Read here and not by `env!`, which fails outside of cargo, or `option_env!`, which is no literal.
pub(crate) fn package() -> String {
    let variable = |name| std::env::var(name).unwrap_or_default();
    format!("\u{1e}{}\u{1e}{}", variable("CARGO_PKG_NAME"), variable("CARGO_PKG_VERSION"))
}

fn write(tokens: TokenStream, out: &mut String) {
    // Whether the next word needs a space before it.
    let mut word = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if word {
                    out.push(' ');
                }
                out.push_str(&ident.to_string());
                word = true;
            }
            TokenTree::Literal(literal) => {
                if word {
                    out.push(' ');
                }
                out.push_str(&literal.to_string());
                word = true;
            }
            TokenTree::Punct(punct) => {
                let spaced = punct.spacing() == Spacing::Alone;
                match punct.as_char() {
                    ',' | ';' => {
                        out.push(punct.as_char());
                        out.push(' ');
                    }
                    '+' | '=' if spaced => {
                        out.push(' ');
                        out.push(punct.as_char());
                        out.push(' ');
                    }
                    '>' if out.ends_with('-') => {
                        out.pop();
                        out.push_str(" -> ");
                    }
                    '\'' => {
                        if word {
                            out.push(' ');
                        }
                        out.push('\'');
                    }
                    other => out.push(other),
                }
                word = false;
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write(group.stream(), out);
                out.push_str(close);
                word = group.delimiter() == Delimiter::None;
            }
        }
    }
    let trimmed = out.trim_end().len();
    out.truncate(trimmed);
}

/// An object of JSON under construction.
pub(crate) struct Json(String);

impl Json {
    pub(crate) fn new() -> Self {
        Self(String::new())
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        let value = quoted(value);
        self.raw(key, &value);
    }

    pub(crate) fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.raw(key, "true");
        }
    }

    pub(crate) fn number(&mut self, key: &str, value: usize) {
        self.raw(key, &value.to_string());
    }

    /// A value that is JSON already.
    pub(crate) fn raw(&mut self, key: &str, json: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&quoted(key));
        self.0.push(':');
        self.0.push_str(json);
    }

    pub(crate) fn list(&mut self, key: &str, values: impl Iterator<Item = String>) {
        let values: Vec<String> = values.collect();
        self.raw(key, &format!("[{}]", values.join(",")));
    }

    pub(crate) fn finish(self) -> String {
        format!("{{{}}}", self.0)
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // The record's separator is among the control characters, so no text can forge one.
            control if u32::from(control) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{Json, source};

    #[test]
    fn types_read_well() {
        for text in [
            "&'a str",
            "Result<Vec<Option<u8>>, my::Error>",
            "[u8; 4]",
            "(A, B)",
            "&[T]",
            "Box<dyn Fn(u8) -> u8 + Send>",
            "Cow<'a, str>",
            "&'a mut T",
            "<T as Trait>::Out",
            "impl Into<String>",
        ] {
            let tokens: proc_macro2::TokenStream = text.parse().unwrap();
            let printed = source(tokens);
            assert_eq!(printed.replace(' ', ""), text.replace(' ', ""));
            assert!(printed.parse::<proc_macro2::TokenStream>().is_ok());
        }
        assert_eq!(source("&'a str".parse().unwrap()), "&'a str");
        assert_eq!(source("Result < Vec<u8> , E >".parse().unwrap()), "Result<Vec<u8>, E>");
    }

    #[test]
    fn json_is_escaped() {
        let mut json = Json::new();
        json.text("a\"", "\u{1e}\\");
        json.flag("no", false);
        assert_eq!(json.finish(), r#"{"a\"":"\u001e\\"}"#);
    }
}
