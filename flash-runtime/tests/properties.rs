//! Whatever a request brings, the binder answers; it neither panics nor allocates without bound.

use flash::argument::{Codecs, Incoming, owned, slice, text};
use flash::manifest::Manifest;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    id: u64,
    name: String,
    next: Option<Box<Item>>,
}

const NAMES: &[&str] = &["item", "text", "list", "raw"];

fn decode(incoming: &Incoming) {
    let codecs = (owned::<Item>(), text::<str>(), slice::<Option<i8>>(), owned::<flash::Bytes>());
    if let Err(bad) = codecs.decode(incoming, NAMES) {
        assert!(!bad.to_string().is_empty());
    }
}

/// JSON that is nearly right: known and unknown names, right and wrong types, cut anywhere.
fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| n.to_string()),
        ".*".prop_map(|text| serde_json::Value::from(text).to_string()),
        Just("1e999999999".to_owned()),
    ];
    let value = leaf.prop_recursive(8, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(("(item|text|list|raw|id|name|next|x)", inner), 0..8).prop_map(|fields| {
                let fields: Vec<String> =
                    fields.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    });
    (value, any::<prop::sample::Index>(), any::<bool>()).prop_map(|(json, cut, whole)| {
        let mut bytes = json.into_bytes();
        if !whole && !bytes.is_empty() {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(std::env::var("FLASH_FUZZ_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(512)))]

    #[test]
    fn any_bytes(json in prop::collection::vec(any::<u8>(), 0..512)) {
        decode(&Incoming { json: json.clone().into(), ..Incoming::default() });
        let _ = Manifest::parse(&json);
    }

    #[test]
    fn nearly_right_arguments(json in nearly_json()) {
        decode(&Incoming { json: json.clone().into(), ..Incoming::default() });
        let _ = Manifest::parse(&json);
    }

    #[test]
    fn any_texts(texts in prop::collection::vec(("(item|text|list|raw|x)", ".{0,32}"), 0..8), raw in any::<bool>()) {
        let raw = raw.then(|| flash::Blob::new("a/b", "x"));
        decode(&Incoming { json: flash::Bytes::new(), texts, raw });
    }

    #[test]
    fn what_was_sent_arrives(id in any::<u64>(), name in ".*", words in prop::collection::vec(any::<Option<i8>>(), 0..8)) {
        let item = Item { id, name: name.clone(), next: None };
        let json = serde_json::json!({"item": item, "text": name, "list": words});
        let incoming = Incoming {
            json: json.to_string().into(),
            raw: Some(flash::Blob::new("application/octet-stream", vec![1, 2])),
            texts: Vec::new(),
        };
        let codecs = (owned::<Item>(), text::<str>(), slice::<Option<i8>>(), owned::<flash::Bytes>());
        prop_assert_eq!(codecs.decode(&incoming, NAMES).unwrap(), (item, name, words, flash::Bytes::from(vec![1, 2])));
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = format!("{{\"item\":{}", "[".repeat(1 << 20));
    decode(&Incoming { json: deep.clone().into(), ..Incoming::default() });
    assert!(Manifest::parse(deep.as_bytes()).is_err());
}
