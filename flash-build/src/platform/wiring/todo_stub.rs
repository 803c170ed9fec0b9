//! Removed with the merge.
use bytes::Bytes;
use http::{Request, StatusCode};
use hyper::body::Incoming;

use crate::platform::answer::{Answer, refusal};
use crate::platform::behind::{ControlPlane, Gateway, LogLines, WorkerLogs};
use crate::platform::caller::{Caller, Later};
use crate::platform::ids::{EndpointId, WorkerId};

pub(super) struct Stub;
impl ControlPlane for Stub {
    fn execute(&self, _: Option<Caller>, _: Bytes) -> Later<'_, (StatusCode, Vec<u8>)> {
        Box::pin(async { (StatusCode::NOT_IMPLEMENTED, b"{}".to_vec()) })
    }
}
impl Gateway for Stub {
    fn endpoint(&self, _: EndpointId, _: String, _: Request<Incoming>) -> Later<'_, Answer> {
        Box::pin(async { refusal(StatusCode::NOT_IMPLEMENTED, "") })
    }
    fn queue(&self, _: EndpointId, _: String, _: Request<Incoming>) -> Later<'_, Answer> {
        Box::pin(async { refusal(StatusCode::NOT_IMPLEMENTED, "") })
    }
}
impl WorkerLogs for Stub {
    fn lines<'a>(&'a self, _: &'a Caller, _: WorkerId) -> Later<'a, Option<LogLines>> {
        Box::pin(async { None })
    }
}
