//! Counts the words of its arguments.

use my_flash_app::handlers::func_a;

#[flash::main]
async fn main() -> flash::Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let text = if given.is_empty() { "to be or not to be".to_owned() } else { given.join(" ") };
    let report = func_a(text).await?;
    #[expect(clippy::print_stdout, reason = "it is the program's output")]
    for count in &report.counts {
        println!("{:>3}  {}", count.times, count.word);
    }
    Ok(())
}
