//! The mailbox for programs: the messages as JSON, and the switches of the account.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::account::{Operation, SesFailure};
use super::kept::Kept;
use super::message::Message;

pub(super) fn routes() -> Router<Arc<Kept>> {
    Router::new()
        .route("/api/messages", get(messages).delete(clear))
        .route("/api/calls", get(calls))
        .route("/api/throttle", put(throttle).get(throttled).delete(no_throttle))
        .route("/api/failures", put(fail).get(failing).delete(no_failure))
        .route("/api/rate", put(limit_rate).delete(no_rate))
        .route("/api/quota", put(limit_day).delete(no_quota))
        .route("/api/unverified", put(unverify).get(unverified).delete(verify_all))
}

#[derive(Debug, Deserialize)]
struct Receiver {
    /// Without it, the messages to all addresses.
    to: Option<String>,
}

async fn messages(State(kept): State<Arc<Kept>>, Query(receiver): Query<Receiver>) -> Response {
    let messages = receiver.to.map_or_else(|| kept.messages(), |address| kept.messages_to(&address));
    let messages: Vec<&Message> = messages.iter().map(Arc::as_ref).collect();
    Json(messages).into_response()
}

async fn clear(State(kept): State<Arc<Kept>>) -> Response {
    match kept.clear() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// The number of calls of each operation since the start.
async fn calls(State(kept): State<Arc<Kept>>) -> Json<BTreeMap<String, usize>> {
    let mut calls = BTreeMap::new();
    for operation in kept.account.calls() {
        *calls.entry(operation).or_default() += 1;
    }
    Json(calls)
}

#[derive(Debug, Deserialize)]
struct Throttle {
    /// How many calls; without it, all until the switch is turned off.
    calls: Option<usize>,
}

async fn throttle(State(kept): State<Arc<Kept>>, Query(throttle): Query<Throttle>) -> StatusCode {
    kept.account.fail(Operation::SendEmail, SesFailure::RateExceeded, throttle.calls.unwrap_or(usize::MAX));
    StatusCode::NO_CONTENT
}

async fn throttled(State(kept): State<Arc<Kept>>) -> Json<Value> {
    let failing = kept.account.failing(Operation::SendEmail);
    let throttling = failing.filter(|failing| failing.kind == SesFailure::RateExceeded);
    Json(json!({ "calls": throttling.map_or(0, |failing| failing.calls) }))
}

async fn no_throttle(State(kept): State<Arc<Kept>>) -> StatusCode {
    kept.account.fail(Operation::SendEmail, SesFailure::RateExceeded, 0);
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
struct Fail {
    kind: SesFailure,
    /// How many calls; without it, all until the switch is turned off.
    calls: Option<usize>,
    #[serde(default)]
    operation: Operation,
}

#[derive(Debug, Deserialize)]
struct OfOperation {
    #[serde(default)]
    operation: Operation,
}

async fn fail(State(kept): State<Arc<Kept>>, Query(fail): Query<Fail>) -> StatusCode {
    kept.account.fail(fail.operation, fail.kind, fail.calls.unwrap_or(usize::MAX));
    StatusCode::NO_CONTENT
}

async fn failing(State(kept): State<Arc<Kept>>, Query(of): Query<OfOperation>) -> Json<Value> {
    Json(json!(kept.account.failing(of.operation)))
}

async fn no_failure(State(kept): State<Arc<Kept>>, Query(of): Query<OfOperation>) -> StatusCode {
    kept.account.fail(of.operation, SesFailure::ServerError, 0);
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
struct Rate {
    per_second: u32,
}

async fn limit_rate(State(kept): State<Arc<Kept>>, Query(rate): Query<Rate>) -> StatusCode {
    kept.account.limit_rate(Some(rate.per_second), Instant::now());
    StatusCode::NO_CONTENT
}

async fn no_rate(State(kept): State<Arc<Kept>>) -> StatusCode {
    kept.account.limit_rate(None, Instant::now());
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
struct Quota {
    per_day: u64,
}

async fn limit_day(State(kept): State<Arc<Kept>>, Query(quota): Query<Quota>) -> StatusCode {
    kept.account.limit_day(Some(quota.per_day));
    StatusCode::NO_CONTENT
}

async fn no_quota(State(kept): State<Arc<Kept>>) -> StatusCode {
    kept.account.limit_day(None);
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
struct Identity {
    identity: String,
}

async fn unverify(State(kept): State<Arc<Kept>>, Query(identity): Query<Identity>) -> StatusCode {
    kept.account.unverify(identity.identity);
    StatusCode::NO_CONTENT
}

async fn unverified(State(kept): State<Arc<Kept>>) -> Json<Vec<String>> {
    Json(kept.account.unverified())
}

async fn verify_all(State(kept): State<Arc<Kept>>) -> StatusCode {
    kept.account.verify_all();
    StatusCode::NO_CONTENT
}
