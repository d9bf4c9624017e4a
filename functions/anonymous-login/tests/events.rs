//! Events of API Gateway in, answers out: each file in `events/anonymous-login` is a test with a snapshot.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use std::path::Path;

use spaces_local::harness;

use self::support::{answer, env, opened};

#[tokio::main(flavor = "current_thread")]
async fn is_answered_as_before(file: &Path) -> datatest_stable::Result<()> {
    let (name, event) = harness::named_event(file)?;
    let answer = opened(answer(&env(), event).await).await;
    let status = answer["statusCode"].to_string();
    assert!(name.starts_with(&format!("{status}-")), "{name}: {answer}");
    insta::assert_json_snapshot!(name, answer);
    Ok(())
}

datatest_stable::harness! {
    { test = is_answered_as_before, root = "../../events/anonymous-login", pattern = r"\.json$" },
}
