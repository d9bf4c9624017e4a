//! Responses with pages for people, and the headers that all pages have.

use lambda_http::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    RETRY_AFTER,
};
use lambda_http::http::{HeaderValue, Method, StatusCode};
use lambda_http::{Body, Response};

use url::Url;

use crate::{Call, ConfigError, Problem};

/// The headers of a service's pages.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The `Content-Security-Policy` of every page.
    policy: HeaderValue,
}

impl Pages {
    /// Creates the headers of pages that load nothing: their style sheet and images are inline. `style` is the source
    /// of the style sheet for `style-src`. Forms may lead to this service and to the origins of `destinations`.
    ///
    /// Some browsers, such as Chromium, also apply `form-action` to every redirect after a form (CSP Level 3 section
    /// 6.4.1). The guest form redirects to the link and from there to the application, which may redirect to the
    /// accounts service.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] if a header can't contain a destination.
    pub fn new<'a>(style: &str, destinations: impl IntoIterator<Item = &'a Url>) -> Result<Self, ConfigError> {
        let mut forms = vec!["'self'".to_owned()];
        for origin in destinations.into_iter().map(|url| url.origin().ascii_serialization()) {
            if !forms.contains(&origin) {
                forms.push(origin);
            }
        }
        let forms = forms.join(" ");
        let policy = format!(
            "default-src 'none'; style-src {style}; img-src data:; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
        );
        let policy = HeaderValue::try_from(policy).map_err(|error| ConfigError::wrong("APP_URL", error))?;
        Ok(Self { policy })
    }

    /// Returns a response with a page in this language, without its body for `HEAD`.
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

    /// Adds a problem's headers to the page that is shown for it.
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

    /// Adds the headers that every response to a browser has. No other site gets the URL, because its path is
    /// confidential.
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
