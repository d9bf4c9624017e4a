//! Plain HTTP to what runs on this machine.

use std::time::Duration;

use anyhow::Context;
use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header, empty if it isn't there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.body)
            .with_context(|| format!("{} with a body that is no JSON: {}", self.status, self.body))
    }
}

/// Sends a request; any status is an answer, a redirect too.
pub(crate) fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
    patience: Duration,
) -> Result<Answer, ureq::Error> {
    let config = Agent::config_builder().proxy(None).http_status_as_error(false).timeout_global(Some(patience));
    let agent: Agent = config.max_redirects(0).allow_non_standard_methods(true).build().into();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = agent.run(request.body(body.to_owned())?)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { status, headers, body: response.body_mut().read_to_string()? })
}
