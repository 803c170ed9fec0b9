//! Rules that serde doesn't have: serde's error, and no second one.

#[derive(serde::Serialize, serde::Deserialize, flash::Type)]
#[serde(rename_all = "camel")]
struct Job {
    user_id: u8,
}

fn main() {}
