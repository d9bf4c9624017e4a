//! Snapshot tests of the function: events of the mail queues in; mails, items and the resulting messages out. Each file
//! in `events/deliver-invites` is a test, with the items of the file of the same name in `tests/tables`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;
use std::sync::Mutex;

use deliver_invites::App;
use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness::{self, Harness};
use spaces_store::InvitationRef;

const DEAD_LETTERS: [&str; 2] = ["MailDeadLetters", "BulkMailDeadLetters"];

#[tokio::main(flavor = "current_thread")]
async fn matches_snapshot(file: &Path) -> datatest_stable::Result<()> {
    let (name, mut event) = harness::named_event(file)?;
    let harness = Harness::start().await?;
    plant(&harness, &name).await;
    for record in event["Records"].as_array_mut().unwrap() {
        queue(&harness, record).await;
    }
    let before = harness.dynamo.items()?;
    harness.dynamo.forget_calls();

    let app = App::from_env(&harness.env()?, harness::sources_at(harness::now()))?;
    let answer = app.deliver(serde_json::from_value(event)?, harness::now() + SignedDuration::from_mins(2)).await;

    assert_eq!(harness::forbidden_calls("DeliverInvitesRole", &harness.dynamo)?, Vec::<String>::new(), "{name}");
    let sleeps: Vec<u64> = harness.queues.visibility_timeouts().iter().map(std::time::Duration::as_secs).collect();
    insta::assert_json_snapshot!(
        name,
        json!({
            "answer": answer,
            "mails": mails(&harness),
            "written": written(&harness, &before),
            "queues": { "calls": harness.queues.calls(), "sleeps": sleeps, "dead_letters": dead_letters(&harness) },
        })
    );
    Ok(())
}

/// Puts the invitations of a table file, the items that the relay derives from them, and the deliveries that the file
/// contains.
async fn plant(harness: &Harness, name: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables").join(name).with_extension("json");
    // An event about an unknown invitation has no table.
    let Ok(table) = std::fs::read(file) else { return };
    let items: Vec<Value> = serde_json::from_slice(&table).unwrap();
    let (invitations, deliveries): (Vec<Value>, Vec<Value>) =
        items.into_iter().partition(|item| item["sk"]["S"] == "INVITE");
    for item in &invitations {
        harness.dynamo.put(item).unwrap();
        let hash = item["pk"]["S"].as_str().unwrap().strip_prefix("INVITE#").unwrap();
        let invite: InvitationRef = serde_json::from_value(json!(hash)).unwrap();
        let invitation = harness.store.invitation_of(&invite).await.unwrap().unwrap();
        harness.store.found(&invitation).await.unwrap();
        harness.store.put_deliveries(&invitation, &invitation.invitees, invitation.created).await.unwrap();
    }
    for delivery in deliveries {
        let items = harness.dynamo.raw_items().unwrap();
        let is_it = |item: &&Value| item["pk"] == delivery["pk"] && item["sk"] == delivery["sk"];
        let mut item = items.iter().find(is_it).unwrap().clone();
        item.as_object_mut().unwrap().extend(delivery.as_object().unwrap().clone());
        harness.dynamo.put(&item).unwrap();
    }
}

/// Receives the message from its queue, so that its receipt handle is valid.
async fn queue(harness: &Harness, record: &mut Value) {
    let queue = record["eventSourceARN"].as_str().unwrap().rsplit(':').next().unwrap();
    let group = record["attributes"]["MessageGroupId"].as_str();
    harness.queues.send(queue, record["body"].as_str().unwrap(), group).unwrap();
    let receipt = Mutex::new(Value::Null);
    let receive = async |event: Value| {
        *receipt.lock().unwrap() = event["Records"][0]["receiptHandle"].clone();
        // The message stays in flight.
        Err(())
    };
    harness.queues.deliver(queue, 1, receive).await.unwrap();
    record["receiptHandle"] = receipt.into_inner().unwrap();
}

fn mails(harness: &Harness) -> Vec<Value> {
    let mails = harness.mailbox.messages().into_iter().map(|mail| {
        let calendar = mail.calendar.unwrap_or_default();
        let property = |name: &str| calendar.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        json!({
            "from": mail.from, "to": mail.to, "subject": mail.subject, "tags": mail.tags,
            "method": property("METHOD:"), "sequence": property("SEQUENCE:"),
            "has_link": mail.text.unwrap().contains("https://spaces.example.com/spaces/invites/"),
        })
    });
    let mut mails: Vec<Value> = mails.collect();
    mails.sort_by_key(|mail| mail["to"].to_string());
    mails
}

fn written(harness: &Harness, before: &[Value]) -> Vec<Value> {
    let mut written = harness.dynamo.items().unwrap();
    written.retain(|item| !before.contains(item));
    for delivery in &mut written {
        if let Some(id) = delivery.get_mut("message_id") {
            *id = json!("…");
        }
    }
    written
}

fn dead_letters(harness: &Harness) -> Vec<Value> {
    let of = |queue| harness.queues.peek(queue).unwrap().into_iter().map(move |message| (queue, message));
    let letters = DEAD_LETTERS.into_iter().flat_map(of);
    letters.map(|(queue, letter)| json!({"queue": queue, "group": letter.group, "body": letter.body})).collect()
}

datatest_stable::harness! {
    { test = matches_snapshot, root = "../../events/deliver-invites", pattern = r"\.json$" },
}
