//! The floor of publish-events: one event per record, ten per call.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use floors::{NOW, sdk_config};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Number of events in a call.
const ENTRIES: usize = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = &aws_sdk_eventbridge::Client::new(&sdk_config("EVENTBRIDGE")?);
    let bus = &std::env::var("EVENT_BUS")?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let records = event.payload.get("Records").and_then(Value::as_array).into_iter().flatten();
        let entries: Vec<_> = records.map(|record| entry(bus, record)).collect();
        for entries in entries.chunks(ENTRIES) {
            Box::pin(client.put_events().set_entries(Some(entries.to_vec())).send()).await?;
        }
        Ok::<_, Error>(json!({ "batchItemFailures": [] }))
    }))
    .await
}

fn entry(bus: &str, record: &Value) -> PutEventsRequestEntry {
    let part = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let detail = json!({
        "version": "1", "id": part("/dynamodb/Keys/pk/S"), "time": NOW, "sequence": 1,
        "spaceId": part("/dynamodb/NewImage/space/S"), "inviteRef": part("/dynamodb/Keys/pk/S"),
        "inviterId": part("/dynamodb/NewImage/inviter/S"), "inviteMode": "invite", "informChannel": "server",
        "startDateTime": NOW, "endDateTime": NOW, "expires": NOW, "invited": 10,
    });
    let entry = PutEventsRequestEntry::builder().event_bus_name(bus).source("spaces.invitations");
    entry.detail_type("InvitationCreated").detail(detail.to_string()).build()
}
