//! Builds Lambda events from messages, and settles messages by a function's result.
//!
//! Source: *Using Lambda with Amazon SQS* and *Handling errors for an SQS event source in Lambda*, AWS Lambda developer
//! guide.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::definition::{REGION, arn};
use super::error::SqsError;
use super::message::{AttributeValue, ReceivedMessage, md5_of_attributes, md5_of_body};
use super::service::SqsService;

/// Returns the event with these messages of `queue`.
pub(crate) fn event(queue: &str, messages: &[ReceivedMessage]) -> Value {
    let records: Value = messages.iter().map(|message| record(queue, message)).collect();
    json!({ "Records": records })
}

/// Deletes the messages that a function's result does not report as failed. Failed messages stay hidden until their
/// visibility timeout ends.
pub(crate) fn settle(
    service: &SqsService,
    queue: &str,
    messages: &[ReceivedMessage],
    answer: &Value,
) -> Result<(), SqsError> {
    let failed = failed(answer, messages);
    for message in messages.iter().filter(|message| !failed.contains(message.id.as_str())) {
        service.delete(queue, &message.receipt)?;
    }
    Ok(())
}

/// Returns the ids of the messages that `batchItemFailures` names. As in Lambda, an entry that names no message of the
/// batch fails them all.
fn failed<'a>(answer: &'a Value, messages: &'a [ReceivedMessage]) -> HashSet<&'a str> {
    let failures = answer.get("batchItemFailures").and_then(Value::as_array);
    let all = || messages.iter().map(|message| message.id.as_str());
    let named = |failure: &'a Value| {
        let id = failure.get("itemIdentifier").and_then(Value::as_str)?;
        all().any(|known| known == id).then_some(id)
    };
    let named: Option<HashSet<&str>> = failures.into_iter().flatten().map(named).collect();
    named.unwrap_or_else(|| all().collect())
}

fn record(queue: &str, message: &ReceivedMessage) -> Value {
    let attribute = |(name, value): (&String, &AttributeValue)| {
        let mut attribute = Map::from_iter([
            ("dataType".to_owned(), value.data_type.clone().into()),
            ("stringListValues".to_owned(), json!([])),
            ("binaryListValues".to_owned(), json!([])),
        ]);
        for (member, value) in [("stringValue", &value.string_value), ("binaryValue", &value.binary_value)] {
            if let Some(value) = value {
                attribute.insert(member.to_owned(), value.clone().into());
            }
        }
        (name.clone(), Value::Object(attribute))
    };
    let mut record = json!({
        "messageId": message.id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": message.system_attributes(),
        "messageAttributes": message.attributes.iter().map(attribute).collect::<Map<_, _>>(),
        "md5OfBody": md5_of_body(&message.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn(queue),
        "awsRegion": REGION,
    });
    if let (Some(digest), Some(members)) = (md5_of_attributes(&message.attributes), record.as_object_mut()) {
        members.insert("md5OfMessageAttributes".to_owned(), digest.into());
    }
    record
}
