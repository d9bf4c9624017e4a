//! `GET /api/users/me`.

use jiff::{SignedDuration, Timestamp};
use manage_spaces::App;
use serde_json::{Value, json};
use spaces_auth::{GuestTokens, Secrets};
use spaces_local::harness::{self, Harness, PUBLIC_URL};
use spaces_local::tokens::{self, DevelopmentUser};
use spaces_model::{Guest, GuestId};

async fn me(app: &App, authorization: &str) -> Value {
    let mut event = harness::event("manage-spaces", "200-me").unwrap();
    event["headers"]["authorization"] = json!(authorization);
    harness::answer(event, |request| app.answer(request)).await.unwrap()
}

fn app(harness: &Harness, now: Timestamp) -> App {
    App::from_env(&harness.env().unwrap(), harness::sources_at(now)).unwrap()
}

fn user(person: &DevelopmentUser) -> String {
    format!("jwt {}", tokens::user(person, harness::now()).unwrap())
}

fn rosa() -> DevelopmentUser {
    DevelopmentUser {
        name: Some("Rosa".to_owned()),
        ..DevelopmentUser::with_email("rosa@example.com".parse().unwrap())
    }
}

#[tokio::test]
async fn the_first_call_adds_a_user_to_the_directory_and_later_ones_read_nothing() {
    let harness = Harness::start().await.unwrap();
    let app = app(&harness, harness::now());
    assert_eq!(harness.store.user(rosa().id).await.unwrap(), None);
    let first = me(&app, &user(&rosa())).await;
    let known = harness.store.user(rosa().id).await.unwrap().unwrap();
    assert_eq!(known.name.as_deref(), Some("Rosa"));
    harness.dynamo.forget_calls();
    assert_eq!(me(&app, &user(&rosa())).await["body"], first["body"]);
    assert_eq!(harness.dynamo.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn the_last_update_is_that_of_the_profile() {
    let harness = Harness::start().await.unwrap();
    let now = harness::now();
    me(&app(&harness, now), &user(&rosa())).await;
    let later = now + SignedDuration::from_mins(30);
    let again = me(&app(&harness, later), &user(&rosa())).await;
    assert_eq!(again["body"]["lastupdatetime"], spaces_model::format_time(now));
    let renamed = DevelopmentUser { name: Some("Rosa K.".to_owned()), ..rosa() };
    let renamed = me(&app(&harness, later), &user(&renamed)).await;
    assert_eq!(renamed["body"]["displayname"], "Rosa K.");
    assert_eq!(renamed["body"]["lastupdatetime"], spaces_model::format_time(later));
}

#[tokio::test]
async fn an_unverified_address_is_not_shown_as_the_callers() {
    let harness = Harness::start().await.unwrap();
    let unproven = DevelopmentUser { email_verified: false, ..rosa() };
    let answer = me(&app(&harness, harness::now()), &user(&unproven)).await;
    assert_eq!((&answer["body"]["username"], &answer["body"]["emails"]), (&json!(""), &json!([])));
}

#[tokio::test]
async fn a_guest_is_described_by_their_token() {
    let harness = Harness::start().await.unwrap();
    let secrets = Secrets::new("a secret for tests, of more than forty characters", None).unwrap();
    let guests = GuestTokens::new(&secrets, PUBLIC_URL, PUBLIC_URL, SignedDuration::from_hours(24)).unwrap();
    let guest = Guest { id: GuestId::from_bytes([7; 12]), display_name: "Leia".to_owned(), came_by: None };
    let token = guests.issue(&guest, [1; 16], harness::now()).unwrap();
    harness.dynamo.forget_calls();
    let answer = me(&app(&harness, harness::now()), &format!("jwt {token}")).await;
    let body = &answer["body"];
    assert_eq!((&body["_id"], &body["aType"]), (&json!("070707070707070707070707"), &json!("anonymous")));
    assert_eq!((&body["displayname"], &body["username"]), (&json!("Leia"), &json!("")));
    assert_eq!(harness.dynamo.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn a_service_app_is_described_by_its_account() {
    let harness = Harness::start().await.unwrap();
    let token = tokens::service_app(PUBLIC_URL, "", harness::now()).unwrap();
    let answer = me(&app(&harness, harness::now()), &format!("service_app {token}")).await;
    let account = DevelopmentUser::with_email(tokens::SERVICE_APP_EMAIL.parse().unwrap()).id;
    let body = &answer["body"];
    assert_eq!((&body["_id"], &body["aType"]), (&json!(account.to_string()), &json!("user")));
    assert_eq!(
        (&body["displayname"], &body["username"]),
        (&json!(tokens::SERVICE_APP_ID), &json!(tokens::SERVICE_APP_EMAIL))
    );
}

#[tokio::test]
async fn a_blocked_user_may_still_read_their_profile() {
    let harness = Harness::start().await.unwrap();
    harness.store.block(rosa().id, harness::now()).await.unwrap();
    assert_eq!(me(&app(&harness, harness::now()), &user(&rosa())).await["statusCode"], 200);
    assert!(harness.store.blocked_at(rosa().id).await.unwrap().is_some(), "a token does not unblock");
}
