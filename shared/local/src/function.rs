//! Invokes functions through Lambda's Invoke API, as API Gateway and the event source mappings do.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::LocalError;
use crate::template::FunctionDefinition;

/// Maximum size of the response to a synchronous invocation, 6 MB (a Lambda quota).
const MAX_ANSWER: usize = 6 * 1024 * 1024;

/// A function behind a Lambda endpoint, such as that of `cargo lambda watch`.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    name: String,
    uri: Uri,
    /// Lambda ends an invocation after this time. `cargo lambda watch` never does, and never answers an invocation
    /// whose function was restarted meanwhile.
    timeout: Duration,
    client: Client<HttpConnector, Body>,
}

/// The outcome of an invocation.
pub(crate) enum InvokeOutcome {
    /// The function's response.
    Answer(Value),
    /// The function failed or timed out.
    Error(String),
    /// No Lambda endpoint accepted the connection.
    Unreachable(String),
}

impl Function {
    /// Creates a client of the function at `endpoint` (`http://127.0.0.1:9000`).
    pub(crate) fn new(endpoint: &str, definition: FunctionDefinition) -> Result<Self, LocalError> {
        let FunctionDefinition { name, timeout } = definition;
        let uri =
            format!("{endpoint}/2015-03-31/functions/{name}/invocations").parse().map_err(LocalError::Endpoint)?;
        Ok(Self { name, uri, timeout, client: Client::builder(TokioExecutor::new()).build_http() })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn invoke(&self, event: &Value) -> InvokeOutcome {
        self.invoke_text(event.to_string()).await
    }

    /// Invokes the function with an event in JSON text.
    pub(crate) async fn invoke_text(&self, event: String) -> InvokeOutcome {
        match tokio::time::timeout(self.timeout, self.send(event)).await {
            Ok(outcome) => outcome,
            Err(_) => InvokeOutcome::Error(format!("no answer within {} s", self.timeout.as_secs())),
        }
    }

    async fn send(&self, event: String) -> InvokeOutcome {
        let mut request = Request::new(Body::from(event));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let response = match self.client.request(request).await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return InvokeOutcome::Unreachable(error.to_string()),
            Err(error) => return InvokeOutcome::Error(error.to_string()),
        };
        // Lambda reports a function's own failure by this header, with status 200; cargo-lambda reports it by the
        // status.
        let failed = response.status() != StatusCode::OK || response.headers().contains_key("x-amz-function-error");
        let status = response.status();
        let body = match to_bytes(Body::new(response.into_body()), MAX_ANSWER).await {
            Ok(body) => body,
            Err(error) => return InvokeOutcome::Error(error.to_string()),
        };
        if failed {
            return InvokeOutcome::Error(format!("{status}: {}", String::from_utf8_lossy(&body)));
        }
        serde_json::from_slice(&body)
            .map_or_else(|error| InvokeOutcome::Error(error.to_string()), InvokeOutcome::Answer)
    }
}
