//! Names like the one that was asked for.

/// Longest name that is compared.
const MAX_LEN: usize = 64;

/// Up to three of `names` that `wanted` may be a slip of, the nearest first.
pub(crate) fn similar<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    if wanted.len() > MAX_LEN {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = names
        .filter(|name| name.len() <= MAX_LEN)
        .filter_map(|name| {
            let distance = distance(&wanted.to_lowercase(), &name.to_lowercase());
            // `predict` asks for `Model.predict` without saying of which class.
            let same_method = name.rsplit_once('.').is_some_and(|(_, method)| method == wanted);
            // Of a name of one letter nothing is left by a slip.
            let slip = distance <= 1 + wanted.len() / 4 && distance < wanted.len();
            (same_method || slip).then_some((distance, name))
        })
        .collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Number of letters to insert, delete or replace.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn slips_are_recognised() {
        let names = ["tokenize", "Model.predict", "process", "add"];
        let like = |wanted| similar(wanted, names.into_iter());
        assert_eq!(like("tokenise"), ["tokenize"]);
        assert_eq!(like("predict"), ["Model.predict"]);
        assert_eq!(like("model.predict"), ["Model.predict"]);
        assert!(like("resize_image").is_empty() && like("").is_empty() && like("x").is_empty());
    }
}
