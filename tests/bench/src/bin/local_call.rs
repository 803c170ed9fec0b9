//! What a call that stays in the process costs over the plain call, and how large the futures are.
//!
//! `cargo run --release -p flash-bench --bin local_call`

#![allow(clippy::print_stdout, reason = "it prints its figures")]

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

/// Each pair is a plain function and the same function with the attribute.
macro_rules! pairs {
    ($(($plain:ident, $remote:ident) $signature:tt -> $out:ty $body:block)*) => {
        $(
            pairs!(@fn $plain $signature $out $body);
            pairs!(@remote $remote $signature $out $body);
        )*
    };
    (@fn $name:ident ($($arg:ident: $ty:ty),*) $out:ty $body:block) => {
        #[inline(never)]
        async fn $name($($arg: $ty),*) -> $out $body
    };
    (@remote $name:ident ($($arg:ident: $ty:ty),*) $out:ty $body:block) => {
        #[flash::remote]
        #[inline(never)]
        async fn $name($($arg: $ty),*) -> $out $body
    };
}

pairs! {
    (plain_small, remote_small)(id: u64, text: &str) -> flash::Result<u64> {
        Ok(black_box(id) + text.len() as u64)
    }
    (plain_large, remote_large)(payload: [[u64; 5]; 7]) -> flash::Result<u64> {
        Ok(black_box(&payload)[3][2])
    }
    (plain_yield, remote_yield)(id: u64) -> flash::Result<u64> {
        Yield(false).await;
        Ok(black_box(id))
    }
}

#[inline(never)]
fn plain_sync(id: u64) -> flash::Result<u64> {
    Ok(black_box(id) + 1)
}

#[flash::remote]
#[inline(never)]
fn remote_sync(id: u64) -> flash::Result<u64> {
    Ok(black_box(id) + 1)
}

/// Pending once.
struct Yield(bool);

impl Future for Yield {
    type Output = ();
    fn poll(mut self: std::pin::Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Polls to the end; the poll itself is a real call, as in a runtime.
#[inline(never)]
fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = poll(future.as_mut()) {
            return value;
        }
    }
}

const ROUNDS: usize = 25;
const CALLS: u32 = 400_000;

/// Fastest of the rounds, plain and remote in turn so that both see the same machine.
fn compare(name: &str, plain: impl Fn(), remote: impl Fn()) {
    let time = |call: &dyn Fn()| {
        let start = Instant::now();
        call();
        start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
    };
    let (mut best_plain, mut best_remote) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        best_plain = best_plain.min(time(&plain));
        best_remote = best_remote.min(time(&remote));
    }
    println!("{name:<28} {best_plain:>8.1} {best_remote:>8.1} {:>+8.1}", best_remote - best_plain);
}

macro_rules! repeat {
    ($call:expr) => {
        || {
            for _ in 0..CALLS {
                let _ = black_box($call);
            }
        }
    };
}

fn main() {
    println!("{:<28} {:>8} {:>8} {:>8}", "call (ns, best of rounds)", "plain", "remote", "extra");
    compare("u64 + &str", repeat!(run(plain_small(7, "abc"))), repeat!(run(remote_small(7, "abc"))));
    compare(
        "280 bytes by value",
        repeat!(run(plain_large([[1; 5]; 7]))),
        repeat!(run(remote_large([[1; 5]; 7]))),
    );
    compare("one Pending", repeat!(run(plain_yield(7))), repeat!(run(remote_yield(7))));
    compare("sync", repeat!(plain_sync(7)), repeat!(remote_sync(7)));
    println!();
    println!("{:<28} {:>8} {:>8}", "future (bytes)", "plain", "remote");
    let sizes = [
        ("u64 + &str", size_of_val(&plain_small(7, "")), size_of_val(&remote_small(7, ""))),
        (
            "280 bytes by value",
            size_of_val(&plain_large([[1; 5]; 7])),
            size_of_val(&remote_large([[1; 5]; 7])),
        ),
        ("one Pending", size_of_val(&plain_yield(7)), size_of_val(&remote_yield(7))),
    ];
    for (name, plain, remote) in sizes {
        println!("{name:<28} {plain:>8} {remote:>8}");
    }
}
