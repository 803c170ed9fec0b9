//! Types that nobody can put methods on.

#[flash::remote]
impl dyn Send {
    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
