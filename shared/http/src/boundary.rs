//! The code that runs around the handler of every function.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures_util::FutureExt;
use jiff::Timestamp;
use lambda_http::http::HeaderValue;
use lambda_http::http::header::{AUTHORIZATION, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use lambda_http::{Body, Request, Response};

use crate::edge::Edge;
use crate::problem::CHALLENGES_AFTER_CREDENTIALS;
use crate::{Call, Code, ConfigError, Cors, Counter, Env, Metrics, Problem, log};

/// The frame around a handler: CORS, problems, panics, the log line and metrics.
pub struct Boundary {
    cors: Cors,
    edge: Edge,
    counter: Counter,
}

impl Boundary {
    /// Creates the boundary of the function `service`. Reads `CORS_ALLOWED_ORIGINS`, `EDGE_SECRETS` and
    /// `METRICS_NAMESPACE`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is invalid.
    pub fn from_env(service: &'static str, env: &Env) -> Result<Self, ConfigError> {
        let counter = Counter::from_env(service, env)?;
        Ok(Self { cors: Cors::from_env(env)?, edge: Edge::from_env(env)?, counter })
    }

    /// Runs the handler and returns its response. Every request gets one: a panic becomes a 500 like any other bug.
    pub async fn answer<H>(&self, request: Request, now: Timestamp, handler: H) -> Response<Body>
    where
        H: AsyncFnOnce(&Call) -> Result<Response<Body>, Problem>,
    {
        self.answer_or(request, now, handler, async |_, _| None).await
    }

    /// Like [`answer`](Self::answer), but `failed` can replace a problem's response, for example with a page for people
    /// in a browser.
    pub async fn answer_or<H, F>(&self, request: Request, now: Timestamp, handler: H, failed: F) -> Response<Body>
    where
        H: AsyncFnOnce(&Call) -> Result<Response<Body>, Problem>,
        F: AsyncFnOnce(&Call, &Problem) -> Option<Response<Body>>,
    {
        let started = Instant::now();
        let cold = self.counter.is_cold_start();
        let viewer = self.edge.viewer(request.headers());
        let call = Call::new(request, self.counter.service(), now).with_viewer(viewer);
        let outcome = match self.cors.preflight(call.method(), call.headers()) {
            _ if !self.edge.admits(call.headers()) => {
                Err(Problem::new(Code::Forbidden).with_detail("This address does not accept direct requests."))
            }
            Some(response) => {
                call.log_route("OPTIONS");
                Ok(response)
            }
            None => AssertUnwindSafe(handler(&call))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(Problem::new(Code::Internal).caused_by("the handler panicked"))),
        };
        let problem = outcome.as_ref().err();
        // If creating the page panics, the problem itself is the response.
        let page = match problem {
            Some(problem) => AssertUnwindSafe(failed(&call, problem)).catch_unwind().await.unwrap_or_default(),
            None => None,
        };
        let status = outcome.as_ref().map_or_else(|problem| problem.code().status(), Response::status);
        log::request(self.counter.service(), &call, status, problem, started.elapsed(), cold);
        if outcome.as_ref().is_err_and(|problem| problem.code() == Code::MailLimit) {
            call.count("MailLimits", None);
        }
        self.counter.write(&Self::count(&call, cold), now);
        let mut response =
            outcome.unwrap_or_else(|problem| page.unwrap_or_else(|| problem.to_response(call.request_id())));
        let has_credentials = || call.headers().get(AUTHORIZATION).is_some_and(|value| !value.is_empty());
        if response.headers().contains_key(WWW_AUTHENTICATE) && has_credentials() {
            let challenges = HeaderValue::from_static(CHALLENGES_AFTER_CREDENTIALS);
            response.headers_mut().insert(WWW_AUTHENTICATE, challenges);
        }
        if call.was_read_strictly() {
            response.headers_mut().insert("preference-applied", HeaderValue::from_static("handling=strict"));
        }
        self.cors.apply(call.method(), call.headers(), response.headers_mut());
        response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }

    /// Returns the metrics of a request.
    fn count(call: &Call, cold: bool) -> Metrics {
        let mut metrics = Metrics::default();
        metrics.count("ColdStart", cold.into());
        match call.counted() {
            Some((name, Some(reason))) => metrics.count_because(name, reason, 1),
            Some((name, None)) => metrics.count(name, 1),
            None => {}
        }
        metrics
    }
}
