//! `cfg` conditions and the attributes that carry them.

use cargo_platform::{Cfg, CfgExpr};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// One condition. A predicate that this reader doesn't know is taken as true, so that nothing is lost through it.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    text: String,
    expression: Option<CfgExpr>,
}

impl Condition {
    fn parse(text: &str) -> Self {
        match text.parse::<CfgExpr>() {
            Ok(expression) => Self::of(expression),
            Err(_) => Self { text: text.to_owned(), expression: None },
        }
    }

    fn of(expression: CfgExpr) -> Self {
        Self { text: expression.to_string(), expression: Some(expression) }
    }

    /// As written in `cfg(..)`.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds under each of the sets: a package may be built with several, and only what is in all of them
    /// is certain to be there.
    pub(super) fn holds(&self, sets: &[Vec<Cfg>]) -> bool {
        self.expression.as_ref().is_none_or(|expression| sets.iter().all(|set| expression.matches(set)))
    }
}

/// The first condition that flags out of sight may decide, such as `rustflags` of cargo's configuration and `panic` of
/// the profile. Features are as cargo said, and `test` never holds.
pub(super) fn first_unsure(conditions: &[Condition]) -> Option<&Condition> {
    fn certain(expression: &CfgExpr) -> bool {
        match expression {
            CfgExpr::Not(inner) => certain(inner),
            CfgExpr::All(parts) | CfgExpr::Any(parts) => parts.iter().all(certain),
            CfgExpr::Value(Cfg::Name(name)) => name.name == "test",
            CfgExpr::Value(Cfg::KeyPair(name, _)) => name.name == "feature",
            CfgExpr::True | CfgExpr::False => true,
        }
    }
    conditions.iter().find(|condition| !condition.expression.as_ref().is_some_and(certain))
}

/// The first condition that doesn't hold.
pub(super) fn first_false<'c>(conditions: &'c [Condition], sets: &[Vec<Cfg>]) -> Option<&'c Condition> {
    conditions.iter().find(|condition| !condition.holds(sets))
}

/// Attributes with `cfg_attr` taken apart: each with the conditions under which it is there.
pub(super) fn expand(attributes: &[Attribute]) -> Vec<(Meta, Vec<Condition>)> {
    let mut found = Vec::new();
    for attribute in attributes {
        expand_meta(&attribute.meta, &[], &mut found);
    }
    found
}

fn expand_meta(meta: &Meta, when: &[Condition], found: &mut Vec<(Meta, Vec<Condition>)>) {
    if !meta.path().is_ident("cfg_attr") {
        found.push((meta.clone(), when.to_vec()));
        return;
    }
    let Meta::List(list) = meta else { return };
    let Ok(parts) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else {
        return;
    };
    let mut parts = parts.into_iter();
    let Some(predicate) = parts.next() else {
        return;
    };
    let mut when = when.to_vec();
    when.push(Condition::parse(&text(&predicate)));
    for inner in parts {
        expand_meta(&inner, &when, found);
    }
}

/// The conditions under which an item with these attributes is there.
pub(super) fn conditions(expanded: &[(Meta, Vec<Condition>)]) -> Vec<Condition> {
    let mut found = Vec::new();
    for (meta, when) in expanded {
        let Meta::List(list) = meta else { continue };
        if !list.path.is_ident("cfg") {
            continue;
        }
        let condition = Condition::parse(list.tokens.to_string().trim().trim_end_matches(','));
        found.push(if when.is_empty() { condition } else { implied(when, condition) });
    }
    found
}

/// `cfg_attr(a, cfg(b))` is `any(not(a), b)`.
fn implied(when: &[Condition], then: Condition) -> Condition {
    let mut parts = Vec::new();
    for condition in when {
        let Some(expression) = &condition.expression else {
            return Condition { expression: None, ..then };
        };
        parts.push(CfgExpr::Not(Box::new(expression.clone())));
    }
    match then.expression {
        Some(expression) => {
            parts.push(expression);
            Condition::of(CfgExpr::Any(parts))
        }
        None => then,
    }
}

fn text(meta: &Meta) -> String {
    match meta {
        Meta::Path(path) => path.get_ident().map(ToString::to_string).unwrap_or_default(),
        Meta::List(list) => {
            format!("{}({})", list.path.get_ident().map(ToString::to_string).unwrap_or_default(), list.tokens)
        }
        Meta::NameValue(pair) => {
            let name = pair.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match &pair.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(value), .. }) => {
                    format!("{name} = \"{}\"", value.value())
                }
                _ => name + " = ?",
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::{conditions, expand};
    use cargo_platform::Cfg;

    fn holds(attribute: &str, set: &[&str]) -> (bool, Vec<String>) {
        let file = syn::parse_file(&format!("{attribute} fn f() {{}}")).unwrap();
        let syn::Item::Fn(item) = &file.items[0] else { panic!("not a function") };
        let found = conditions(&expand(&item.attrs));
        let set: Vec<Cfg> = set.iter().map(|cfg| cfg.parse().unwrap()).collect();
        let sets = [set];
        (found.iter().all(|c| c.holds(&sets)), found.iter().map(|c| c.text().to_owned()).collect())
    }

    #[test]
    fn conditions_are_evaluated_and_shown_as_written() {
        let all = r#"#[cfg(all(unix, not(feature = "a"), any(target_os = "linux", test)))]"#;
        assert!(holds(all, &["unix", "target_os=\"linux\""]).0);
        let (held, text) = holds(all, &["unix", "target_os=\"linux\"", "feature=\"a\""]);
        assert!(!held);
        assert_eq!(text, [r#"all(unix, not(feature = "a"), any(target_os = "linux", test))"#]);
        assert!(holds("#[cfg(true)]", &[]).0);
        assert!(!holds("#[cfg(false)]", &[]).0);
        assert!(!holds("#[cfg_attr(unix, cfg(windows))]", &["unix"]).0);
        assert!(holds("#[cfg_attr(unix, cfg(windows))]", &[]).0);
        assert!(!holds("#[cfg_attr(unix, cfg_attr(a, cfg(windows)))]", &["unix", "a"]).0);
    }

    #[test]
    fn unknown_predicates_hold() {
        assert!(holds("#[cfg(version(\"1.99\"))]", &[]).0);
        assert!(holds("#[cfg_attr(1 + 2, cfg(windows))]", &[]).0);
    }
}
