//! The log of a function as it is written on one machine.

#![cfg(test)]

use spaces_local::Log;

/// The log at `AWS_LAMBDA_MAX_CONCURRENCY=concurrency` of a warning and an error of the runtime.
fn log(concurrency: &str) -> String {
    let log = Log::of(&[("AWS_LAMBDA_MAX_CONCURRENCY", concurrency)].into_iter().collect());
    tracing::warn!(target: "lambda_runtime::runtime", "running sequentially");
    tracing::error!(target: "lambda_runtime::runtime", "no connection");
    log.text()
}

#[test]
fn one_call_at_a_time_is_no_warning_where_it_is_asked_for() {
    let text = log("1");
    assert!(!text.contains("running sequentially") && text.contains("no connection"), "{text}");
}

#[test]
fn more_calls_at_a_time_than_are_handled_are_a_warning() {
    assert!(log("2").contains("running sequentially"));
}
