//! Asking issuers over HTTP, with bounds.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, redirect};

/// One attempt takes so long at most, from the connection to the last byte of the body.
const TIMEOUT: Duration = Duration::from_secs(2);

/// One attempt and one more.
const ATTEMPTS: usize = 2;

/// A failure to get an answer from an issuer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// No connection, no answer in time, or a broken one.
    #[error("no answer")]
    Http(#[source] reqwest::Error),
    /// An answer that isn't 200; redirections are not followed.
    #[error("status {0}")]
    Status(StatusCode),
    /// An answer over the limit.
    #[error("an answer that is too large")]
    TooLarge,
    /// An answer that isn't what was asked for.
    #[error("an answer that can't be read")]
    Unreadable,
    /// The last attempt failed a moment ago, and the next one is not due yet.
    #[error("no answer a moment ago")]
    NotDue,
}

/// The HTTP client that all issuers share, built once somebody has to be asked: reading the system's root certificates takes
/// milliseconds of a cold start, and most processes never ask anybody.
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

    /// The body of the answer, no longer than `limit`. A connection that fails and a server's error get one more try.
    pub(super) async fn body(
        &self,
        request: impl Fn(&Client) -> RequestBuilder,
        limit: usize,
    ) -> Result<Vec<u8>, FetchError> {
        let client = self.client()?;
        let mut attempts = 1;
        loop {
            match attempt(request(client), limit).await {
                Err(error) if attempts < ATTEMPTS && error.may_pass() => attempts += 1,
                answer => return answer,
            }
        }
    }
}

impl FetchError {
    /// Returns whether the endpoint is at fault, and not what it was asked: a client error but a refusal of our own credentials
    /// (401, 403) may be about one token.
    pub(super) fn is_of_the_endpoint(&self) -> bool {
        match self {
            Self::Status(status) => {
                !status.is_client_error() || matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
            }
            Self::Http(_) | Self::TooLarge | Self::Unreadable | Self::NotDue => true,
        }
    }

    fn may_pass(&self) -> bool {
        match self {
            Self::Http(_) => true,
            Self::Status(status) => status.is_server_error(),
            Self::TooLarge | Self::Unreadable | Self::NotDue => false,
        }
    }
}

/// Without the URL: it is in the configuration, and an error's text should hold nothing that a request brought.
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
