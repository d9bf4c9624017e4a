//! Keys that an issuer publishes at a URL.

use serde_json::{Value, json};
use spaces_auth::{AuthConfig, AuthError, Authenticator, Rejected, Unavailable};

use crate::support::*;

async fn publishing(keys: &(impl ToString + ?Sized)) -> (TestServer, Authenticator) {
    let server = TestServer::answering(keys).await;
    let authenticator = trusting(&json!({"iss": ISSUER, "jwks_url": server.url(), "audience": AUDIENCE}));
    (server, authenticator)
}

fn only(key: TestKey) -> Value {
    let keys = jwks()["keys"].as_array().unwrap().clone();
    json!({"keys": keys.into_iter().filter(|one| one["kid"] == key.kid()).collect::<Vec<_>>()})
}

fn token(key: TestKey) -> String {
    key.sign(&key.header(), &with(&user_claims(), "exp", Some(json!(NOW + 1_000_000))))
}

async fn accepted(authenticator: &Authenticator, seconds: i64, key: TestKey) -> bool {
    at(after(seconds), authenticator, "jwt", &token(key)).await.is_ok()
}

#[tokio::test]
async fn keys_are_fetched_when_first_needed_and_then_cached_for_an_hour() {
    let (server, authenticator) = publishing(JWKS).await;
    assert_eq!(server.asked(), 0);
    for (seconds, asked) in [(0, 1), (1, 1), (3599, 1), (3600, 2), (7199, 2), (7200, 3)] {
        assert!(accepted(&authenticator, seconds, TestKey::Es256).await);
        assert_eq!(server.asked(), asked, "after {seconds} s");
    }
}

