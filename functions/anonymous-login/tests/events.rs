//! Snapshot tests of the function: events of API Gateway in, responses out. Each file in `events/anonymous-login` is a
//! test.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use std::path::Path;

use serde_json::{Value, json};
use spaces_local::harness;

use self::support::{answer, env, opened};

#[tokio::main(flavor = "current_thread")]
async fn matches_snapshot(file: &Path) -> datatest_stable::Result<()> {
    let (name, event) = harness::named_event(file)?;
    let mut answer = opened(answer(&env(), event).await).await;
    let status = answer["statusCode"].to_string();
    assert!(name.starts_with(&format!("{status}-")), "{name}: {answer}");
    without_style(&mut answer);
    insta::assert_json_snapshot!(name, answer);
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
    { test = matches_snapshot, root = "../../events/anonymous-login", pattern = r"\.json$" },
}
