//! Snapshot tests of the function: events of API Gateway in; responses, calls to the table and written items out. Each
//! file in `events/stop-mail` is a test.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;

use serde_json::{Value, json};
use spaces_local::harness::{self, Harness};
use spaces_local::samples;
use stop_mail::App;

#[tokio::main(flavor = "current_thread")]
async fn matches_snapshot(file: &Path) -> datatest_stable::Result<()> {
    let (name, event) = harness::named_event(file)?;
    let harness = Harness::start().await?;
    let before = harness.dynamo.items()?;
    let mut env = harness.env()?;
    // The events' tokens are made with the development secret, so that `cargo xtask smoke` can send them.
    env.set("INDEX_SECRET", samples::DEVELOPMENT_INDEX_SECRET);
    env.set("PUBLIC_URL", "http://127.0.0.1:9000");
    let app = App::from_env(&env, harness::sources_at(harness::now()))?;
    let method = event["requestContext"]["http"]["method"].as_str().unwrap().to_owned();
    let mut answer = harness::answer(event, |request| app.answer(request)).await?;
    without_style(&mut answer);
    assert!(name.starts_with(&format!("{}-", answer["statusCode"])), "{name}: {answer}");
    let mut written = harness.dynamo.items()?;
    written.retain(|item| !before.contains(item));
    assert!(method == "POST" && answer["statusCode"] == 200 || written.is_empty(), "{name} stored {written:?}");
    let calls = harness.dynamo.calls();
    assert_eq!(harness::forbidden_calls("StopMailRole", &harness.dynamo)?, Vec::<String>::new(), "{name}");
    insta::assert_json_snapshot!(name, json!({"answer": answer, "calls": calls, "written": written}));
    Ok(())
}

/// Removes the style sheet, which is the same on all pages, and its hash from the policy, so that a change of style
/// changes no snapshot.
fn without_style(answer: &mut Value) {
    let body = answer["body"].as_str().unwrap_or_default();
    if let Some((before, rest)) = body.split_once("<style>") {
        let (_, after) = rest.split_once("</style>").unwrap();
        answer["body"] = json!(format!("{before}<style></style>{after}"));
    }
    if let Some(policy) = answer["headers"]["content-security-policy"].as_str() {
        let policy = policy.replace(spaces_content::Brand::default().style_source(), "'sha256-…'");
        answer["headers"]["content-security-policy"] = json!(policy);
    }
}

datatest_stable::harness! {
    { test = matches_snapshot, root = "../../events/stop-mail", pattern = r"\.json$" },
}
