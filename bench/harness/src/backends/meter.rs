//! A proxy in front of the table that requests the consumed capacity of every call and adds it up.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Units;

/// Maximum size of a request to DynamoDB or of its answer, in bytes.
const MAX: usize = 16 * 1024 * 1024;

pub(super) struct Meter {
    shared: Arc<Shared>,
    endpoint: String,
}

struct Shared {
    database: Uri,
    client: Client<HttpConnector, Body>,
    units: Mutex<Units>,
}

impl Meter {
    pub(super) async fn start(database: &str) -> anyhow::Result<Self> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let shared = Arc::new(Shared { database: database.parse()?, client, units: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let routes = Router::new().fallback(pass_on).with_state(Arc::clone(&shared));
        tokio::spawn(async move {
            axum::serve(listener, routes).await.ok();
        });
        Ok(Self { shared, endpoint })
    }

    pub(super) fn endpoint(&self) -> String {
        self.endpoint.clone()
    }

    /// Returns the counts since the previous call of this method.
    pub(super) fn take(&self) -> Units {
        std::mem::take(&mut self.shared.units.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn pass_on(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    match shared.pass_on(&headers, &body).await {
        Ok(response) => response,
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

impl Shared {
    async fn pass_on(&self, headers: &HeaderMap, body: &[u8]) -> anyhow::Result<Response> {
        let target = headers.get("x-amz-target").context("no operation")?.to_str()?;
        let operation = target.split_once('.').map_or(target, |(_, operation)| operation).to_owned();
        let mut asked: Value = serde_json::from_slice(body)?;
        let fields = asked.as_object_mut().context("a request that is no object")?;
        fields.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
        let mut request = Request::post(self.database.clone());
        for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let answer = self.client.request(request.body(Body::from(asked.to_string()))?).await?;
        let (status, kind) = (answer.status(), answer.headers().get("content-type").cloned());
        let answer = to_bytes(Body::new(answer.into_body()), MAX).await?;
        self.count(&operation, &serde_json::from_slice(&answer)?);
        let mut response = (status, answer).into_response();
        if let Some(kind) = kind {
            response.headers_mut().insert("content-type", kind);
        }
        Ok(response)
    }

    fn count(&self, operation: &str, answer: &Value) {
        let consumed = match answer.get("ConsumedCapacity") {
            Some(Value::Array(tables)) => tables.iter().filter_map(units_of).sum(),
            Some(table) => units_of(table).unwrap_or_default(),
            None => 0.0,
        };
        let mut units = self.units.lock().unwrap_or_else(PoisonError::into_inner);
        *units.calls.entry(operation.to_owned()).or_default() += 1;
        match operation {
            "GetItem" | "BatchGetItem" | "Query" => units.read += consumed,
            _ => units.write += consumed,
        }
    }
}

fn units_of(table: &Value) -> Option<f64> {
    table.get("CapacityUnits")?.as_f64()
}
