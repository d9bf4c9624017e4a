//! Operations on batches of up to ten entries, each of which succeeds or fails on its own.

use serde_json::{Value, json};

use super::shapes::{
    BatchEntry, BatchRequest, ChangeVisibilityInput, DeleteMessageInput, QueueRequest, SendMessageInput, seconds,
};
use crate::queues::error::SqsError;
use crate::queues::message::{self, MAX_SIZE};
use crate::queues::service::SqsService;

/// Maximum number of entries.
const MAX_ENTRIES: usize = 10;

/// Maximum length of an entry's id.
const MAX_ID: usize = 80;

pub(super) fn send(
    service: &SqsService,
    call: QueueRequest<BatchRequest<SendMessageInput>>,
) -> Result<Value, SqsError> {
    let queue = call.queue().to_owned();
    check(service, &queue, &call.rest)?;
    let entries = call.rest.entries.into_iter().map(|entry| (entry.id, entry.rest.message())).collect::<Vec<_>>();
    // A single message that is too large makes the batch too long as well.
    let size = entries.iter().filter_map(|(_, message)| Some(message.as_ref().ok()?.size())).sum();
    if size > MAX_SIZE {
        return Err(SqsError::BatchRequestTooLong(size));
    }
    Ok(for_each_entry(service, entries, |message| {
        let message = message?;
        let id = service.send(&queue, &message)?;
        Ok(json!({
            "MessageId": id,
            "MD5OfMessageBody": message::md5_of_body(&message.body),
            "MD5OfMessageAttributes": message::md5_of_attributes(&message.attributes),
        }))
    }))
}

pub(super) fn delete(
    service: &SqsService,
    call: QueueRequest<BatchRequest<DeleteMessageInput>>,
) -> Result<Value, SqsError> {
    let queue = call.queue().to_owned();
    check(service, &queue, &call.rest)?;
    let entries = call.rest.entries.into_iter().map(|entry| (entry.id, entry.rest)).collect();
    Ok(for_each_entry(service, entries, |entry| {
        service.delete(&queue, &entry.receipt_handle)?;
        Ok(json!({}))
    }))
}

pub(super) fn change_visibility(
    service: &SqsService,
    call: QueueRequest<BatchRequest<ChangeVisibilityInput>>,
) -> Result<Value, SqsError> {
    let queue = call.queue().to_owned();
    check(service, &queue, &call.rest)?;
    let entries = call.rest.entries.into_iter().map(|entry| (entry.id, entry.rest)).collect();
    Ok(for_each_entry(service, entries, |entry| {
        service.change_visibility(&queue, &entry.receipt_handle, seconds(entry.visibility_timeout))?;
        Ok(json!({}))
    }))
}

/// Checks the conditions that fail a whole batch.
fn check<T>(service: &SqsService, queue: &str, call: &BatchRequest<T>) -> Result<(), SqsError> {
    service.definition(queue)?;
    let ids: Vec<&str> = call.entries.iter().map(|BatchEntry { id, .. }| id.as_str()).collect();
    if ids.is_empty() {
        return Err(SqsError::EmptyBatchRequest);
    }
    if ids.len() > MAX_ENTRIES {
        return Err(SqsError::TooManyEntriesInBatchRequest(ids.len()));
    }
    let is_valid = |id: &&str| {
        let letters = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        letters && (1..=MAX_ID).contains(&id.len())
    };
    if !ids.iter().all(is_valid) {
        return Err(SqsError::InvalidBatchEntryId);
    }
    for (index, id) in ids.iter().enumerate() {
        if ids.iter().take(index).any(|earlier| earlier == id) {
            return Err(SqsError::BatchEntryIdsNotDistinct((*id).to_owned()));
        }
    }
    Ok(())
}

/// Applies `operation` to each entry, except for those with a planned failure.
fn for_each_entry<T>(
    service: &SqsService,
    entries: Vec<(String, T)>,
    mut operation: impl FnMut(T) -> Result<Value, SqsError>,
) -> Value {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (id, entry) in entries {
        let done = if service.switches.failed_entries.take() { Err(SqsError::InternalError) } else { operation(entry) };
        match done {
            Ok(mut result) => {
                if let Some(members) = result.as_object_mut() {
                    members.insert("Id".to_owned(), id.into());
                }
                successful.push(result);
            }
            Err(error) => failed.push(json!({
                "Id": id,
                "SenderFault": error.is_sender_fault(),
                "Code": error.code(),
                "Message": error.to_string(),
            })),
        }
    }
    json!({ "Successful": successful, "Failed": failed })
}
