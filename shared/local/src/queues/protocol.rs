//! The JSON protocol of SQS: `POST /` with the operation in `X-Amz-Target`.

mod batch;
mod shapes;

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use self::shapes::{
    ChangeVisibilityInput, DeleteMessageInput, QueueAttributes, QueueRequest, QueueUrl, ReceiveMessageInput,
    SendMessageInput, StartMessageMoveTask, seconds,
};
use super::definition::{ACCOUNT, QueueDefinition};
use super::error::SqsError;
use super::message::{self, ReceivedMessage};
use super::service::{SqsService, queue_of_arn};

/// Maximum size of a request in bytes: 1 MiB of text, each character of which JSON may escape.
const MAX_REQUEST: usize = 8 * 1024 * 1024;

/// Maximum value of `WaitTimeSeconds`.
const MAX_WAIT: Duration = Duration::from_secs(20);

/// Polling interval during a long poll, because a visibility timeout may have ended.
const POLL: Duration = Duration::from_millis(100);

pub(super) fn routes(service: Arc<SqsService>) -> Router {
    Router::new()
        .route("/", post(answer))
        // Older SDKs send requests that name a queue to its URL.
        .route(&format!("/{ACCOUNT}/{{queue}}"), post(answer))
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .with_state(service)
}

async fn answer(State(service): State<Arc<SqsService>>, headers: HeaderMap, body: Bytes) -> Result<Response, SqsError> {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.strip_prefix("AmazonSQS.").unwrap_or(target);
    service.switches.note(operation);
    if service.switches.silent.take() {
        return pending().await;
    }
    if service.switches.throttled.take() {
        return Err(SqsError::RequestThrottled);
    }
    let answer = match operation {
        "SendMessage" => send(&service, parse(&body)?),
        "SendMessageBatch" => batch::send(&service, parse(&body)?),
        "ReceiveMessage" => receive(&service, parse(&body)?).await,
        "DeleteMessage" => delete(&service, &parse(&body)?),
        "DeleteMessageBatch" => batch::delete(&service, parse(&body)?),
        "ChangeMessageVisibility" => change_visibility(&service, &parse(&body)?),
        "ChangeMessageVisibilityBatch" => batch::change_visibility(&service, parse(&body)?),
        "GetQueueAttributes" => queue_attributes(&service, &parse(&body)?),
        "GetQueueUrl" => queue_url(&service, &parse(&body)?, &headers),
        "PurgeQueue" => purge(&service, &parse(&body)?),
        "StartMessageMoveTask" => start_message_move_task(&service, &parse(&body)?),
        other => Err(SqsError::UnsupportedOperation(other.to_owned())),
    }?;
    Ok(([(CONTENT_TYPE, "application/x-amz-json-1.0")], Json(answer)).into_response())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, SqsError> {
    serde_json::from_slice(body).map_err(|error| SqsError::InvalidParameterValue(error.to_string()))
}

fn send(service: &SqsService, call: QueueRequest<SendMessageInput>) -> Result<Value, SqsError> {
    let queue = call.queue().to_owned();
    let message = call.rest.message()?;
    let id = service.send(&queue, &message)?;
    Ok(json!({
        "MessageId": id,
        "MD5OfMessageBody": message::md5_of_body(&message.body),
        "MD5OfMessageAttributes": message::md5_of_attributes(&message.attributes),
    }))
}

async fn receive(service: &SqsService, call: QueueRequest<ReceiveMessageInput>) -> Result<Value, SqsError> {
    let wait = seconds(call.rest.wait_time_seconds.unwrap_or(0));
    if wait > MAX_WAIT {
        return Err(message::invalid(&wait.as_secs(), "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided"));
    }
    let max = call.rest.max_number_of_messages.unwrap_or(1);
    let visibility = call.rest.visibility_timeout.map(seconds);
    let until = tokio::time::Instant::now() + wait;
    loop {
        let received = service.receive(call.queue(), max, visibility)?;
        let left = until.saturating_duration_since(tokio::time::Instant::now());
        if !received.is_empty() || left.is_zero() {
            let messages = received.iter().map(|message| wire_message(message, &call.rest));
            return Ok(json!({ "Messages": messages.collect::<Value>() }));
        }
        service.changed(left.min(POLL)).await;
    }
}

/// Returns a message with the requested attributes.
fn wire_message(message: &ReceivedMessage, call: &ReceiveMessageInput) -> Value {
    let mut wire = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": message::md5_of_body(&message.body),
        "Body": message.body,
    });
    let system: Map<String, Value> = message
        .system_attributes()
        .into_iter()
        .filter(|(name, _)| call.wants_system_attribute(name))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let mut own = message.attributes.clone();
    own.retain(|name, _| call.wants_attribute(name));
    if let Some(members) = wire.as_object_mut() {
        if !system.is_empty() {
            members.insert("Attributes".to_owned(), system.into());
        }
        if let Some(digest) = message::md5_of_attributes(&own) {
            members.insert("MD5OfMessageAttributes".to_owned(), digest.into());
            members.insert("MessageAttributes".to_owned(), json!(own));
        }
    }
    wire
}

