//! Cross-origin requests (the CORS protocol of the Fetch standard).
//!
//! API Gateway has no CORS configuration. The functions answer every preflight themselves, so that browsers see the
//! same behaviour locally and behind any other gateway.

use lambda_http::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use lambda_http::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use lambda_http::{Body, Response};

use url::Url;

use crate::{ConfigError, Env};

/// Maximum number of headers granted to a preflight, and their maximum total length including separators, in bytes.
const MAX_HEADERS: usize = 50;
const MAX_HEADERS_LENGTH: usize = 1024;

/// The loopback hosts, the only ones for which an entry may allow every port.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Schemes from which no page is loaded, or whose pages send `null` as their origin.
const NEVER_ORIGINS: [&str; 8] = ["about", "blob", "data", "file", "ftp", "javascript", "ws", "wss"];

/// The origins whose pages may call the service.
#[derive(Debug, Clone, Default)]
pub struct Cors {
    origins: Vec<Allowed>,
}

/// An entry of `CORS_ALLOWED_ORIGINS`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Allowed {
    /// Every origin.
    All,
    /// One origin.
    Origin(String),
    /// A scheme and host with any port or none.
    AnyPort(String),
}

impl Cors {
    /// Reads `CORS_ALLOWED_ORIGINS`: comma-separated origins, or `*`. If it is not set, no page of another origin is
    /// allowed. An origin on the loopback interface may have `*` as its port (`http://localhost:*`). Entries are
    /// normalized to the form that browsers send (HTML standard, "ASCII serialization of an origin"): lower case,
    /// punycode, no default port.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] for an entry that is not an origin, because it would never match.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        const NAME: &str = "CORS_ALLOWED_ORIGINS";
        let origin = |entry: &str| {
            let wrong = || {
                let reason =
                    "is not an origin like https://app.example.com (`*` as a port is allowed only for loopback hosts)";
                ConfigError::wrong(NAME, format!("{entry:?} {reason}"))
            };
            Allowed::parse(entry).ok_or_else(wrong)
        };
        Ok(Self { origins: env.list(NAME).map(origin).collect::<Result<_, _>>()? })
    }

    /// Returns the response to a preflight request, or `None` for any other request.
    pub(crate) fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<Response<Body>> {
        if !is_preflight(method, headers) {
            return None;
        }
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = StatusCode::NO_CONTENT;
        if self.allowed(headers).is_some() {
            let answer = response.headers_mut();
            answer.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, DELETE, OPTIONS"));
            answer.extend(requested_headers(headers).map(|requested| (ACCESS_CONTROL_ALLOW_HEADERS, requested)));
            answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
        }
        Some(response)
    }

    /// Adds the headers that a browser needs to hand the response to a page of the request's origin.
    pub(crate) fn apply(&self, method: &Method, request: &HeaderMap, response: &mut HeaderMap) {
        if self.origins.is_empty() {
            return;
        }
        let vary = if is_preflight(method, request) { "origin, access-control-request-headers" } else { "origin" };
        response.append(VARY, HeaderValue::from_static(vary));
        if let Some(origin) = self.allowed(request) {
            response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            response.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("preference-applied, retry-after, www-authenticate"),
            );
        }
    }

    fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        if self.origins.contains(&Allowed::All) {
            return Some(HeaderValue::from_static("*"));
        }
        let text = origin.to_str().ok()?;
        self.origins.iter().any(|allowed| allowed.matches(text)).then(|| origin.clone())
    }
}

