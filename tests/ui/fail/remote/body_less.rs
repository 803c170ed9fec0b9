//! A function of a trait has no body of its own.

trait Predict {
    #[flash::remote]
    async fn predict(text: String) -> flash::Result<usize>;
}

fn main() {}
