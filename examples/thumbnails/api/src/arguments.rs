//! The program's own command line.

use std::ffi::OsString;
use std::path::PathBuf;

use thumbnails_imaging::Format;

/// How it is called.
const USAGE: &str =
    "usage: thumbnails IMAGE THUMBNAIL [--width PIXELS] [--height PIXELS] [--format png|jpeg]";

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// The image.
    pub input: PathBuf,
    /// Where the thumbnail goes.
    pub output: PathBuf,
    /// Most pixels across.
    pub width: Option<u32>,
    /// Most pixels down.
    pub height: Option<u32>,
    /// Its format; by the name of the output when absent.
    pub format: Option<Format>,
}

impl Arguments {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    pub fn parse(given: impl IntoIterator<Item = OsString>) -> Result<Self, flash::Error> {
        let wrong = |what: String| flash::Error::new(format!("{what}\n{USAGE}"));
        let (mut files, mut width, mut height, mut format) = (Vec::new(), None, None, None);
        let mut given = given.into_iter();
        while let Some(argument) = given.next() {
            let option = argument.to_str().filter(|text| text.starts_with("--")).map(str::to_owned);
            let Some(option) = option else {
                files.push(PathBuf::from(argument));
                continue;
            };
            let value = given.next().unwrap_or_default();
            let text = value.to_string_lossy();
            let pixels =
                || text.parse().map_err(|_| wrong(format!("`{option}` takes a number, not `{text}`")));
            match option.as_str() {
                "--width" => width = Some(pixels()?),
                "--height" => height = Some(pixels()?),
                "--format" => {
                    let known =
                        Format::ALL.into_iter().find(|known| known.to_string().eq_ignore_ascii_case(&text));
                    format = Some(known.ok_or_else(|| wrong(format!("`{text}` is not a known format")))?);
                }
                _ => return Err(wrong(format!("`{option}` is not an option"))),
            }
        }
        let count = files.len();
        let [input, output] = <[PathBuf; 2]>::try_from(files)
            .map_err(|_| wrong(format!("an image and a thumbnail are named, not {count} files")))?;
        let format = format.or_else(|| Format::of_name(&output));
        Ok(Self { input, output, width, height, format })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Arguments;
    use thumbnails_imaging::Format;

    fn parse(line: &str) -> Result<Arguments, flash::Error> {
        Arguments::parse(line.split_whitespace().map(Into::into))
    }

    #[test]
    fn good_lines() {
        let arguments = parse("a.jpg b.png --width 200").unwrap();
        assert_eq!((arguments.width, arguments.height), (Some(200), None));
        assert_eq!(arguments.format, Some(Format::Png));
        assert_eq!(parse("--format jpeg a b").unwrap().format, Some(Format::Jpeg));
    }

    #[test]
    fn bad_lines() {
        for (line, message) in [
            ("", "an image and a thumbnail are named, not 0 files"),
            ("a b --width", "`--width` takes a number, not ``"),
            ("a b --width -3", "`--width` takes a number, not `-3`"),
            ("a b --format gif", "`gif` is not a known format"),
            ("a b --size 3", "`--size` is not an option"),
        ] {
            assert_eq!(parse(line).unwrap_err().message().lines().next(), Some(message));
        }
    }
}
