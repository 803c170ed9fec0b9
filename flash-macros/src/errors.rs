//! All mistakes of one item, reported together.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Collects mistakes, so that a function with three of them reports three.
#[derive(Default)]
pub(crate) struct Errors {
    found: Option<syn::Error>,
    left_to_compiler: bool,
}

impl Errors {
    /// A mistake at these tokens.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// A mistake at this place.
    pub(crate) fn at_span(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.found {
            Some(all) => all.combine(error),
            None => self.found = Some(error),
        }
    }

    /// The compiler reports a mistake of its own once it sees the item as it was; a second report would only
    /// repeat it.
    pub(crate) fn left_to_compiler(&mut self) {
        self.left_to_compiler = true;
    }

    /// The mistakes as compiler errors, if there are any. None of them need be left to say.
    pub(crate) fn into_tokens(self) -> Option<TokenStream> {
        match self.found {
            Some(error) => Some(error.into_compile_error()),
            None => self.left_to_compiler.then(TokenStream::new),
        }
    }

    /// Every mistake's text, in order.
    #[cfg(test)]
    pub(crate) fn texts(self) -> Vec<String> {
        self.found.into_iter().flatten().map(|error| error.to_string()).collect()
    }
}

/// The known name that is nearest to a misspelt one, when one is near.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let best = known.iter().map(|candidate| (distance(name, candidate), *candidate)).min()?;
    (best.0 <= 2 && best.0 < best.1.len()).then_some(best.1)
}

/// Edit distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names() {
        let known = ["resource", "method", "path"];
        assert_eq!(nearest("resourc", &known), Some("resource"));
        assert_eq!(nearest("metod", &known), Some("method"));
        assert_eq!(nearest("gpu", &known), None);
    }
}
