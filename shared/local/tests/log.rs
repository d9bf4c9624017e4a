//! The log of a function on a development machine.

#![cfg(test)]

use spaces_local::Log;

/// Logs a warning and an error of the runtime with `AWS_LAMBDA_MAX_CONCURRENCY=concurrency`, and returns the log.
fn log(concurrency: &str) -> String {
    let log = Log::of(&[("AWS_LAMBDA_MAX_CONCURRENCY", concurrency)].into_iter().collect());
    tracing::warn!(target: "lambda_runtime::runtime", "running sequentially");
    tracing::error!(target: "lambda_runtime::runtime", "no connection");
    log.text()
}

#[test]
fn one_call_at_a_time_does_not_warn_when_configured() {
    let text = log("1");
    assert!(!text.contains("running sequentially") && text.contains("no connection"), "{text}");
}

#[test]
fn a_higher_configured_concurrency_warns() {
    assert!(log("2").contains("running sequentially"));
}
