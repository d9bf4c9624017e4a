//! The operation `PutEvents`, as the SDKs call it.
//!
//! Source: *`PutEvents`* and *`PutEventsRequestEntry`*, Amazon EventBridge API reference; *Sending events with
//! `PutEvents`* and *Calculating entry size*, Amazon EventBridge user guide; the protocol is AWS JSON 1.1.

use std::future::pending;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{BusEvent, Events};

/// Maximum number of entries of a call.
const MAX_ENTRIES: usize = 10;

/// Maximum total size of the entries of a call in bytes, as [`PutEventsEntry::size`] counts them.
const MAX_SIZE: usize = 256 * 1024;

/// Maximum size of a request in bytes. JSON may escape every character of an entry.
const MAX_REQUEST: usize = 8 * MAX_SIZE;

/// Size of a `Time`, in bytes.
const SIZE_OF_TIME: usize = 14;

const MAX_DETAIL_TYPE: usize = 128;

const MAX_BUS_NAME: usize = 256;

/// The error response to a call.
#[derive(Debug, thiserror::Error)]
enum EventBridgeError {
    #[error("{0}")]
    Serialization(String),
    #[error("{0}")]
    Validation(String),
    #[error("The operation {0} is not supported.")]
    UnknownOperation(String),
    #[error("Rate exceeded")]
    Throttled,
    #[error("{0}")]
    Internal(String),
}

