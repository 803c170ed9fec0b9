//! Forms of classes.

#![deny(warnings, missing_docs, unreachable_pub, private_interfaces, private_bounds)]

use std::sync::atomic::{AtomicU64, Ordering};

/// Documented.
pub struct Model {
    bias: u64,
    calls: AtomicU64,
}

/// Documented.
#[flash::remote(resource = "models")]
impl Model {
    async fn new() -> flash::Result<Self> {
        tokio::task::yield_now().await;
        Ok(Self { bias: 10, calls: AtomicU64::new(0) })
    }

    /// Documented.
    #[flash(method = "POST", path = "/predict/{name}", timeout = "5s")]
    #[flash(idempotent)]
    pub async fn predict(&self, name: &str, (a, mut b): (u64, u64)) -> flash::Result<u64> {
        b += 1;
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(self.bias + name.len() as u64 + a * b)
    }

    /// Documented.
    #[must_use]
    pub fn calls(&self) -> flash::Result<u64> {
        Ok(self.calls.load(Ordering::Relaxed))
    }

    /// Documented.
    #[flash(on_failure = "panic")]
    pub async fn plain(&self) -> u64 {
        self.bias
    }

    /// Only here.
    #[cfg(all())]
    pub async fn present(&self) -> flash::Result<()> {
        Ok(())
    }

    /// Not here.
    #[cfg(any())]
    pub async fn absent(&self, _: Missing) -> flash::Result<Missing> {
        Missing
    }

    async fn r#match(&self, r#type: u8) -> Result<u8, flash::AnyError> {
        Ok(r#type)
    }

    pub(crate) async fn lifetimes<'a>(&self, text: std::borrow::Cow<'a, str>) -> flash::Result<String> {
        Ok(text.into_owned())
    }
}

mod private {
    //! A private class in a private module, with types that only it knows.

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Secret(u8);

    struct Hidden;

    #[flash::remote]
    impl Hidden {
        fn new() -> Self {
            Self
        }

        async fn echo(&self, secret: Secret) -> flash::Result<Secret> {
            Ok(secret)
        }
    }

    pub(super) async fn use_it() -> flash::Result<u8> {
        let face: HiddenRemote = Hidden::remote();
        Ok(face.echo(Secret(3)).await?.0)
    }
}

// Private, with public methods, which is as far as many people think about it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Ours(u8);

struct Careless;

#[expect(unreachable_pub)]
mod careless {
    use super::{Careless, Ours};

    #[flash::remote(name = "Careless2")]
    impl super::Careless {
        pub fn new() -> Careless {
            Self
        }

        pub(super) async fn echo(&self, ours: Ours) -> flash::Result<Ours> {
            Ok(ours)
        }
    }
}

mod elsewhere {
    //! A path to the type.

    #[derive(Debug, Clone, Copy)]
    pub(crate) enum Kind {
        One,
    }
}

#[flash::remote]
impl crate::elsewhere::Kind {
    #[cfg(all())]
    fn new() -> Result<Self, std::num::ParseIntError> {
        "1".parse::<u8>().map(|_| Self::One)
    }

    #[cfg(any())]
    fn other() -> Result<Self, Missing> {
        Missing
    }

    async fn name(&self) -> flash::Result<String> {
        Ok(format!("{self:?}"))
    }
}

/// Nobody uses the face of it.
pub struct Unused;

#[flash::remote]
impl Unused {
    fn new() -> Self {
        Self
    }

    async fn call(&self) -> flash::Result<()> {
        Ok(())
    }
}

// Built by a plain impl block, whose functions stay the user's.
impl Model {
    const fn helper(&self) -> u64 {
        self.bias
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() -> flash::Result<()> {
    let face = Model::remote();
    assert_eq!(face.predict("ab", (2, 2)).await?, 18);
    assert_eq!(face.calls()?, 1);
    assert_eq!(face.plain().await, 10);
    face.present().await?;
    assert_eq!(face.r#match(1).await.unwrap(), 1);
    assert_eq!(face.lifetimes("a".into()).await?, "a");
    let own = Model { bias: 1, calls: AtomicU64::new(0) };
    assert_eq!(own.predict("", (1, 0)).await?, 2);
    assert_eq!(own.helper(), 1);
    assert_eq!(private::use_it().await?, 3);
    assert_eq!(Careless::remote().echo(Ours(1)).await?.0, 1);
    assert_eq!(elsewhere::Kind::remote().name().await?, "One");
    let names = ["Model.predict", "Model.present", "Model.match", "Careless2.echo", "Kind.name", "Unused.call"];
    assert!(names.iter().all(|name| flash::registry::find(name).is_some()));
    assert!(flash::registry::find("Model.absent").is_none());
    assert!(flash::registry::find("Model.predict").unwrap().idempotent);
    Ok(())
}
