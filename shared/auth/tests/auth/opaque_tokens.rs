//! The scheme `bearer` with tokens that only their issuer can read (RFC 7662).

use serde_json::{Value, json};
use spaces_auth::{AuthError, Authenticator, Rejected, Unavailable, user_id};
use spaces_model::Email;

use crate::support::*;

const TOKEN: &str = "f746696f5de4528u128ae2f274eea253e8a7943a";

fn active() -> Value {
    json!({"active": true, "sub": "alice", "exp": NOW + 600, "token_type": "Bearer", "client_id": "web"})
}

fn endpoint(server: &TestServer) -> Value {
    json!({"url": server.url(), "client_id": "spaces", "client_secret": "s3cr%t:", "iss": ISSUER, "audience": null, "email_domains": "*"})
}

async fn answering(answer: &Value) -> (TestServer, Authenticator) {
    let server = TestServer::answering(answer).await;
    let authenticator = introspecting(&endpoint(&server));
    (server, authenticator)
}

async fn refused(answer: &Value) -> Rejected {
    let (_server, authenticator) = answering(answer).await;
    refusal(&authenticator, "bearer", TOKEN).await
}

#[tokio::test]
async fn an_active_token_authenticates_its_user() {
    let answer = with(&with(&active(), "email", Some(json!("a@example.com"))), "email_verified", Some(json!(true)));
    let (server, authenticator) = answering(&answer).await;
    let user = user(authenticate(&authenticator, "bearer", TOKEN).await);
    assert_eq!(user.id, user_id(ISSUER, "alice", false));
    assert!(matches!(user.email, Some(Email::Proven { at: None, .. })));
    // base64 of `spaces:s3cr%25t%3A` (RFC 6749 section 2.3.1).
    assert_eq!(
        server.last(),
        "POST Basic c3BhY2VzOnMzY3IlMjV0JTNB application/x-www-form-urlencoded \
         token=f746696f5de4528u128ae2f274eea253e8a7943a&token_type_hint=access_token"
    );
}

#[tokio::test]
async fn a_token_is_active_only_if_the_answer_says_exactly_that() {
    for value in [json!(false), json!("true"), json!(1), json!(null), json!([true])] {
        assert_eq!(refused(&with(&active(), "active", Some(value))).await, Rejected::Inactive);
    }
    assert_eq!(refused(&with(&active(), "active", None)).await, Rejected::Inactive);
}

#[tokio::test]
async fn an_answer_must_be_valid() {
    for (name, value, expected) in [
        ("exp", json!(NOW), Rejected::Expired),
        ("exp", json!("soon"), Rejected::Claim("exp")),
        ("nbf", json!(NOW + 60), Rejected::NotYetValid),
        ("iat", json!(NOW + 60), Rejected::IssuedInFuture),
        ("token_type", json!("mac"), Rejected::Kind),
        ("token_type", json!(["Bearer"]), Rejected::Claim("token_type")),
        ("iss", json!("https://other.example"), Rejected::Issuer),
        ("iss", json!([ISSUER]), Rejected::Claim("iss")),
        ("sub", json!("web"), Rejected::Application),
        ("user_id", json!(7), Rejected::NoUser),
    ] {
        assert_eq!(refused(&with(&active(), name, Some(value.clone()))).await, expected, "{name} {value}");
    }
    assert_eq!(refused(&with(&active(), "sub", None)).await, Rejected::NoUser);
}

#[tokio::test]
async fn an_answer_may_omit_optional_members() {
    let (_server, authenticator) = answering(&json!({"active": true, "user_id": "alice"})).await;
    assert!(authenticate(&authenticator, "bearer", TOKEN).await.is_ok());
}

#[tokio::test]
async fn a_configured_audience_is_required() {
    for (audience, accepted) in [(None, false), (Some(json!("x")), false), (Some(json!(["x", AUDIENCE])), true)] {
        let server = TestServer::answering(&with(&active(), "aud", audience)).await;
        let config = with(&endpoint(&server), "audience", Some(json!(AUDIENCE)));
        assert_eq!(authenticate(&introspecting(&config), "bearer", TOKEN).await.is_ok(), accepted);
    }
}

#[tokio::test]
async fn an_answer_is_cached_for_thirty_seconds() {
    let (server, authenticator) = answering(&active()).await;
    for (seconds, asked) in [(0, 1), (1, 1), (29, 1), (30, 2), (59, 2), (60, 3)] {
        assert!(at(after(seconds), &authenticator, "bearer", TOKEN).await.is_ok());
        assert_eq!(server.asked(), asked, "after {seconds} s");
    }
}

