//! The floor of relay-outbox. For a new invitation: the space and the creator's membership in one batch, and a delivery
//! for each invitee. For a revoked one: a query of the deliveries. For both: the sender's count of mails, and the
//! messages.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use floors::{Item, NOW, Table, item, key, number, sdk_config, text};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

const PUTS: usize = 32;
/// Number of people per message, and of messages per call.
const TEN: usize = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    let sqs = &aws_sdk_sqs::Client::new(&sdk_config("SQS")?);
    let (few, bulk) = (&std::env::var("MAIL_QUEUE_URL")?, &std::env::var("BULK_MAIL_QUEUE_URL")?);
    table.warm_up().await?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        for record in event.payload.get("Records").and_then(Value::as_array).into_iter().flatten() {
            let pk = text_at(record, "/dynamodb/Keys/pk/S");
            let people = match text_at(record, "/eventName") {
                "INSERT" => found(table, record, pk).await?,
                _ => deliveries(table, pk).await?,
            };
            count(table, text_at(record, "/dynamodb/NewImage/inviter/S"), people.len()).await?;
            queue(sqs, if people.len() > 25 { bulk } else { few }, pk, &people).await?;
        }
        Ok::<_, Error>(json!({ "batchItemFailures": [] }))
    }))
    .await
}

fn text_at<'a>(record: &'a Value, pointer: &str) -> &'a str {
    record.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

async fn found(table: &Table, record: &Value, pk: &str) -> Result<Vec<String>, Error> {
    let space = format!("SPACE#{}", text_at(record, "/dynamodb/NewImage/space/S"));
    let creator = format!("MEMBER#userId#{}", text_at(record, "/dynamodb/NewImage/inviter/S"));
    table.batch(vec![key(&space, "SPACE"), key(&space, &creator)]).await?;
    let invitees = record.pointer("/dynamodb/NewImage/invitees/L").and_then(Value::as_array);
    let emails = invitees.into_iter().flatten().map(|invitee| text_at(invitee, "/M/email/S"));
    let people: Vec<(String, &str)> = emails.map(|email| (floors::id(), email)).collect();
    stream::iter(&people)
        .map(|(person, email)| table.put_if_absent(delivery(pk, person, email)))
        .buffer_unordered(PUTS)
        .try_collect::<()>()
        .await?;
    Ok(people.into_iter().map(|(person, _)| person).collect())
}

fn delivery(pk: &str, person: &str, email: &str) -> Item {
    let mut delivery = item(&[
        ("pk", pk),
        ("sk", &format!("TO#{person}00000000")),
        ("gsi1pk", &format!("ADDRESS#{person}00000000")),
        ("gsi1sk", &pk.replacen("INVITE", NOW, 1)),
        ("space", "ff8d9819fc0e12bf0d24892e"),
        ("email", email),
        ("role", "member"),
        ("state", "queued"),
        ("at", NOW),
        ("kind", "invite"),
    ]);
    let numbers = [("attempts", 0), ("version", 0), ("expires_at", 4_104_950_400)];
    delivery.extend(numbers.map(|(name, value)| (name.to_owned(), number(value))));
    delivery
}

async fn deliveries(table: &Table, pk: &str) -> Result<Vec<String>, Error> {
    let query = table
        .client
        .query()
        .table_name(&table.name)
        .key_condition_expression("pk = :invite AND begins_with(sk, :delivery)")
        .projection_expression("sk")
        .expression_attribute_values(":invite", text(pk))
        .expression_attribute_values(":delivery", text("TO#"))
        .consistent_read(true);
    let found = Box::pin(query.send()).await?.items.unwrap_or_default();
    let person = |item: &Item| item.get("sk").and_then(|sk| sk.as_s().ok()?.strip_prefix("TO#")).map(str::to_owned);
    Ok(found.iter().filter_map(person).collect())
}

async fn count(table: &Table, sender: &str, mails: usize) -> Result<(), Error> {
    let count = table
        .update(&format!("LIMIT#MAILS#{sender}"), "LIMIT")
        .update_expression("ADD in_hour :mails")
        .condition_expression("attribute_not_exists(no_hour)")
        .expression_attribute_values(":mails", AttributeValue::N(mails.to_string()))
        .return_values(ReturnValue::AllNew);
    Box::pin(count.send()).await?;
    Ok(())
}

async fn queue(sqs: &aws_sdk_sqs::Client, url: &str, pk: &str, people: &[String]) -> Result<(), Error> {
    let bodies =
        people.chunks(TEN).map(|people| json!({ "invite": pk, "mailing": 0, "kind": "invite", "people": people }));
    let entries = bodies.enumerate().map(|(number, body)| {
        let entry = SendMessageBatchRequestEntry::builder().id((number % TEN).to_string());
        entry.message_group_id("ff8d9819fc0e12bf0d24892e").message_body(body.to_string()).build()
    });
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    for batch in entries.chunks(TEN) {
        let call = sqs.send_message_batch().queue_url(url).set_entries(Some(batch.to_vec()));
        Box::pin(call.send()).await?;
    }
    Ok(())
}