#[tokio::test]
async fn keys_can_be_fetched_in_advance() {
    let (server, authenticator) = publishing(JWKS).await;
    authenticator.prefetch(now()).await;
    assert_eq!(server.asked(), 1);
    assert!(accepted(&authenticator, 0, TestKey::Es256).await);
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_new_key_is_found_within_the_hour_with_at_most_one_fetch_a_minute() {
    let (server, authenticator) = publishing(&only(TestKey::Es256)).await;
    assert!(accepted(&authenticator, 0, TestKey::Es256).await);
    server.answer(200, JWKS);
    for (seconds, found, asked) in [(1, false, 1), (59, false, 1), (60, true, 2), (61, true, 2)] {
        assert_eq!(accepted(&authenticator, seconds, TestKey::EdDsa).await, found, "after {seconds} s");
        assert_eq!(server.asked(), asked, "after {seconds} s");
    }
}

#[tokio::test]
async fn made_up_key_ids_cause_at_most_one_fetch_a_minute() {
    let (server, authenticator) = publishing(JWKS).await;
    for second in 0..120 {
        let header = with(&TestKey::EdDsa.header(), "kid", Some(json!(format!("made-up-{second}"))));
        let token = TestKey::EdDsa.sign(&header, &user_claims());
        let outcome = at(after(second), &authenticator, "jwt", &token).await;
        assert!(matches!(outcome, Err(AuthError::Rejected(Rejected::Key))), "{outcome:?}");
    }
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_key_that_the_issuer_has_revoked_is_refused_after_the_hour() {
    let (server, authenticator) = publishing(JWKS).await;
    assert!(accepted(&authenticator, 0, TestKey::EdDsa).await);
    server.answer(200, &only(TestKey::Es256));
    assert!(accepted(&authenticator, 3599, TestKey::EdDsa).await);
    assert!(!accepted(&authenticator, 3600, TestKey::EdDsa).await);
}

#[tokio::test]
async fn while_the_issuer_is_down_the_last_keys_are_used_for_a_day_with_one_fetch_a_minute() {
    let (server, authenticator) = publishing(JWKS).await;
    assert!(accepted(&authenticator, 0, TestKey::EdDsa).await);
    server.answer(503, "");
    // Each fetch makes two requests, because a server error is retried once.
    for (seconds, asked) in [(3600, 3), (3601, 3), (3659, 3), (3660, 5), (86_399, 7)] {
        assert!(accepted(&authenticator, seconds, TestKey::EdDsa).await, "after {seconds} s");
        assert_eq!(server.asked(), asked, "after {seconds} s");
    }
    let outcome = at(after(86_400), &authenticator, "jwt", &token(TestKey::EdDsa)).await;
    assert!(matches!(outcome, Err(AuthError::Unavailable(Unavailable::Keys { .. }))), "{outcome:?}");
    assert_eq!(server.asked(), 7, "it was asked a second ago");
    server.answer(200, &only(TestKey::Es256));
    assert!(
        accepted(&authenticator, 86_404, TestKey::Es256).await,
        "without keys it is asked again after five seconds"
    );
    assert!(!accepted(&authenticator, 86_404, TestKey::EdDsa).await);
}

#[tokio::test]
async fn a_day_begins_with_each_successful_fetch() {
    let (server, authenticator) = publishing(JWKS).await;
    assert!(accepted(&authenticator, 0, TestKey::EdDsa).await);
    assert!(accepted(&authenticator, 3600, TestKey::EdDsa).await);
    server.answer(503, "");
    assert!(accepted(&authenticator, 3600 + 86_399, TestKey::EdDsa).await);
    assert!(!accepted(&authenticator, 3600 + 86_400, TestKey::EdDsa).await);
}

#[tokio::test]
async fn keys_are_never_used_once_they_are_stale() {
    let server = TestServer::answering(JWKS).await;
    let issuers = json!([{"iss": ISSUER, "jwks_url": server.url(), "audience": AUDIENCE}]);
    let jwks_stale = jiff::SignedDuration::from_mins(30);
    let authenticator = Authenticator::new(AuthConfig { jwks_stale, ..config(&issuers) }).unwrap();
    assert!(accepted(&authenticator, 0, TestKey::EdDsa).await);
    server.answer(503, "");
    assert!(accepted(&authenticator, 1799, TestKey::EdDsa).await);
    assert!(!accepted(&authenticator, 1800, TestKey::EdDsa).await, "though they would be fresh for an hour");
}

#[tokio::test]
async fn without_any_keys_the_issuer_is_unavailable_and_asked_again_after_five_seconds() {
    let (server, authenticator) = publishing("").await;
    for (status, body) in [(500, "{}".to_owned()), (404, String::new()), (302, String::new()), (200, "[]".to_owned())] {
        server.answer(status, &body);
        let fresh = trusting(&json!({"iss": ISSUER, "jwks_url": server.url(), "audience": null}));
        let outcome = at(now(), &fresh, "jwt", &token(TestKey::EdDsa)).await;
        assert!(matches!(outcome, Err(AuthError::Unavailable(Unavailable::Keys { .. }))), "{status}: {outcome:?}");
    }
    server.answer(404, "");
    let before = server.asked();
    for (seconds, asked) in [(0, 1), (4, 1), (5, 2)] {
        assert!(!accepted(&authenticator, seconds, TestKey::EdDsa).await);
        assert_eq!(server.asked() - before, asked, "after {seconds} s");
    }
    server.answer(200, JWKS);
    assert!(accepted(&authenticator, 10, TestKey::EdDsa).await);
}

#[tokio::test]
async fn an_answer_over_256_kibibytes_is_not_read() {
    let large = json!({"keys": jwks()["keys"], "padding": "x".repeat(257 * 1024)});
    let (_server, authenticator) = publishing(&large).await;
    let outcome = at(now(), &authenticator, "jwt", &token(TestKey::EdDsa)).await;
    assert!(matches!(outcome, Err(AuthError::Unavailable(_))), "{outcome:?}");
}

#[tokio::test]
async fn concurrent_requests_wait_for_one_fetch() {
    let (server, authenticator) = publishing(JWKS).await;
    let all = (0..50).map(|_| accepted(&authenticator, 0, TestKey::EdDsa));
    assert!(futures_util::future::join_all(all).await.into_iter().all(|accepted| accepted));
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_key_that_is_not_for_signatures_does_not_affect_the_others() {
    for (name, value) in [
        ("use", json!("enc")),
        ("use", json!("other")),
        ("use", json!(1)),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!([])),
        ("key_ops", json!("verify")),
        ("alg", json!("ES256")),
        ("alg", json!("RSA-OAEP")),
        ("alg", json!(1)),
        ("kty", json!("EC")),
        ("crv", json!("Ed448")),
        ("crv", json!("P-256")),
        ("x", json!(encode([1; 31]))),
        ("x", json!("???")),
        ("d", json!(encode([1; 32]))),
    ] {
        let mut keys = jwks();
        keys["keys"][2][name] = value.clone();
        let (_server, authenticator) = publishing(&keys).await;
        assert!(!accepted(&authenticator, 0, TestKey::EdDsa).await, "{name} {value}");
        assert!(accepted(&authenticator, 0, TestKey::Es256).await, "{name} {value}");
    }
    for (name, value) in [("key_ops", json!(["sign", "verify"])), ("use", json!("sig")), ("x5t", json!("x"))] {
        let mut keys = jwks();
        keys["keys"][2][name] = value.clone();
        let (_server, authenticator) = publishing(&keys).await;
        assert!(accepted(&authenticator, 0, TestKey::EdDsa).await, "{name} {value}");
    }
}

#[tokio::test]
async fn an_entry_that_is_not_a_key_does_not_affect_the_others() {
    let mut keys = jwks();
    keys["keys"].as_array_mut().unwrap().extend([json!(null), json!(1), json!({}), json!({"kty": "oct", "k": "eA"})]);
    let (_server, authenticator) = publishing(&keys).await;
    for key in TestKey::ALL {
        assert!(accepted(&authenticator, 0, key).await);
    }
}

#[tokio::test]
async fn an_id_of_two_different_keys_is_refused_but_a_duplicate_key_is_not() {
    let mut keys = jwks();
    let again = keys["keys"][2].clone();
    keys["keys"].as_array_mut().unwrap().push(again.clone());
    let (_server, authenticator) = publishing(&keys).await;
    assert!(accepted(&authenticator, 0, TestKey::EdDsa).await);
    let other = with(&again, "x", Some(json!(encode([7; 32]))));
    keys["keys"].as_array_mut().unwrap().push(other);
    let (_server, authenticator) = publishing(&keys).await;
    assert_eq!(refusal(&authenticator, "jwt", &token(TestKey::EdDsa)).await, Rejected::AmbiguousKey);
}

#[tokio::test]
async fn an_unknown_key_of_an_issuer_that_is_down_is_not_a_rejection() {
    let (server, authenticator) = publishing(&only(TestKey::Es256)).await;
    assert!(accepted(&authenticator, 0, TestKey::Es256).await);
    server.answer(503, "");
    for seconds in [60, 61] {
        let outcome = at(after(seconds), &authenticator, "jwt", &token(TestKey::EdDsa)).await;
        assert!(matches!(outcome, Err(AuthError::Unavailable(Unavailable::Keys { .. }))), "{outcome:?}");
        assert!(accepted(&authenticator, seconds, TestKey::Es256).await);
    }
}
