//! The floor of track-mail: one conditional write for each event.

use floors::{Table, text};
use futures_util::stream::{self, StreamExt};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

const WRITES: usize = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let messages = event.payload.get("Records").and_then(Value::as_array).into_iter().flatten();
        let bodies = messages.filter_map(|message| message.get("body")?.as_str());
        let tracked = stream::iter(bodies).map(|body| track(table, body)).buffer_unordered(WRITES);
        tracked.collect::<Vec<_>>().await.into_iter().collect::<Result<(), Error>>()?;
        Ok::<_, Error>(json!({ "batchItemFailures": [] }))
    }))
    .await
}

async fn track(table: &Table, body: &str) -> Result<(), Error> {
    let event: Value = serde_json::from_str(body)?;
    let part = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let update = table
        .update(part("/detail/mail/tags/key/0"), part("/detail/mail/tags/key/1"))
        .update_expression("SET #state = :state, #at = :at REMOVE #reason")
        .condition_expression("attribute_exists(#mail) AND #state IN (:s0, :s1, :s2, :s3, :state)")
        .expression_attribute_names("#state", "state")
        .expression_attribute_names("#at", "at")
        .expression_attribute_names("#reason", "reason")
        .expression_attribute_names("#mail", "mail")
        .expression_attribute_values(":state", text("delivered"))
        .expression_attribute_values(":at", text(part("/detail/delivery/timestamp")))
        .expression_attribute_values(":s0", text("failed"))
        .expression_attribute_values(":s1", text("sending"))
        .expression_attribute_values(":s2", text("sent"))
        .expression_attribute_values(":s3", text("delayed"));
    Box::pin(update.send()).await?;
    Ok(())
}
