//! The floor of deliver-invites: which deliveries exist, then for each invitee a lease, a mail of the usual size and the record
//! that it is sent.

use aws_lambda_events::event::dynamodb::Event;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, RawMessage};
use floors::{Table, key, sdk_config, text};
use futures_util::stream::{self, StreamExt};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Bytes of a mail as the service writes it, before base64.
const MAIL: usize = 14_000;
const CONCURRENCY: usize = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    let ses = &aws_sdk_sesv2::Client::new(&sdk_config("SESV2")?);
    table.warm_up().await?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Event>| {
        for record in event.payload.records {
            let image = serde_json::to_value(&record.change.new_image)?;
            let text = |pointer: &str| image.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
            let pk = text("/pk/S");
            begun(table, &pk).await?;
            let invitees = image.pointer("/invitees/L").and_then(Value::as_array).cloned().unwrap_or_default();
            let addresses = invitees.iter().filter_map(|invitee| invitee.pointer("/M/email/S")?.as_str());
            let sent = stream::iter(addresses).map(|to| send(table, ses, &pk, to)).buffer_unordered(CONCURRENCY);
            sent.collect::<Vec<_>>().await.into_iter().collect::<Result<Vec<()>, Error>>()?;
        }
        Ok::<_, Error>(json!({ "batchItemFailures": [] }))
    }))
    .await
}

async fn begun(table: &Table, pk: &str) -> Result<(), Error> {
    let query = table
        .client
        .query()
        .table_name(&table.name)
        .key_condition_expression("pk = :invite AND begins_with(sk, :delivery)")
        .expression_attribute_values(":invite", text(pk))
        .expression_attribute_values(":delivery", text("DELIVERY#"))
        .consistent_read(true);
    query.send().await?;
    Ok(())
}

async fn send(table: &Table, ses: &aws_sdk_sesv2::Client, pk: &str, to: &str) -> Result<(), Error> {
    let delivery = format!("DELIVERY#{to}");
    let lease = table
        .client
        .update_item()
        .table_name(&table.name)
        .set_key(Some(key(pk, &delivery)))
        .update_expression("SET #state = :leased, leased_until = :until, expires_at = :expires_at ADD attempts :one")
        .condition_expression("attribute_not_exists(pk) OR (#state = :leased AND leased_until <= :now)")
        .expression_attribute_names("#state", "state")
        .expression_attribute_values(":leased", text("leased"))
        .expression_attribute_values(":until", text("2026-11-21T12:01:00.000Z"))
        .expression_attribute_values(":now", text("2026-11-21T12:00:00.000Z"))
        .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
        .expression_attribute_values(":expires_at", AttributeValue::N("4104950400".to_owned()))
        .return_values(ReturnValue::AllNew);
    lease.send().await?;
    let message =
        format!("From: invitations@example.com\r\nTo: {to}\r\nSubject: Team lunch\r\n\r\n{}", "a".repeat(MAIL));
    let raw = RawMessage::builder().data(Blob::new(message)).build()?;
    let mail = ses
        .send_email()
        .destination(Destination::builder().to_addresses(to).build())
        .content(EmailContent::builder().raw(raw).build());
    let sent = mail.send().await?;
    let record = table
        .client
        .update_item()
        .table_name(&table.name)
        .set_key(Some(key(pk, &delivery)))
        .update_expression("SET #state = :state, message_id = :message_id REMOVE #error")
        .condition_expression("#state = :leased AND leased_until = :until")
        .expression_attribute_names("#state", "state")
        .expression_attribute_names("#error", "error")
        .expression_attribute_values(":leased", text("leased"))
        .expression_attribute_values(":until", text("2026-11-21T12:01:00.000Z"))
        .expression_attribute_values(":state", text("sent"))
        .expression_attribute_values(":message_id", text(sent.message_id.unwrap_or_default()));
    record.send().await?;
    Ok(())
}
