//! Keys of serde that don't parse: serde's errors, and no second ones.

#[derive(serde::Serialize, serde::Deserialize, flash::Type)]
#[serde(rename_all = 7)]
struct Job {
    #[serde(rename)]
    user_id: u8,
    #[serde(flatten = "x", nonsense)]
    rest: u8,
}

fn main() {}
