//! API Gateway's HTTP API in front of the functions, on one machine.
//!
//! The routes, their throttling and the functions' time-outs are those of the template. Requests become events of payload format
//! 2.0, and answers become responses, as on AWS; [`event`] and [`answer`] say which of that is documented, which was recorded of
//! AWS, and which is open. What API Gateway refuses is refused here, with the same body and without CORS headers:
//!
//! | status | `message` | when |
//! |---|---|---|
//! | 404 | `Not Found` | no route matches |
//! | 413 | `Request Too Long` | the body is over 10 MB, or the event over 6 MB |
//! | 429 | `Too Many Requests` | over the route's limit |
//! | 431 | `Request Header Fields Too Large` | request line and header values are over 10,240 bytes |
//! | 500 | `Internal Server Error` | the function failed, its time-out expired, or its answer is malformed |
//! | 503 | `Service Unavailable` | the function is out of reach, or API Gateway's own time-out expired |
//!
//! The limits are the quotas of HTTP APIs and of Lambda; the status beyond 10,240 bytes and the text of 413 are documented nowhere.

mod answer;
mod event;
mod routes;
mod throttle;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, TRAILER, TRANSFER_ENCODING, UPGRADE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::StreamExt;
use jiff::Timestamp;
use serde_json::Value;

use self::event::Context;
use self::routes::{Route, Routes};
use crate::function::Outcome;
use crate::server::Server;
use crate::{LocalError, Template};

/// The quota "total combined size of request line and header values", in bytes.
const MAX_HEAD: usize = 10_240;

/// The quota "payload size".
const MAX_BODY: usize = 10 * 1024 * 1024;

/// The largest event that Lambda takes for a synchronous invocation.
const MAX_EVENT: usize = 6 * 1024 * 1024;

/// Gives each response the id of its request, as HTTP APIs do.
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// An HTTP API on a loopback port, for as long as it lives.
#[derive(Debug)]
pub struct Gateway {
    server: Server,
}

impl Gateway {
    /// Starts the API of `template` on `port` (0: a port of the kernel's choice), with the functions behind the Invoke API at
    /// `functions` (`http://127.0.0.1:9001`).
    ///
    /// # Errors
    /// [`LocalError::Template`] when the template's API can't be followed here; [`LocalError::Endpoint`] when `functions` is no
    /// URL; [`LocalError::Listen`] when the port is taken.
    pub async fn start(port: u16, template: &Template, functions: &str) -> Result<Self, LocalError> {
        let routes = Routes::new(template.api()?, functions)?;
        let api = Router::new().fallback(serve).with_state(Arc::new(routes));
        Ok(Self { server: Server::start(port, api).await? })
    }

    /// `http://127.0.0.1:<port>`, without a trailing slash.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }
}

async fn serve(State(routes): State<Arc<Routes>>, request: Request) -> Response<Body> {
    let request_id = BASE64_STANDARD.encode(std::array::from_fn::<u8, 11, _>(|_| fastrand::u8(..)));
    let mut response = match pass_on(&routes, request, &request_id).await {
        Ok(response) => response,
        Err(Refusal { status, message }) => answer::own(status, message),
    };
    response.headers_mut().extend(HeaderValue::from_str(&request_id).map(|id| (REQUEST_ID, id)));
    response
}

/// A response of API Gateway itself.
struct Refusal {
    status: StatusCode,
    message: &'static str,
}

const NOT_FOUND: Refusal = Refusal { status: StatusCode::NOT_FOUND, message: "Not Found" };
const TOO_LONG: Refusal = Refusal { status: StatusCode::PAYLOAD_TOO_LARGE, message: "Request Too Long" };
const TOO_MANY: Refusal = Refusal { status: StatusCode::TOO_MANY_REQUESTS, message: "Too Many Requests" };
const HEAD_TOO_LARGE: Refusal =
    Refusal { status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message: "Request Header Fields Too Large" };
const FAILED: Refusal = Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, message: "Internal Server Error" };
const UNAVAILABLE: Refusal = Refusal { status: StatusCode::SERVICE_UNAVAILABLE, message: "Service Unavailable" };

async fn pass_on(routes: &Routes, request: Request, request_id: &str) -> Result<Response<Body>, Refusal> {
    let (parts, body) = request.into_parts();
    // Whatever is refused: with a body that nobody reads, the server would have to close the connection.
    let body = read(body).await;
    if head_size(&parts) > MAX_HEAD {
        return Err(HEAD_TOO_LARGE);
    }
    let path = event::decoded_path(parts.uri.path());
    let (route, variables) = routes.find(parts.method.as_str(), &path).ok_or(NOT_FOUND)?;
    if route.throttle.as_ref().is_some_and(|throttle| !throttle.take(Instant::now())) {
        return Err(TOO_MANY);
    }
    let body = body?;
    let context = Context { now: now(), request_id: request_id.to_owned(), trace: fastrand::u128(..1 << 96) };
    let event = event::of_request(&parts, &body, &route.key, &path, &variables, &context);
    let answer = invoke(route, event.to_string()).await?;
    answer::of_function(answer).map_err(|fault| {
        complain(route, &format!("malformed answer: {fault}"));
        FAILED
    })
}

/// The size of the request line and the values of all headers, in bytes.
fn head_size(parts: &Parts) -> usize {
    let target = parts.uri.path_and_query().map_or(0, |target| target.as_str().len());
    let line = parts.method.as_str().len() + target + "  HTTP/1.1".len();
    line + parts.headers.values().map(HeaderValue::len).sum::<usize>()
}

/// Reads a body to its end, also one that is too long: a client that is still sending might not see the response.
async fn read(body: Body) -> Result<Vec<u8>, Refusal> {
    let (mut bytes, mut total) = (Vec::new(), 0_usize);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        // The client is gone, or breaks the protocol.
        let chunk = chunk.map_err(|_| Refusal { status: StatusCode::BAD_REQUEST, message: "Bad Request" })?;
        total = total.saturating_add(chunk.len());
        if total <= MAX_BODY {
            bytes.extend_from_slice(&chunk);
        }
    }
    if total > MAX_BODY { Err(TOO_LONG) } else { Ok(bytes) }
}

async fn invoke(route: &Route, event: String) -> Result<Value, Refusal> {
    if event.len() > MAX_EVENT {
        return Err(TOO_LONG);
    }
    let outcome = tokio::time::timeout(route.timeout, route.function.invoke_text(event)).await;
    let (refusal, reason) = match outcome {
        Ok(Outcome::Answer(answer)) => return Ok(answer),
        Ok(Outcome::Error(reason)) => (FAILED, reason),
        Ok(Outcome::Unreachable(reason)) => (UNAVAILABLE, reason),
        Err(_) => (UNAVAILABLE, format!("no answer within {} s", route.timeout.as_secs())),
    };
    complain(route, &reason);
    Err(refusal)
}

/// Says on standard error what a client is not told. The path may hold an invitation's id, so the route stands for it.
fn complain(route: &Route, reason: &str) {
    eprintln!("gateway: {}: {}: {reason}", route.key, route.function.name());
}

/// Headers that are of one connection (RFC 9110 section 7.6.1).
fn is_hop_by_hop(name: &HeaderName) -> bool {
    [CONNECTION, TRAILER, TRANSFER_ENCODING, UPGRADE].contains(name)
        || ["keep-alive", "proxy-connection"].contains(&name.as_str())
}

#[expect(clippy::disallowed_methods, reason = "the gateway stands in for a server, which has a clock of its own")]
fn now() -> Timestamp {
    Timestamp::now()
}
