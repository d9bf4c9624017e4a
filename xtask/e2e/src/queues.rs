//! The queues between the table and SES.

use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use crate::emulator::wait_for_within;
use crate::service::{DeployedService, field};

/// The stack's outputs with the URLs of the mail queues.
const MAIL_QUEUES: [&str; 2] = ["MailQueueUrl", "BulkMailQueueUrl"];

/// Returns the number of messages in a queue, including those in flight.
pub(crate) fn messages(service: &DeployedService<'_>, queue: &str) -> anyhow::Result<u64> {
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

/// Waits until the mail queues are empty, with no message in flight.
pub(crate) fn wait_until_empty(service: &DeployedService<'_>, timeout: Duration) -> anyhow::Result<()> {
    for queue in MAIL_QUEUES {
        wait_for_within(timeout, &format!("no message in {queue}"), || {
            Ok((messages(service, queue)? == 0).then_some(()))
        })?;
    }
    Ok(())
}

/// Sets the visibility timeout of the mail queues, in seconds.
pub(crate) fn set_visibility_timeout(service: &DeployedService<'_>, seconds: u32) -> anyhow::Result<()> {
    let attributes = format!("VisibilityTimeout={seconds}");
    for queue in MAIL_QUEUES {
        let url = service.output(queue)?;
        let set = ["sqs", "set-queue-attributes", "--queue-url", url, "--attributes", attributes.as_str()];
        service.aws.call(&set)?;
    }
    Ok(())
}

/// Sends a message to a queue.
pub(crate) fn send(service: &DeployedService<'_>, queue: &str, body: &Value) -> anyhow::Result<()> {
    let (url, body) = (service.output(queue)?, body.to_string());
    service.aws.call(&["sqs", "send-message", "--queue-url", url, "--message-body", body.as_str()]).map(drop)
}
