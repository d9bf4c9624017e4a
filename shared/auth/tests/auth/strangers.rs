//! Limits on the introspection requests for unknown tokens, and on those to an endpoint that fails.

use serde_json::{Value, json};
use spaces_auth::{AuthError, Authenticator, Rejected, Unavailable};

use crate::support::*;

fn endpoint(server: &TestServer) -> Value {
    json!({"url": server.url(), "client_id": "spaces", "client_secret": "secret", "iss": ISSUER, "audience": null})
}

async fn answering(answer: &Value) -> (TestServer, Authenticator) {
    let server = TestServer::answering(answer).await;
    let authenticator = introspecting(&endpoint(&server));
    (server, authenticator)
}

fn active() -> Value {
    json!({"active": true, "sub": "alice"})
}

/// Returns the time until the next unknown token may be introspected, if the budget refused this one.
async fn budget(authenticator: &Authenticator, seconds: i64, token: &str) -> Option<i64> {
    match at(after(seconds), authenticator, "bearer", token).await {
        Err(AuthError::Unavailable(error @ Unavailable::Budget { .. })) => {
            error.retry_after().map(|after| after.as_secs())
        }
        Err(AuthError::Unavailable(other)) => panic!("{other:?}"),
        _ => None,
    }
}

#[tokio::test]
async fn twenty_random_tokens_cost_ten_calls_and_then_one_a_second() {
    let (server, authenticator) = answering(&json!({"active": false})).await;
    for token in 0..20 {
        let refused = budget(&authenticator, 0, &format!("random-{token}")).await;
        assert_eq!(refused, (token >= 10).then_some(1), "{token}");
    }
    assert_eq!(server.asked(), 10);
    for second in 1..=5 {
        assert_eq!(budget(&authenticator, second, &format!("a-{second}")).await, None);
        assert_eq!(budget(&authenticator, second, &format!("b-{second}")).await, Some(1));
    }
    assert_eq!(server.asked(), 15);
    assert_eq!(
        refusal(&authenticator, "bearer", "random-0").await,
        Rejected::Inactive,
        "an answer that is cached costs nothing"
    );
}

#[tokio::test]
async fn the_budget_is_configured_and_never_more_than_its_burst() {
    let server = TestServer::answering(&json!({"active": false})).await;
    let config = with(&with(&endpoint(&server), "unknown_per_minute", Some(json!(6))), "unknown_burst", Some(json!(2)));
    let authenticator = introspecting(&config);
    for (seconds, token, expected) in [
        (0, "a", None),
        (0, "b", None),
        (0, "c", Some(10)),
        (9, "c", Some(1)),
        (10, "c", None),
        (3600, "d", None),
        (3600, "e", None),
        (3600, "f", Some(10)),
    ] {
        assert_eq!(budget(&authenticator, seconds, token).await, expected, "{token} after {seconds} s");
    }
    // After the clock is set back, a debt from the future is dropped.
    assert_eq!(budget(&authenticator, 60, "g").await, None);
}

#[tokio::test]
async fn active_tokens_do_not_use_up_the_budget() {
    let (server, authenticator) = answering(&active()).await;
    for token in 0..50 {
        assert!(authenticate(&authenticator, "bearer", &format!("person-{token}")).await.is_ok(), "{token}");
    }
    server.answer(200, &json!({"active": false}));
    for token in 0..10 {
        assert_eq!(budget(&authenticator, 0, &format!("random-{token}")).await, None);
    }
    assert_eq!(budget(&authenticator, 0, "random-10").await, Some(1));
    server.answer(200, &active());
    let known = at(after(40), &authenticator, "bearer", "person-1").await;
    assert!(known.is_ok(), "{known:?}");
}

#[tokio::test]
async fn unknown_tokens_do_not_shut_out_known_ones() {
    let (server, authenticator) = answering(&active()).await;
    assert!(authenticate(&authenticator, "bearer", "person").await.is_ok());
    server.answer(200, &json!({"active": false}));
    for token in 0..20 {
        budget(&authenticator, 31, &format!("random-{token}")).await;
    }
    server.answer(200, &active());
    let known = at(after(31), &authenticator, "bearer", "person").await;
    assert!(known.is_ok(), "its answer has expired, but it was active before: {known:?}");
    assert_eq!(budget(&authenticator, 31, "newcomer").await, Some(1));
}

#[tokio::test]
async fn a_token_of_another_form_is_refused_without_a_call() {
    let server = TestServer::answering(&active()).await;
    let of_form = |pattern: &str| introspecting(&with(&endpoint(&server), "token_pattern", Some(json!(pattern))));
    let hex = of_form("[0-9a-f]{40}");
    let token = "a1".repeat(20);
    for other in [format!("{token}0"), format!("x{token}"), "a1".repeat(19), token.to_uppercase(), "x".to_owned()] {
        assert_eq!(refusal(&hex, "bearer", &other).await, Rejected::Pattern, "{other}");
    }
    assert_eq!(refusal(&of_form("a|b"), "bearer", "ab").await, Rejected::Pattern, "the whole token must match");
    assert_eq!(server.asked(), 0);
    assert!(authenticate(&hex, "bearer", &token).await.is_ok());
}

