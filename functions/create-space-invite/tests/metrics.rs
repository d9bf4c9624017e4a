//! The metrics, as written to standard output.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use create_space_invite::App;
use serde_json::{Value, json};
use spaces_local::Log;
use spaces_local::harness::{self, Harness};

async fn send(app: &App, event: &str) {
    let event = harness::event("create-space-invite", event).unwrap();
    harness::answer(event, |request| app.answer(request)).await.unwrap();
}

#[tokio::test]
async fn an_invitation_is_counted_when_it_is_created_and_not_when_it_is_repeated() {
    let harness = Harness::start().await.unwrap();
    let app = App::from_env(&harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
    let log = Log::at_level("WARN");
    send(&app, "200-idempotency-key").await;
    let made = log.metrics().unwrap();
    assert_eq!(made.len(), 1);
    assert_eq!((&made[0]["service"], &made[0]["InvitationsCreated"]), (&json!("create-space-invite"), &json!(1)));
    send(&app, "200-idempotency-key").await;
    assert_eq!(log.metrics().unwrap(), Vec::<Value>::new());
}

#[tokio::test]
async fn rejected_requests_are_not_counted() {
    let harness = Harness::start().await.unwrap();
    let app = App::from_env(&harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
    let log = Log::at_level("INFO");
    for event in ["401-no-credentials", "400-every-field-wrong", "403-act-as-by-a-user", "204-preflight"] {
        send(&app, event).await;
    }
    // The first request of a process is a cold start, whatever its result.
    let metrics = log.metrics().unwrap();
    assert_eq!(metrics.len(), 1);
    assert_eq!((&metrics[0]["ColdStart"], &metrics[0]["InvitationsCreated"]), (&json!(1), &Value::Null));
}
