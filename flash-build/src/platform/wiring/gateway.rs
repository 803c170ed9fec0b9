//! The way to endpoints: hosting's own gateway.

use http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::platform::answer::Answer;
use crate::platform::behind::Gateway;
use crate::platform::caller::Later;
use crate::platform::hosting::{Body, Hosting};
use crate::platform::ids::EndpointId;

impl Gateway for Hosting {
    fn endpoint(&self, id: EndpointId, path: String, request: Request<Incoming>) -> Later<'_, Answer> {
        Box::pin(async move { self.handle(id, &path, request).await.map(boxed) })
    }

    fn queue(&self, id: EndpointId, path: String, request: Request<Incoming>) -> Later<'_, Answer> {
        Box::pin(async move { self.data_plane(id, &path, request).await.map(boxed) })
    }
}

fn boxed(body: Body) -> crate::platform::answer::Body {
    body.map_err(Into::into).boxed_unsync()
}