impl Allowed {
    fn parse(entry: &str) -> Option<Self> {
        if entry == "*" {
            return Some(Self::All);
        }
        let url = entry.strip_suffix(":*").unwrap_or(entry);
        let any_port = url.len() < entry.len();
        let url = Url::parse(url).ok()?;
        let is_origin = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && url.host_str().is_some_and(|host| !host.is_empty() && !host.contains('*'));
        if !is_origin {
            return None;
        }
        let is_web = matches!(url.scheme(), "http" | "https");
        if any_port {
            let origin = url.origin().ascii_serialization();
            let is_bare = entry.strip_suffix(":*").is_some_and(|bare| bare.eq_ignore_ascii_case(&origin));
            let is_loopback = is_web && is_bare && url.host_str().is_some_and(|host| LOOPBACK.contains(&host));
            return is_loopback.then_some(Self::AnyPort(origin));
        }
        if is_web {
            return Some(Self::Origin(url.origin().ascii_serialization()));
        }
        // The URL standard treats origins of other schemes as opaque, but browsers and the web views of apps send them
        // like web origins.
        let host = url.host_str()?.to_ascii_lowercase();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        (!NEVER_ORIGINS.contains(&url.scheme())).then(|| Self::Origin(format!("{}://{host}{port}", url.scheme())))
    }

    fn matches(&self, origin: &str) -> bool {
        match self {
            Self::All => true,
            Self::Origin(allowed) => allowed == origin,
            Self::AnyPort(allowed) => origin.strip_prefix(allowed.as_str()).is_some_and(|rest| {
                let port = rest.strip_prefix(':');
                rest.is_empty() || port.is_some_and(|port| port.parse::<u16>().is_ok())
            }),
        }
    }
}

fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Returns the headers that a preflight asks for, in lower case, without invalid names and those beyond the limits.
///
/// A fixed list would have to follow what clients send, and `*` doesn't cover `Authorization`.
fn requested_headers(headers: &HeaderMap) -> Option<HeaderValue> {
    let requested = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter().filter_map(|names| names.to_str().ok());
    let names = requested.flat_map(|names| names.split(',')).filter_map(|name| name.trim().parse::<HeaderName>().ok());
    let mut granted = String::new();
    for name in names.take(MAX_HEADERS) {
        let separator = if granted.is_empty() { "" } else { ", " };
        if granted.len() + separator.len() + name.as_str().len() <= MAX_HEADERS_LENGTH {
            granted.push_str(separator);
            granted.push_str(name.as_str());
        }
    }
    if granted.is_empty() { None } else { HeaderValue::try_from(granted).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors(origins: &str) -> Cors {
        Cors::from_env(&[("CORS_ALLOWED_ORIGINS", origins)].into_iter().collect()).unwrap()
    }

    fn from(origin: &str) -> HeaderMap {
        HeaderMap::from_iter([
            (ORIGIN, HeaderValue::from_str(origin).unwrap()),
            (ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST")),
        ])
    }

    fn may_read(cors: &Cors, origin: &str) -> bool {
        let mut answer = HeaderMap::new();
        cors.apply(&Method::POST, &from(origin), &mut answer);
        assert_eq!(answer[VARY], "origin");
        let allowed = answer.get(ACCESS_CONTROL_ALLOW_ORIGIN);
        assert!(allowed.is_none_or(|allowed| allowed == origin), "{allowed:?}");
        allowed.is_some()
    }

    fn preflight(requested: &[&str]) -> HeaderMap {
        let mut headers = from("https://any.example");
        for names in requested {
            headers.append(ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue::from_str(names).unwrap());
        }
        let cors = cors("*");
        let mut response = cors.preflight(&Method::OPTIONS, &headers).unwrap();
        assert_eq!(response.status(), 204);
        cors.apply(&Method::OPTIONS, &headers, response.headers_mut());
        response.headers().clone()
    }

    #[test]
    fn a_configured_origin_may_read_the_answer_and_no_other() {
        let cors = cors("https://app.example.com");
        assert!(may_read(&cors, "https://app.example.com"));
        for other in ["https://app.example.com.evil.example", "http://app.example.com", "null"] {
            assert!(!may_read(&cors, other), "{other}");
        }
    }

    #[test]
    fn an_entry_is_compared_as_browsers_write_origins() {
        for (entry, origin) in [
            ("https://App.Example.com", "https://app.example.com"),
            ("HTTPS://app.example.com", "https://app.example.com"),
            ("https://app.example.com/", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("http://app.example.com:80", "http://app.example.com"),
            ("https://app.example.com:8443", "https://app.example.com:8443"),
            ("https://b\u{fc}ro.example", "https://xn--bro-hoa.example"),
            ("https://app\u{3002}example.com", "https://app.example.com"),
            ("http://127.1:3000", "http://127.0.0.1:3000"),
            ("http://LOCALHOST:*", "http://localhost:5173"),
            ("capacitor://localhost", "capacitor://localhost"),
            ("Ionic://LocalHost", "ionic://localhost"),
            ("tauri://localhost", "tauri://localhost"),
            ("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop"),
            ("app://com.example.desktop:1234", "app://com.example.desktop:1234"),
        ] {
            assert!(may_read(&cors(entry), origin), "{entry}");
        }
    }

    #[test]
    fn every_port_of_the_loopback_interface_can_be_allowed() {
        let cors = cors("http://localhost:*,http://127.0.0.1:*,http://[::1]:*");
        for origin in ["http://localhost:5173", "http://localhost", "http://127.0.0.1:3000", "http://[::1]:8080"] {
            assert!(may_read(&cors, origin), "{origin}");
        }
        for other in [
            "https://localhost:5173",
            "http://localhost.evil.example",
            "http://localhost:5173.evil.example",
            "http://localhost:",
            "http://127.0.0.10:3000",
        ] {
            assert!(!may_read(&cors, other), "{other}");
        }
    }

    #[test]
    fn a_preflight_is_answered_without_the_handler() {
        let answer = preflight(&["Content-Type,X-Own"]);
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_METHODS], "GET, POST, DELETE, OPTIONS");
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_HEADERS], "content-type, x-own");
        assert_eq!(answer[ACCESS_CONTROL_MAX_AGE], "7200");
        assert_eq!(answer[VARY], "origin, access-control-request-headers");
        assert!(cors("*").preflight(&Method::POST, &from("https://any.example")).is_none());
        assert!(cors("*").preflight(&Method::OPTIONS, &HeaderMap::new()).is_none());
    }

    #[test]
    fn requested_headers_are_granted_within_limits() {
        let granted = |requested: &[&str]| {
            let answer = preflight(requested);
            answer.get(ACCESS_CONTROL_ALLOW_HEADERS).map(|granted| granted.to_str().unwrap().to_owned())
        };
        assert_eq!(granted(&[]), None);
        assert_eq!(granted(&["", "a b, (c)"]), None);
        assert_eq!(granted(&["Authorization", " d , e f,,g"]).as_deref(), Some("authorization, d, g"));
        let many: Vec<String> = (0..60).map(|number| format!("h{number}")).collect();
        let granted_of_many = granted(&[&many.join(",")]).unwrap();
        assert_eq!(granted_of_many.split(", ").collect::<Vec<_>>(), many[..50]);
        let long = ["a".repeat(500), "b".repeat(500), "c".repeat(500), "d".repeat(20)];
        assert_eq!(granted(&[&long.join(",")]).unwrap(), format!("{}, {}, {}", long[0], long[1], long[3]));
    }

    #[test]
    fn an_entry_that_no_browser_sends_is_rejected() {
        for wrong in [
            "app.example.com",
            "https://app.example.com/path",
            "https://app.example.com?x",
            "https://app.example.com/#",
            "https://user@app.example.com",
            "null",
            "file:///index.html",
            "wss://app.example.com",
            "ftp://app.example.com",
            "http://localhost:80:*",
            "http://localhost/:*",
            "capacitor://",
            "mailto:ana@example.com",
            "https://",
            "https://a b",
            "https://*.example.com",
            "https://app.example.com:*",
            "http://localhost.example.com:*",
            "http://:*",
        ] {
            let env = [("CORS_ALLOWED_ORIGINS", wrong)].into_iter().collect();
            assert!(Cors::from_env(&env).is_err(), "{wrong}");
        }
    }
}
