//! Plain HTTP to the services on this machine.

use std::time::Duration;

use anyhow::Context;
use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// A response with a text body.
#[derive(Debug)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl HttpResponse {
    /// Returns the value of a header, or an empty string if it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Parses the body as JSON.
    ///
    /// # Errors
    ///
    /// Fails if the body is not JSON.
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.body)
            .with_context(|| format!("{} with a body that is not JSON: {}", self.status, self.body))
    }
}

/// Sends a request and returns its response, whatever the status. Redirects are not followed.
///
/// # Errors
///
/// Fails if there is no response within `timeout`.
pub fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
    timeout: Duration,
) -> Result<HttpResponse, ureq::Error> {
    let config = Agent::config_builder().proxy(None).http_status_as_error(false).timeout_global(Some(timeout));
    let agent: Agent = config.max_redirects(0).allow_non_standard_methods(true).build().into();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = agent.run(request.body(body.to_owned())?)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(HttpResponse { status, headers, body: response.body_mut().read_to_string()? })
}