/// Returns whether the endpoint was asked at that time, and whether the caller got in.
async fn asked(server: &TestServer, authenticator: &Authenticator, seconds: i64) -> (bool, bool) {
    let before = server.asked();
    let outcome = at(after(seconds), authenticator, "bearer", &format!("token-{seconds}")).await;
    (server.asked() > before, outcome.is_ok())
}

#[tokio::test]
async fn after_five_failures_the_endpoint_is_not_called_for_ten_seconds() {
    let (server, authenticator) = answering(&active()).await;
    server.answer(500, "");
    for second in 0..5 {
        assert_eq!(asked(&server, &authenticator, second).await, (true, false));
    }
    for second in [5, 9, 13] {
        assert_eq!(asked(&server, &authenticator, second).await, (false, false), "after {second} s");
    }
    let outcome = at(after(13), &authenticator, "bearer", "token").await;
    let Err(AuthError::Unavailable(error @ Unavailable::Paused { .. })) = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.retry_after().map(|after| after.as_secs()), Some(1));
    assert_eq!(asked(&server, &authenticator, 14).await, (true, false), "one call is let through");
    assert_eq!(asked(&server, &authenticator, 15).await, (false, false), "it has failed, so there is another pause");
    server.answer(200, &active());
    assert_eq!(asked(&server, &authenticator, 24).await, (true, true));
    server.answer(500, "");
    assert_eq!(asked(&server, &authenticator, 25).await, (true, false), "one failure does not open the circuit");
    assert_eq!(asked(&server, &authenticator, 26).await, (true, false));
}

#[tokio::test]
async fn a_success_in_between_keeps_the_circuit_closed() {
    let (server, authenticator) = answering(&active()).await;
    for second in 0..20 {
        let failing = second % 5 != 4;
        server.answer(if failing { 500 } else { 200 }, &active());
        assert_eq!(asked(&server, &authenticator, second).await, (true, !failing), "after {second} s");
    }
}

#[tokio::test]
async fn when_the_pause_is_over_one_call_is_let_through_at_a_time() {
    let (server, authenticator) = answering(&active()).await;
    server.answer(500, "");
    for second in 0..5 {
        asked(&server, &authenticator, second).await;
    }
    server.answer(200, &active());
    let before = server.asked();
    let tokens: Vec<_> = (0..5).map(|token| format!("late-{token}")).collect();
    let all = tokens.iter().map(|token| at(after(20), &authenticator, "bearer", token));
    let accepted = futures_util::future::join_all(all).await.into_iter().flatten().count();
    assert_eq!((accepted, server.asked() - before), (1, 1));
}

#[tokio::test]
async fn a_token_over_the_budget_does_not_use_up_the_call_that_is_let_through() {
    let server = TestServer::answering(&json!({"active": false})).await;
    let config = with(&with(&endpoint(&server), "unknown_per_minute", Some(json!(1))), "unknown_burst", Some(json!(6)));
    let authenticator = introspecting(&config);
    server.answer(200, &active());
    assert!(at(after(0), &authenticator, "bearer", "person").await.is_ok());
    server.answer(500, "");
    for second in 0..5 {
        assert_eq!(asked(&server, &authenticator, second).await, (true, false));
    }
    server.answer(200, &json!({"active": false}));
    assert!(asked(&server, &authenticator, 15).await.0, "the budget's sixth call succeeds and closes the circuit");
    server.answer(500, "");
    for second in 31..36 {
        assert!(at(after(second), &authenticator, "bearer", "person").await.is_err());
    }
    server.answer(200, &active());
    let stranger = at(after(46), &authenticator, "bearer", "stranger").await;
    assert!(matches!(stranger, Err(AuthError::Unavailable(Unavailable::Budget { .. }))), "{stranger:?}");
    assert!(at(after(46), &authenticator, "bearer", "person").await.is_ok());
}

#[tokio::test]
async fn an_endpoint_that_refuses_a_token_is_still_called() {
    let (server, authenticator) = answering(&active()).await;
    for status in [400, 413, 414, 429] {
        server.answer(status, "");
        for second in 0..6 {
            assert_eq!(asked(&server, &authenticator, second).await, (true, false), "{status}");
        }
        server.answer(200, &active());
        assert_eq!(asked(&server, &authenticator, 100 + i64::from(status)).await, (true, true), "{status}");
    }
}
