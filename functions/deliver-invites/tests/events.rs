//! Events of the table's stream in; mails, deliveries and what is handed back to the stream out: each file in
//! `events/deliver-invites`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;

use deliver_invites::App;
use jiff::SignedDuration;
use serde_json::json;
use spaces_local::harness::{self, Harness};

#[tokio::main(flavor = "current_thread")]
async fn is_delivered_as_before(file: &Path) -> datatest_stable::Result<()> {
    let (name, event) = harness::named_event(file)?;
    let harness = Harness::start().await?;
    let before = harness.dynamo.items()?;
    let app = App::from_env(&harness.env()?, harness::sources_at(harness::now()))?;
    let deadline = harness::now() + SignedDuration::from_mins(15);
    let answer = app.deliver(serde_json::from_value(event)?, deadline).await;
    let calls = harness.dynamo.calls();
    assert_eq!(harness::forbidden_calls("DeliverInvitesRole", &calls)?, Vec::<String>::new(), "{name}");
    let mut written = harness.dynamo.items()?;
    written.retain(|item| !before.contains(item));
    for delivery in &mut written {
        if let Some(id) = delivery.get_mut("message_id") {
            *id = json!("…");
        }
    }
    let mut mails: Vec<_> = harness
        .mailbox
        .messages()
        .into_iter()
        .map(|mail| {
            let mail = serde_json::to_value(mail).unwrap();
            json!({
                "from": mail["from"], "to": mail["to"], "subject": mail["subject"],
                "calendar": !mail["calendar"].is_null(),
                "has_link": mail["text"].as_str().unwrap().contains("https://spaces.example.com/spaces/invites/"),
            })
        })
        .collect();
    mails.sort_by_key(|mail| mail["to"].to_string());
    insta::assert_json_snapshot!(name, json!({"answer": answer, "mails": mails, "written": written}));
    Ok(())
}

datatest_stable::harness! {
    { test = is_delivered_as_before, root = "../../events/deliver-invites", pattern = r"\.json$" },
}
