//! The floor of deliver-invites: the space, its creator's membership and the deliveries at once, then for each invitee a
//! lease, a mail of the usual size and the record that it is sent.

use aws_lambda_events::event::dynamodb::Event;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, RawMessage};
use floors::{Item, NOW, Table, item, number, sdk_config, text};
use futures_util::stream::{self, StreamExt};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Bytes of a mail as the service writes it, before base64.
const MAIL: usize = 14_000;
const CONCURRENCY: usize = 10;
/// The end of a lease.
const UNTIL: &str = "2026-11-21T12:01:00.000Z";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    let ses = &aws_sdk_sesv2::Client::new(&sdk_config("SESV2")?);
    table.warm_up().await?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Event>| {
        for record in event.payload.records {
            let image = serde_json::to_value(&record.change.new_image)?;
            let text = |pointer: &str| image.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (pk, space) = (text("/pk/S"), format!("SPACE#{}", text("/space/S")));
            let creator = format!("MEMBER#userId#{}", text("/founds/M/creator/S"));
            let (found, member, begun) =
                futures_util::join!(table.get(&space, "SPACE"), table.get(&space, &creator), begun(table, &pk));
            found?;
            member?;
            begun?;
            let invitees = image.pointer("/invitees/L").and_then(Value::as_array).cloned().unwrap_or_default();
            let addresses = invitees.iter().filter_map(|invitee| invitee.pointer("/M/email/S")?.as_str()).enumerate();
            let sent =
                stream::iter(addresses).map(|(at, to)| send(table, ses, &pk, at, to)).buffer_unordered(CONCURRENCY);
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
        .expression_attribute_values(":delivery", text("TO#"))
        .consistent_read(true);
    Box::pin(query.send()).await?;
    Ok(())
}

/// Sends one mail. The hash of the address is made up of its place in the list.
async fn send(table: &Table, ses: &aws_sdk_sesv2::Client, pk: &str, at: usize, to: &str) -> Result<(), Error> {
    let hash = format!("{at:032x}");
    let delivery = format!("TO#{hash}");
    lease(table, pk, &delivery, &hash, to).await?;
    let message =
        format!("From: invitations@example.com\r\nTo: {to}\r\nSubject: Team lunch\r\n\r\n{}", "a".repeat(MAIL));
    let raw = RawMessage::builder().data(Blob::new(message)).build()?;
    let mail = ses
        .send_email()
        .destination(Destination::builder().to_addresses(to).build())
        .content(EmailContent::builder().raw(raw).build());
    let sent = mail.send().await?;
    record(table, pk, &delivery, &sent.message_id.unwrap_or_default()).await
}

async fn lease(table: &Table, pk: &str, delivery: &str, hash: &str, to: &str) -> Result<(), Error> {
    let mut attributes = item(&[
        ("gsi1pk", &format!("ADDRESS#{hash}")),
        ("gsi1sk", &pk.replacen("INVITE", NOW, 1)),
        ("email", to),
        ("role", "member"),
        ("state", "sending"),
        ("at", NOW),
        ("kind", "invite"),
    ]);
    let mut lease = message();
    lease.insert("until".to_owned(), text(UNTIL));
    attributes.insert("lease".to_owned(), AttributeValue::M(lease));
    attributes.insert("expires_at".to_owned(), number(4_104_950_400));
    let assigned: Vec<String> = attributes.keys().map(|name| format!("#{name} = :{name}")).collect();
    let mut update = table
        .update(pk, delivery)
        .update_expression(format!("SET {} ADD attempts :one", assigned.join(", ")))
        .condition_expression(
            "attribute_not_exists(pk) OR #state = :queued OR (#state = :state AND #lease.#until <= :now)",
        )
        .expression_attribute_names("#until", "until")
        .expression_attribute_values(":queued", text("queued"))
        .expression_attribute_values(":now", text(NOW))
        .expression_attribute_values(":one", number(1))
        .return_values(ReturnValue::AllNew);
    for (name, value) in attributes {
        update = update
            .expression_attribute_names(format!("#{name}"), &name)
            .expression_attribute_values(format!(":{name}"), value);
    }
    Box::pin(update.send()).await?;
    Ok(())
}

async fn record(table: &Table, pk: &str, delivery: &str, message_id: &str) -> Result<(), Error> {
    let mut told = message();
    told.insert("at".to_owned(), text(NOW));
    let mut update = table
        .update(pk, delivery)
        .update_expression(
            "SET #state = :state, #at = :at, #message_id = :message_id, #told = :told REMOVE #reason, #lease",
        )
        .condition_expression("#state = :sending AND #lease.#until = :until")
        .expression_attribute_values(":sending", text("sending"))
        .expression_attribute_values(":until", text(UNTIL))
        .expression_attribute_values(":state", text("sent"))
        .expression_attribute_values(":at", text(NOW))
        .expression_attribute_values(":message_id", text(message_id))
        .expression_attribute_values(":told", AttributeValue::M(told));
    for name in ["state", "at", "message_id", "told", "reason", "lease", "until"] {
        update = update.expression_attribute_names(format!("#{name}"), name);
    }
    Box::pin(update.send()).await?;
    Ok(())
}

/// The message that is sent: the invitation as it was made.
fn message() -> Item {
    Item::from([
        ("what".to_owned(), text("request")),
        ("sequence".to_owned(), number(0)),
        ("mailing".to_owned(), number(0)),
    ])
}
