//! Functions of the test program, with what the attribute would generate written out.

use std::sync::atomic::AtomicU32;
use std::time::Duration;

use flash::argument::{Bound, Codecs, Incoming, owned};
use flash::registry::{Invocation, Site};
use flash::reply::fallible;
use flash::{Blob, Bytes, Error};

macro_rules! site {
    ($name:literal, $ident:ident($($argument:literal: $type:ty as $held:ident),*) -> $result:ty, $timeout:literal, $run:expr) => {
        mod $ident {
            use super::*;
            pub static SITE: Site = Site {
                name: $name,
                resource: "",
                arguments: &[$($argument),*],
                handler,
                timeout_ms: $timeout,
                idempotent: false,
                record: b"",
                slot: AtomicU32::new(0),
            };
            flash::__flash_register!(SITE);
            fn handler(incoming: &Incoming) -> Invocation {
                match ($(owned::<$type>(),)*).decode(incoming, SITE.arguments) {
                    Ok(($($held,)*)) => $run($($held),*),
                    Err(bad) => Invocation::Refused(bad),
                }
            }
        }
    };
}

fn future<T, E>(body: impl Future<Output = Result<T, E>> + Send + 'static) -> Invocation
where
    T: flash::reply::Payload,
    E: flash::reply::Failure,
{
    fallible::<T, E>().run(Box::new(body))
}

site!("add", add("a": i64 as a, "b": i64 as b) -> i64, 0, |a: i64, b: i64| future(async move {
    a.checked_add(b).ok_or_else(|| Error::new("too much"))
}));

site!("greet", greet("name": String as name, "tags": Option<Vec<String>> as tags) -> String, 0,
|name: String, tags: Option<Vec<String>>| future(async move {
    flash::Result::Ok(format!("{name}{}", tags.unwrap_or_default().iter().fold(String::new(), |s, t| s + "+" + t)))
}));

site!("nothing", nothing() -> (), 0, || future(async { flash::Result::Ok(()) }));

site!("reverse", reverse("times": Option<u32> as times, "data": Bytes as data) -> Blob, 0,
|times: Option<u32>, data: Bytes| future(async move {
    let mut bytes = data.to_vec();
    for _ in 0..times.unwrap_or(1) {
        bytes.reverse();
    }
    flash::Result::Ok(Blob::new("image/x-test", bytes))
}));

site!("explode", explode("word": String as word) -> (), 0, |word: String| future(async move {
    tokio::task::yield_now().await;
    if !word.is_empty() {
        panic!("boom {word}");
    }
    flash::Result::Ok(())
}));

site!("explode_blocking", explode_blocking() -> (), 0, || {
    fallible::<(), Error>().run_blocking(Box::new(|| panic!("blocking boom")))
});

site!("thread", thread() -> String, 0, || {
    fallible::<String, Error>().run_blocking(Box::new(|| {
        let context = flash::Context::current().ok_or_else(|| Error::new("no context"))?;
        Ok(context.call_id().to_owned())
    }))
});

site!("sleep", sleep("ms": u64 as ms) -> u64, 0, |ms: u64| future(async move {
    let _goodbye = Goodbye;
    eprintln!("sleep begins");
    tokio::time::sleep(Duration::from_millis(ms)).await;
    flash::Result::Ok(ms)
}));

/// Says when a run ends, in whatever way.
struct Goodbye;

impl Drop for Goodbye {
    fn drop(&mut self) {
        eprintln!("sleep ends");
    }
}

site!("short", short() -> (), 50, || future(async {
    tokio::time::sleep(Duration::from_secs(60)).await;
    flash::Result::Ok(())
}));

site!("context", context() -> (String, String, u32, u64), 0, || future(async {
    let context = flash::Context::current().ok_or_else(|| Error::new("no context"))?;
    let left = u64::try_from(context.remaining().as_millis()).unwrap_or(u64::MAX);
    flash::Result::Ok((context.call_id().to_owned(), context.trace_id(), context.depth(), left))
}));

site!("big", big("bytes": usize as bytes) -> Bytes, 0, |bytes: usize| future(async move {
    flash::Result::Ok(Bytes::from(vec![b'x'; bytes]))
}));

site!("keys", keys() -> Vec<String>, 0, || future(async {
    let names = std::env::vars().map(|(name, _)| name);
    flash::Result::Ok(names.filter(|name| name.ends_with("API_KEY")).collect::<Vec<String>>())
}));

site!("Model.predict", predict("x": f64 as x) -> f64, 0, |x: f64| future(async move {
    flash::Result::Ok(x * 2.0)
}));

site!("twice", twice("x": i64 as x) -> i64, 0, |x: i64| future(async move { flash::Result::Ok(x * 2) }));

// What a call of `twice` looks like in generated code.
async fn call_twice(x: i64) -> flash::Result<i64> {
    match twice::SITE.target() {
        None => Ok(x * 2),
        Some(target) => {
            let called = twice::SITE.call(target, &[&Bound(owned::<i64>(), &x)], fallible::<i64, Error>());
            called.await
        }
    }
}

site!("describe", describe("blob": Blob as blob, "again": bool as again) -> Blob, 0, |blob: Blob, again: bool| {
    future(async move { if again { call_describe(blob, false).await } else { flash::Result::Ok(blob) } })
});

async fn call_describe(blob: Blob, again: bool) -> flash::Result<Blob> {
    let Some(target) = describe_there::SITE.target() else { return Ok(blob) };
    let called = describe_there::SITE.call(
        target,
        &[&Bound(owned::<Blob>(), &blob), &Bound(owned::<bool>(), &again)],
        fallible::<Blob, Error>(),
    );
    called.await
}

site!("describe_there", describe_there("blob": Blob as blob, "again": bool as again) -> Blob, 0,
|blob: Blob, _again: bool| future(async move { flash::Result::Ok(blob) }));

type Seen = (String, u32);

fn seen_here() -> flash::Result<Seen> {
    let context = flash::Context::current().ok_or_else(|| Error::new("no context"))?;
    Ok((context.trace_id(), context.depth()))
}

site!("seen", seen() -> Seen, 0, || fallible::<Seen, Error>().run_blocking(Box::new(seen_here)));

fn look_here() -> flash::Result<(Seen, Seen)> {
    let target = seen::SITE.target().ok_or_else(|| Error::new("it is here"))?;
    Ok((seen_here()?, seen::SITE.call_blocking(target, &[], fallible::<Seen, Error>())?))
}

site!("look", look() -> (Seen, Seen), 0, || future(async { look_here() }));

site!("look_plain", look_plain() -> (Seen, Seen), 0, || {
    fallible::<(Seen, Seen), Error>().run_blocking(Box::new(look_here))
});

site!("four_times", four_times("x": i64 as x) -> i64, 0, |x: i64| future(async move {
    call_twice(call_twice(x).await?).await
}));

site!("hello", hello("name": Option<String> as name) -> String, 0, |name: Option<String>| future(async move {
    flash::Result::Ok(format!("hello {}", name.as_deref().unwrap_or("you")))
}));

site!("orphan", orphan() -> (), 0, || future(async { flash::Result::Ok(()) }));

site!("pid", pid() -> u32, 0, || future(async { flash::Result::Ok(std::process::id()) }));
