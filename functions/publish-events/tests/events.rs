//! Snapshot tests of the function: events of the table's stream in; published events, and records set aside or to retry
//! out. Each file in `events/publish-events` is a test.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use std::path::Path;

use serde_json::json;
use spaces_local::harness;

use crate::support::Service;

#[tokio::main(flavor = "current_thread")]
async fn matches_snapshot(file: &Path) -> datatest_stable::Result<()> {
    let (name, event) = harness::named_event(file)?;
    let service = Service::start().await;
    let answer = service.app().publish(serde_json::from_value(event)?).await;
    assert_eq!(service.harness.dynamo.calls(), Vec::<String>::new(), "{name}: it has no permission for the table");
    let (published, aside) = (service.published(), service.set_aside());
    insta::assert_json_snapshot!(name, json!({ "answer": answer, "published": published, "set_aside": aside }));
    Ok(())
}

datatest_stable::harness! {
    { test = matches_snapshot, root = "../../events/publish-events", pattern = r"\.json$" },
}
