//! `cargo run` runs this `main`: a plain program, every call stays in the process.
//! `cargo flash up` starts the same binary as endpoints instead.

use {{lib}}::{StopWords, count, tokenize};

#[flash::main]
async fn main() -> flash::Result<()> {
    let given = std::env::args().nth(1);
    let text = given.unwrap_or_else(|| "To call or not to call".to_owned());

    let words = tokenize(text.clone()).await?;
    println!("words: {}", words.join(" "));

    let telling = StopWords::remote().drop_from(words).await?;
    println!("of these tell something: {}", telling.join(" "));

    let found = count(text).await?;
    println!("{found:?}");
    Ok(())
}
