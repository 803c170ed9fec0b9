//! A plain struct.

#[derive(serde::Serialize, serde::Deserialize)]
struct Report(u64);

#[flash::remote]
async fn count(text: String) -> Report {
    Report(text.len() as u64)
}

fn main() {}
