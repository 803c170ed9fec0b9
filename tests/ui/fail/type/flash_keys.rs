//! Keys.

#[derive(flash::Type)]
#[flash(name = "job")]
struct Named {
    a: u8,
}

#[derive(flash::Type)]
#[flash(crate = "flash")]
struct Text {
    a: u8,
}

#[derive(flash::Type)]
#[flash]
struct Bare {
    a: u8,
}

#[derive(flash::Type)]
struct OnField {
    #[flash(rename = "b")]
    a: u8,
}

#[derive(flash::Type)]
enum OnVariant {
    #[flash(rename = "b")]
    A,
}

fn main() {}