impl IntoResponse for EventBridgeError {
    fn into_response(self) -> Response {
        let (status, kind) = match &self {
            Self::Serialization(_) => (StatusCode::BAD_REQUEST, "SerializationException"),
            Self::Validation(_) => (StatusCode::BAD_REQUEST, "ValidationException"),
            Self::UnknownOperation(_) => (StatusCode::BAD_REQUEST, "UnknownOperationException"),
            Self::Throttled => (StatusCode::BAD_REQUEST, "ThrottlingException"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "InternalException"),
        };
        json_1_1(status, json!({ "__type": kind, "message": self.to_string() }))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<PutEventsEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEventsEntry {
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    /// Seconds since 1970.
    time: Option<f64>,
}

/// The error of one entry: its code and its message.
#[derive(Debug, PartialEq)]
struct EntryError(&'static str, String);

/// Answers the requests to EventBridge and passes all others on.
pub(super) async fn answer(State(events): State<Events>, request: Request, next: Next) -> Response {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    match target.strip_prefix("AWSEvents.").map(str::to_owned) {
        Some(operation) if request.method() == Method::POST => {
            put_events(&events, &operation, request).await.unwrap_or_else(IntoResponse::into_response)
        }
        _ => next.run(request).await,
    }
}

async fn put_events(events: &Events, operation: &str, request: Request) -> Result<Response, EventBridgeError> {
    if operation != "PutEvents" {
        return Err(EventBridgeError::UnknownOperation(operation.to_owned()));
    }
    events.switches.note(operation);
    if events.switches.silent.take() {
        return pending().await;
    }
    if events.switches.throttled.take() {
        return Err(EventBridgeError::Throttled);
    }
    let body = to_bytes(request.into_body(), MAX_REQUEST).await;
    let body = body.map_err(|error| EventBridgeError::Serialization(error.to_string()))?;
    let call: PutEvents =
        serde_json::from_slice(&body).map_err(|error| EventBridgeError::Serialization(error.to_string()))?;
    call.check()?;
    let now = now();
    let result = |entry: PutEventsEntry| {
        if events.switches.failed_entries.take() {
            return Err(EntryError("ThrottlingException", "Rate exceeded.".to_owned()));
        }
        entry.event(now)
    };
    let results: Vec<Result<BusEvent, EntryError>> = call.entries.into_iter().map(result).collect();
    let accepted: Vec<BusEvent> = results.iter().filter_map(|result| result.as_ref().ok()).cloned().collect();
    events.publish(&accepted).map_err(|error| EventBridgeError::Internal(error.to_string()))?;
    let entries: Vec<Value> = results.iter().map(wire_result).collect();
    let failed = results.len() - accepted.len();
    Ok(json_1_1(StatusCode::OK, json!({ "FailedEntryCount": failed, "Entries": entries })))
}

impl PutEvents {
    fn check(&self) -> Result<(), EventBridgeError> {
        let violated = |constraint: &str| {
            let reason =
                format!("Value at 'entries' failed to satisfy constraint: Member must have length {constraint}");
            Err(EventBridgeError::Validation(format!("1 validation error detected: {reason}")))
        };
        if self.entries.is_empty() {
            return violated("greater than or equal to 1");
        }
        if self.entries.len() > MAX_ENTRIES {
            return violated("less than or equal to 10");
        }
        if self.entries.iter().map(PutEventsEntry::size).sum::<usize>() > MAX_SIZE {
            return Err(EventBridgeError::Validation(
                "Total size of the entries in the request is over the limit.".to_owned(),
            ));
        }
        Ok(())
    }
}

impl PutEventsEntry {
    /// Returns the size that counts towards the quota, in bytes.
    fn size(&self) -> usize {
        let texts = [&self.source, &self.detail_type, &self.detail].into_iter().flatten().chain(&self.resources);
        texts.map(String::len).sum::<usize>() + self.time.map_or(0, |_| SIZE_OF_TIME)
    }

    fn event(self, now: Timestamp) -> Result<BusEvent, EntryError> {
        let source = required(self.source, "Source")?;
        if source.starts_with("aws.") {
            return Err(EntryError("NotAuthorizedForSourceException", "Not authorized for the source.".to_owned()));
        }
        let detail_type = required(self.detail_type, "DetailType")?;
        if detail_type.len() > MAX_DETAIL_TYPE {
            return Err(invalid("DetailType", "DetailType is longer than 128 characters."));
        }
        let detail = required(self.detail, "Detail")?;
        let detail = serde_json::from_str(&detail).ok().filter(Value::is_object);
        let detail = detail.ok_or_else(|| EntryError("MalformedDetail", "Detail is malformed.".to_owned()))?;
        let time = self.time.map_or(Some(now), time_of).ok_or_else(|| invalid("Time", "Time is out of range."))?;
        let bus = self.event_bus_name.as_deref().map(bus_name).transpose()?;
        let event = BusEvent::new(&source, &detail_type, detail, time);
        let event = event.map_err(|_| EntryError("InternalFailure", "Generating a random id failed.".to_owned()))?;
        Ok(BusEvent { resources: self.resources, bus: bus.map_or(event.bus, str::to_owned), ..event })
    }
}

fn required(given: Option<String>, name: &str) -> Result<String, EntryError> {
    let given = given.filter(|text| !text.is_empty());
    given.ok_or_else(|| invalid(name, &format!("{name} is a required argument.")))
}

fn invalid(name: &str, reason: &str) -> EntryError {
    EntryError("InvalidArgument", format!("Parameter {name} is not valid. Reason: {reason}"))
}

/// Returns the name of the bus that an entry identifies by name or ARN.
fn bus_name(given: &str) -> Result<&str, EntryError> {
    let name = given.split_once(":event-bus/").map_or(given, |(_, name)| name);
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte);
    let is_name = (1..=MAX_BUS_NAME).contains(&name.len()) && name.bytes().all(is_allowed);
    is_name.then_some(name).ok_or_else(|| invalid("EventBusName", "EventBusName is neither a name nor an ARN."))
}

fn time_of(seconds: f64) -> Option<Timestamp> {
    Timestamp::UNIX_EPOCH.checked_add(SignedDuration::try_from_secs_f64(seconds).ok()?).ok()
}

fn wire_result(result: &Result<BusEvent, EntryError>) -> Value {
    match result {
        Ok(event) => json!({ "EventId": event.id }),
        Err(EntryError(code, message)) => json!({ "ErrorCode": code, "ErrorMessage": message }),
    }
}

fn json_1_1(status: StatusCode, body: Value) -> Response {
    (status, [("content-type", "application/x-amz-json-1.1")], Json(body)).into_response()
}

#[expect(clippy::disallowed_methods, reason = "EventBridge simulates a separate server, which has its own clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
