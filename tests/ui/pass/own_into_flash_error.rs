//! Own errors that become a `flash::Error`, by a conversion of one's own.

use std::fmt::Debug;

struct OutOfStock(u32);

impl From<OutOfStock> for flash::Error {
    fn from(OutOfStock(left): OutOfStock) -> Self {
        Self::new(format!("only {left} left"))
    }
}

struct Shown<T>(T);

impl<T: Debug> From<Shown<T>> for flash::Error {
    fn from(Shown(what): Shown<T>) -> Self {
        Self::new(format!("{what:?}"))
    }
}

#[flash::remote(resource = "stock")]
async fn take(count: u32) -> flash::Result<u32> {
    if count > 3 {
        Err(OutOfStock(3))?;
    }
    count.checked_sub(1).ok_or(Shown(count))?;
    Ok(count)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(take(4).await.map_err(|error| error.to_string()), Err("only 3 left".to_owned()));
    assert_eq!(take(0).await.map_err(|error| error.to_string()), Err("0".to_owned()));
    assert_eq!(take(1).await.map_err(flash::Error::from), Ok(1));
}
