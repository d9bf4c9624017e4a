//! Converts functions' results to responses, and builds API Gateway's own responses.
//!
//! Source: *Create AWS Lambda proxy integrations for HTTP APIs in API Gateway*, API Gateway developer guide.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::is_hop_by_hop;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Builds a response of API Gateway itself. It has no CORS headers, as on AWS without a CORS configuration.
pub(super) fn own(status: StatusCode, message: &str) -> Response<Body> {
    with_body(status, JSON, json!({ "message": message }).to_string())
}

/// Returns the response that a function's result describes.
///
/// # Errors
/// A description of what is malformed in the result; API Gateway answers 500.
pub(super) fn of_function(answer: Value) -> Result<Response<Body>, String> {
    // A result without a status code is itself the body.
    if answer.get("statusCode").is_none() {
        let body = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
        return Ok(with_body(StatusCode::OK, JSON, body));
    }
    let answer: ProxyResponse = serde_json::from_value(answer).map_err(|error| error.to_string())?;
    let status = StatusCode::from_u16(answer.status_code).map_err(|error| error.to_string())?;
    let body = match answer.body {
        Some(body) if answer.is_base64_encoded => {
            BASE64_STANDARD.decode(body).map_err(|error| format!("body: {error}"))?
        }
        body => body.unwrap_or_default().into_bytes(),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    add_headers(&answer.headers, response.headers_mut())?;
    for cookie in answer.cookies {
        response.headers_mut().append(SET_COOKIE, value("a cookie", &cookie)?);
    }
    Ok(response)
}

/// A result in payload format 2.0. `multiValueHeaders` belongs to format 1.0.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProxyResponse {
    status_code: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    cookies: Vec<String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

fn add_headers(given: &Map<String, Value>, headers: &mut HeaderMap) -> Result<(), String> {
    for (name, text) in given {
        let header: HeaderName = name.parse().map_err(|_| format!("{name:?} is not a header name"))?;
        // The server itself sets the headers of the connection and the length of the body.
        if is_hop_by_hop(&header) || header == CONTENT_LENGTH {
            continue;
        }
        let text = match text {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => text.to_string(),
            _ => return Err(format!("{name} is not a string, a number or a boolean")),
        };
        headers.append(header, value(name, &text)?);
    }
    Ok(())
}

/// Returns a header value, which can be any text in UTF-8 without control characters.
fn value(name: &str, text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| format!("the value of {name} has control characters"))
}

fn with_body(status: StatusCode, media_type: HeaderValue, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}
