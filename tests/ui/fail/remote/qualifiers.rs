//! Qualifiers that mean nothing across endpoints.

#[flash::remote]
const fn one() -> flash::Result<u8> {
    Ok(1)
}

#[flash::remote]
unsafe fn two() -> flash::Result<u8> {
    Ok(2)
}

#[flash::remote]
extern "C" fn three() -> flash::Result<u8> {
    Ok(3)
}

fn main() {}
