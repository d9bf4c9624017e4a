//! Functions that answer requests: a client's mistake is a client error, never a server error.

use spaces_http::{Body, Context, GatewayEvent, Request, Response};
use spaces_local::harness::{self, Harness};

use serde_json::Value;

use crate::mutations::{half_pairs, mutations};
use crate::sources;

/// Sends all mutations of an event to a freshly started function.
macro_rules! assert_answers {
    ($function:ident, $folder:literal, $events:expr) => {
        for name in $events {
            let harness = Harness::start().await.unwrap();
            let app = $function::App::from_env(&harness.env().unwrap(), sources()).unwrap();
            let event = harness::event($folder, name).unwrap();
            Box::pin(answers_all(name, &event, |request| app.answer(request))).await;
        }
    };
}

async fn answers_all<F>(name: &str, event: &Value, answer: impl Fn(Request) -> F)
where
    F: Future<Output = Response<Body>> + Send,
{
    let mutations = mutations(event, &["/body"]);
    assert!(mutations.len() > 200, "{name}: {}", mutations.len());
    for mutation in mutations.into_iter().chain(half_pairs(event)) {
        let event = serde_json::from_str::<GatewayEvent>(&mutation.text);
        assert!(event.is_ok(), "{name}: {}: the invocation fails: {event:?}", mutation.name);
        let Ok(answer) = spaces_http::handle(event.unwrap(), Context::default(), &answer).await;
        let answer = serde_json::to_value(answer).unwrap();
        let status = answer["statusCode"].as_u64().unwrap();
        assert!((200..500).contains(&status), "{name}: {}: {answer}", mutation.name);
    }
}

#[tokio::test]
async fn create_space_invite_answers_every_event() {
    assert_answers!(create_space_invite, "create-space-invite", ["200-idempotency-key"]);
}

#[tokio::test]
async fn join_invite_answers_every_event() {
    assert_answers!(join_invite, "join-invite", ["200-password-and-info", "303-link-stranger-as-guest"]);
}

#[tokio::test]
async fn anonymous_login_answers_every_event() {
    assert_answers!(anonymous_login, "anonymous-login", ["200-display-name", "303-form-with-next"]);
}

#[tokio::test]
async fn manage_spaces_answers_every_event() {
    assert_answers!(manage_spaces, "manage-spaces", ["200-invitation-update", "200-my-spaces"]);
}

#[tokio::test]
async fn stop_mail_answers_every_event() {
    assert_answers!(stop_mail, "stop-mail", ["200-report"]);
}
