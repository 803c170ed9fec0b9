//! A type that isn't imported.

#[flash::remote]
async fn count(words: HashMap<String, u64>) -> flash::Result<BTreeMap<String, u64>> {
    Ok(words.into_iter().collect())
}

fn main() {}
