//! The user's own mistakes are reported once: the glue repeats none of them.

#[flash::remote]
async fn render(job: Jub) -> Result<Imoge, Brokun> {
    Ok(job)
}

fn main() {}
