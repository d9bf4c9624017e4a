//! Pages for people in a browser, with the headers that every one of them has.

use lambda_http::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    RETRY_AFTER,
};
use lambda_http::http::{HeaderValue, Method, StatusCode};
use lambda_http::{Body, Response};

use crate::{Call, Problem};

/// The frame around a service's pages.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The `Content-Security-Policy` of every answer.
    policy: HeaderValue,
}

impl Pages {
    /// Pages with this `Content-Security-Policy`.
    #[must_use]
    pub const fn new(policy: HeaderValue) -> Self {
        Self { policy }
    }

    /// Answers with a page in this language; without its body to `HEAD`.
    #[must_use]
    pub fn page(&self, call: &Call, status: StatusCode, language: &'static str, html: String) -> Response<Body> {
        let body = if call.method() == Method::HEAD { Body::Empty } else { Body::Text(html) };
        let mut response = self.guarded(Response::new(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language));
        response
    }

    /// Adds what a problem says in headers to the page that is shown for it.
    #[must_use]
    pub fn for_problem(mut page: Response<Body>, problem: &Problem) -> Response<Body> {
        if let Some(seconds) = problem.retry_after() {
            page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = problem.allow().and_then(|methods| HeaderValue::from_str(methods).ok()) {
            page.headers_mut().insert(ALLOW, methods);
        }
        page
    }

    /// Adds the headers of every answer to a browser. The path is a secret of sorts, so no other site gets it.
    #[must_use]
    pub fn guarded(&self, mut response: Response<Body>) -> Response<Body> {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
        response
    }
}
