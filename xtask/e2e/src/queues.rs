//! The queues between the table and SES.

use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use crate::emulator::until_within;
use crate::service::{Service, field};

/// The outputs of the stack that name the mail queues.
const MAIL_QUEUES: [&str; 2] = ["MailQueueUrl", "BulkMailQueueUrl"];

/// The messages of a queue, those included that are hidden or in flight.
pub(crate) fn messages(service: &Service<'_>, queue: &str) -> anyhow::Result<u64> {
    let url = service.output(queue)?;
    let call = ["sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All"];
    let attributes = service.aws.call(&call)?;
    let mut messages = 0;
    for name in ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] {
        let number = field(&attributes, &format!("/Attributes/{name}"))?;
        messages += number.parse::<u64>().with_context(|| format!("{name} is {number:?}"))?;
    }
    Ok(messages)
}

/// Waits until no mail waits or is being sent.
pub(crate) fn until_empty(service: &Service<'_>, patience: Duration) -> anyhow::Result<()> {
    for queue in MAIL_QUEUES {
        until_within(patience, &format!("no message in {queue}"), || {
            Ok((messages(service, queue)? == 0).then_some(()))
        })?;
    }
    Ok(())
}

/// Sets for how long the mail queues hide a message that is being handled, in seconds.
pub(crate) fn set_visibility_timeout(service: &Service<'_>, seconds: u32) -> anyhow::Result<()> {
    let attributes = format!("VisibilityTimeout={seconds}");
    for queue in MAIL_QUEUES {
        let url = service.output(queue)?;
        let set = ["sqs", "set-queue-attributes", "--queue-url", url, "--attributes", attributes.as_str()];
        service.aws.call(&set)?;
    }
    Ok(())
}

/// Sends a message to a queue.
pub(crate) fn send(service: &Service<'_>, queue: &str, body: &Value) -> anyhow::Result<()> {
    let (url, body) = (service.output(queue)?, body.to_string());
    service.aws.call(&["sqs", "send-message", "--queue-url", url, "--message-body", body.as_str()]).map(drop)
}
