//! The operations on up to ten messages, each entry of which succeeds or fails by itself.

use serde_json::{Value, json};

use super::shapes::{BatchEntry, ChangeVisibility, Delete, Entries, OfQueue, Send, seconds};
use crate::queues::error::SqsError;
use crate::queues::message::{self, MAX_SIZE};
use crate::queues::service::SqsService;

/// The maximum number of entries.
const MAX_ENTRIES: usize = 10;

/// The maximum length of an entry's id.
const MAX_ID: usize = 80;

pub(super) fn send(service: &SqsService, call: OfQueue<Entries<Send>>) -> Result<Value, SqsError> {
    let queue = call.queue().to_owned();
    check(service, &queue, &call.rest)?;
    let entries = call.rest.entries.into_iter().map(|entry| (entry.id, entry.rest.message())).collect::<Vec<_>>();
    // A message that is too large by itself makes the batch too long as well.
    let size = entries.iter().filter_map(|(_, message)| Some(message.as_ref().ok()?.size())).sum();
    if size > MAX_SIZE {
        return Err(SqsError::BatchRequestTooLong(size));
    }
    Ok(each(service, entries, |message| {
        let message = message?;
        let id = service.send(&queue, &message)?;
        Ok(json!({
            "MessageId": id,
            "MD5OfMessageBody": message::md5_of_body(&message.body),
            "MD5OfMessageAttributes": message::md5_of_attributes(&message.attributes),
        }))
    }))
}

pub(super) fn delete(service: &SqsService, call: OfQueue<Entries<Delete>>) -> Result<Value, SqsError> {
    let queue = call.queue().to_owned();
    check(service, &queue, &call.rest)?;
    let entries = call.rest.entries.into_iter().map(|entry| (entry.id, entry.rest)).collect();
    Ok(each(service, entries, |entry| {
        service.delete(&queue, &entry.receipt_handle)?;
        Ok(json!({}))
    }))
}

pub(super) fn change_visibility(
    service: &SqsService,
    call: OfQueue<Entries<ChangeVisibility>>,
) -> Result<Value, SqsError> {
    let queue = call.queue().to_owned();
    check(service, &queue, &call.rest)?;
    let entries = call.rest.entries.into_iter().map(|entry| (entry.id, entry.rest)).collect();
    Ok(each(service, entries, |entry| {
        service.change_visibility(&queue, &entry.receipt_handle, seconds(entry.visibility_timeout))?;
        Ok(json!({}))
    }))
}

/// Checks what fails a batch whole.
fn check<T>(service: &SqsService, queue: &str, call: &Entries<T>) -> Result<(), SqsError> {
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

/// Applies `operation` to each entry, but for those that were asked to fail.
fn each<T>(
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
