//! The boundary of the functions: it turns an API Gateway event into a [`Call`], and a handler's result into a
//! response.
//!
//! The boundary knows no domain rules. It reads requests and configuration, turns every failure into a problem (RFC
//! 9457), adds the headers that every response has, writes one log line per request, and counts metrics.

mod audit;
mod body;
mod boundary;
mod call;
mod config;
mod cors;
mod document;
mod edge;
mod event;
mod fields;
mod log;
mod metrics;
#[cfg(feature = "openapi")]
pub mod openapi;
mod page;
mod problem;
mod routes;
mod same_origin;
mod sources;

pub use audit::{Act, Audit};
pub use body::JsonBody;
pub use boundary::Boundary;
pub use call::Call;
pub use config::{ConfigError, Env, GUEST_COOKIE};
pub use cors::Cors;
pub use event::{GatewayEvent, handle, run};
pub use fields::{Fault, FaultCode, Faults, Field, Shape, Text, given};
pub use lambda_http::http;
pub use lambda_http::{Body, Context, Error, Request, Response};
pub use log::{init as init_log, init_audit, subscriber as log_subscriber};
pub use metrics::{Counter, Metrics};
pub use page::Pages;
pub use problem::{Code, Problem};
pub use routes::{Found, Routes};
pub use sources::Sources;

use serde::Serialize;

/// Returns a 200 response with a compact JSON body and `Cache-Control: no-store`.
///
/// # Errors
///
/// `internal` if the body can't be serialized, which is a bug.
pub fn json(body: &impl Serialize) -> Result<Response<Body>, Problem> {
    let body = serde_json::to_string(body).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
    let mut response = Response::new(Body::Text(body));
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    headers.insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    Ok(response)
}
