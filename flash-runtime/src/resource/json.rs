//! JSON written by the compiler.

const CAPACITY: usize = 8192;

/// A document under construction in a constant. Its text ends up in the binary's record of a resource.
#[derive(Clone, Copy)]
pub struct Json {
    bytes: [u8; CAPACITY],
    len: usize,
    /// Whether a comma is due before the next entry.
    comma: bool,
}

impl Json {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0, comma: false }
    }

    /// The document.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // Only whole strings and ASCII are written.
            Err(_) => "{}",
        }
    }

    const fn byte(mut self, byte: u8) -> Self {
        assert!(self.len < CAPACITY, "the declaration of a resource is too long; move parts to flash.toml");
        self.bytes[self.len] = byte;
        self.len += 1;
        self
    }

    const fn bytes(mut self, bytes: &[u8]) -> Self {
        let mut at = 0;
        while at < bytes.len() {
            self = self.byte(bytes[at]);
            at += 1;
        }
        self
    }

    /// `{` or `[`.
    pub(super) const fn open(self, bracket: u8) -> Self {
        let mut this = self.separated().byte(bracket);
        this.comma = false;
        this
    }

    /// `}` or `]`.
    pub(super) const fn close(self, bracket: u8) -> Self {
        let mut this = self.byte(bracket);
        this.comma = true;
        this
    }

    const fn separated(self) -> Self {
        if self.comma { self.byte(b',') } else { self }
    }

    pub(super) const fn key(self, key: &str) -> Self {
        let mut this = self.string(key).byte(b':');
        this.comma = false;
        this
    }

    pub(super) const fn string(self, text: &str) -> Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut this = self.separated().byte(b'"');
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            this = match bytes[at] {
                byte @ (b'"' | b'\\') => this.byte(b'\\').byte(byte),
                byte if byte < 0x20 => {
                    this.bytes(b"\\u00").byte(HEX[(byte >> 4) as usize]).byte(HEX[(byte & 15) as usize])
                }
                byte => this.byte(byte),
            };
            at += 1;
        }
        this = this.byte(b'"');
        this.comma = true;
        this
    }

    pub(super) const fn number(self, number: u64) -> Self {
        let mut digits = [0_u8; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            let digit = (rest % 10) as u8;
            digits[at] = b'0' + digit;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let mut this = self.separated().bytes(digits.split_at(at).1);
        this.comma = true;
        this
    }

    pub(super) const fn boolean(self, value: bool) -> Self {
        let mut this = self.separated().bytes(if value { b"true" } else { b"false" });
        this.comma = true;
        this
    }
}
