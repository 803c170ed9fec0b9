//! A call that stays in the process allocates nothing and touches no codec.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator unchanged.
#[expect(unsafe_code, reason = "an allocator can't be written without")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

static CODEC_CALLS: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug, PartialEq)]
struct Payload([u64; 35]);

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        CODEC_CALLS.fetch_add(1, Ordering::Relaxed);
        serializer.serialize_u64(self.0[0])
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        CODEC_CALLS.fetch_add(1, Ordering::Relaxed);
        u64::deserialize(deserializer).map(|value| Self([value; 35]))
    }
}

#[flash::remote]
async fn by_value(payload: Payload) -> flash::Result<Payload> {
    Ok(payload)
}

#[flash::remote]
async fn by_reference(payload: &Payload, text: &str) -> flash::Result<usize> {
    Ok(payload.0.len() + text.len())
}

#[flash::remote]
async fn nested(payload: &Payload) -> flash::Result<usize> {
    Ok(by_reference(payload, "abc").await? + 1)
}

#[flash::remote]
fn sync(payload: &Payload) -> flash::Result<u64> {
    Ok(payload.0[0])
}

struct Class;

#[flash::remote]
impl Class {
    fn new() -> Self {
        Self
    }

    async fn method(&self, payload: &Payload) -> flash::Result<u64> {
        Ok(payload.0[1])
    }
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a local call that needs nothing is ready at once"),
    }
}

#[test]
fn local_calls_allocate_nothing() {
    let payload = Payload([7; 35]);
    // The first call of a process reads its role, and the first of a class builds the instance.
    ready(Class::remote().method(&payload)).unwrap();

    let before = ALLOCATIONS.with(Cell::get);
    for _ in 0..100 {
        assert_eq!(ready(by_reference(&payload, "abc")).unwrap(), 38);
        assert_eq!(ready(nested(&payload)).unwrap(), 39);
        assert_eq!(sync(&payload).unwrap(), 7);
        assert_eq!(ready(Class::remote().method(&payload)).unwrap(), 7);
        assert_eq!(ready(by_value(Payload([1; 35]))).unwrap().0[0], 1);
    }
    assert_eq!(ALLOCATIONS.with(Cell::get) - before, 0);
    assert_eq!(CODEC_CALLS.load(Ordering::Relaxed), 0);

    // The counters do count.
    serde_json::to_string(&payload).unwrap();
    assert_ne!(ALLOCATIONS.with(Cell::get) - before, 0);
    assert_eq!(CODEC_CALLS.load(Ordering::Relaxed), 1);
}
