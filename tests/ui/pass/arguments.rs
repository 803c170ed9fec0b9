//! Everything that can be an argument.

#![deny(warnings)]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

#[derive(serde::Serialize, serde::Deserialize)]
struct Job {
    id: u64,
    tags: Vec<String>,
}

#[flash::remote]
async fn none() -> flash::Result<()> {
    Ok(())
}

#[flash::remote]
async fn owned(job: Job, list: Vec<Option<u8>>, map: HashMap<String, (u8, char)>) -> flash::Result<u64> {
    Ok(job.id + list.len() as u64 + map.len() as u64)
}

#[flash::remote]
async fn borrowed(text: &str, list: &[Job], one: &Job, path: &Path, number: &u64) -> flash::Result<u64> {
    Ok(text.len() as u64 + list.len() as u64 + one.tags.len() as u64 + path.iter().count() as u64 + number)
}

#[flash::remote]
async fn borrowed_compounds(map: &BTreeMap<String, PathBuf>, pair: &(u8, String), array: &[u8; 4]) -> flash::Result<usize> {
    Ok(map.len() + pair.1.len() + array.len())
}

#[flash::remote]
async fn named_lifetimes<'a, 'b>(text: Cow<'a, str>, other: &'b str, third: &'a str) -> flash::Result<String> {
    Ok(format!("{text}{other}{third}"))
}

#[flash::remote]
async fn elided_lifetime(text: Cow<'_, str>, list: &[Cow<'_, str>]) -> flash::Result<usize> {
    Ok(text.len() + list.len())
}

#[flash::remote]
async fn static_lifetime(text: Cow<'static, str>) -> flash::Result<usize> {
    Ok(text.len())
}

#[flash::remote]
async fn patterns(
    (a, mut b): (i32, i32),
    mut c: i32,
    _: Option<u8>,
    Job { id, .. }: Job,
    [first, .., last]: [u8; 3],
    whole @ (left, _): (u8, u8),
    &borrowed: &u8,
) -> flash::Result<u64> {
    b += a;
    c += b;
    Ok(c as u64 + id + u64::from(first + last + whole.1 + left + borrowed))
}

#[flash::remote]
async fn twelve(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: u8,
) -> flash::Result<u8> {
    Ok(a + b + c + d + e + f + g + h + i + j + k + l)
}

#[flash::remote]
async fn like_the_function(like_the_function: u8, __flash_held0: u8, incoming: u8, target: u8) -> flash::Result<u8> {
    Ok(like_the_function + __flash_held0 + incoming + target)
}

#[flash::remote]
async fn attributed(#[allow(unused_variables)] unused: u8, #[expect(unused_mut)] mut used: u8) -> flash::Result<u8> {
    Ok(used)
}

#[flash::remote]
async fn raw(image: flash::Bytes, mask: flash::Blob, width: u32) -> flash::Result<usize> {
    Ok(image.len() + mask.bytes.len() + width as usize)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> flash::Result<()> {
    let job = || Job { id: 1, tags: vec![String::new()] };
    none().await?;
    assert_eq!(owned(job(), vec![None], HashMap::new()).await?, 2);
    assert_eq!(borrowed("ab", &[job()], &job(), Path::new("a/b"), &1).await?, 7);
    assert_eq!(borrowed_compounds(&BTreeMap::new(), &(1, "a".into()), &[0; 4]).await?, 5);
    assert_eq!(named_lifetimes("a".into(), "b", "c").await?, "abc");
    assert_eq!(elided_lifetime("a".into(), &["b".into()]).await?, 2);
    assert_eq!(static_lifetime("a".into()).await?, 1);
    assert_eq!(patterns((1, 2), 3, None, job(), [1, 2, 3], (4, 5), &6).await?, 6 + 1 + 4 + 5 + 4 + 6);
    assert_eq!(twelve(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).await?, 12);
    assert_eq!(like_the_function(1, 2, 3, 4).await?, 10);
    assert_eq!(attributed(1, 2).await?, 2);
    assert_eq!(raw("a".into(), flash::Blob::new("image/png", "bc"), 3).await?, 6);
    Ok(())
}
