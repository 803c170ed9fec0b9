//! Mistakes in the body stay where they are.

#[flash::main]
async fn main() {
    let n: u8 = "x";
    missing(n);
}
