//! A program to be hosted by tests: its functions say who runs them, take their time, or fail.

use std::time::Duration;

/// The process that answers, its worker's id, and what `TEST_VERSION` says.
#[flash::remote(resource = "work")]
pub async fn who() -> flash::Result<(u32, String, String)> {
    let variable = |name| std::env::var(name).unwrap_or_default();
    Ok((std::process::id(), variable("RUNPOD_POD_ID"), variable("TEST_VERSION")))
}

/// Takes its time.
#[flash::remote(resource = "work")]
pub async fn slow(ms: u64) -> flash::Result<u32> {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    Ok(std::process::id())
}

/// Gives its bytes back.
#[flash::remote(resource = "work")]
pub async fn mirror(data: flash::Bytes, times: usize) -> flash::Result<flash::Bytes> {
    Ok(data.repeat(times).into())
}

/// The names of all variables that the process has.
#[flash::remote(resource = "work")]
pub async fn variables() -> flash::Result<Vec<String>> {
    Ok(std::env::vars().map(|(name, _)| name).collect())
}

/// Ends the process.
#[flash::remote(resource = "work")]
pub async fn crash(code: i32) -> flash::Result<u32> {
    eprintln!("the last words of {}", std::process::id());
    std::process::exit(code)
}

/// Starts a process that outlives this one unless somebody ends it, and says its id.
#[flash::remote(resource = "work")]
pub async fn leave_behind() -> flash::Result<u32> {
    let child = std::process::Command::new("setsid").args(["sleep", "600"]).spawn();
    child.map(|child| child.id()).map_err(|error| flash::Error::new(error.to_string()))
}

/// Writes lines to standard output.
#[flash::remote(resource = "work")]
pub async fn say(lines: usize) -> flash::Result<usize> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    for line in 0..lines {
        writeln!(out, "line {line} {:>100}", "x").map_err(|error| flash::Error::new(error.to_string()))?;
    }
    Ok(lines)
}

#[flash::main]
async fn main() -> flash::Result<()> {
    Ok(())
}
