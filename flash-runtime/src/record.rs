//! Records: what the binary says about its remote functions without being run. `docs/records.md` has the
//! format; `flash-build` reads it.

const MAGIC: [u8; 8] = *b"\x7fFLASH\x01\n";
const SEPARATOR: u8 = 0x1e;
const HEADER: usize = MAGIC.len() + 4;

/// Length of the record with these fields, header included.
#[must_use]
pub const fn record_len(fields: &[&str]) -> usize {
    let mut len = HEADER + fields.len() - 1;
    let mut at = 0;
    while at < fields.len() {
        len += fields[at].len();
        at += 1;
    }
    len
}

/// The record with these fields.
///
/// The compiler's interpreter runs this for every function. There the copying of a slice costs as much as thirty
/// bytes in a loop, and a whole record byte by byte two milliseconds.
#[must_use]
pub const fn record_bytes<const N: usize>(fields: &[&str]) -> [u8; N] {
    let mut out = [SEPARATOR; N];
    let mut index = 0;
    while index < MAGIC.len() {
        out[index] = MAGIC[index];
        index += 1;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a record is far below 4 GiB")]
    let length = ((N - HEADER) as u32).to_le_bytes();
    while index < HEADER {
        out[index] = length[index - MAGIC.len()];
        index += 1;
    }
    let mut at = HEADER;
    index = 0;
    while index < fields.len() {
        let field = fields[index].as_bytes();
        if field.len() > 30 {
            let (_, rest) = out.split_at_mut(at);
            let (place, _) = rest.split_at_mut(field.len());
            place.copy_from_slice(field);
        } else {
            let mut byte = 0;
            while byte < field.len() {
                out[at + byte] = field[byte];
                byte += 1;
            }
        }
        // One on for the separator that is there already.
        at += field.len() + 1;
        index += 1;
    }
    out
}

/// The source place (file, line) that a function's record holds, for messages about duplicates.
pub(crate) fn place(record: &[u8]) -> String {
    let body = record.get(HEADER..).and_then(|body| str::from_utf8(body).ok()).unwrap_or_default();
    let mut fields = body.split(char::from(SEPARATOR));
    let line = fields
        .next()
        .and_then(|head| serde_json::from_str::<serde_json::Value>(head).ok())
        .and_then(|head| head.get("line").and_then(serde_json::Value::as_u64));
    let (module, file) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    match line {
        Some(line) => format!("{file}:{line} (module {module})"),
        None => format!("{file} (module {module})"),
    }
}

/// A record in the section that `cargo flash` reads, as an expression: `&'static [u8; N]`.
///
/// What is known when macros expand is one literal, `$head` before the module and file, `$package` after them.
#[doc(hidden)]
#[macro_export]
macro_rules! __flash_record {
    ($head:literal, $package:literal, [$($field:expr),*]) => {{
        const __FLASH_FIELDS: &[&$crate::__private1::str] = &[
            $crate::__private1::concat!(
                $head,
                "\u{1e}",
                $crate::__private1::module_path!(),
                "\u{1e}",
                $crate::__private1::file!(),
                $package
            )
            $(, $field)*
        ];
        #[used]
        #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".flash"))]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__flash,regular,no_dead_strip"))]
        static __FLASH_RECORD: [$crate::__private1::u8; $crate::__private1::record_len(__FLASH_FIELDS)] =
            $crate::__private1::record_bytes(__FLASH_FIELDS);
        &__FLASH_RECORD
    }};
}

#[cfg(test)]
mod tests {
    use super::{place, record_bytes, record_len};

    #[test]
    fn layout() {
        const FIELDS: &[&str] = &["{\"kind\":\"fn\",\"line\":7}\u{1e}app::a\u{1e}src/a.rs", "u8"];
        const LEN: usize = record_len(FIELDS);
        let record = record_bytes::<LEN>(FIELDS);
        assert_eq!(&record[..8], b"\x7fFLASH\x01\n");
        assert_eq!(u32::from_le_bytes(record[8..12].try_into().unwrap()) as usize, LEN - 12);
        assert!(record.ends_with(b"src/a.rs\x1eu8"));
        assert_eq!(place(&record), "src/a.rs:7 (module app::a)");
    }
}
