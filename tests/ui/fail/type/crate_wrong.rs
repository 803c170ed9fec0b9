//! A path of the crate that isn't there.

#[derive(flash::Type)]
#[flash(crate = flesh)]
struct Job {
    id: u64,
}

fn main() {}
