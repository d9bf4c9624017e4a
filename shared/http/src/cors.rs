//! Cross-origin requests (the CORS protocol of the Fetch standard).
//!
//! API Gateway answers preflights itself when its CORS configuration is set; the functions do the same, so that a browser
//! meets the same service locally and behind any other gateway.

use lambda_http::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use lambda_http::http::{HeaderMap, HeaderValue, Method, StatusCode};
use lambda_http::{Body, Response};

use crate::{ConfigError, Env};

const ALLOWED_HEADERS: &str =
    "authorization, content-type, accept, accept-version, spaces-x-space-password, idempotency-key, x-avaya-act-as";

/// The origins whose pages may call the service.
#[derive(Debug, Clone, Default)]
pub struct Cors {
    origins: Vec<String>,
}

impl Cors {
    /// Reads `CORS_ALLOWED_ORIGINS`: origins separated by commas, or `*`. None means no page of another origin.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] for an entry that is no origin: a browser would never match it.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        const NAME: &str = "CORS_ALLOWED_ORIGINS";
        let origins: Vec<String> = env.list(NAME).map(str::to_owned).collect();
        match origins.iter().find(|origin| !is_origin(origin)) {
            Some(wrong) => {
                Err(ConfigError::wrong(NAME, format!("{wrong:?} is not an origin like https://app.example.com")))
            }
            None => Ok(Self { origins }),
        }
    }

    /// Whether this is a preflight request, and the answer to it.
    pub(crate) fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<Response<Body>> {
        if *method != Method::OPTIONS || !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return None;
        }
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = StatusCode::NO_CONTENT;
        if self.allowed(headers).is_some() {
            let answer = response.headers_mut();
            answer.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS"));
            answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED_HEADERS));
            answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
        }
        Some(response)
    }

    /// Adds what a browser needs to hand the answer to a page of the request's origin.
    pub(crate) fn apply(&self, request: &HeaderMap, response: &mut HeaderMap) {
        if self.origins.is_empty() {
            return;
        }
        response.append(VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = self.allowed(request) {
            response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after, www-authenticate"));
        }
    }

    fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        if self.origins.iter().any(|allowed| allowed == "*") {
            return Some(HeaderValue::from_static("*"));
        }
        self.origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()).then(|| origin.clone())
    }
}

fn is_origin(text: &str) -> bool {
    let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text == "*" || authority.is_some_and(|rest| !rest.is_empty() && !rest.contains(['/', '?', '#', '@', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors(origins: &str) -> Cors {
        Cors::from_env(&[("CORS_ALLOWED_ORIGINS", origins)].into_iter().collect()).unwrap()
    }

    fn from(origin: &'static str) -> HeaderMap {
        HeaderMap::from_iter([
            (ORIGIN, HeaderValue::from_static(origin)),
            (ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST")),
        ])
    }

    #[test]
    fn a_configured_origin_may_read_the_answer_and_no_other() {
        let cors = cors("https://app.example.com");
        let mut answer = HeaderMap::new();
        cors.apply(&from("https://app.example.com"), &mut answer);
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_ORIGIN], "https://app.example.com");
        for other in ["https://app.example.com.evil.example", "http://app.example.com", "null"] {
            let mut answer = HeaderMap::new();
            cors.apply(&from(other), &mut answer);
            assert!(!answer.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN), "{other}");
            assert_eq!(answer[VARY], "origin");
        }
    }

    #[test]
    fn a_preflight_is_answered_without_the_handler() {
        let answer = cors("*").preflight(&Method::OPTIONS, &from("https://any.example")).unwrap();
        assert_eq!(answer.status(), 204);
        assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_HEADERS], ALLOWED_HEADERS);
        assert!(cors("*").preflight(&Method::POST, &from("https://any.example")).is_none());
    }

    #[test]
    fn an_entry_that_no_browser_sends_is_refused() {
        for wrong in ["app.example.com", "https://app.example.com/", "https://", "https://a b"] {
            let env = [("CORS_ALLOWED_ORIGINS", wrong)].into_iter().collect();
            assert!(Cors::from_env(&env).is_err(), "{wrong}");
        }
    }
}
