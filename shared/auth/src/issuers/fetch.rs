//! Bounded HTTP requests to issuers.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, redirect};

/// Maximum duration of an attempt, from the connection to the last byte of the body.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Maximum number of attempts.
const ATTEMPTS: usize = 2;

/// The error of a request to an issuer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The connection failed, timed out or was interrupted.
    #[error("no answer")]
    Http(#[source] reqwest::Error),
    /// The status isn't 200; redirects are not followed.
    #[error("status {0}")]
    Status(StatusCode),
    /// The response exceeds the limit.
    #[error("the response is too large")]
    TooLarge,
    /// The response can't be parsed.
    #[error("the response can't be parsed")]
    Unreadable,
    /// The last attempt has failed, and the next one is not due yet.
    #[error("the last attempt failed a moment ago")]
    NotDue,
}

/// The HTTP client that all issuers share. It is built when it is first needed, because reading the system's root
/// certificates adds milliseconds to a cold start and most processes never make a request.
#[derive(Clone, Default)]
pub(super) struct Http(Arc<OnceLock<Client>>);

impl Http {
    fn client(&self) -> Result<&Client, reqwest::Error> {
        if let Some(client) = self.0.get() {
            return Ok(client);
        }
        let builder = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
        let client = builder.user_agent(concat!("spaces/", env!("CARGO_PKG_VERSION"))).build()?;
        Ok(self.0.get_or_init(|| client))
    }

    /// Returns the body of the response, at most `limit` bytes long. A failed connection or a server error is retried
    /// once.
    pub(super) async fn body(
        &self,
        request: impl Fn(&Client) -> RequestBuilder,
        limit: usize,
    ) -> Result<Vec<u8>, FetchError> {
        let client = self.client()?;
        let mut attempts = 1;
        loop {
            match attempt(request(client), limit).await {
                Err(error) if attempts < ATTEMPTS && error.is_transient() => attempts += 1,
                answer => return answer,
            }
        }
    }
}

impl FetchError {
    /// Returns whether the endpoint is at fault. Client errors may be about a single token and don't count, except for
    /// a rejection of this service's own credentials (401, 403).
    pub(super) fn is_endpoint_fault(&self) -> bool {
        match self {
            Self::Status(status) => {
                !status.is_client_error() || matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
            }
            Self::Http(_) | Self::TooLarge | Self::Unreadable | Self::NotDue => true,
        }
    }

    fn is_transient(&self) -> bool {
        match self {
            Self::Http(_) => true,
            Self::Status(status) => status.is_server_error(),
            Self::TooLarge | Self::Unreadable | Self::NotDue => false,
        }
    }
}

/// Omits the URL: it is in the configuration, and the text of an error should not contain anything from a request.
impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error.without_url())
    }
}

async fn attempt(request: RequestBuilder, limit: usize) -> Result<Vec<u8>, FetchError> {
    let mut response = request.header("accept", "application/json").send().await?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
