//! Snapshot tests of the function: events of the table's stream in; messages, items and records to retry out. Each file
//! in `events/relay-outbox` is a test.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::path::Path;

use serde_json::{Value, json};
use spaces_local::harness;

use crate::support::{BULK, FAILURES, MAIL, Service};

#[tokio::main(flavor = "current_thread")]
async fn matches_snapshot(file: &Path) -> datatest_stable::Result<()> {
    let (name, event) = harness::named_event(file)?;
    let service = Service::start().await;
    let before = service.harness.dynamo.items()?;
    let answer = service.app().relay(serde_json::from_value(event)?).await;
    let forbidden = harness::forbidden_calls("RelayOutboxRole", &service.harness.dynamo)?;
    assert_eq!(forbidden, Vec::<String>::new(), "{name}");
    let mut written = service.harness.dynamo.items()?;
    written.retain(|item| !before.contains(item));
    let queued = |queue| -> Vec<Value> {
        let messages = service.queued(queue).into_iter();
        messages.map(|(group, body)| json!({"group": group, "body": body})).collect()
    };
    let messages = json!({"mail": queued(MAIL), "bulk": queued(BULK), "failures": queued(FAILURES)});
    insta::assert_json_snapshot!(name, json!({"answer": answer, "queued": messages, "written": written}));
    Ok(())
}

datatest_stable::harness! {
    { test = matches_snapshot, root = "../../events/relay-outbox", pattern = r"\.json$" },
}
