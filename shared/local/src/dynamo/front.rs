//! In front of the embedded DynamoDB: counts the requests; throttles, conflicts, falls silent and interferes on demand.

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

use super::access::Access;

/// A failure that a request meets in place of being carried out and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interference {
    /// It is throttled, unseen by the database.
    Throttle,
    /// It never gets an answer, unseen by the database.
    Swallow,
    /// It is carried out and never gets an answer.
    LoseAnswer,
    /// It is refused because a transaction is writing the same item, unseen by the database.
    Conflict,
}

/// Decides by the operation and the body of a request.
type Rule = dyn Fn(&str, &str) -> Option<Interference> + Send + Sync;

/// Passes requests on to the database's own server.
pub(super) struct Front {
    database: Uri,
    client: Client<HttpConnector, Body>,
    calls: Mutex<Vec<String>>,
    accesses: Mutex<BTreeSet<Access>>,
    to_throttle: AtomicUsize,
    to_conflict: AtomicUsize,
    to_leave: AtomicUsize,
    rule: Mutex<Option<Arc<Rule>>>,
}

impl Front {
    pub(super) fn new(database: SocketAddr) -> Self {
        // A request that comes in two packets would wait for Nagle's algorithm, 40 ms each.
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
            to_leave: AtomicUsize::new(0),
            rule: Mutex::default(),
        }
    }

    pub(super) fn router(front: Arc<Self>) -> Router {
        Router::new().fallback(pass_on).with_state(front)
    }

    pub(super) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn accesses(&self) -> BTreeSet<Access> {
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
        self.to_leave.store(requests, Ordering::SeqCst);
    }

    pub(super) fn conflict(&self, transactions: usize) {
        self.to_conflict.store(transactions, Ordering::SeqCst);
    }

    pub(super) fn interfere(&self, rule: Option<Arc<Rule>>) {
        *self.rule.lock().unwrap_or_else(PoisonError::into_inner) = rule;
    }

    fn rule(&self) -> Option<Arc<Rule>> {
        self.rule.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Carries a request out and returns the database's answer.
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

/// Counts one down; says whether there was one.
fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

/// The operation that a request asks for, from `DynamoDB_20120810.PutItem`.
fn operation(request: &Request) -> Option<&str> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?;
    target.split_once('.').map(|(_, operation)| operation)
}

async fn pass_on(State(front): State<Arc<Front>>, request: Request) -> Response {
    let operation = operation(&request).unwrap_or_default().to_owned();
    front.note(&operation);
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return StatusCode::BAD_REQUEST.into_response() };
    front.accesses.lock().unwrap_or_else(PoisonError::into_inner).extend(Access::of(&operation, &body));
    if take_one(&front.to_leave) {
        return pending().await;
    }
    if take_one(&front.to_throttle) {
        return throttled();
    }
    if operation == "TransactWriteItems" && take_one(&front.to_conflict) {
        return conflicting();
    }
    let interference = front.rule().and_then(|rule| rule(&operation, &String::from_utf8_lossy(&body)));
    let request = Request::from_parts(parts, body.into());
    match interference {
        None => front.pass(request).await,
        Some(Interference::Throttle) => throttled(),
        Some(Interference::Swallow) => pending().await,
        Some(Interference::Conflict) => refusal(
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException","message":"Transaction is ongoing for the item"}"#,
        ),
        Some(Interference::LoseAnswer) => {
            front.pass(request).await;
            front.note("answer lost");
            pending().await
        }
    }
}

/// As DynamoDB answers when an on-demand table is asked for more than it has scaled to.
fn throttled() -> Response {
    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Throughput exceeds the current capacity of your table."}"#;
    refusal(body)
}

/// As DynamoDB answers when another transaction is writing the first of two items.
fn conflicting() -> Response {
    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None]","CancellationReasons":[{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"},{"Code":"None"}]}"#;
    refusal(body)
}

fn refusal(body: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body).into_response()
}
