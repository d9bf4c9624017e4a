//! The mailbox for programs: the messages as JSON, and the switches.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::kept::Kept;
use super::message::Message;

pub(super) fn routes() -> Router<Arc<Kept>> {
    Router::new()
        .route("/api/messages", get(messages).delete(clear))
        .route("/api/throttle", put(throttle).get(throttled).delete(no_throttle))
}

async fn messages(State(kept): State<Arc<Kept>>) -> Json<Vec<Message>> {
    Json(kept.messages())
}

async fn clear(State(kept): State<Arc<Kept>>) -> Response {
    match kept.clear() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[derive(Debug, Deserialize)]
struct Throttle {
    /// How many calls; without it, all until the switch is turned off.
    calls: Option<usize>,
}

async fn throttle(State(kept): State<Arc<Kept>>, Query(throttle): Query<Throttle>) -> StatusCode {
    kept.throttle(throttle.calls.unwrap_or(usize::MAX));
    StatusCode::NO_CONTENT
}

async fn throttled(State(kept): State<Arc<Kept>>) -> Json<Value> {
    Json(json!({ "calls": kept.to_throttle() }))
}

async fn no_throttle(State(kept): State<Arc<Kept>>) -> StatusCode {
    kept.throttle(0);
    StatusCode::NO_CONTENT
}
