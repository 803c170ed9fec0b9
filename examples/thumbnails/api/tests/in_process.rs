//! The whole service in one process: through its functions, and through the handlers that requests take.
#![allow(clippy::unwrap_used, reason = "tests say what is wrong by panicking")]

use flash::Blob;
use flash::argument::Incoming;
use flash::registry::{Invocation, find};
use flash::reply::Encoded;
use serde_json::{Value, json};
use thumbnails::{inspect, make_thumbnail};
use thumbnails_imaging::{Format, Header, ImageError, Palette, Rgb};
use thumbnails_samples::{Answer, Case, cases};

/// The committed samples.
fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../images/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_goes_all_the_way() {
    let photo = sample("harbour.jpg");
    let image = Blob::new("image/jpeg", photo.clone());
    let seen = inspect(image.clone()).await.unwrap();
    assert_eq!((seen.format, seen.width, seen.height), (Format::Jpeg, 1536, 1024));
    assert_eq!((seen.bytes, seen.colours.len()), (photo.len(), 5));
    assert!(seen.colours.is_sorted_by(|a, b| a.share >= b.share));

    let small = make_thumbnail(image, Some(240), None, Some(Format::Png)).await.unwrap();
    assert_eq!(small.content_type, "image/png");
    let header = Header::read(&small.bytes).unwrap();
    assert_eq!((header.format, header.width, header.height), (Format::Png, 240, 160));
    let again = inspect(small).await.unwrap();
    assert_eq!(again.colours[0].name, seen.colours[0].name, "it still looks the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_reach_the_caller_typed() {
    let text = Blob::new("image/png", "plain text");
    let found = "`plain te`".to_owned();
    assert_eq!(make_thumbnail(text, None, None, None).await, Err(ImageError::Unsupported { found }));
    let mut half = sample("badge.png");
    half.truncate(half.len() / 2);
    let error = inspect(Blob::new("image/png", half)).await.unwrap_err();
    assert!(matches!(error, ImageError::Corrupt { format: Format::Png, .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_palette_answers_many() {
    let calls = (0..64_u8).map(|n| tokio::spawn(async move { Palette::remote().name(Rgb([n, 0, 0])).await }));
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_through_its_handler() {
    for case in cases() {
        case.check(&answer(&case).await).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
}

/// What a server does, without the server.
async fn answer(case: &Case) -> Answer {
    let (path, query) = case.path.split_once('?').unwrap_or((case.path, ""));
    let mut texts: Vec<(String, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    let function = match (case.method, path) {
        ("POST", "/thumbnails") => "make_thumbnail",
        ("POST", "/inspect") => "inspect",
        ("GET", "/formats") => "formats",
        (_, path) => {
            texts.push(("colour".to_owned(), path.strip_prefix("/colours/").unwrap().to_owned()));
            "name_colour"
        }
    };
    let raw = case.body.clone().map(|(content_type, bytes)| Blob::new(content_type, bytes));
    let incoming = Incoming { texts, raw, ..Incoming::default() };
    let problem = |status, problem: Value| {
        let content_type = "application/problem+json".to_owned();
        Answer { status, content_type, body: problem.to_string().into() }
    };
    match (find(function).unwrap().handler)(&incoming) {
        Invocation::Refused(_) => problem(422, json!({"outcome": "bad-arguments"})),
        Invocation::Blocking(_) => panic!("the API's functions are async"),
        Invocation::Future(run) => match run.await {
            Encoded::Value { content_type, bytes } => {
                Answer { status: 200, content_type: content_type.into_owned(), body: bytes.to_vec() }
            }
            Encoded::Application(error) => {
                let error: Value = serde_json::from_slice(&error).unwrap();
                problem(500, json!({"outcome": "application", "error": error}))
            }
            Encoded::Failed(error) => panic!("{error}"),
        },
    }
}
