//! A union doesn't say which field is meant.

#[derive(flash::Type)]
union Either {
    a: u32,
    b: f32,
}

fn main() {}
