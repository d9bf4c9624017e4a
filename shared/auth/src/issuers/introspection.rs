//! Opaque access tokens: asking their issuer (RFC 7662).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use spaces_model::User;
use url::form_urlencoded;

use super::authenticator::{Failure, Unavailable};
use super::config::IntrospectionConfig;
use super::fetch::{FetchError, Http};
use super::tokens::refuse_application;
use crate::Rejected;
use crate::claims::Claims;

/// An answer is a few claims.
const MAX_BYTES: usize = 64 * 1024;

/// So many answers are kept at most.
const MAX_ANSWERS: usize = 1000;

/// A token that was not active may become so: a client that was a moment too fast should not wait long.
const MAX_NEGATIVE: SignedDuration = SignedDuration::from_secs(5);

/// The endpoint that knows opaque tokens, and what it said lately.
pub(super) struct Introspection {
    config: IntrospectionConfig,
    http: Http,
    answers: Mutex<Answers>,
}

/// Answers by the SHA-256 of the token: the tokens themselves are not kept.
#[derive(Default)]
struct Answers(HashMap<[u8; 32], Answer>);

#[derive(Clone)]
struct Answer {
    user: Result<User, Rejected>,
    until: Timestamp,
}

impl Introspection {
    pub(super) fn new(config: IntrospectionConfig, http: Http) -> Self {
        Self { config, http, answers: Mutex::default() }
    }

    /// The user of an opaque token.
    pub(super) async fn user(&self, token: &str, now: Timestamp) -> Result<User, Failure> {
        let key = sha256(token);
        if let Some(user) = self.answers().get(&key, now) {
            return Ok(user?);
        }
        let claims = self.ask(token).await.map_err(|error| Failure::Unavailable(Unavailable::Introspection(error)))?;
        let user = self.judge(&claims, now);
        self.answers().put(key, Answer { until: self.until(&claims, &user, now), user: user.clone() }, now);
        Ok(user?)
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

    /// RFC 6749 section 2.3.1: the client's id and secret are form-encoded before they go into the Basic header.
    fn authenticated(&self, request: RequestBuilder) -> RequestBuilder {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        request
            .basic_auth(encode(&self.config.client_id), Some(encode(&self.config.client_secret)))
            .header("content-type", "application/x-www-form-urlencoded")
    }

    /// RFC 7662 section 2.2. Only `active` is required there; what else is in the answer must fit.
    fn judge(&self, claims: &Claims, now: Timestamp) -> Result<User, Rejected> {
        if claims.get("active") != Some(&Value::Bool(true)) {
            return Err(Rejected::Inactive);
        }
        if claims.optional_time("exp")?.is_some_and(|exp| now >= exp) {
            return Err(Rejected::Expired);
        }
        claims.check_begun(now)?;
        if claims.optional_text("token_type")?.is_some_and(|typ| !typ.eq_ignore_ascii_case("Bearer")) {
            return Err(Rejected::Kind);
        }
        if claims.optional_text("iss")?.is_some_and(|iss| iss != self.config.identities.iss) {
            return Err(Rejected::Issuer);
        }
        if let Some(audience) = &self.config.audience {
            claims.check_audience(audience)?;
        }
        refuse_application(claims.optional_text("sub")?, claims.optional_text("client_id")?)?;
        self.config.identities.user(claims)
    }

    /// Until when the answer may be used again: never past `exp`, so that no expired token is served from here.
    fn until(&self, claims: &Claims, user: &Result<User, Rejected>, now: Timestamp) -> Timestamp {
        let keep = if user.is_ok() { self.config.cache } else { self.config.cache.min(MAX_NEGATIVE) };
        let kept = now.saturating_add(keep).unwrap_or(now);
        match claims.optional_time("exp") {
            Ok(Some(exp)) => kept.min(exp),
            _ => kept,
        }
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answers {
    fn get(&self, key: &[u8; 32], now: Timestamp) -> Option<Result<User, Rejected>> {
        self.0.get(key).filter(|answer| now < answer.until).map(|answer| answer.user.clone())
    }

    /// Keeps an answer. Where there is no room, the one that would go first goes now; made-up tokens push out only each
    /// other's short-lived answers, as long as there are any.
    fn put(&mut self, key: [u8; 32], answer: Answer, now: Timestamp) {
        if answer.until <= now {
            return;
        }
        if self.0.len() >= MAX_ANSWERS {
            self.0.retain(|_, kept| now < kept.until);
        }
        if self.0.len() >= MAX_ANSWERS
            && let Some(first) = self.0.iter().min_by_key(|(_, kept)| kept.until).map(|(key, _)| *key)
        {
            self.0.remove(&first);
        }
        self.0.insert(key, answer);
    }
}

/// Without the answers and the client's credentials.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn numbered(number: usize) -> [u8; 32] {
        sha256(&number.to_string())
    }

    fn refused_until(second: i64) -> Answer {
        Answer { user: Err(Rejected::Inactive), until: at(second) }
    }

    #[test]
    fn a_full_cache_forgets_first_what_would_go_first() {
        let mut answers = Answers::default();
        answers.put(numbered(0), refused_until(100), at(0));
        for number in 1..5000 {
            answers.put(numbered(number), refused_until(5), at(0));
            assert!(answers.0.len() <= MAX_ANSWERS);
        }
        assert!(answers.get(&numbered(0), at(0)).is_some());
        assert!(answers.get(&numbered(4999), at(0)).is_some());
    }

    #[test]
    fn a_full_cache_makes_room_by_dropping_what_is_over() {
        let mut answers = Answers::default();
        for number in 0..MAX_ANSWERS {
            answers.put(numbered(number), refused_until(5), at(0));
        }
        answers.put(numbered(MAX_ANSWERS), refused_until(20), at(10));
        assert_eq!(answers.0.len(), 1);
    }
}
