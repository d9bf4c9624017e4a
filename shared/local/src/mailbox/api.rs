//! HTTP API of the mailbox: the messages as JSON, and the switches of the account.

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

use super::account::{SesFailure, SesOperation};
use super::mail_store::MailStore;
use super::message::MailboxMessage;

pub(super) fn routes() -> Router<Arc<MailStore>> {
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
struct MessagesQuery {
    /// Recipient to filter by; defaults to all.
    to: Option<String>,
}

async fn messages(State(store): State<Arc<MailStore>>, Query(receiver): Query<MessagesQuery>) -> Response {
    let messages = receiver.to.map_or_else(|| store.messages(), |address| store.messages_to(&address));
    let messages: Vec<&MailboxMessage> = messages.iter().map(Arc::as_ref).collect();
    Json(messages).into_response()
}

async fn clear(State(store): State<Arc<MailStore>>) -> Response {
    match store.clear() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Returns the number of calls of each operation since the start.
async fn calls(State(store): State<Arc<MailStore>>) -> Json<BTreeMap<String, usize>> {
    let mut calls = BTreeMap::new();
    for operation in store.account.calls() {
        *calls.entry(operation).or_default() += 1;
    }
    Json(calls)
}

#[derive(Debug, Deserialize)]
struct ThrottleQuery {
    /// Number of calls that fail; by default, all calls until the switch is turned off.
    calls: Option<usize>,
}

async fn throttle(State(store): State<Arc<MailStore>>, Query(throttle): Query<ThrottleQuery>) -> StatusCode {
    store.account.fail(SesOperation::SendEmail, SesFailure::RateExceeded, throttle.calls.unwrap_or(usize::MAX));
    StatusCode::NO_CONTENT
}

async fn throttled(State(store): State<Arc<MailStore>>) -> Json<Value> {
    let failing = store.account.failing(SesOperation::SendEmail);
    let throttling = failing.filter(|failing| failing.kind == SesFailure::RateExceeded);
    Json(json!({ "calls": throttling.map_or(0, |failing| failing.calls) }))
}

async fn no_throttle(State(store): State<Arc<MailStore>>) -> StatusCode {
    store.account.fail(SesOperation::SendEmail, SesFailure::RateExceeded, 0);
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
struct FailureQuery {
    kind: SesFailure,
    /// Number of calls that fail; by default, all calls until the switch is turned off.
    calls: Option<usize>,
    #[serde(default)]
    operation: SesOperation,
}

#[derive(Debug, Deserialize)]
struct OperationQuery {
    #[serde(default)]
    operation: SesOperation,
}

async fn fail(State(store): State<Arc<MailStore>>, Query(fail): Query<FailureQuery>) -> StatusCode {
    store.account.fail(fail.operation, fail.kind, fail.calls.unwrap_or(usize::MAX));
    StatusCode::NO_CONTENT
}

async fn failing(State(store): State<Arc<MailStore>>, Query(query): Query<OperationQuery>) -> Json<Value> {
    Json(json!(store.account.failing(query.operation)))
}

async fn no_failure(State(store): State<Arc<MailStore>>, Query(query): Query<OperationQuery>) -> StatusCode {
    store.account.fail(query.operation, SesFailure::ServerError, 0);
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
struct RateQuery {
    per_second: u32,
}

async fn limit_rate(State(store): State<Arc<MailStore>>, Query(rate): Query<RateQuery>) -> StatusCode {
    store.account.limit_rate(Some(rate.per_second), Instant::now());
    StatusCode::NO_CONTENT
}

async fn no_rate(State(store): State<Arc<MailStore>>) -> StatusCode {
    store.account.limit_rate(None, Instant::now());
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
struct QuotaQuery {
    per_day: u64,
}

async fn limit_day(State(store): State<Arc<MailStore>>, Query(quota): Query<QuotaQuery>) -> StatusCode {
    store.account.limit_day(Some(quota.per_day));
    StatusCode::NO_CONTENT
}

async fn no_quota(State(store): State<Arc<MailStore>>) -> StatusCode {
    store.account.limit_day(None);
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
struct IdentityQuery {
    identity: String,
}

async fn unverify(State(store): State<Arc<MailStore>>, Query(identity): Query<IdentityQuery>) -> StatusCode {
    store.account.unverify(identity.identity);
    StatusCode::NO_CONTENT
}

async fn unverified(State(store): State<Arc<MailStore>>) -> Json<Vec<String>> {
    Json(store.account.unverified())
}

async fn verify_all(State(store): State<Arc<MailStore>>) -> StatusCode {
    store.account.verify_all();
    StatusCode::NO_CONTENT
}
