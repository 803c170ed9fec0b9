//! Remote functions, classes, types and resources that `macro_rules` makes.

#![deny(warnings)]

macro_rules! functions {
    ($($(#[$attr:meta])* $vis:vis fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty = $body:expr;)*) => {$(
        #[flash::remote(resource = "made", name = "unused")]
        #[allow(dead_code)]
        fn _named() -> flash::Result<()> { Ok(()) }
    )*};
    (@one $resource:literal $timeout:expr, $(#[$attr:meta])* $vis:vis fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty = $body:expr) => {
        $(#[$attr])*
        #[flash::remote(resource = $resource, timeout = $timeout)]
        $vis async fn $name($($argument: $type),*) -> $result {
            $body
        }
    };
}

functions!(@one "made" "5s", /// Doubles.
    pub fn double(n: u64) -> flash::Result<u64> = Ok(n * 2));
functions!(@one "made" "1m", fn length(text: &str, list: &[u8]) -> Result<usize, flash::AnyError> = Ok(text.len() + list.len()));

macro_rules! class {
    ($name:ident, $field:ty, $method:ident) => {
        #[derive(serde::Serialize, serde::Deserialize, flash::Type)]
        struct $name {
            field: $field,
        }

        #[flash::remote(resource = "made")]
        impl $name {
            fn new() -> Self {
                Self { field: 3 }
            }

            async fn $method(&self, n: $field) -> flash::Result<$field> {
                Ok(self.field + n)
            }

            async fn itself(&self, other: $name) -> flash::Result<Self> {
                Ok(other)
            }
        }
    };
}

class!(Counter, u32, add);

macro_rules! resource {
    ($name:ident, $text:literal) => {
        #[flash::resource]
        const $name: flash::ServerlessResource = flash::ServerlessResource::new($text);
    };
}

resource!(MADE, "made-too");

// Arguments from inside and from outside of the macro are different, whatever their names.
macro_rules! hygienic {
    ($outer:ident) => {
        #[flash::remote(resource = MADE)]
        async fn hygienic(n: u8, $outer: u8) -> flash::Result<u8> {
            Ok(n * 10 + $outer)
        }
    };
}

hygienic!(other);

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    assert_eq!(double(2).await.unwrap(), 4);
    assert_eq!(length("ab", &[1]).await.unwrap(), 3);
    assert_eq!(Counter::remote().add(4).await.unwrap(), 7);
    assert_eq!(Counter::remote().itself(Counter { field: 1 }).await.unwrap().field, 1);
    assert_eq!(hygienic(1, 2).await.unwrap(), 12);
    assert_eq!(flash::registry::find("double").unwrap().timeout_ms, 5_000);
    assert_eq!(flash::registry::find("hygienic").unwrap().resource, "made-too");
}
