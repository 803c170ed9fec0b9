//! `unsafe impl` is for traits.

struct Model;

#[flash::remote]
unsafe impl Model {
    fn new() -> Self {
        Self
    }
}

fn main() {}
