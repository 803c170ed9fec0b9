//! Hand-made records for tests.

/// A record around a body.
pub(crate) fn record(body: &str) -> Vec<u8> {
    let mut bytes = b"\x7fFLASH\x01\n".to_vec();
    bytes.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(body.as_bytes());
    bytes
}

/// A record of the package `shop` 1.2.3 with `head` and the fields of its kind.
pub(crate) fn in_shop(head: &serde_json::Value, own: &[&str]) -> Vec<u8> {
    let head = head.to_string();
    let mut fields = vec![head.as_str(), "shop::orders", "shop/src/orders.rs", "shop", "1.2.3"];
    fields.extend(own);
    record(&fields.join("\x1e"))
}

/// `pub async fn price(item: String) -> Result<u64, flash::Error>` on `pricing`.
pub(crate) fn function() -> Vec<u8> {
    in_shop(
        &serde_json::json!({"kind": "fn", "name": "price", "ident": "price", "line": 7, "column": 14, "is_async": true,
            "args": [{"name": "item", "text": "String"}], "returns": "flash::Result<u64>"}),
        &["pricing", "str", "u64", "flash::Error"],
    )
}
