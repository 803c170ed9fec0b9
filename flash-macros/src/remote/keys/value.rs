//! Values with rules of their own.

/// What is wrong with a resource's name: it becomes a host name and a file name.
pub(super) fn bad_resource_name(name: &str) -> Option<&'static str> {
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

/// What is wrong with a function's name on the wire.
pub(super) fn bad_wire_name(name: &str) -> Option<&'static str> {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    let rest = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    (!first || !rest)
        .then_some("a wire name starts with a letter or `_` and goes on with letters, digits, `_` or `-`")
}

/// The milliseconds of a duration with its unit.
pub(super) fn milliseconds(text: &str) -> Result<u64, &'static str> {
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
    use super::{bad_resource_name, bad_wire_name, milliseconds};

    #[test]
    fn durations() {
        assert_eq!(milliseconds("30s"), Ok(30_000));
        assert_eq!(milliseconds("500 ms"), Ok(500));
        for bad in ["", "s", "30", "1d", "0s", "25h", "99999999999999999999s", "-1s", "1.5s"] {
            assert!(milliseconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn wire_names() {
        assert_eq!(bad_wire_name("a-b_2"), None);
        assert_eq!(bad_wire_name("_a"), None);
        for bad in ["", "2a", "-a", "a b", "a.b", "\u{e4}"] {
            assert!(bad_wire_name(bad).is_some(), "{bad}");
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
