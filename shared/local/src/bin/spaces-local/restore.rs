//! `POST /api/restore`: the table as it was when the stack came up. Requests that need the sample data as it is, such as the
//! files under `events/`, can so be sent in any order.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use spaces_local::{Dynamo, LocalError, Snapshot};

/// Remembers the table as it is now.
pub(crate) fn routes(dynamo: Arc<Dynamo>) -> Result<Router, LocalError> {
    let snapshot = Arc::new(dynamo.snapshot()?);
    Ok(Router::new().route("/api/restore", post(restore)).with_state((dynamo, snapshot)))
}

async fn restore(State((dynamo, snapshot)): State<(Arc<Dynamo>, Arc<Snapshot>)>, headers: HeaderMap) -> Response {
    // A page of another site could send this form, too.
    if headers.contains_key("sec-fetch-site") {
        return StatusCode::FORBIDDEN.into_response();
    }
    match dynamo.restore(&snapshot) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
