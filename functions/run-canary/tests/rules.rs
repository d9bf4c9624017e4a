//! The effects of the function's events, and the permissions of its role.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::net::{Ipv4Addr, TcpListener};

use run_canary::App;
use serde_json::{Value, json};
use spaces_http::Env;
use spaces_local::{Log, harness};

/// Returns the function for a port without a listener.
fn app() -> App {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let env = Env::from_iter([("PUBLIC_URL", url.as_str()), ("CANARY_CREDENTIAL", "bearer secret")]);
    App::from_env(&env, harness::sources_at(harness::now())).unwrap()
}

async fn run(app: &App, event: Value) -> Value {
    serde_json::to_value(app.run(&serde_json::from_value(event).unwrap()).await).unwrap()
}

#[tokio::test]
async fn an_unreachable_service_fails_the_first_step_and_not_the_function() {
    let (app, log) = (app(), Log::at_level("INFO"));
    let event = harness::event("run-canary", "200-scheduled").unwrap();
    assert_eq!(run(&app, event).await, json!({ "steps": ["log_in"], "failed": "log_in" }));
    let text = log.text();
    assert!(!text.contains("secret"), "{text}");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failed = lines.iter().find(|line| line["message"] == "the canary failed").unwrap();
    assert_eq!((&failed["level"], &failed["step"]), (&json!("ERROR"), &json!("log_in")));
    assert!(failed["error"].as_str().unwrap().starts_with("no answer"), "{failed}");
}

#[tokio::test]
async fn a_run_is_counted_with_the_step_that_failed_and_the_time_of_each() {
    let (app, log) = (app(), Log::at_level("ERROR"));
    run(&app, harness::event("run-canary", "200-scheduled").unwrap()).await;
    let metrics = log.metrics().unwrap();
    assert_eq!(metrics.len(), 2);
    assert_eq!((&metrics[0]["CanaryFailed"], &metrics[0]["reason"]), (&json!(1), &json!("log_in")));
    assert_eq!((&metrics[1]["reason"], metrics[1]["CanaryDuration"].is_number()), (&json!("log_in"), true));
    assert_eq!(metrics[1]["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"], "Milliseconds");
    assert!(metrics.iter().all(|line| line["CanarySucceeded"].is_null() && line["service"] == "run-canary"));
}

#[tokio::test]
async fn an_event_that_is_not_from_a_schedule_starts_nothing() {
    let (app, log) = (app(), Log::at_level("INFO"));
    assert_eq!(run(&app, json!({ "Records": [] })).await, json!({ "steps": [], "failed": null }));
    assert_eq!(log.text(), "");
}

#[test]
fn the_deployed_role_allows_only_logging() {
    assert_eq!(harness::allowed_actions("RunCanaryRole").unwrap(), Vec::<String>::new());
}
