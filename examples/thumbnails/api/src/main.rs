//! Makes one thumbnail, in one process; the same binary serves when its environment says so.

use std::path::Path;
use std::time::Instant;

use flash::Blob;
use thumbnails::{Arguments, inspect, make_thumbnail};

#[flash::main]
async fn main() -> Result<(), flash::AnyError> {
    let Arguments { input, output, width, height, format } = Arguments::parse(std::env::args_os().skip(1))?;
    let image = Blob::new(Blob::OCTET_STREAM, read(&input)?);

    let start = Instant::now();
    let seen = inspect(image.clone()).await?;
    let inspected = start.elapsed();
    let small = make_thumbnail(image, width, height, format).await?;
    let made = start.elapsed() - inspected;
    write(&output, &small.bytes)?;
    let thumbnail = inspect(small).await?;

    let mut lines = Vec::new();
    for (file, seen) in [(&input, &seen), (&output, &thumbnail)] {
        lines.push(format!(
            "{}: {} x {} {}, {} kB",
            file.display(),
            seen.width,
            seen.height,
            seen.format,
            seen.bytes.div_ceil(1000),
        ));
    }
    let colours = seen.colours.iter().map(|seen| format!("{} {:.0} %", seen.name, seen.share * 100.0));
    lines.push(format!("colours: {}", colours.collect::<Vec<_>>().join(", ")));
    lines.push(format!("inspected in {} ms, resized in {} ms", inspected.as_millis(), made.as_millis()));
    #[expect(clippy::print_stdout, reason = "it is the program's output")]
    {
        println!("{}", lines.join("\n"));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, flash::AnyError> {
    std::fs::read(path)
        .map_err(|error| flash::AnyError::msg(format!("{} can't be read: {error}", path.display())))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), flash::AnyError> {
    std::fs::write(path, bytes)
        .map_err(|error| flash::AnyError::msg(format!("{} can't be written: {error}", path.display())))
}
