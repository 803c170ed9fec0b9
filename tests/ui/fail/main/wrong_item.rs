//! No function at all.

#[flash::main]
struct Start;

fn main() {
    let _ = Start;
}
