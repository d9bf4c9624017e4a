//! The HTTP client for the service.

use std::time::Duration;

use reqwest::{Client, Method, redirect};
use serde_json::Value;
use spaces_model::{ErrorChain, PublicUrl};

/// Maximum time for a request, from connecting to the last byte of the response.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The service that the canary uses.
pub(crate) struct Service {
    pub(crate) url: PublicUrl,
    client: Client,
}

impl Service {
    pub(crate) fn new(url: PublicUrl) -> Result<Self, reqwest::Error> {
        let builder = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
        let client = builder.user_agent(concat!("spaces-canary/", env!("CARGO_PKG_VERSION"))).build()?;
        Ok(Self { url, client })
    }

    /// Sends a request and returns the body of a 200 response, or the reason why there is none. The reason contains
    /// neither the path nor the body, which may contain an invitation's id.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        authorization: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        let mut request = self.client.request(method, format!("{}{path}", self.url.as_str()));
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let no_answer = |error: reqwest::Error| format!("no answer: {}", ErrorChain(&error.without_url()));
        let answer = request.send().await.map_err(no_answer)?;
        let status = answer.status().as_u16();
        let text = answer.text().await.map_err(no_answer)?;
        let body: Option<Value> = serde_json::from_str(&text).ok();
        match (status, body) {
            (200, Some(body)) => Ok(body),
            (200, None) => Err("200 with a body that is not JSON".to_owned()),
            (status, body) => {
                let member = |name: &str| body.as_ref().and_then(|body| body.get(name)?.as_str().map(str::to_owned));
                let parts = [Some(status.to_string()), member("code"), member("requestId")];
                Err(format!("answered {}", parts.into_iter().flatten().collect::<Vec<_>>().join(" ")))
            }
        }
    }
}
