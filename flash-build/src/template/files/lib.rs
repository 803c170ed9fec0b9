//! The functions of `{{name}}`. Each is an ordinary function: call it, test it, document it.
//! The attribute only says on which endpoint it lives once the program is deployed.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// What [`count`] finds out about a text.
#[derive(Debug, Serialize, Deserialize, flash::Type)]
pub struct Count {
    /// All words.
    pub words: usize,
    /// Different words.
    pub distinct: usize,
}

/// Splits a text into lower-case words.
#[flash::remote(resource = "endpoint_1")]
pub async fn tokenize(text: String) -> flash::Result<Vec<String>> {
    Ok(text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect())
}

/// The words that say little, loaded once per worker and shared by its calls.
pub struct StopWords(HashSet<&'static str>);

#[flash::remote(resource = "endpoint_1")]
impl StopWords {
    fn new() -> Self {
        Self(HashSet::from(["and", "be", "is", "not", "or", "the", "to"]))
    }

    /// Leaves them out.
    pub async fn drop_from(&self, words: Vec<String>) -> flash::Result<Vec<String>> {
        Ok(words
            .into_iter()
            .filter(|word| !self.0.contains(word.as_str()))
            .collect())
    }
}

/// Counts the words of a text. `tokenize` lives on another endpoint; calling it is the same `.await`.
#[flash::remote(resource = "endpoint_2", method = "POST", path = "/count")]
pub async fn count(text: String) -> flash::Result<Count> {
    let words = tokenize(text).await?;
    let distinct: HashSet<&String> = words.iter().collect();
    Ok(Count {
        words: words.len(),
        distinct: distinct.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn counts_words_once() {
        let found = count("To be, or not to be".to_owned()).await.unwrap();
        assert_eq!((found.words, found.distinct), (6, 4));
    }
}
