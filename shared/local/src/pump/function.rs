//! Invoking a function through Lambda's Invoke API.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::uri::InvalidUri;
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Longer than the function may run; an invocation whose function was restarted under it never answers.
const TIMEOUT: Duration = Duration::from_mins(2);

/// A synchronous invocation's answer has 6 MB at most (a Lambda quota).
const MAX_ANSWER: usize = 6 * 1024 * 1024;

/// A function on a Lambda endpoint, such as that of `cargo lambda watch`.
#[derive(Debug, Clone)]
pub struct Function {
    name: String,
    uri: Uri,
    client: Client<HttpConnector, Body>,
}

pub(super) enum Outcome {
    /// What the function returned.
    Answer(Value),
    /// It failed, or timed out.
    Error(String),
    /// No Lambda endpoint is there.
    Unreachable(String),
}

impl Function {
    /// The function `name` at `endpoint` (`http://127.0.0.1:9000`).
    ///
    /// # Errors
    /// [`InvalidUri`] when they make no URI.
    pub fn new(endpoint: &str, name: &str) -> Result<Self, InvalidUri> {
        let uri = format!("{endpoint}/2015-03-31/functions/{name}/invocations").parse()?;
        Ok(Self { name: name.to_owned(), uri, client: Client::builder(TokioExecutor::new()).build_http() })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) async fn invoke(&self, event: &Value) -> Outcome {
        match tokio::time::timeout(TIMEOUT, self.ask(event)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Error(format!("no answer within {} s", TIMEOUT.as_secs())),
        }
    }

    async fn ask(&self, event: &Value) -> Outcome {
        let mut request = Request::new(Body::from(event.to_string()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let response = match self.client.request(request).await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Outcome::Unreachable(error.to_string()),
            Err(error) => return Outcome::Error(error.to_string()),
        };
        // Lambda tells a function's own failure by this header, with status 200; cargo-lambda by the status.
        let failed = response.status() != StatusCode::OK || response.headers().contains_key("x-amz-function-error");
        let status = response.status();
        let body = match to_bytes(Body::new(response.into_body()), MAX_ANSWER).await {
            Ok(body) => body,
            Err(error) => return Outcome::Error(error.to_string()),
        };
        if failed {
            return Outcome::Error(format!("{status}: {}", String::from_utf8_lossy(&body)));
        }
        serde_json::from_slice(&body).map_or_else(|error| Outcome::Error(error.to_string()), Outcome::Answer)
    }
}
