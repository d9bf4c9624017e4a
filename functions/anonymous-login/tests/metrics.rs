//! The metrics, as written to standard output.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use anonymous_login::App;
use serde_json::{Value, json};
use spaces_http::Env;
use spaces_local::{Log, harness};

fn env() -> Env {
    let variables = [
        ("PUBLIC_URL", "https://spaces.example.com"),
        ("SIGNING_SECRET", "a secret for tests, of more than forty characters"),
    ];
    variables.into_iter().collect()
}

fn app() -> App {
    App::from_env(&env(), harness::sources_at(harness::now())).unwrap()
}

async fn send(app: &App, event: &str) -> Value {
    let event = harness::event("anonymous-login", event).unwrap();
    harness::answer(event, |request| app.answer(request)).await.unwrap()
}

#[tokio::test]
async fn a_login_and_a_cold_start_are_counted_on_one_line() {
    let log = Log::at_level("INFO");
    send(&app(), "200-display-name").await;
    let count = |name: &str| json!({"Name": name, "Unit": "Count"});
    let expected = json!({
        "level": "INFO",
        "timestamp": "2026-11-21T12:00:00.000Z",
        "_aws": {
            "Timestamp": harness::now().as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": "SpacesInvitations",
                "Dimensions": [["service"]],
                "Metrics": [count("ColdStart"), count("GuestLogins")],
            }],
        },
        "service": "anonymous-login",
        "ColdStart": 1,
        "GuestLogins": 1,
    });
    assert_eq!(log.metrics().unwrap(), [expected]);
}

#[tokio::test]
async fn a_deployment_has_a_namespace_of_its_own() {
    let mut env = env();
    env.set("METRICS_NAMESPACE", "SpacesInvitations/spaces-prod");
    let log = Log::at_level("INFO");
    send(&App::from_env(&env, harness::sources_at(harness::now())).unwrap(), "200-display-name").await;
    let namespace = &log.metrics().unwrap()[0]["_aws"]["CloudWatchMetrics"][0]["Namespace"];
    assert_eq!(namespace, "SpacesInvitations/spaces-prod");
    for wrong in ["AWS/Lambda", "two words", "prod\u{e9}", &"n".repeat(256)] {
        env.set("METRICS_NAMESPACE", wrong);
        let error = App::from_env(&env, harness::sources_at(harness::now())).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("METRICS_NAMESPACE") && !error.contains(wrong)), "{wrong}");
    }
}

#[tokio::test]
async fn failed_logins_are_not_counted() {
    let app = app();
    send(&app, "200-display-name").await;
    let log = Log::at_level("INFO");
    for event in ["400-not-json", "403-form-of-another-site", "404-unknown-path", "200-jwks", "204-preflight"] {
        send(&app, event).await;
    }
    assert_eq!(log.metrics().unwrap(), Vec::<Value>::new());
}

#[tokio::test]
async fn metrics_are_written_at_every_level_with_a_level_that_passes_lambdas_filter() {
    let app = app();
    for level in ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] {
        let log = Log::at_level(level);
        send(&app, "200-display-name").await;
        let metrics = log.metrics().unwrap();
        assert_eq!((metrics.len(), &metrics[0]["level"]), (1, &json!(level)));
    }
}

#[tokio::test]
async fn a_human_readable_log_has_no_metrics() {
    let log = Log::of(&[("AWS_LAMBDA_LOG_FORMAT", "Text")].into_iter().collect());
    send(&app(), "200-display-name").await;
    let text = log.text();
    assert!(text.contains("service=\"anonymous-login\"") && !text.contains("_aws"), "{text}");
    assert_eq!(text.lines().count(), 1);
}

#[tokio::test]
async fn metrics_do_not_identify_the_guest() {
    let log = Log::at_level("INFO");
    let answer = send(&app(), "303-form-with-next").await;
    let (line, location) = (log.metrics().unwrap()[0].to_string(), answer["headers"]["location"].to_string());
    for secret in [location.trim_matches('"'), "Leia", "AUTH_TOKEN", "eyJ"] {
        assert!(!line.contains(secret), "{secret}: {line}");
    }
}
