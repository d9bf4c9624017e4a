//! Events of API Gateway in, answers out: each file in `events/manage-spaces` is a test with a snapshot.
#![expect(clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;

use manage_spaces::App;
use spaces_http::Env;
use spaces_local::harness;

#[tokio::main(flavor = "current_thread")]
async fn is_answered_as_before(file: &Path) -> datatest_stable::Result<()> {
    let (name, event) = harness::named_event(file)?;
    let env: Env = [("CORS_ALLOWED_ORIGINS", "https://app.example.com")].into_iter().collect();
    let app = App::from_env(&env, harness::sources_at(harness::now()))?;
    let answer = harness::answer(event, |request| app.answer(request)).await?;
    let status = answer["statusCode"].to_string();
    assert!(name.starts_with(&format!("{status}-")), "{name}: {answer}");
    insta::assert_json_snapshot!(name, answer);
    Ok(())
}

datatest_stable::harness! {
    { test = is_answered_as_before, root = "../../events/manage-spaces", pattern = r"\.json$" },
}
