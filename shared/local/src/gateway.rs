//! A local implementation of API Gateway's HTTP APIs, in front of the functions.
//!
//! The routes, their throttling limits and the functions' timeouts come from the template. Requests become events of
//! payload format 2.0, and the functions' results become responses, as on AWS; [`event`] and [`answer`] say which
//! details are documented, which were recorded on AWS, and which are assumptions. Requests that API Gateway rejects are
//! rejected here with the same body and without CORS headers:
//!
//! | status | `message` | when |
//! |---|---|---|
//! | 404 | `Not Found` | no route matches |
//! | 413 | `Request Too Long` | the body exceeds 10 MB, or the event 6 MB |
//! | 429 | `Too Many Requests` | the route's rate limit is exceeded |
//! | 431 | `Request Header Fields Too Large` | request line and header values exceed 10,240 bytes |
//! | 500 | `Internal Server Error` | the function failed or timed out, or its result is malformed |
//! | 503 | `Service Unavailable` | the function is unreachable, or API Gateway's own timeout expired |
//!
//! The limits are the quotas of HTTP APIs and of Lambda. The status for more than 10,240 bytes and the message of 413
//! are undocumented.

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
use self::routes::{Route, RouteTable};
use crate::function::InvokeOutcome;
use crate::server::Server;
use crate::{LocalError, Template};

/// The quota *total combined size of request line and header values*, in bytes.
const MAX_HEAD: usize = 10_240;

/// The quota *payload size*, in bytes.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// Maximum size of the event of a synchronous invocation, in bytes (a Lambda quota).
const MAX_EVENT: usize = 6 * 1024 * 1024;

/// Header with the request id, which HTTP APIs add to each response.
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// An HTTP API on a loopback port; it stops when dropped.
#[derive(Debug)]
pub struct Gateway {
    server: Server,
}

impl Gateway {
    /// Starts the API of `template` on `port` (0: a port that the kernel picks), with the functions behind the Invoke
    /// API at `functions` (`http://127.0.0.1:9001`).
    ///
    /// # Errors
    /// [`LocalError::Template`] when the template's API uses a feature that is not implemented here;
    /// [`LocalError::Endpoint`] when `functions` is not a URL; [`LocalError::Listen`] when the port is taken.
    pub async fn start(port: u16, template: &Template, functions: &str) -> Result<Self, LocalError> {
        let routes = RouteTable::new(template.api()?, functions)?;
        let api = Router::new().fallback(serve).with_state(Arc::new(routes));
        Ok(Self { server: Server::start(port, api).await? })
    }

    /// Returns `http://127.0.0.1:<port>`, without a trailing slash.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }
}

async fn serve(State(routes): State<Arc<RouteTable>>, request: Request) -> Response<Body> {
    let request_id = BASE64_STANDARD.encode(std::array::from_fn::<u8, 11, _>(|_| fastrand::u8(..)));
    let mut response = match forward(&routes, request, &request_id).await {
        Ok(response) => response,
        Err(GatewayError { status, message }) => answer::own(status, message),
    };
    response.headers_mut().extend(HeaderValue::from_str(&request_id).map(|id| (REQUEST_ID, id)));
    response
}

/// An error response of API Gateway itself.
struct GatewayError {
    status: StatusCode,
    message: &'static str,
}

const NOT_FOUND: GatewayError = GatewayError { status: StatusCode::NOT_FOUND, message: "Not Found" };
const TOO_LONG: GatewayError = GatewayError { status: StatusCode::PAYLOAD_TOO_LARGE, message: "Request Too Long" };
const TOO_MANY: GatewayError = GatewayError { status: StatusCode::TOO_MANY_REQUESTS, message: "Too Many Requests" };
const HEAD_TOO_LARGE: GatewayError =
    GatewayError { status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message: "Request Header Fields Too Large" };
const FAILED: GatewayError =
    GatewayError { status: StatusCode::INTERNAL_SERVER_ERROR, message: "Internal Server Error" };
const UNAVAILABLE: GatewayError =
    GatewayError { status: StatusCode::SERVICE_UNAVAILABLE, message: "Service Unavailable" };

async fn forward(routes: &RouteTable, request: Request, request_id: &str) -> Result<Response<Body>, GatewayError> {
    let (parts, body) = request.into_parts();
    // Read the body even if the request is then rejected: the server would have to close a connection with an unread
    // body.
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
        log_failure(route, &format!("malformed answer: {fault}"));
        FAILED
    })
}

/// Returns the size of the request line and of all header values, in bytes.
fn head_size(parts: &Parts) -> usize {
    let target = parts.uri.path_and_query().map_or(0, |target| target.as_str().len());
    let line = parts.method.as_str().len() + target + "  HTTP/1.1".len();
    line + parts.headers.values().map(HeaderValue::len).sum::<usize>()
}

/// Reads a body to its end even if it is too long: a client that is still sending might not see the response.
async fn read(body: Body) -> Result<Vec<u8>, GatewayError> {
    let (mut bytes, mut total) = (Vec::new(), 0_usize);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        // The client disconnected or violated the protocol.
        let chunk = chunk.map_err(|_| GatewayError { status: StatusCode::BAD_REQUEST, message: "Bad Request" })?;
        total = total.saturating_add(chunk.len());
        if total <= MAX_BODY {
            bytes.extend_from_slice(&chunk);
        }
    }
    if total > MAX_BODY { Err(TOO_LONG) } else { Ok(bytes) }
}

async fn invoke(route: &Route, event: String) -> Result<Value, GatewayError> {
    if event.len() > MAX_EVENT {
        return Err(TOO_LONG);
    }
    let outcome = tokio::time::timeout(route.timeout, route.function.invoke_text(event)).await;
    let (refusal, reason) = match outcome {
        Ok(InvokeOutcome::Answer(answer)) => return Ok(answer),
        Ok(InvokeOutcome::Error(reason)) => (FAILED, reason),
        Ok(InvokeOutcome::Unreachable(reason)) => (UNAVAILABLE, reason),
        Err(_) => (UNAVAILABLE, format!("no answer within {} s", route.timeout.as_secs())),
    };
    log_failure(route, &reason);
    Err(refusal)
}

/// Logs a failure's reason, which the client does not see, to standard error. It logs the route in place of the path,
/// which may contain an invitation's id.
fn log_failure(route: &Route, reason: &str) {
    eprintln!("gateway: {}: {}: {reason}", route.key, route.function.name());
}

/// Returns whether a header applies to one connection only (RFC 9110 section 7.6.1).
fn is_hop_by_hop(name: &HeaderName) -> bool {
    [CONNECTION, TRAILER, TRANSFER_ENCODING, UPGRADE].contains(name)
        || ["keep-alive", "proxy-connection"].contains(&name.as_str())
}

#[expect(clippy::disallowed_methods, reason = "the gateway simulates a separate server, which has its own clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
