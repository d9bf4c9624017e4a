//! Snapshot tests of the function: events of API Gateway in; responses, calls to the table and written items out. Each
//! file in `events/manage-spaces` is a test.
#![expect(clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;

use manage_spaces::App;
use serde_json::{Value, json};
use spaces_local::harness::{self, Harness};

/// Replaces the content of mails, which has tests of its own, by whether it is present.
fn without_content(mut answer: Value) -> Value {
    for field in ["text", "html"] {
        if let Some(text) = answer["body"].pointer_mut(&format!("/inviteContent/{field}")) {
            *text = json!("…");
        }
    }
    answer
}

#[tokio::main(flavor = "current_thread")]
async fn matches_snapshot(file: &Path) -> datatest_stable::Result<()> {
    let (name, event) = harness::named_event(file)?;
    let harness = Harness::start().await?;
    let before = harness.dynamo.items()?;
    let app = App::from_env(&harness.env()?, harness::sources_at(harness::now()))?;
    let answer = harness::answer(event, |request| app.answer(request)).await?;
    let status = answer["statusCode"].to_string();
    assert!(name.starts_with(&format!("{status}-")), "{name}: {answer}");
    let mut written = harness.dynamo.items()?;
    written.retain(|item| !before.contains(item));
    // The directory stores what it learns about a caller, and limits are counted, whatever the response.
    let is_of_the_caller = |item: &Value| {
        let pk = item["pk"].as_str().unwrap_or_default();
        ["USER#", "ADDRESS#", "LIMIT#"].iter().any(|kind| pk.starts_with(kind))
    };
    assert!(status == "200" || written.iter().all(is_of_the_caller), "{name} stored something: {written:?}");
    let mut calls = harness.dynamo.calls();
    // Some calls are concurrent.
    calls.sort();
    assert_eq!(harness::forbidden_calls("ManageSpacesRole", &harness.dynamo)?, Vec::<String>::new(), "{name}");
    insta::assert_json_snapshot!(
        name,
        json!({ "answer": without_content(answer), "calls": calls, "written": written })
    );
    Ok(())
}

datatest_stable::harness! {
    { test = matches_snapshot, root = "../../events/manage-spaces", pattern = r"\.json$" },
}
