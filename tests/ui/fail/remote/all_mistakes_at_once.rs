//! Six mistakes of one function, each at its token.

#[flash::remote(resorce = "api", timeout = "soon")]
async unsafe fn five(list: &mut Vec<u8>, shown: impl std::fmt::Display) -> u64 {
    list.push(1);
    println!("{shown}");
    1
}

fn main() {
    // The item stays, so its uses are no further errors.
    let mut list = Vec::new();
    drop(unsafe { five(&mut list, "x") });
}
