//! The requests.

use serde_json::json;

use crate::{Case, Expected, badge, harbour, harbour_png};

/// Requests to the thumbnail service, good and bad, with the answers that it must give in one process and in
/// many. One of the bodies has several megabytes.
#[must_use]
pub fn cases() -> Vec<Case> {
    let (photo, drawing) = (harbour(1200, 800), badge(256));
    let jpeg = |body: &[u8]| Some(("image/jpeg", body.to_vec()));
    let png = |body: &[u8]| Some(("image/png", body.to_vec()));
    let image = |content_type, width, height| Expected::Image { content_type, width, height };
    let post =
        |name, path, body, status, expected| Case { name, method: "POST", path, body, status, expected };
    let get = |name, path, status, expected| Case { name, method: "GET", path, body: None, status, expected };
    vec![
        post("a photo", "/thumbnails?width=240", jpeg(&photo), 200, image("image/jpeg", 240, 160)),
        post(
            "a photo of several megabytes",
            "/thumbnails?width=300&height=100&format=jpeg",
            png(&harbour_png(2400, 1600)),
            200,
            image("image/jpeg", 150, 100),
        ),
        post(
            "another format",
            "/thumbnails?height=80&format=png",
            jpeg(&photo),
            200,
            image("image/png", 120, 80),
        ),
        post("a drawing", "/thumbnails", png(&drawing), 200, image("image/png", 256, 256)),
        post(
            "an unnamed body",
            "/thumbnails?width=64",
            Some(("application/octet-stream", drawing.clone())),
            200,
            image("image/png", 64, 64),
        ),
        post(
            "what a photo shows",
            "/inspect",
            jpeg(&photo),
            200,
            Expected::Json(vec![
                ("/format", json!("jpeg")),
                ("/width", json!(1200)),
                ("/height", json!(800)),
                ("/bytes", json!(photo.len())),
            ]),
        ),
        post(
            "what a drawing shows",
            "/inspect",
            png(&drawing),
            200,
            Expected::Json(vec![
                ("/format", json!("png")),
                ("/colours/0/name", json!("midnightblue")),
                ("/colours/0/colour", json!("#191970")),
                ("/colours/1/name", json!("royalblue")),
                ("/colours/2/name", json!("gold")),
            ]),
        ),
        get("a colour's name", "/colours/fe6446", 200, Expected::Json(vec![("/name", json!("tomato"))])),
        get("a colour of digits", "/colours/000080", 200, Expected::Json(vec![("/name", json!("navy"))])),
        get("no colour", "/colours/tomato", 422, Expected::Json(vec![("/outcome", json!("bad-arguments"))])),
        get(
            "the formats",
            "/formats",
            200,
            Expected::Json(vec![("/formats", json!(["png", "jpeg"])), ("/max_side", json!(4096))]),
        ),
        post(
            "no image",
            "/thumbnails",
            png(b"GIF89a.."),
            500,
            Expected::Json(vec![
                ("/outcome", json!("application")),
                ("/error/kind", json!("unsupported")),
                ("/error/found", json!("`GIF89a..`")),
            ]),
        ),
        post(
            "half an image",
            "/thumbnails",
            jpeg(&photo[..photo.len() / 2]),
            500,
            Expected::Json(vec![("/error/kind", json!("corrupt")), ("/error/format", json!("jpeg"))]),
        ),
        post(
            "a size that is too large",
            "/thumbnails?width=5000",
            png(&drawing),
            500,
            Expected::Json(vec![
                ("/error/kind", json!("size")),
                ("/error/side", json!("width")),
                ("/error/limit", json!(4096)),
            ]),
        ),
        post(
            "a size that is no number",
            "/thumbnails?width=wide",
            png(&drawing),
            422,
            Expected::Json(vec![("/outcome", json!("bad-arguments"))]),
        ),
        post(
            "an unknown format",
            "/thumbnails?format=gif",
            png(&drawing),
            422,
            Expected::Json(vec![("/outcome", json!("bad-arguments"))]),
        ),
    ]
}
