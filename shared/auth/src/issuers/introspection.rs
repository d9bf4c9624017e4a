//! Introspection of opaque access tokens (RFC 7662).

use std::fmt;

use aws_lc_rs::digest;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use spaces_model::User;
use url::form_urlencoded;

use super::authenticator::{Failure, Unavailable};
use super::breaker::Breaker;
use super::fetch::{FetchError, Http};
use super::introspection_config::IntrospectionConfig;
use crate::claims::Claims;
use crate::{Rejected, TtlCache};

/// Maximum size of a response in bytes. A response is only a few claims.
const MAX_BYTES: usize = 64 * 1024;

/// Maximum number of cached responses. The one that expires first is evicted, so responses to made-up tokens evict one
/// another first.
const MAX_ANSWERS: usize = 1_000;

/// Maximum time for which a rejection is cached. It is short, because a token may become active just after it was first
/// used.
const MAX_NEGATIVE: SignedDuration = SignedDuration::from_secs(5);

/// Time for which a token that was active counts as known, so that it does not use up the budget.
const KNOWN: SignedDuration = SignedDuration::from_hours(1);

/// The introspection endpoint with a cache of its responses.
pub(super) struct Introspection {
    config: IntrospectionConfig,
    http: Http,
    /// Responses by the SHA-256 of the token. The tokens themselves are not stored.
    answers: TtlCache<[u8; 32], Result<User, Rejected>>,
    /// The tokens that were active, by the same key.
    known: TtlCache<[u8; 32], ()>,
    breaker: Breaker,
}

impl Introspection {
    pub(super) fn new(config: IntrospectionConfig, http: Http) -> Self {
        let (answers, known) = (TtlCache::new(config.cache, MAX_ANSWERS), TtlCache::new(KNOWN, MAX_ANSWERS));
        Self { answers, known, breaker: Breaker::default(), config, http }
    }

    /// Returns the user of an opaque token.
    pub(super) async fn user(&self, token: &str, now: Timestamp) -> Result<User, Failure> {
        let key = sha256(token);
        if let Some(user) = self.answers.get(&key, now) {
            return Ok(user?);
        }
        if self.config.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(token)) {
            return Err(Rejected::Pattern.into());
        }
        let claims = self.claims(token, key, now).await?;
        let user = self.validate(&claims, now);
        self.answers.put_until(key, user.clone(), expiry(&claims, &user, now), now);
        Ok(user?)
    }

    /// Returns the response about a token, if the circuit is closed and the budget for unknown tokens is not used up.
    async fn claims(&self, token: &str, key: [u8; 32], now: Timestamp) -> Result<Claims, Failure> {
        let is_known = self.known.get(&key, now).is_some();
        if !is_known {
            self.config.budget.take(now).map_err(|after| Unavailable::Budget { after })?;
        }
        if let Err(after) = self.breaker.enter(now) {
            if !is_known {
                self.config.budget.refund();
            }
            return Err(Unavailable::Paused { after }.into());
        }
        let answer = self.ask(token).await;
        let is_endpoint_fault = answer.as_ref().is_err_and(FetchError::is_endpoint_fault);
        self.breaker.leave(!is_endpoint_fault, now);
        let claims = answer.map_err(Unavailable::Introspection)?;
        if is_active(&claims) {
            if !is_known {
                self.config.budget.refund();
            }
            self.known.put(key, (), now);
        }
        Ok(claims)
    }

    async fn ask(&self, token: &str) -> Result<Claims, FetchError> {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", token)
            .append_pair("token_type_hint", "access_token")
            .finish();
        let request = |client: &Client| self.authenticated(client.post(self.config.url.clone())).body(body.clone());
        let answer = self.http.body(request, MAX_BYTES).await?;
        Claims::from_json(&answer).map_err(|_| FetchError::Unreadable)
    }

    /// Authenticates the client. Its id and secret are form-encoded before they go into the Basic header (RFC 6749
    /// section 2.3.1).
    fn authenticated(&self, request: RequestBuilder) -> RequestBuilder {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        request
            .basic_auth(encode(&self.config.client_id), Some(encode(&self.config.client_secret)))
            .header("content-type", "application/x-www-form-urlencoded")
    }

    /// Validates a response (RFC 7662 section 2.2). Only `active` is required; everything else must be valid if it is
    /// present.
    fn validate(&self, claims: &Claims, now: Timestamp) -> Result<User, Rejected> {
        if !is_active(claims) {
            return Err(Rejected::Inactive);
        }
        if claims.optional_time("exp")?.is_some_and(|exp| now >= exp) {
            return Err(Rejected::Expired);
        }
        claims.check_begun(now)?;
        if claims.optional_text("token_type")?.is_some_and(|typ| !typ.eq_ignore_ascii_case("Bearer")) {
            return Err(Rejected::Kind);
        }
        if claims.optional_text("iss")?.is_some_and(|iss| !self.config.identities.is_spelled(iss)) {
            return Err(Rejected::Issuer);
        }
        if let Some(audience) = &self.config.audience {
            claims.check_audience(audience)?;
        }
        self.config.identities.admit(claims)?;
        self.config.identities.user(claims)
    }
}

fn is_active(claims: &Claims) -> bool {
    claims.get("active") == Some(&Value::Bool(true))
}

/// Returns the time from which a response must not be served from the cache: `exp`, and for a rejection no later than
/// [`MAX_NEGATIVE`] from now.
fn expiry(claims: &Claims, user: &Result<User, Rejected>, now: Timestamp) -> Timestamp {
    let exp = claims.optional_time("exp").ok().flatten().unwrap_or(Timestamp::MAX);
    if user.is_ok() { exp } else { exp.min(now.saturating_add(MAX_NEGATIVE).unwrap_or(now)) }
}

/// Omits the responses and the client's credentials.
impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection").field("config", &self.config).finish_non_exhaustive()
    }
}

fn sha256(token: &str) -> [u8; 32] {
    let mut key = [0; 32];
    for (byte, hash) in key.iter_mut().zip(digest::digest(&digest::SHA256, token.as_bytes()).as_ref()) {
        *byte = *hash;
    }
    key
}
