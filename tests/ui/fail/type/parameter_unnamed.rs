//! A parameter whose type can't name itself, where the name is asked for.

use flash::Type;

struct Opaque;

#[derive(flash::Type)]
struct Page<T> {
    items: Vec<T>,
}

fn main() {
    let _ = <Page<Opaque>>::NAME;
}
