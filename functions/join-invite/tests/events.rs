//! Events of API Gateway in; answers, calls of the table and what is written there out: one snapshot for each file in
//! `events/join-invite`.

use join_invite::App;
use serde_json::json;
use spaces_local::harness::{self, Harness};

#[tokio::test]
async fn every_event_is_answered_as_before() {
    let events = harness::events("join-invite").unwrap();
    assert!(!events.is_empty());
    for (name, event) in events {
        let harness = Harness::start().await.unwrap();
        let before = harness.dynamo.items().unwrap();
        let app = App::from_env(&harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
        let answer = harness::answer(event, |request| app.answer(request)).await.unwrap();
        assert!(name.starts_with(&format!("{}-", answer["statusCode"])), "{name}: {answer}");
        let mut written = harness.dynamo.items().unwrap();
        written.retain(|item| !before.contains(item));
        assert!(answer["statusCode"] == 200 || written.is_empty(), "{name} stored something: {written:?}");
        let mut calls = harness.dynamo.calls();
        // Some are made at once.
        calls.sort();
        insta::assert_json_snapshot!(name, json!({"answer": answer, "calls": calls, "written": written}));
    }
}