fn delete(service: &SqsService, call: &QueueRequest<DeleteMessageInput>) -> Result<Value, SqsError> {
    service.delete(call.queue(), &call.rest.receipt_handle)?;
    Ok(json!({}))
}

fn change_visibility(service: &SqsService, call: &QueueRequest<ChangeVisibilityInput>) -> Result<Value, SqsError> {
    let ChangeVisibilityInput { receipt_handle, visibility_timeout } = &call.rest;
    service.change_visibility(call.queue(), receipt_handle, seconds(*visibility_timeout))?;
    Ok(json!({}))
}

fn queue_attributes(service: &SqsService, call: &QueueRequest<QueueAttributes>) -> Result<Value, SqsError> {
    let definition = service.definition(call.queue())?;
    let all = all_attributes(service, definition)?;
    let mut attributes = Map::new();
    for name in &call.rest.attribute_names {
        if name == "All" {
            attributes.extend(all.clone());
        } else if let Some(value) = all.get(name) {
            attributes.insert(name.clone(), value.clone());
        } else if name != "RedrivePolicy" {
            return Err(SqsError::InvalidAttributeName(name.clone()));
        }
    }
    Ok(json!({ "Attributes": attributes }))
}

/// Returns all attributes of a queue. All values are strings.
fn all_attributes(service: &SqsService, queue: &QueueDefinition) -> Result<Map<String, Value>, SqsError> {
    let counts = service.counts(&queue.name)?;
    let redrive = queue.redrive.as_ref().map(|redrive| {
        let target = super::definition::arn(&redrive.dead_letter_queue);
        json!({ "deadLetterTargetArn": target, "maxReceiveCount": redrive.max_receive_count }).to_string()
    });
    let all = [
        ("QueueArn", Some(queue.arn())),
        ("VisibilityTimeout", Some(queue.visibility_timeout.as_secs().to_string())),
        ("MessageRetentionPeriod", Some(queue.retention.as_secs().to_string())),
        ("MaximumMessageSize", Some(message::MAX_SIZE.to_string())),
        ("RedrivePolicy", redrive),
        ("ApproximateNumberOfMessages", Some(counts.visible.to_string())),
        ("ApproximateNumberOfMessagesNotVisible", Some(counts.in_flight.to_string())),
        ("ApproximateNumberOfMessagesDelayed", Some(counts.delayed.to_string())),
    ];
    Ok(all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect())
}

fn queue_url(service: &SqsService, call: &QueueUrl, headers: &HeaderMap) -> Result<Value, SqsError> {
    let name = &service.definition(&call.queue_name)?.name;
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    Ok(json!({ "QueueUrl": super::url(&format!("http://{host}"), name) }))
}

fn purge(service: &SqsService, call: &QueueRequest<shapes::NoParameters>) -> Result<Value, SqsError> {
    service.purge(call.queue())?;
    Ok(json!({}))
}

/// Moves all messages at once. SQS moves them gradually, and returns a handle that tracks the progress.
fn start_message_move_task(service: &SqsService, call: &StartMessageMoveTask) -> Result<Value, SqsError> {
    let source = queue_of_arn(&call.source_arn)?;
    let destination = call.destination_arn.as_deref().map(queue_of_arn).transpose()?;
    service.redrive(source, destination)?;
    Ok(json!({ "TaskHandle": message::new_id()? }))
}
