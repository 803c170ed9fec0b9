//! Forms of functions.

#![deny(warnings)]
#![allow(non_camel_case_types)]

#[flash::remote]
fn sync(n: u64, text: &str) -> flash::Result<u64> {
    Ok(n + text.len() as u64)
}

#[flash::remote]
async fn recursive(n: u64) -> flash::Result<u64> {
    if n < 2 { Ok(1) } else { Ok(n * Box::pin(recursive(n - 1)).await?) }
}

#[flash::remote]
fn recursive_sync(n: u64) -> flash::Result<u64> {
    if n < 2 { Ok(1) } else { Ok(n * recursive_sync(n - 1)?) }
}

#[flash::remote]
async fn f64(n: f64, list: Vec<f64>) -> flash::Result<f64> {
    Ok(n + list.iter().sum::<f64>())
}

#[flash::remote]
async fn r#match(r#type: u8) -> flash::Result<u8> {
    Ok(r#type)
}

#[flash::remote]
async fn control_flow(list: Vec<u8>) -> flash::Result<u8> {
    'outer: loop {
        for n in &list {
            if *n == 3 {
                break 'outer;
            }
        }
        return Ok(0);
    }
    let double = |n: u8| async move { n * 2 };
    Ok(double(3).await)
}

// The body's own items and names don't reach the glue, nor the glue's the body.
#[flash::remote]
async fn items_inside(values: Vec<u8>) -> flash::Result<usize> {
    struct Vec;
    #[allow(dead_code)]
    enum Result {}
    fn items_inside(_: Vec) -> usize {
        7
    }
    #[flash::remote]
    async fn nested(n: usize) -> flash::Result<usize> {
        Ok(n + 1)
    }
    Ok(nested(items_inside(Vec)).await? + values.len())
}

mod train {
    #[flash::remote]
    pub(crate) async fn train(n: u8) -> flash::Result<u8> {
        super::deep::deeper::in_path(n).await
    }
}
pub(crate) use train::train;

mod deep {
    pub(super) mod deeper {
        #[flash::remote]
        pub(in super::super) async fn in_path(n: u8) -> flash::Result<u8> {
            private(n).await
        }

        #[flash::remote]
        async fn private(n: u8) -> flash::Result<u8> {
            self::to_self(n).await
        }

        #[flash::remote]
        pub(self) async fn to_self(n: u8) -> flash::Result<u8> {
            Ok(n)
        }
    }
}

#[flash::remote]
async fn that_nobody_calls() -> flash::Result<()> {
    Ok(())
}

const fn is_send<T: Send>(_: &T) {}

#[tokio::main(flavor = "current_thread")]
async fn main() -> flash::Result<()> {
    assert_eq!(sync(1, "ab")?, 3);
    assert_eq!(recursive(5).await?, 120);
    assert_eq!(recursive_sync(5)?, 120);
    assert_eq!(f64(1.0, vec![2.0]).await?, 3.0);
    assert_eq!(r#match(1).await?, 1);
    assert_eq!(control_flow(vec![3]).await?, 6);
    assert_eq!(items_inside(vec![1]).await?, 9);
    assert_eq!(train(4).await?, 4);
    assert_eq!(train::train(4).await?, 4);
    let pointer: fn(u64, &str) -> flash::Result<u64> = sync;
    assert_eq!(pointer(1, "")?, 1);
    let function = train;
    let future = function(1);
    is_send(&future);
    assert_eq!(future.await?, 1);
    assert_eq!(tokio::spawn(recursive(3)).await.unwrap()?, 6);
    Ok(())
}
