//! Words for a shell to paste.

/// The text as one word of a shell.
pub(crate) fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(quoted("a/b-1.key"), "a/b-1.key");
        assert_eq!(quoted("sp ace/it's"), "'sp ace/it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
