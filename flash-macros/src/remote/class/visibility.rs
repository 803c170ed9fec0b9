//! How far the face of a class can be seen: as far as the most visible of its methods.

use quote::ToTokens;
use syn::Visibility;

pub(super) fn widest<'a>(all: impl Iterator<Item = &'a Visibility>) -> Visibility {
    all.fold(Visibility::Inherited, |widest, next| match (rank(&widest), rank(next)) {
        (a, b) if a > b => widest,
        (a, b) if a < b => next.clone(),
        // Two paths to modules: which is wider can't be told from here, and the crate holds both.
        (RESTRICTED, _) if text(&widest) != text(next) => syn::parse_quote!(pub(crate)),
        _ => widest,
    })
}

const RESTRICTED: u8 = 1;

fn rank(vis: &Visibility) -> u8 {
    match vis {
        Visibility::Inherited => 0,
        Visibility::Restricted(restricted) if restricted.path.is_ident("self") => 0,
        Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => 2,
        Visibility::Restricted(_) => RESTRICTED,
        Visibility::Public(_) => 3,
    }
}

fn text(vis: &Visibility) -> String {
    vis.to_token_stream().to_string()
}

#[cfg(test)]
mod tests {
    use syn::{Visibility, parse_quote};

    use super::{text, widest};

    #[test]
    fn the_most_visible_method_decides() {
        let cases: [(&[&str], &str); 7] = [
            (&[], ""),
            (&["", "pub (self)"], ""),
            (&["", "pub (super)"], "pub (super)"),
            (&["pub (super)", "pub (super)"], "pub (super)"),
            (&["pub (super)", "pub (in crate::a)"], "pub (crate)"),
            (&["pub (crate)", "pub (super)"], "pub (crate)"),
            (&["pub (crate)", "pub", ""], "pub"),
        ];
        for (given, expected) in cases {
            let given: Vec<Visibility> = given.iter().map(|text| syn::parse_str(text).unwrap()).collect();
            assert_eq!(text(&widest(given.iter())).replace(' ', ""), expected.replace(' ', ""));
        }
        let _: Visibility = parse_quote!(pub);
    }
}
