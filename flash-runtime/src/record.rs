//! Records: what the binary says about its remote functions without being run. `docs/records.md` has the
//! format; `flash-build` reads it.

use crate::types::Name;

const MAGIC: [u8; 8] = *b"\x7fFLASH\x01\n";
const SEPARATOR: u8 = 0x1e;
const HEADER: usize = MAGIC.len() + 4;

/// Length of the record with these fields, header included.
#[must_use]
pub const fn record_len(texts: &[&str], names: &[&Name]) -> usize {
    let mut len = HEADER + texts.len() + names.len() - 1;
    let mut at = 0;
    while at < texts.len() {
        len += texts[at].len();
        at += 1;
    }
    at = 0;
    while at < names.len() {
        len += names[at].as_bytes().len();
        at += 1;
    }
    len
}

/// The record with these fields: the texts first, then the type names.
#[must_use]
pub const fn record_bytes<const N: usize>(texts: &[&str], names: &[&Name]) -> [u8; N] {
    let mut out = [0; N];
    let mut at = put(&mut out, 0, &MAGIC);
    #[expect(clippy::cast_possible_truncation, reason = "a record is far below 4 GiB")]
    let body = (N - HEADER) as u32;
    at = put(&mut out, at, &body.to_le_bytes());
    let mut index = 0;
    while index < texts.len() + names.len() {
        if index > 0 {
            out[at] = SEPARATOR;
            at += 1;
        }
        let field =
            if index < texts.len() { texts[index].as_bytes() } else { names[index - texts.len()].as_bytes() };
        at = put(&mut out, at, field);
        index += 1;
    }
    out
}

const fn put(out: &mut [u8], mut at: usize, bytes: &[u8]) -> usize {
    let mut index = 0;
    while index < bytes.len() {
        out[at] = bytes[index];
        at += 1;
        index += 1;
    }
    at
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
#[doc(hidden)]
#[macro_export]
macro_rules! __flash_record {
    ([$head:expr $(, $text:expr)*], [$($name:expr),*]) => {{
        const __FLASH_TEXTS: &[&$crate::__private1::str] = &[
            $head,
            $crate::__private1::module_path!(),
            $crate::__private1::file!(),
            match $crate::__private1::option_env!("CARGO_PKG_NAME") {
                $crate::__private1::Some(name) => name,
                $crate::__private1::None => "",
            },
            match $crate::__private1::option_env!("CARGO_PKG_VERSION") {
                $crate::__private1::Some(version) => version,
                $crate::__private1::None => "",
            }
            $(, $text)*
        ];
        const __FLASH_NAMES: &[&$crate::__private1::Name] = &[$(&$name),*];
        const __FLASH_LEN: $crate::__private1::usize =
            $crate::__private1::record_len(__FLASH_TEXTS, __FLASH_NAMES);
        #[used]
        #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".flash"))]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__flash,regular,no_dead_strip"))]
        static __FLASH_RECORD: [$crate::__private1::u8; __FLASH_LEN] =
            $crate::__private1::record_bytes::<__FLASH_LEN>(__FLASH_TEXTS, __FLASH_NAMES);
        &__FLASH_RECORD
    }};
}

#[cfg(test)]
mod tests {
    use super::{place, record_bytes, record_len};
    use crate::types::Name;

    #[test]
    fn layout() {
        const TEXTS: &[&str] = &[r#"{"kind":"fn","line":7}"#, "app::a", "src/a.rs"];
        const NAMES: &[&Name] = &[&Name::of("u8")];
        const LEN: usize = record_len(TEXTS, NAMES);
        let record = record_bytes::<LEN>(TEXTS, NAMES);
        assert_eq!(&record[..8], b"\x7fFLASH\x01\n");
        assert_eq!(u32::from_le_bytes(record[8..12].try_into().unwrap()) as usize, LEN - 12);
        assert!(record.ends_with(b"src/a.rs\x1eu8"));
        assert_eq!(place(&record), "src/a.rs:7 (module app::a)");
    }
}
