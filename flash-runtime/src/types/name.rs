//! A type's wire name, built by the compiler.

/// Longest name that is kept; a longer one counts as unknown.
const CAPACITY: usize = 384;

/// The name of a type on the wire, assembled in constants.
///
/// ```
/// use flash::types::Name;
///
/// const LIST: Name = Name::of("[").str("u64").str("]");
/// assert_eq!(LIST.as_str(), "[u64]");
/// ```
#[derive(Clone, Copy)]
pub struct Name {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Name {
    /// The name of a type that nothing is known of.
    pub const UNKNOWN: Self = {
        let mut bytes = [0; CAPACITY];
        bytes[0] = b'~';
        Self { bytes, len: 1 }
    };

    /// A name with this text.
    #[must_use]
    pub const fn of(text: &str) -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }.str(text)
    }

    /// Appends text.
    #[must_use]
    pub const fn str(self, text: &str) -> Self {
        self.append(text.as_bytes())
    }

    /// Appends another name. What contains something unknown is unknown.
    #[must_use]
    pub const fn name(self, other: &Self) -> Self {
        if other.is_known() && self.is_known() { self.append(other.as_bytes()) } else { Self::UNKNOWN }
    }

    /// Appends a number in decimal.
    #[must_use]
    pub const fn number(self, number: usize) -> Self {
        let mut digits = [0_u8; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            #[expect(clippy::cast_possible_truncation, reason = "a digit is below ten")]
            let digit = (rest % 10) as u8;
            digits[at] = b'0' + digit;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.append(digits.split_at(at).1)
    }

    const fn append(mut self, more: &[u8]) -> Self {
        if !self.is_known() {
            return self;
        }
        if self.len + more.len() > CAPACITY {
            return Self::UNKNOWN;
        }
        let mut at = 0;
        while at < more.len() {
            self.bytes[self.len] = more[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    /// Whether the name says what the type is.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        !(self.len == 1 && self.bytes[0] == b'~')
    }

    /// The name's bytes, UTF-8.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        self.bytes.split_at(self.len).0
    }

    /// The name as text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match str::from_utf8(self.as_bytes()) {
            Ok(text) => text,
            // Only whole strings are appended, so this is never reached.
            Err(_) => "~",
        }
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn unknown_spreads() {
        assert!(!Name::of("[").name(&Name::UNKNOWN).str("]").as_str().contains('['));
        assert_eq!(Name::of("[").name(&Name::of("u8")).str(";").number(320).str("]").as_str(), "[u8;320]");
    }

    #[test]
    fn too_long_is_unknown() {
        let mut name = Name::of("x");
        for _ in 0..12 {
            name = name.name(&name);
        }
        assert!(!name.is_known());
    }
}
