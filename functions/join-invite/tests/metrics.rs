//! The metrics, as written to standard output.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use join_invite::App;
use serde_json::{Value, json};
use spaces_local::Log;
use spaces_local::harness::{self, Harness};

async fn send(app: &App, event: &str) {
    let event = harness::event("join-invite", event).unwrap();
    harness::answer(event, |request| app.answer(request)).await.unwrap();
}

/// Returns the reasons by which joins were counted.
fn reasons(metrics: &[Value]) -> Vec<&str> {
    metrics.iter().filter(|line| line["Joins"] == 1).map(|line| line["reason"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_join_is_counted_in_total_and_by_reason_and_a_cold_start_only_in_total() {
    let harness = Harness::start().await.unwrap();
    let app = App::from_env(&harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
    let log = Log::at_level("INFO");
    send(&app, "200-invited-by-address").await;
    let metrics = log.metrics().unwrap();
    let directive = |dimensions: Value, name: &str| {
        let metrics = json!([{"Name": name, "Unit": "Count"}]);
        json!({"Namespace": "SpacesInvitations", "Dimensions": dimensions, "Metrics": metrics})
    };
    let expected = json!([
        directive(json!([["service"]]), "ColdStart"),
        directive(json!([["service"], ["service", "reason"]]), "Joins"),
    ]);
    assert_eq!(metrics.len(), 1);
    assert_eq!(metrics[0]["_aws"]["CloudWatchMetrics"], expected);
    assert_eq!((&metrics[0]["Joins"], &metrics[0]["reason"]), (&json!(1), &json!("invited")));
}

#[tokio::test]
async fn every_response_that_joins_somebody_is_counted_by_reason() {
    let harness = Harness::start().await.unwrap();
    let app = App::from_env(&harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
    let log = Log::at_level("ERROR");
    for (event, reason) in [
        ("200-address-not-verified", "email_not_verified"),
        ("200-invited-by-address", "invited"),
        ("200-invited-by-address", "invited"),
        ("200-creator", "already_member"),
        ("200-stranger", "not_invited"),
        ("303-link-invited", "invited"),
        ("303-link-stranger-as-guest", "not_invited"),
    ] {
        send(&app, event).await;
        assert_eq!(reasons(&log.metrics().unwrap()), [reason], "{event}");
    }
}

#[tokio::test]
async fn pages_and_refusals_do_not_count_as_joins() {
    let harness = Harness::start().await.unwrap();
    let app = App::from_env(&harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
    let log = Log::at_level("INFO");
    for event in [
        "200-link",
        "200-link-head-with-session",
        "200-link-stranger",
        "401-no-credentials",
        "404-unknown",
        "410-expired",
    ] {
        send(&app, event).await;
    }
    let metrics = log.metrics().unwrap();
    assert_eq!(reasons(&metrics), Vec::<&str>::new());
    assert_eq!((metrics.len(), &metrics[0]["ColdStart"]), (1, &json!(1)));
}
