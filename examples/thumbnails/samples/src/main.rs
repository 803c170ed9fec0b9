//! Writes the sample images, or tries a running service.

use std::path::Path;
use std::process::ExitCode;

use thumbnails_samples::{badge, cases, harbour, send};

const USAGE: &str = "usage: thumbnails-samples images FOLDER | thumbnails-samples try URL";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["images", folder] => images(Path::new(folder)).map_err(|error| format!("{folder}: {error}")),
        ["try", url] => try_all(url.trim_end_matches('/')),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn images(folder: &Path) -> std::io::Result<()> {
    for (name, image) in [("harbour.jpg", harbour(1536, 1024)), ("badge.png", badge(512))] {
        std::fs::write(folder.join(name), &image)?;
        say(&format!("{name}: {} bytes", image.len()));
    }
    Ok(())
}

/// Sends every request, and ends with how many were answered wrongly.
fn try_all(url: &str) -> Result<(), String> {
    let cases = cases();
    let mut wrong = 0;
    for case in &cases {
        let answer = send(url, case).map_err(|error| format!("{url}: {error}"))?;
        match case.check(&answer) {
            Ok(()) => say(&format!("ok     {} ({}, {} bytes)", case.name, answer.status, answer.body.len())),
            Err(what) => {
                wrong += 1;
                say(&format!("wrong  {what}"));
            }
        }
    }
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} of {} answers are wrong", cases.len())) }
}

#[expect(clippy::print_stdout, reason = "it is the program's output")]
fn say(line: &str) {
    println!("{line}");
}
