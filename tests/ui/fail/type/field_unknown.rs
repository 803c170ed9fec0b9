//! The user's own mistakes are reported once.

#[derive(serde::Serialize, serde::Deserialize, flash::Type)]
struct Job {
    user: Usr,
}

fn main() {}
