//! Proxy in front of the embedded DynamoDB that records requests and injects failures: throttling, conflicts, lost
//! requests and lost responses.

use std::collections::BTreeSet;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::access::TableAccess;

/// A failure to inject into a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interference {
    /// Throttles the request before it reaches the database.
    Throttle,
    /// Neither forwards nor answers the request.
    DropRequest,
    /// Forwards the request, but never answers it.
    DropResponse,
    /// Rejects the request, before it reaches the database, because of a transaction on the same item.
    Conflict,
}

/// Decides from the operation and the body of a request whether to interfere.
type InterferenceRule = dyn Fn(&str, &str) -> Option<Interference> + Send + Sync;

/// Forwards requests to the database's own server.
pub(super) struct FaultProxy {
    database: Uri,
    client: Client<HttpConnector, Body>,
    calls: Mutex<Vec<String>>,
    accesses: Mutex<BTreeSet<TableAccess>>,
    to_throttle: AtomicUsize,
    to_conflict: AtomicUsize,
    to_ignore: AtomicUsize,
    rule: Mutex<Option<Arc<InterferenceRule>>>,
}

impl FaultProxy {
    pub(super) fn new(database: SocketAddr) -> Self {
        // Nagle's algorithm would delay each request that is sent in two packets by 40 ms.
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let database = Uri::builder().scheme("http").authority(database.to_string()).path_and_query("/").build();
        Self {
            database: database.unwrap_or_default(),
            client: Client::builder(TokioExecutor::new()).build(connector),
            calls: Mutex::default(),
            accesses: Mutex::default(),
            to_throttle: AtomicUsize::new(0),
            to_conflict: AtomicUsize::new(0),
            to_ignore: AtomicUsize::new(0),
            rule: Mutex::default(),
        }
    }

    pub(super) fn router(proxy: Arc<Self>) -> Router {
        Router::new().fallback(forward).with_state(proxy)
    }

    pub(super) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn accesses(&self) -> BTreeSet<TableAccess> {
        self.accesses.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn forget_calls(&self) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.accesses.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn throttle(&self, requests: usize) {
        self.to_throttle.store(requests, Ordering::SeqCst);
    }

    pub(super) fn fall_silent(&self, requests: usize) {
        self.to_ignore.store(requests, Ordering::SeqCst);
    }

    pub(super) fn conflict(&self, transactions: usize) {
        self.to_conflict.store(transactions, Ordering::SeqCst);
    }

    pub(super) fn interfere(&self, rule: Option<Arc<InterferenceRule>>) {
        *self.rule.lock().unwrap_or_else(PoisonError::into_inner) = rule;
    }

    fn rule(&self) -> Option<Arc<InterferenceRule>> {
        self.rule.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forwards a request and returns the database's response.
    async fn pass(&self, mut request: Request) -> Response {
        *request.uri_mut() = self.database.clone();
        match self.client.request(request).await {
            Ok(response) => response.map(Body::new),
            Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        }
    }

    fn note(&self, operation: &str) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(operation.to_owned());
    }
}

/// Decrements the counter; returns whether it was above zero.
fn take(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

/// Returns the operation in `DynamoDB_20120810.PutItem`.
fn operation(request: &Request) -> Option<&str> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?;
    target.split_once('.').map(|(_, operation)| operation)
}

async fn forward(State(proxy): State<Arc<FaultProxy>>, request: Request) -> Response {
    let operation = operation(&request).unwrap_or_default().to_owned();
    proxy.note(&operation);
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return StatusCode::BAD_REQUEST.into_response() };
    proxy.accesses.lock().unwrap_or_else(PoisonError::into_inner).extend(TableAccess::of(&operation, &body));
    if take(&proxy.to_ignore) {
        return pending().await;
    }
    if take(&proxy.to_throttle) {
        return throttled();
    }
    if operation == "TransactWriteItems" && take(&proxy.to_conflict) {
        return conflicting();
    }
    let interference = proxy.rule().and_then(|rule| rule(&operation, &String::from_utf8_lossy(&body)));
    let request = Request::from_parts(parts, body.into());
    match interference {
        None => proxy.pass(request).await,
        Some(Interference::Throttle) => throttled(),
        Some(Interference::DropRequest) => pending().await,
        Some(Interference::Conflict) => bad_request(
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException","message":"Transaction is ongoing for the item"}"#,
        ),
        Some(Interference::DropResponse) => {
            proxy.pass(request).await;
            proxy.note("answer lost");
            pending().await
        }
    }
}

/// Returns DynamoDB's response when the load exceeds what an on-demand table has scaled to.
fn throttled() -> Response {
    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Throughput exceeds the current capacity of your table."}"#;
    bad_request(body)
}

/// Returns DynamoDB's response when another transaction is writing the first of two items.
fn conflicting() -> Response {
    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None]","CancellationReasons":[{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"},{"Code":"None"}]}"#;
    bad_request(body)
}

fn bad_request(body: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body).into_response()
}
