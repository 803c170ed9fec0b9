//! One request and what must come of it.

use serde_json::Value;

use crate::Answer;

/// A request to the thumbnail service. Any HTTP client can send it; any server of the program must answer it.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path and query.
    pub path: &'static str,
    /// Content type and content.
    pub body: Option<(&'static str, Vec<u8>)>,
    /// Status of the answer.
    pub status: u16,
    /// The answer.
    pub expected: Expected,
}

/// What an answer must be.
#[derive(Debug, Clone)]
pub enum Expected {
    /// An image of this size.
    Image {
        /// Its media type.
        content_type: &'static str,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// A JSON document with these values at these JSON pointers.
    Json(Vec<(&'static str, Value)>),
}

impl Case {
    /// Whether this is the answer.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, answer: &Answer) -> Result<(), String> {
        let Answer { status, content_type, body } = answer;
        let wrong = |what: String| {
            let text = String::from_utf8_lossy(&body[..body.len().min(500)]);
            Err(format!("{} ({} {}): {what}; the answer: {text}", self.name, self.method, self.path))
        };
        if *status != self.status {
            return wrong(format!("status {status}, not {}", self.status));
        }
        match &self.expected {
            Expected::Image { content_type: kind, width, height } => {
                if content_type != *kind {
                    return wrong(format!("content type `{content_type}`, not `{kind}`"));
                }
                let format = image::ImageFormat::from_mime_type(kind).ok_or("a media type of no image")?;
                match image::load_from_memory_with_format(body, format) {
                    Ok(image) if (image.width(), image.height()) == (*width, *height) => Ok(()),
                    Ok(image) => wrong(format!("{} x {} pixels", image.width(), image.height())),
                    Err(error) => wrong(error.to_string()),
                }
            }
            Expected::Json(values) => {
                if !matches!(
                    content_type.split(';').next(),
                    Some("application/json" | "application/problem+json")
                ) {
                    return wrong(format!("content type `{content_type}`, not JSON"));
                }
                let answer: Value = match serde_json::from_slice(body) {
                    Ok(answer) => answer,
                    Err(error) => return wrong(error.to_string()),
                };
                for (pointer, value) in values {
                    let found = answer.pointer(pointer);
                    if found != Some(value) {
                        return wrong(format!("`{pointer}` is {found:?}, not {value}"));
                    }
                }
                Ok(())
            }
        }
    }
}