#[tokio::test]
async fn an_answer_is_never_cached_past_the_tokens_expiry() {
    let (server, authenticator) = answering(&with(&active(), "exp", Some(json!(NOW + 10)))).await;
    assert!(at(after(9), &authenticator, "bearer", TOKEN).await.is_ok());
    assert!(at(after(9), &authenticator, "bearer", TOKEN).await.is_ok());
    assert_eq!(server.asked(), 1);
    assert!(at(after(10), &authenticator, "bearer", TOKEN).await.is_err());
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_rejection_is_cached_for_five_seconds() {
    let (server, authenticator) = answering(&json!({"active": false})).await;
    for (seconds, asked) in [(0, 1), (4, 1)] {
        assert!(at(after(seconds), &authenticator, "bearer", TOKEN).await.is_err());
        assert_eq!(server.asked(), asked);
    }
    server.answer(200, &active());
    assert!(at(after(5), &authenticator, "bearer", TOKEN).await.is_ok());
}

#[tokio::test]
async fn an_answer_is_cached_for_one_token_only() {
    let (server, authenticator) = answering(&active()).await;
    assert!(authenticate(&authenticator, "bearer", TOKEN).await.is_ok());
    server.answer(200, &json!({"active": false}));
    assert_eq!(refusal(&authenticator, "bearer", "another").await, Rejected::Inactive);
    assert!(authenticate(&authenticator, "bearer", TOKEN).await.is_ok());
}

#[tokio::test]
async fn without_a_cache_every_request_is_introspected() {
    let server = TestServer::answering(&active()).await;
    let authenticator = introspecting(&with(&endpoint(&server), "cache_seconds", Some(json!(0))));
    for asked in 1..=3 {
        assert!(authenticate(&authenticator, "bearer", TOKEN).await.is_ok());
        assert_eq!(server.asked(), asked);
    }
}

#[tokio::test]
async fn a_failure_of_the_endpoint_is_not_the_callers_fault_and_is_not_cached() {
    let server = TestServer::answering(&active()).await;
    let large = json!({"active": true, "sub": "x".repeat(70_000)}).to_string();
    let attempts_at = [(500, "{}", 2), (401, "{}", 1), (302, "", 1), (200, "no json", 1), (200, large.as_str(), 1)];
    for (status, body, attempts) in attempts_at {
        let authenticator = introspecting(&endpoint(&server));
        server.answer(status, body);
        let before = server.asked();
        let outcome = authenticate(&authenticator, "bearer", TOKEN).await;
        assert!(matches!(outcome, Err(AuthError::Unavailable(Unavailable::Introspection(_)))), "{status}: {outcome:?}");
        assert_eq!(server.asked() - before, attempts, "{status}");
        server.answer(200, &active());
        assert!(authenticate(&authenticator, "bearer", TOKEN).await.is_ok());
    }
}

#[tokio::test]
async fn an_unreachable_endpoint_is_unavailable() {
    let config =
        json!({"url": "http://127.0.0.1:1/", "client_id": "c", "client_secret": "s", "iss": ISSUER, "audience": null});
    let outcome = authenticate(&introspecting(&config), "bearer", TOKEN).await;
    assert!(matches!(outcome, Err(AuthError::Unavailable(_))), "{outcome:?}");
}

#[tokio::test]
async fn without_an_endpoint_opaque_tokens_are_refused() {
    assert_eq!(refusal(&trusting(&issuer()), "bearer", TOKEN).await, Rejected::IntrospectionOff);
}

#[tokio::test]
async fn a_token_that_is_a_jwt_or_too_large_is_never_sent_to_the_endpoint() {
    let (server, authenticator) = answering(&active()).await;
    let foreign = TestKey::EdDsa.sign(
        &with(&TestKey::EdDsa.header(), "typ", Some(json!("at+jwt"))),
        &with(&access_claims(), "iss", Some(json!("https://other.example"))),
    );
    assert_eq!(refusal(&authenticator, "bearer", &foreign).await, Rejected::Issuer);
    assert_eq!(refusal(&authenticator, "bearer", &"x".repeat(8193)).await, Rejected::TooLarge);
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn neither_the_token_nor_the_secret_is_shown() {
    let (server, authenticator) = answering(&active()).await;
    assert!(authenticate(&authenticator, "bearer", TOKEN).await.is_ok());
    server.answer(500, "");
    let error = authenticate(&authenticator, "bearer", "another-token").await.unwrap_err();
    let shown = format!("{authenticator:?} {error:?} {error}");
    for secret in [TOKEN, "another-token", "s3cr"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
