//! Asking issuers over HTTP, with bounds.

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

/// The HTTP client that all issuers share.
#[derive(Debug, Clone)]
pub(super) struct Http(Client);

/// The client, built once somebody needs it: reading the system's root certificates takes tens of milliseconds of a cold
/// start, and a service whose keys are all inline asks nobody.
#[derive(Default)]
pub(super) struct HttpOnDemand(Option<Http>);

impl HttpOnDemand {
    pub(super) fn get(&mut self) -> Result<Http, reqwest::Error> {
        match &self.0 {
            Some(http) => Ok(http.clone()),
            None => Http::new().inspect(|http| self.0 = Some(http.clone())),
        }
    }
}

impl Http {
    fn new() -> Result<Self, reqwest::Error> {
        let builder = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
        builder.user_agent(concat!("spaces/", env!("CARGO_PKG_VERSION"))).build().map(Self)
    }

    /// The body of the answer, no longer than `limit`. A connection that fails and a server's error get one more try.
    pub(super) async fn body(
        &self,
        request: impl Fn(&Client) -> RequestBuilder,
        limit: usize,
    ) -> Result<Vec<u8>, FetchError> {
        let mut attempts = 1;
        loop {
            match attempt(request(&self.0), limit).await {
                Err(error) if attempts < ATTEMPTS && error.may_pass() => attempts += 1,
                answer => return answer,
            }
        }
    }
}

impl FetchError {
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
