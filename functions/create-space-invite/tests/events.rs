//! Snapshot tests of the function: events of API Gateway in; responses, calls to the table and written items out. Each
//! file in `events/create-space-invite` is a test.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;

use create_space_invite::App;
use serde_json::{Value, json};
use spaces_local::harness::{self, Harness};

/// Replaces the content of mails, which has tests of its own, by whether it is present and contains the link.
fn without_content(mut answer: Value) -> Value {
    let id = answer["body"]["data"][0]["_id"].clone();
    if let Some(content) = answer["body"].get_mut("inviteContent") {
        for field in ["text", "html"] {
            let link = format!("https://spaces.example.com/spaces/invites/{}/", id.as_str().unwrap());
            assert!(content[field].as_str().unwrap().contains(&link), "{content}");
            content[field] = json!("…");
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
    assert!(name.starts_with(&format!("{}-", answer["statusCode"])), "{name}: {answer}");
    let mut written = harness.dynamo.items()?;
    written.retain(|item| !before.contains(item));
    assert!(answer["statusCode"] == 200 || written.is_empty(), "{name} stored something: {written:?}");
    let mut calls = harness.dynamo.calls();
    // Some calls are concurrent.
    calls.sort();
    assert_eq!(harness::forbidden_calls("CreateSpaceInviteRole", &harness.dynamo)?, Vec::<String>::new(), "{name}");
    insta::assert_json_snapshot!(name, json!({"answer": without_content(answer), "calls": calls, "written": written}));
    Ok(())
}

datatest_stable::harness! {
    { test = matches_snapshot, root = "../../events/create-space-invite", pattern = r"\.json$" },
}
