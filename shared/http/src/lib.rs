//! The boundary of the functions: what API Gateway hands over becomes a [`Call`], what a handler decides becomes a response.
//!
//! The boundary knows no rule of the domain. It reads requests and configuration, turns every failure into a problem
//! (RFC 9457), adds the headers that every answer carries, writes one log line per request and counts what an operator watches.

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

/// An answer of 200 with a compact JSON body that nobody may store.
///
/// # Errors
///
/// `internal` if the body cannot be written as JSON, which is a bug.
pub fn json(body: &impl Serialize) -> Result<Response<Body>, Problem> {
    let body = serde_json::to_string(body).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
    let mut response = Response::new(Body::Text(body));
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    headers.insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    Ok(response)
}
