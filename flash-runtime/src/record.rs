//! Records: what the binary says about its remote functions without being run. `docs/records.md` has the
//! format; `flash-build` reads it.

const SEPARATOR: u8 = 0x1e;
/// Magic, eight bytes, and the length of what follows, four.
const HEADER: usize = 12;

/// Length of the record with these fields, of which the first begins with the header.
#[must_use]
pub const fn record_len(fields: &[&str]) -> usize {
    let mut len = fields.len() - 1;
    let mut at = 0;
    while at < fields.len() {
        len += fields[at].len();
        at += 1;
    }
    len
}

/// The record with these fields, of which the first begins with the header; its length is filled in.
#[must_use]
pub const fn record_bytes<const N: usize>(fields: &[&str]) -> [u8; N] {
    let mut out = [SEPARATOR; N];
    let mut place: &mut [u8] = &mut out;
    let mut index = 0;
    while index < fields.len() {
        place = match put(fields[index].as_bytes(), place) {
            // The separator is there already.
            [_, rest @ ..] => rest,
            [] => &mut [],
        };
        index += 1;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a record is far below 4 GiB")]
    let [a, b, c, d] = ((N - HEADER) as u32).to_le_bytes();
    out[8] = a;
    out[9] = b;
    out[10] = c;
    out[11] = d;
    out
}

/// Copies a field to the start of a place and gives back the rest of the place.
///
/// The compiler's interpreter runs this for every function, so steps count: a byte in a loop with indices takes
/// fifteen, in a pattern five, a slice's own copy some hundreds.
const fn put<'a>(mut field: &[u8], mut place: &'a mut [u8]) -> &'a mut [u8] {
    if field.len() > 64 {
        let (here, rest) = place.split_at_mut(field.len());
        here.copy_from_slice(field);
        return rest;
    }
    while let [a, b, c, d, e, f, g, h, more @ ..] = field {
        place = match place {
            [i, j, k, l, m, n, o, p, rest @ ..] => {
                *i = *a;
                *j = *b;
                *k = *c;
                *l = *d;
                *m = *e;
                *n = *f;
                *o = *g;
                *p = *h;
                rest
            }
            short => return short,
        };
        field = more;
    }
    while let [a, more @ ..] = field {
        place = match place {
            [i, rest @ ..] => {
                *i = *a;
                rest
            }
            short => return short,
        };
        field = more;
    }
    place
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
                "\u{7f}FLASH\u{1}\n\0\0\0\0",
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
        const FIELDS: &[&str] =
            &["\u{7f}FLASH\u{1}\n\0\0\0\0{\"kind\":\"fn\",\"line\":7}\u{1e}app::a\u{1e}src/a.rs", "u8"];
        const LEN: usize = record_len(FIELDS);
        let record = record_bytes::<LEN>(FIELDS);
        assert_eq!(&record[..8], b"\x7fFLASH\x01\n");
        assert_eq!(u32::from_le_bytes(record[8..12].try_into().unwrap()) as usize, LEN - 12);
        assert!(record.ends_with(b"src/a.rs\x1eu8"));
        assert_eq!(place(&record), "src/a.rs:7 (module app::a)");
    }
}
