//! Snapshot tests of the function: events of SES in; the delivery and the resulting messages out. Each file in
//! `events/track-mail` is a test. The mail has been sent.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[expect(dead_code, reason = "only the rules use the rest")]
mod support;

use std::path::Path;

use serde_json::json;
use spaces_local::harness;

use crate::support::{REQUEST, Service};

#[tokio::main(flavor = "current_thread")]
async fn matches_snapshot(file: &Path) -> datatest_stable::Result<()> {
    let (name, event) = harness::named_event(file)?;
    let service = Service::start().await;
    service.send(REQUEST, harness::now()).await;
    let before = service.harness.dynamo.items()?;
    service.harness.dynamo.forget_calls();

    let answer = service.app().track(serde_json::from_value(event)?).await;

    let calls = service.harness.dynamo.calls();
    let forbidden = harness::forbidden_calls("TrackMailRole", &service.harness.dynamo)?;
    assert_eq!(forbidden, Vec::<String>::new(), "{name}");
    let mut written = service.harness.dynamo.items()?;
    written.retain(|item| !before.contains(item));
    // Shows a delivery's state, and an address's stops.
    for item in &mut written {
        let names = ["state", "at", "reason", "version", "bounced", "complained"];
        item.as_object_mut().ok_or("an item")?.retain(|name, _| names.contains(&name.as_str()));
    }
    insta::assert_json_snapshot!(name, json!({ "answer": answer, "calls": calls, "written": written }));
    Ok(())
}

datatest_stable::harness! {
    { test = matches_snapshot, root = "../../events/track-mail", pattern = r"\.json$" },
}
