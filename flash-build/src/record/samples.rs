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

/// A function of `shop::api` to be varied.
pub(crate) struct Sample {
    head: serde_json::Value,
    resource: String,
    types: Vec<String>,
    result: [String; 2],
}

impl Sample {
    /// An `async fn` without arguments on a resource, at a line.
    pub(crate) fn new(name: &str, resource: &str, line: u32) -> Self {
        let head = serde_json::json!({"kind": "fn", "name": name, "ident": name.rsplit('.').next(), "line": line,
            "column": 1, "is_async": true, "args": [], "returns": "flash::Result<u64>"});
        let result = ["u64".to_owned(), "flash::Error".to_owned()];
        Self { head, resource: resource.to_owned(), types: Vec::new(), result }
    }

    pub(crate) fn route(mut self, method: &str, path: &str) -> Self {
        self.head["method"] = method.into();
        self.head["path"] = path.into();
        self
    }

    pub(crate) fn arg(mut self, name: &str, type_name: &str, text: &str) -> Self {
        if let Some(args) = self.head["args"].as_array_mut() {
            args.push(serde_json::json!({"name": name, "text": text}));
        }
        self.types.push(type_name.to_owned());
        self
    }

    pub(crate) fn returns(mut self, result: &str, error: &str, text: &str) -> Self {
        self.result = [result.to_owned(), error.to_owned()];
        self.head["returns"] = text.into();
        self
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
        self.head[key] = value.into();
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut own = vec![self.resource.as_str()];
        own.extend(self.types.iter().map(String::as_str));
        own.extend(self.result.iter().map(String::as_str));
        in_shop(&self.head, &own)
    }
}

/// A class with its constructor `new`.
pub(crate) fn class(name: &str, resource: &str, line: u32) -> Vec<u8> {
    let head = serde_json::json!({"kind": "class", "name": name, "ident": name, "line": line, "column": 1, "constructor": "new"});
    in_shop(&head, &[resource])
}

/// A resource declared in code.
pub(crate) fn resource(line: u32, declared: &serde_json::Value) -> Vec<u8> {
    let head = serde_json::json!({"kind": "resource", "ident": "R", "line": line, "column": 1});
    in_shop(&head, &[&declared.to_string()])
}

/// A derived struct with fields and their types.
pub(crate) fn structure(name: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let names: Vec<_> = fields.iter().map(|(name, _)| serde_json::json!({"name": name})).collect();
    let head =
        serde_json::json!({"kind": "type", "ident": "T", "line": 1, "shape": "struct", "fields": names});
    let own: Vec<&str> =
        std::iter::once(name).chain(fields.iter().map(|(_, type_name)| *type_name)).collect();
    in_shop(&head, &own)
}

/// A derived enum without data.
pub(crate) fn words(name: &str) -> Vec<u8> {
    let head = serde_json::json!({"kind": "type", "ident": "T", "line": 1, "shape": "enum",
        "variants": [{"name": "a", "shape": "unit", "fields": []}]});
    in_shop(&head, &[name])
}

/// A derived struct around one value, perhaps with a form of its own on the wire.
pub(crate) fn wrapper(name: &str, inner: &str, opaque: bool) -> Vec<u8> {
    let head = serde_json::json!({"kind": "type", "ident": "T", "line": 1, "shape": "newtype",
        "fields": [{"name": ""}], "opaque": opaque});
    in_shop(&head, &[name, inner])
}
