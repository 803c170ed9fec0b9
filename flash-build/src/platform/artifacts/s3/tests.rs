//! The same steps against a store that checks every signature as S3 does.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};

use super::build;
use crate::platform::directory::hex;

const KEY: &str = "AKIATEST";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A store in memory.
#[derive(Default)]
struct Memory {
    objects: Mutex<BTreeMap<String, Bytes>>,
    parts: Mutex<BTreeMap<String, BTreeMap<u32, Bytes>>>,
    refused: Mutex<Vec<String>>,
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Checks a request as the documentation of Signature Version 4 says.
fn check(method: &Method, path: &str, query: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let authorization = text("authorization");
    let field = |name: &str| {
        let rest = authorization.split_once(&format!("{name}=")).map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split(',').next()).unwrap_or_default().trim().to_owned()
    };
    let (credential, names, signature) = (field("Credential"), field("SignedHeaders"), field("Signature"));
    let scope: Vec<&str> = credential.split('/').collect();
    let [KEY, date, region, "s3", "aws4_request"] = scope.as_slice() else {
        return Err(format!("credential `{credential}`"));
    };
    let payload = text("x-amz-content-sha256");
    if payload != "UNSIGNED-PAYLOAD" && payload != hex(&Sha256::digest(body)) {
        return Err("the body's digest".to_owned());
    }
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") })
        .collect();
    pairs.sort();
    let signed: String = names.split(';').map(|name| format!("{name}:{}\n", text(name).trim())).collect();
    if !names.split(';').any(|name| name == "host") {
        return Err("the host isn't signed".to_owned());
    }
    let canonical = format!("{method}\n{path}\n{}\n{signed}\n{names}\n{payload}", pairs.join("&"));
    let moment = text("x-amz-date");
    let scope = format!("{date}/{region}/s3/aws4_request");
    let digest = hex(&Sha256::digest(canonical.as_bytes()));
    let key = [*date, *region, "s3", "aws4_request"]
        .iter()
        .fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac(&key, part));
    let right = hex(&hmac(&key, &format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}")));
    if right == signature { Ok(()) } else { Err(format!("signature of\n{canonical}")) }
}

impl Memory {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default().to_owned());
        if let Err(reason) = check(&parts.method, &path, &query, &parts.headers, &body) {
            self.refused.lock().unwrap().push(reason);
            let text = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
            return answer(StatusCode::FORBIDDEN, text.into());
        }
        let value = |name: &str| {
            query.split('&').find_map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (key == name).then(|| value.to_owned())
            })
        };
        let source =
            parts.headers.get("x-amz-copy-source").map(|source| format!("/{}", source.to_str().unwrap()));
        let upload = value("uploadId");
        match (parts.method, upload) {
            (Method::POST, None) if value("uploads").is_some() => {
                self.parts.lock().unwrap().insert(path, BTreeMap::new());
                let text =
                    "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";
                answer(StatusCode::OK, text.into())
            }
            (Method::PUT, Some(_)) => {
                let number = value("partNumber").unwrap().parse().unwrap();
                self.parts.lock().unwrap().get_mut(&path).unwrap().insert(number, body);
                answer(StatusCode::OK, Bytes::new())
            }
            (Method::POST, Some(_)) => {
                let parts = self.parts.lock().unwrap().remove(&path).unwrap();
                let whole: Vec<u8> = parts.into_values().flatten().collect();
                self.objects.lock().unwrap().insert(path, whole.into());
                let text =
                    "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";
                answer(StatusCode::OK, text.into())
            }
            (Method::DELETE, Some(_)) => {
                self.parts.lock().unwrap().remove(&path);
                answer(StatusCode::NO_CONTENT, Bytes::new())
            }
            (Method::PUT, None) => {
                let mut objects = self.objects.lock().unwrap();
                let bytes = source.map_or(body, |source| objects[&source].clone());
                objects.insert(path, bytes);
                answer(StatusCode::OK, "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>".into())
            }
            // Several at once, `?delete`.
            (Method::POST, None) => {
                let text = String::from_utf8(body.to_vec()).unwrap();
                let mut deleted = String::new();
                for key in text.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap()) {
                    self.objects
                        .lock()
                        .unwrap()
                        .remove(&format!("{}/{key}", path.trim_end_matches('/')).replace(' ', "%20"));
                    deleted.push_str(&format!("<Deleted><Key>{key}</Key></Deleted>"));
                }
                answer(StatusCode::OK, format!("<DeleteResult>{deleted}</DeleteResult>").into())
            }
            (Method::DELETE, None) => {
                self.objects.lock().unwrap().remove(&path);
                answer(StatusCode::NO_CONTENT, Bytes::new())
            }
            (_, _) => match self.objects.lock().unwrap().get(&path) {
                Some(bytes) => answer(StatusCode::OK, bytes.clone()),
                None => answer(StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>".into()),
            },
        }
    }
}

fn answer(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("etag", "\"e\"")
        .header("last-modified", "Mon, 12 Jan 2026 10:30:00 GMT")
        .header("content-length", body.len())
        .body(Full::new(body))
        .unwrap()
}

async fn serve() -> (SocketAddr, Arc<Memory>) {
    let memory = Arc::new(Memory::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = Arc::clone(&memory);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let memory = Arc::clone(&served);
            let service = service_fn(move |request| {
                let memory = Arc::clone(&memory);
                async move { Ok::<_, Infallible>(memory.answer(request).await) }
            });
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
        }
    });
    (address, memory)
}

fn open(address: SocketAddr, secret: &str) -> Arc<dyn ObjectStore> {
    let builder = AmazonS3Builder::new()
        .with_access_key_id(KEY)
        .with_secret_access_key(secret)
        .with_region("eu-test-1")
        .with_endpoint(format!("http://{address}"))
        .with_allow_http(true);
    build(builder, "s3://archives/team a/flash").unwrap()
}

#[tokio::test]
async fn every_step_is_signed_as_the_store_demands() {
    let (address, memory) = serve().await;
    let store = open(address, SECRET);
    let (upload, place) = (Path::from("uploads/ab"), Path::from("sha256/cd.tar.gz"));
    assert!(matches!(store.head(&upload).await, Err(object_store::Error::NotFound { .. })));
    // Two parts, and a third that is short.
    let bytes = vec![7; 11 * 1024 * 1024];
    let mut writer =
        WriteMultipart::new_with_chunk_size(store.put_multipart(&upload).await.unwrap(), 5 << 20);
    writer.write(&bytes);
    writer.finish().await.unwrap();
    store.rename(&upload, &place).await.unwrap();
    assert_eq!(store.head(&place).await.unwrap().size, bytes.len() as u64);
    assert_eq!(store.get(&place).await.unwrap().bytes().await.unwrap(), bytes);
    assert!(store.head(&upload).await.is_err());
    // One that is given up leaves nothing.
    let mut writer =
        WriteMultipart::new_with_chunk_size(store.put_multipart(&upload).await.unwrap(), 5 << 20);
    writer.write(&bytes);
    writer.abort().await.unwrap();
    assert!(memory.parts.lock().unwrap().is_empty());
    store.delete(&place).await.unwrap();
    assert!(memory.objects.lock().unwrap().is_empty());
    assert_eq!(*memory.refused.lock().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_not_shown() {
    let (address, memory) = serve().await;
    let error = open(address, "wrong-secret").head(&Path::from("x")).await.unwrap_err();
    assert!(!memory.refused.lock().unwrap().is_empty());
    assert!(!format!("{error} {error:?}").contains("wrong-secret"));
}
