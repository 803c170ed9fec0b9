#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::samples::{function, in_shop, record};
use super::*;

#[test]
fn function_is_read_back() {
    let records = read(&function()).unwrap();
    let [Record { origin, item: Item::Function(function), offset: 0 }] = records.as_slice() else {
        panic!("{records:?}");
    };
    assert_eq!((origin.module.as_str(), origin.file.as_str()), ("shop::orders", "shop/src/orders.rs"));
    assert_eq!((function.resource.as_str(), function.result_type.as_str()), ("pricing", "u64"));
    assert_eq!(function.args[0].type_name, "str");
}

#[test]
fn padding_is_skipped_and_offsets_count_it() {
    let mut bytes = vec![0; 5];
    bytes.extend(function());
    bytes.extend([0; 7]);
    bytes.extend(function());
    bytes.extend([0; 3]);
    let offsets: Vec<usize> = read(&bytes).unwrap().iter().map(|record| record.offset).collect();
    assert_eq!(offsets, [5, 5 + function().len() + 7]);
    assert!(read(&[0; 100]).unwrap().is_empty());
    assert!(read(&[]).unwrap().is_empty());
}

#[test]
fn every_kind_is_understood() {
    let class = in_shop(
        &serde_json::json!({"kind": "class", "name": "Model", "ident": "Model", "line": 1, "column": 6, "constructor": "new"}),
        &["models"],
    );
    let shape = in_shop(
        &serde_json::json!({"kind": "type", "ident": "Event", "line": 2, "shape": "struct", "tag": "t",
            "variants": [{"name": "a", "shape": "unit", "fields": []}, {"name": "b", "shape": "newtype", "fields": [{"name": "0"}]}]}),
        &["shop::Event", "[u8]"],
    );
    let resource = in_shop(
        &serde_json::json!({"kind": "resource", "ident": "MODELS", "line": 2, "column": 1}),
        &[r#"{"name":"models","resource_type":"ServerlessResource","config":{"workersMin":1}}"#],
    );
    let main = in_shop(&serde_json::json!({"kind": "main", "line": 2, "column": 1}), &[]);
    let all = read(&[class, shape, resource, main].concat()).unwrap();
    assert!(matches!(&all[0].item, Item::Class(class) if class.resource == "models"));
    assert!(matches!(&all[1].item, Item::Type(shape) if shape.field_types == ["[u8]"]));
    assert!(matches!(&all[2].item, Item::Resource(it) if it.declared.config["workersMin"] == 1));
    assert!(matches!(all[3].item, Item::Main(_)));
}

#[test]
fn faults_have_their_offset_and_a_reason() {
    let fault = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
    assert_eq!(
        fault(b"\0\0hello"),
        "at byte 2 of the records: no record begins here; the section is corrupted"
    );
    let mut newer = function();
    newer[6] = 9;
    assert_eq!(
        fault(&newer),
        "at byte 0 of the records: the record has format 9, this program reads 1; use a `cargo flash` of the same \
         version as `flash-runtime`"
    );
    let whole = function();
    let left = whole.len() - 13;
    assert_eq!(
        fault(&whole[..whole.len() - 1]),
        format!(
            "at byte 0 of the records: the record needs {} more bytes and {left} are left; the binary is truncated or corrupted",
            left + 1
        )
    );
    assert!(fault(b"\x7fFLA").contains("truncated"));
    assert!(fault(&record("{}")).contains("has 1 fields and needs 5"));
    assert!(fault(&record("{}\x1e\x1e\x1e\x1e")).contains("field 0 can't be read: missing field `kind`"));
    assert!(fault(&record("{\"kind\":\"fu\"}\x1e\x1e\x1e\x1e")).contains("unknown variant `fu`"));
    let mut bytes = function();
    bytes.extend(b"\x7fFLASH\x01\n\x02\0\0\0\xff\xff");
    assert_eq!(
        fault(&bytes),
        format!(
            "at byte {} of the records: the record is not UTF-8; the section is corrupted",
            function().len()
        )
    );
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        let _ = read(&bytes);
        let _ = read(&[function(), bytes].concat());
    }

    #[test]
    fn garbage_in_a_body_never_panics(body in "(\\{\"kind\":\"(fn|class|type|resource|main)\".{0,40}\\})?(\\x1e.{0,12}){0,9}") {
        let _ = read(&record(&body));
    }

    #[test]
    fn every_truncation_of_two_records_is_whole_or_an_error(cut in 0_usize..400) {
        let bytes = [function(), function()].concat();
        let cut = cut.min(bytes.len());
        match read(&bytes[..cut]) {
            Ok(records) => prop_assert_eq!(records.len() * function().len(), cut),
            Err(error) => prop_assert!(error.offset <= cut),
        }
    }

    #[test]
    fn mutation_never_panics(at in 0_usize..200, value in any::<u8>()) {
        let mut bytes = function();
        let at = at % bytes.len();
        bytes[at] = value;
        let _ = read(&bytes);
    }
}
