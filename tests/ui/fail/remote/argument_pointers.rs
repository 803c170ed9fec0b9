//! Addresses mean nothing elsewhere.

#[flash::remote]
fn call(f: fn(u8) -> u8, at: *const u8) -> flash::Result<u8> {
    let _ = at;
    Ok(f(1))
}

fn main() {}
