//! What every function does around its handler.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use futures_util::FutureExt;
use lambda_http::http::HeaderValue;
use lambda_http::http::header::X_CONTENT_TYPE_OPTIONS;
use lambda_http::{Body, Request, Response};

use crate::{Call, Code, Cors, Problem, log};

/// The frame around a function's handler: cross-origin answers, problems, panics, the log line.
pub struct Boundary {
    service: &'static str,
    cors: Cors,
    cold: AtomicBool,
}

impl Boundary {
    /// The boundary of the function with this name.
    #[must_use]
    pub fn new(service: &'static str, cors: Cors) -> Self {
        Self { service, cors, cold: AtomicBool::new(true) }
    }

    /// Answers a request with what the handler says. It always answers: a panic is a 500 like any other bug.
    pub async fn answer<H>(&self, request: Request, handler: H) -> Response<Body>
    where
        H: AsyncFnOnce(&Call) -> Result<Response<Body>, Problem>,
    {
        self.answer_or(request, handler, |_, _| None).await
    }

    /// The same, where some problems are answered by `failed`: a person in a browser wants a page and not JSON.
    pub async fn answer_or<H, F>(&self, request: Request, handler: H, failed: F) -> Response<Body>
    where
        H: AsyncFnOnce(&Call) -> Result<Response<Body>, Problem>,
        F: FnOnce(&Call, &Problem) -> Option<Response<Body>>,
    {
        let started = Instant::now();
        let cold = self.cold.swap(false, Ordering::Relaxed);
        let call = Call::new(request);
        let outcome = match self.cors.preflight(call.method(), call.headers()) {
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
        let status = outcome.as_ref().map_or_else(|problem| problem.code().status(), Response::status);
        log::request(self.service, &call, status, problem, started.elapsed(), cold);
        let mut response = outcome.unwrap_or_else(|problem| {
            failed(&call, &problem).unwrap_or_else(|| problem.to_response(call.request_id()))
        });
        self.cors.apply(call.headers(), response.headers_mut());
        response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}
