//! The edge in front of the API, such as `CloudFront`.

use std::net::IpAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use lambda_http::http::HeaderMap;

use crate::{ConfigError, Env};

const SECRETS: &str = "EDGE_SECRETS";
/// The header in which the edge sends its secret.
const HEADER: &str = "x-origin-secret";
/// The header in which the edge sends the client's address.
const VIEWER: &str = "x-viewer-address";
/// Minimum length of a secret, in characters, so that it can't be guessed.
const SHORTEST: usize = 32;

/// The secrets of the edge. A request that came through the edge has one of them. Without secrets there is no edge;
/// during a rotation there are two.
#[derive(Debug, Default)]
pub(crate) struct Edge(Vec<String>);

impl Edge {
    /// Reads `EDGE_SECRETS`, separated by commas.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let secrets: Vec<String> = env.list(SECRETS).map(str::to_owned).collect();
        if secrets.iter().any(|secret| secret.len() < SHORTEST) {
            return Err(ConfigError::wrong(SECRETS, format_args!("must be at least {SHORTEST} characters each")));
        }
        Ok(Self(secrets))
    }

    /// Returns whether a request came through the edge, or there is none.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let Some(given) = headers.get(HEADER) else { return self.0.is_empty() };
        // Every secret is compared, in constant time.
        let equal = self.0.iter().filter(|secret| verify_slices_are_equal(secret.as_bytes(), given.as_bytes()).is_ok());
        self.0.is_empty() || equal.count() > 0
    }

    /// Returns the client's address as reported by the edge.
    pub(crate) fn viewer(&self, headers: &HeaderMap) -> Option<IpAddr> {
        headers.get(VIEWER).filter(|_| !self.0.is_empty())?.to_str().ok()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0123456789abcdef0123456789abcdef";
    const TWO: &str = "fedcba9876543210fedcba9876543210";

    fn edge(secrets: &str) -> Edge {
        Edge::from_env(&[(SECRETS, secrets)].into_iter().collect()).unwrap()
    }

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        [(name.parse().unwrap(), value.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn without_a_secret_every_request_is_admitted_and_headers_are_ignored() {
        assert!(edge("").admits(&HeaderMap::new()));
        assert!(edge("").admits(&headers(HEADER, "anything")));
        assert_eq!(edge("").viewer(&headers(VIEWER, "203.0.113.7")), None);
    }

    #[test]
    fn one_of_the_secrets_is_needed() {
        let both = edge(&format!("{ONE},{TWO}"));
        assert!(both.admits(&headers(HEADER, ONE)) && both.admits(&headers(HEADER, TWO)));
        for wrong in ["", "0123456789abcdef0123456789abcde", &format!("{ONE}0"), &format!("{ONE},{TWO}")] {
            assert!(!both.admits(&headers(HEADER, wrong)), "{wrong}");
        }
        assert!(!both.admits(&HeaderMap::new()));
    }

    #[test]
    fn a_short_secret_is_rejected() {
        let error = Edge::from_env(&[(SECRETS, "hunter2")].into_iter().collect()).unwrap_err().to_string();
        assert_eq!(error, "the environment variable EDGE_SECRETS is invalid: must be at least 32 characters each");
    }

    #[test]
    fn the_edge_reports_the_clients_address() {
        let viewer = |text: &str| edge(ONE).viewer(&headers(VIEWER, text)).map(|address| address.to_string());
        assert_eq!(viewer("203.0.113.7").as_deref(), Some("203.0.113.7"));
        assert_eq!(viewer("2001:db8::7").as_deref(), Some("2001:db8::7"));
        assert_eq!(viewer("nobody"), None);
    }
}
