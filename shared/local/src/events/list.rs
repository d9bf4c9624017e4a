//! Lists the stored events as JSON.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

use super::Events;
use crate::LocalError;

/// Default number of events in a response.
const DEFAULT_LIMIT: usize = 100;

/// Maximum number of events in a response.
const MAX_LIMIT: usize = 1_000;

pub(super) fn routes(events: Events) -> Router {
    Router::new().route("/api/events", get(list).delete(clear)).with_state(events)
}

#[derive(Debug, Deserialize)]
struct EventsQuery {
    limit: Option<usize>,
    /// Id of an event; only older events are listed.
    before: Option<String>,
}

async fn list(State(events): State<Events>, Query(query): Query<EventsQuery>) -> Response {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    match events.newest(limit, query.before.as_deref()) {
        Ok(events) => Json(events).into_response(),
        Err(error) => failed(&error),
    }
}

async fn clear(State(events): State<Events>) -> Response {
    match events.store().clear() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => failed(&error.into()),
    }
}

fn failed(error: &LocalError) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}
