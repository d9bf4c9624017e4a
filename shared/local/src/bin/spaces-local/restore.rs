//! `POST /api/restore` resets the table to its state at startup, so that requests that need the unmodified sample data,
//! such as the files under `events/`, can be sent in any order.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use spaces_local::{Dynamo, LocalError, Snapshot};

/// Takes a snapshot of the table for later restores.
pub(crate) fn routes(dynamo: Arc<Dynamo>) -> Result<Router, LocalError> {
    let snapshot = Arc::new(dynamo.snapshot()?);
    Ok(Router::new().route("/api/restore", post(restore)).with_state((dynamo, snapshot)))
}

async fn restore(State((dynamo, snapshot)): State<(Arc<Dynamo>, Arc<Snapshot>)>, headers: HeaderMap) -> Response {
    // Reject browsers: a page of another site could send this request as a form.
    if headers.contains_key("sec-fetch-site") {
        return StatusCode::FORBIDDEN.into_response();
    }
    match dynamo.restore(&snapshot) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
