//! serde's `rename_all`.

/// A rule of `rename_all`.
#[derive(Clone, Copy)]
pub(super) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// A field, which is in snake case.
    pub(super) fn field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => pascal(name),
            Self::Camel => first_lower(&pascal(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// A variant, which is in Pascal case.
    pub(super) fn variant(self, name: &str) -> String {
        match self {
            Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => first_lower(name),
            Self::Snake => snake(name),
            Self::ScreamingSnake => snake(name).to_ascii_uppercase(),
            Self::Kebab => snake(name).replace('_', "-"),
            Self::ScreamingKebab => snake(name).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn pascal(snake: &str) -> String {
    let mut up = true;
    snake
        .chars()
        .filter_map(|c| {
            let next = if up { c.to_ascii_uppercase() } else { c };
            up = c == '_';
            (c != '_').then_some(next)
        })
        .collect()
}

fn snake(pascal: &str) -> String {
    let mut out = String::new();
    for (index, c) in pascal.char_indices() {
        if index > 0 && c.is_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

fn first_lower(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| format!("{}{}", first.to_ascii_lowercase(), chars.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Case;

    #[test]
    fn as_serde_does() {
        let rules = [
            ("lowercase", "outcome_id", "verytasty"),
            ("camelCase", "outcomeId", "veryTasty"),
            ("PascalCase", "OutcomeId", "VeryTasty"),
            ("SCREAMING_SNAKE_CASE", "OUTCOME_ID", "VERY_TASTY"),
            ("kebab-case", "outcome-id", "very-tasty"),
        ];
        for (rule, field, variant) in rules {
            let case = Case::parse(rule).unwrap();
            assert_eq!(
                (case.field("outcome_id").as_str(), case.variant("VeryTasty").as_str()),
                (field, variant)
            );
        }
    }
}
