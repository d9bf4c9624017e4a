//! The log of a function on a development machine.

#![cfg(test)]

use spaces_local::Log;

/// Returns the log with `AWS_LAMBDA_MAX_CONCURRENCY=concurrency`, of a warning and an error of the runtime.
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
fn more_concurrent_calls_than_are_handled_warn() {
    assert!(log("2").contains("running sequentially"));
}
