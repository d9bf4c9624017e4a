//! In front of the embedded DynamoDB: counts the requests and throttles on demand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// Passes requests on to the database's own server.
#[derive(Debug)]
pub(super) struct Front {
    database: Uri,
    client: Client<HttpConnector, Body>,
    calls: Mutex<Vec<String>>,
    to_throttle: AtomicUsize,
}

impl Front {
    pub(super) fn new(database: SocketAddr) -> Self {
        let database = Uri::builder().scheme("http").authority(database.to_string()).path_and_query("/").build();
        Self {
            database: database.unwrap_or_default(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            calls: Mutex::default(),
            to_throttle: AtomicUsize::new(0),
        }
    }

    pub(super) fn router(front: Arc<Self>) -> Router {
        Router::new().fallback(pass_on).with_state(front)
    }

    pub(super) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn forget_calls(&self) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn throttle(&self, requests: usize) {
        self.to_throttle.store(requests, Ordering::SeqCst);
    }

    fn note(&self, request: &Request) {
        // `DynamoDB_20120810.PutItem`
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        if let Some((_, operation)) = target.and_then(|target| target.split_once('.')) {
            self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(operation.to_owned());
        }
    }

    fn is_throttling(&self) -> bool {
        let one_less = |left: usize| left.checked_sub(1);
        self.to_throttle.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
    }
}

async fn pass_on(State(front): State<Arc<Front>>, mut request: Request) -> Response {
    front.note(&request);
    if front.is_throttling() {
        return throttled();
    }
    *request.uri_mut() = front.database.clone();
    match front.client.request(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

/// As DynamoDB answers when an on-demand table is asked for more than it has scaled to.
fn throttled() -> Response {
    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Throughput exceeds the current capacity of your table."}"#;
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body).into_response()
}
