//! The floor of deliver-invites: for each message, a batch of the invitation and the deliveries, then one of the space
//! and the inviter; for each person, the item of their mail, a lease, a mail of the usual size, and the record that it
//! is sent.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, RawMessage};
use floors::{Item, NOW, Table, key, number, sdk_config, text};
use futures_util::stream::{self, StreamExt};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Size of a mail of the service before base64, in bytes.
const MAIL: usize = 14_000;
const CONCURRENCY: usize = 10;
/// The time at which a lease expires.
const UNTIL: &str = "2026-11-21T12:01:00.000Z";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    let ses = &aws_sdk_sesv2::Client::new(&sdk_config("SESV2")?);
    table.warm_up().await?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let messages = event.payload.get("Records").and_then(Value::as_array).into_iter().flatten();
        for body in messages.filter_map(|message| message.get("body")?.as_str()) {
            deliver(table, ses, &serde_json::from_str(body)?).await?;
        }
        Ok::<_, Error>(json!({ "batchItemFailures": [] }))
    }))
    .await
}

async fn deliver(table: &Table, ses: &aws_sdk_sesv2::Client, message: &Value) -> Result<(), Error> {
    let pk = &format!("INVITE#{}", message.get("invite").and_then(Value::as_str).unwrap_or_default());
    let people = message.get("people").and_then(Value::as_array).into_iter().flatten();
    let people: Vec<&str> = people.filter_map(Value::as_str).collect();
    let keys = people.iter().map(|person| key(pk, &format!("TO#{person}"))).chain([key(pk, "INVITE")]);
    let (deliveries, invitation): (Vec<Item>, Vec<Item>) =
        table.batch(keys.collect()).await?.into_iter().partition(|item| field(item, "sk") != "INVITE");
    let invitation = invitation.into_iter().next().unwrap_or_default();
    let (space, inviter) = (format!("SPACE#{}", field(&invitation, "space")), field(&invitation, "inviter"));
    let (user, limit) = (format!("USER#{inviter}"), format!("LIMIT#MAILS#{inviter}"));
    let address = format!("ADDRESS#{inviter}");
    table.batch(vec![key(&space, "SPACE"), key(&user, "USER"), key(&address, "USER"), key(&limit, "LIMIT")]).await?;
    let sent = stream::iter(&deliveries).map(|delivery| send(table, ses, pk, delivery)).buffer_unordered(CONCURRENCY);
    sent.collect::<Vec<_>>().await.into_iter().collect()
}

async fn send(table: &Table, ses: &aws_sdk_sesv2::Client, pk: &str, delivery: &Item) -> Result<(), Error> {
    let (sk, to) = (field(delivery, "sk"), field(delivery, "email"));
    table.get(&sk.replacen("TO#", "ADDRESS#", 1), "MAIL").await?;
    lease(table, pk, sk).await?;
    let message =
        format!("From: invitations@example.com\r\nTo: {to}\r\nSubject: Team lunch\r\n\r\n{}", "a".repeat(MAIL));
    let raw = RawMessage::builder().data(Blob::new(message)).build()?;
    let mail = ses
        .send_email()
        .destination(Destination::builder().to_addresses(to).build())
        .content(EmailContent::builder().raw(raw).build());
    let sent = mail.send().await?;
    record(table, pk, sk, &sent.message_id.unwrap_or_default()).await
}

async fn lease(table: &Table, pk: &str, sk: &str) -> Result<(), Error> {
    let mut lease = message();
    lease.insert("until".to_owned(), text(UNTIL));
    let set = [
        ("state", text("sending")),
        ("at", text(NOW)),
        ("kind", text("invite")),
        ("attempts", number(1)),
        ("meeting", AttributeValue::M([("starts".to_owned(), text(NOW)), ("ends".to_owned(), text(UNTIL))].into())),
        ("mailed", AttributeValue::L(vec![text(NOW)])),
        ("lease", AttributeValue::M(lease)),
        ("mail", text(NOW)),
    ];
    write(table, pk, sk, 0, &set, "reason").await
}

async fn record(table: &Table, pk: &str, sk: &str, message_id: &str) -> Result<(), Error> {
    let set = [
        ("state", text("sent")),
        ("at", text(NOW)),
        ("message_id", text(message_id)),
        ("told", AttributeValue::M(message())),
    ];
    write(table, pk, sk, 1, &set, "lease").await
}

/// Writes a delivery if its version is unchanged.
async fn write(
    table: &Table,
    pk: &str,
    sk: &str,
    version: u64,
    set: &[(&str, AttributeValue)],
    remove: &str,
) -> Result<(), Error> {
    let assigned: Vec<String> = set.iter().map(|(name, _)| format!("#{name} = :{name}")).collect();
    let mut update = table
        .update(pk, sk)
        .update_expression(format!("SET #version = :next, {} REMOVE #{remove}", assigned.join(", ")))
        .condition_expression("#version = :held")
        .expression_attribute_names("#version", "version")
        .expression_attribute_values(":held", number(version))
        .expression_attribute_values(":next", number(version + 1))
        .expression_attribute_names(format!("#{remove}"), remove);
    for (name, value) in set {
        update = update
            .expression_attribute_names(format!("#{name}"), *name)
            .expression_attribute_values(format!(":{name}"), value.clone());
    }
    Box::pin(update.send()).await?;
    Ok(())
}

/// Returns the message that is sent: the invitation as it was created.
fn message() -> Item {
    Item::from([
        ("what".to_owned(), text("request")),
        ("sequence".to_owned(), number(0)),
        ("mailing".to_owned(), number(0)),
    ])
}

fn field<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}
