//! Behavior that a single event cannot show: repeated and concurrent joins, rising roles, failures, callers with
//! short-lived tokens.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use jiff::{SignedDuration, Timestamp};
use join_invite::App;
use serde_json::{Value, json};
use spaces_auth::{GuestTokens, Secrets};
use spaces_http::Env;
use spaces_local::harness::{self, Harness, PUBLIC_URL};
use spaces_local::samples::Sample;
use spaces_local::tokens::{self, DevelopmentUser};
use spaces_model::{Card, Guest, GuestId, Member, MemberId, Role, SpaceId, SpaceKind, Standing};
use spaces_store::Entrance;

struct Service {
    harness: Harness,
    app: App,
}

impl Service {
    async fn start() -> Self {
        let harness = Harness::start().await.unwrap();
        let env = harness.env().unwrap();
        Self { app: app(&env, harness::now()), harness }
    }

    async fn join(&self, authorization: &str) -> Value {
        join(&self.app, authorization).await
    }

    fn members(&self) -> Vec<Value> {
        let mut items = self.harness.dynamo.items().unwrap();
        items.retain(|item| {
            let is = |name: &str, start: &str| item[name].as_str().unwrap_or_default().starts_with(start);
            is("pk", "SPACE#5a0000000000000000000001") && is("sk", "MEMBER#")
        });
        items
    }
}

fn app(env: &Env, now: Timestamp) -> App {
    App::from_env(env, harness::sources_at(now)).unwrap()
}

async fn join(app: &App, authorization: &str) -> Value {
    let mut event = harness::event("join-invite", "200-invited-by-address").unwrap();
    event["headers"]["authorization"] = json!(authorization);
    harness::answer(event, |request| app.answer(request)).await.unwrap()
}

fn person(address: &str) -> DevelopmentUser {
    DevelopmentUser::with_email(address.parse().unwrap())
}

fn user(person: &DevelopmentUser) -> String {
    format!("jwt {}", tokens::user(person, harness::now()).unwrap())
}

fn guest(number: u8) -> String {
    let secrets = Secrets::new("a secret for tests, of more than forty characters", None).unwrap();
    let guests = GuestTokens::new(&secrets, PUBLIC_URL, PUBLIC_URL, SignedDuration::from_hours(24)).unwrap();
    let guest = Guest { id: GuestId::from_bytes([number; 12]), display_name: "Leia".to_owned(), came_by: None };
    format!("jwt {}", guests.issue(&guest, [1; 16], harness::now()).unwrap())
}

fn role_and_reason(answer: &Value) -> (&str, &str) {
    let text = |name: &str| answer["body"][name].as_str().unwrap_or_default();
    (text("role"), text("roleReason"))
}

#[tokio::test]
async fn a_guest_joins_as_guest_under_the_name_they_gave() {
    let service = Service::start().await;
    let answer = service.join(&guest(7)).await;
    assert_eq!(role_and_reason(&answer), ("guest", "anonymous"));
    let members = answer["body"]["topic"]["members"].as_array().unwrap();
    let leia = members.iter().find(|member| member["memberType"] == "anonymousId").unwrap();
    assert_eq!((&leia["displayname"], &leia["role"]), (&json!("Leia"), &json!("guest")));
}

#[tokio::test]
async fn a_service_app_joins_as_its_account() {
    let service = Service::start().await;
    let token = tokens::service_app(PUBLIC_URL, "", harness::now()).unwrap();
    let answer = service.join(&format!("service_app {token}")).await;
    assert_eq!(role_and_reason(&answer), ("guest", "not_invited"));
}

#[tokio::test]
async fn joining_again_gets_the_same_response_and_writes_nothing() {
    let service = Service::start().await;
    for caller in [user(&person("bob@example.com")), user(&person("mallory@elsewhere.example")), guest(7)] {
        let first = service.join(&caller).await;
        let before = service.harness.dynamo.items().unwrap();
        assert_eq!(service.join(&caller).await, first);
        assert_eq!(service.harness.dynamo.items().unwrap(), before);
    }
}

/// Returns the number of queries by two newcomers, one after the other, to a space with this many members.
async fn queries_of_two_newcomers(members: u8) -> usize {
    let service = Service::start().await;
    for number in 1..members {
        let member = Member {
            id: MemberId::Guest(GuestId::from_bytes([number; 12])),
            role: Role::Guest,
            role_set: None,
            display_name: "Leia".to_owned(),
            joined: harness::now(),
            own_act: true,
            invite: None,
            standing: Standing::Present,
            card: Card::new(SpaceKind::Group, harness::now()),
            version: 0,
        };
        let entrance = Entrance { made: harness::now(), names_them: false };
        let space = SpaceId::from_bytes([0x5a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        service.harness.store.admit(space, member, None, entrance).await.unwrap();
    }
    service.harness.dynamo.forget_calls();
    for address in ["bob@example.com", "mallory@elsewhere.example"] {
        let answer = service.join(&user(&person(address))).await;
        let shown = answer["body"]["topic"]["members"].as_array().unwrap();
        assert!(shown.iter().any(|member| member["member"] == person(address).id.to_string()), "{answer}");
    }
    service.harness.dynamo.calls().into_iter().filter(|call| call == "Query").count()
}

#[tokio::test]
async fn a_space_with_more_members_than_are_shown_is_not_read_for_each_newcomer() {
    assert_eq!(Box::pin(queries_of_two_newcomers(100)).await, 1);
}

#[tokio::test]
async fn a_space_whose_members_are_all_shown_is_read_for_each_newcomer() {
    assert_eq!(Box::pin(queries_of_two_newcomers(99)).await, 2);
}

#[tokio::test]
async fn a_hundred_concurrent_joins_make_one_membership() {
    let service = Service::start().await;
    let before = service.members().len();
    let caller = user(&person("bob@example.com"));
    let answers = futures_util::future::join_all((0..100).map(|_| service.join(&caller))).await;
    for answer in &answers {
        assert_eq!(answer["statusCode"], 200, "{answer}");
        assert_eq!(role_and_reason(answer), ("member", "invited"));
    }
    assert_eq!(service.members().len(), before + 1);
}

#[tokio::test]
async fn a_guest_who_proves_to_be_invited_rises_and_never_falls_again() {
    let service = Service::start().await;
    let bob = person("bob@example.com");
    let unproven = DevelopmentUser { email_verified: false, ..bob.clone() };
    assert_eq!(role_and_reason(&service.join(&user(&unproven)).await), ("guest", "email_not_verified"));
    assert_eq!(role_and_reason(&service.join(&user(&bob)).await), ("member", "invited"));
    let before = service.members();
    assert_eq!(role_and_reason(&service.join(&user(&unproven)).await), ("member", "already_member"));
    assert_eq!(service.members(), before);
}

#[tokio::test]
async fn concurrent_joins_raise_the_role_to_the_highest_in_any_order() {
    let service = Service::start().await;
    let bob = person("bob@example.com");
    let tokens = [user(&bob), user(&DevelopmentUser { email_verified: false, ..bob.clone() })];
    let joins = (0..40).map(|n: usize| service.join(&tokens[n % 2]));
    let answers = futures_util::future::join_all(joins).await;
    assert!(answers.iter().all(|answer| answer["statusCode"] == 200));
    let members = service.members();
    let role = |id: String| members.iter().find(|member| member["user"] == id).map(|member| member["role"].clone());
    assert_eq!((members.len(), role(bob.id.to_string())), (2, Some(json!("member"))));
}

#[tokio::test]
async fn the_keys_of_a_response_are_in_the_documented_order() {
    let service = Service::start().await;
    let event = harness::event("join-invite", "200-creator").unwrap();
    let body = harness::body(event, |request| service.app.answer(request)).await.unwrap();
    let alice = person("alice@example.com").id;
    let settings =
        r#"{"memberOnly":true,"passwordRequired":{"allGuests":false},"allowPasswordInURL":false,"confPin":""}"#;
    let expected = format!(
        concat!(
            r#"{{"topic":{{"settings":{settings},"type":"group","status":0,"restrict":[],"_id":"5a0000000000000000000001","#,
            r#""cid":"{alice}","title":"Sample space","description":"Where the samples meet.","#,
            r#""created":"2026-01-01T09:00:00.000Z","members":[{{"phone_numbers":[],"member":"{alice}","memberType":"userId","#,
            r#""role":"admin","joinTime":"2026-01-01T09:00:00.000Z","username":"alice@example.com","#,
            r#""displayname":"Alice Archer","picture_url":""}}]}},"role":"admin","roleReason":"already_member","#,
            r#""inviteId":"000000000000000000000001","inviteMode":"invite"}}"#,
        ),
        settings = settings,
        alice = alice,
    );
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_response_shows_the_callers_own_address_and_no_other() {
    let service = Service::start().await;
    for caller in [user(&person("bob@example.com")), user(&person("mallory@elsewhere.example")), guest(7)] {
        let answer = service.join(&caller).await;
        let members = answer["body"]["topic"]["members"].as_array().unwrap();
        let addresses = members.iter().filter(|member| member["username"] != "").count();
        let own = usize::from(!answer.to_string().contains(r#""anonymous""#));
        assert_eq!((addresses, answer.to_string().matches('@').count()), (own, own), "{answer}");
    }
}

#[tokio::test]
async fn the_response_shows_a_hundred_members_including_the_caller() {
    let service = Service::start().await;
    for number in 0..120 {
        assert_eq!(service.join(&guest(number)).await["statusCode"], 200);
    }
    let bob = person("bob@example.com");
    let answer = service.join(&user(&bob)).await;
    let members = answer["body"]["topic"]["members"].as_array().unwrap();
    assert_eq!(members.len(), 100);
    assert!(members.iter().any(|member| member["member"] == bob.id.to_string()));
}

#[tokio::test]
async fn an_invitation_expires_by_the_clock_and_not_when_it_is_cleaned_up() {
    let harness = Harness::start().await.unwrap();
    let end = "2099-12-31T00:00:00Z".parse::<Timestamp>().unwrap();
    let late = app(&harness.env().unwrap(), end);
    let token = tokens::user(&person("bob@example.com"), end).unwrap();
    let answer = join(&late, &format!("jwt {token}")).await;
    assert_eq!((&answer["statusCode"], &answer["body"]["code"]), (&json!(410), &json!("invite_expired")));
}

#[tokio::test]
async fn round_trips_are_three_the_first_time_and_two_after_that() {
    let harness = Harness::start().await.unwrap();
    let env = harness.env().unwrap();
    let bob = DevelopmentUser { name: Some("Bob".to_owned()), ..person("bob@example.com") };
    let calls = async || {
        harness.dynamo.forget_calls();
        // A new process each time, so that nothing is cached.
        assert_eq!(join(&app(&env, harness::now()), &user(&bob)).await["statusCode"], 200);
        let mut calls = harness.dynamo.calls();
        calls.retain(|call| call != "UpdateItem");
        calls.sort();
        calls
    };
    // The invitation is read concurrently with the user and their address; then the space with the memberships of the
    // caller and the inviter, the members, and the inviter's block, while the directory is written.
    let (batches, others) = (["BatchGetItem"; 2], ["GetItem", "GetItem"]);
    assert_eq!(calls().await, [&batches[..], &others, &["PutItem", "Query"]].concat());
    assert_eq!(calls().await, [&batches[..], &others, &["Query"]].concat());
}

#[tokio::test]
async fn a_process_that_just_read_the_invitation_does_not_read_it_again() {
    let service = Service::start().await;
    service.join(&guest(1)).await;
    service.harness.dynamo.forget_calls();
    service.join(&guest(2)).await;
    let mut calls = service.harness.dynamo.calls();
    calls.sort();
    assert_eq!(calls, ["BatchGetItem", "PutItem", "Query"]);
}

#[tokio::test]
async fn a_throttled_table_is_unavailable() {
    let service = Service::start().await;
    service.harness.dynamo.throttle(100);
    let answer = service.join(&guest(7)).await;
    assert_eq!((&answer["statusCode"], &answer["body"]["code"]), (&json!(503), &json!("unavailable")));
}

#[tokio::test]
async fn an_invitation_put_again_by_a_late_repetition_admits_nobody() {
    let service = Service::start().await;
    let mut items = service.harness.dynamo.raw_items().unwrap();
    let item = items.iter_mut().find(|item| item["id"]["S"] == Sample::Open.id().to_string()).unwrap();
    item["created"]["S"] = json!("2026-03-01T09:00:00.000Z");
    service.harness.dynamo.put(item).unwrap();
    let before = service.harness.dynamo.items().unwrap();
    let answer = service.join(&guest(7)).await;
    assert_eq!((&answer["statusCode"], &answer["body"]["code"]), (&json!(410), &json!("invite_expired")));
    let event = harness::event("join-invite", "200-link").unwrap();
    let page = harness::answer(event, |request| service.app.answer(request)).await.unwrap();
    assert_eq!(page["statusCode"], 410);
    assert_eq!(service.harness.dynamo.items().unwrap(), before);
}

#[tokio::test]
async fn an_unreadable_item_is_an_error_and_not_missing() {
    let service = Service::start().await;
    let pk = service.harness.invitation_partition(Sample::Open.id()).unwrap();
    service.harness.dynamo.corrupt(&pk, "INVITE", "invitees").unwrap();
    let answer = service.join(&guest(7)).await;
    assert_eq!((&answer["statusCode"], &answer["body"]["code"]), (&json!(500), &json!("internal")));
}

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // The space with the memberships of caller and inviter; the caller and their address.
        "dynamodb:BatchGetItem",
        // Opens the first connection; the invitation; the inviter's block; a user whose token proves no address.
        "dynamodb:GetItem",
        // The membership.
        "dynamodb:PutItem",
        // The members.
        "dynamodb:Query",
        // A raised role; the directory.
        "dynamodb:UpdateItem",
    ];
    assert_eq!(harness::allowed_actions("JoinInviteRole").unwrap(), expected);
}

#[tokio::test]
async fn a_blocked_user_joins_nothing_and_can_still_read() {
    let service = Service::start().await;
    let bob = person("bob@example.com");
    service.join(&user(&bob)).await;
    service.harness.store.block(bob.id, harness::now()).await.unwrap();
    // An instance may still admit them for up to a minute.
    let later = app(&service.harness.env().unwrap(), harness::now() + SignedDuration::from_secs(61));
    let answer = join(&later, &user(&bob)).await;
    assert_eq!((&answer["statusCode"], &answer["body"]["code"]), (&json!(403), &json!("blocked")));
    service.harness.store.unblock(bob.id).await.unwrap();
    let again = app(&service.harness.env().unwrap(), harness::now() + SignedDuration::from_secs(61));
    assert_eq!(join(&again, &user(&bob)).await["statusCode"], 200);
}

#[tokio::test]
async fn an_invitation_by_a_blocked_user_is_revoked_for_everybody_but_members() {
    let service = Service::start().await;
    let (bob, alice) = (person("bob@example.com"), person("alice@example.com"));
    service.join(&user(&bob)).await;
    service.harness.store.block(alice.id, harness::now()).await.unwrap();
    let later = app(&service.harness.env().unwrap(), harness::now());
    assert_eq!(role_and_reason(&join(&later, &user(&bob)).await), ("member", "already_member"));
    for stranger in [guest(7), user(&person("rosa@example.com")), user(&person("ana@example.com"))] {
        let answer = join(&later, &stranger).await;
        assert_eq!((&answer["statusCode"], &answer["body"]["code"]), (&json!(410), &json!("invite_revoked")));
    }
    let event = harness::event("join-invite", "200-link").unwrap();
    let page = harness::answer(event, |request| later.answer(request)).await.unwrap();
    assert_eq!(page["statusCode"], 410);
}

#[tokio::test]
async fn an_invitation_by_a_blocked_user_raises_no_member() {
    let service = Service::start().await;
    let (bob, alice) = (person("bob@example.com"), person("alice@example.com"));
    let unproven = DevelopmentUser { email_verified: false, ..bob.clone() };
    assert_eq!(role_and_reason(&service.join(&user(&unproven)).await), ("guest", "email_not_verified"));
    service.harness.store.block(alice.id, harness::now()).await.unwrap();
    let later = app(&service.harness.env().unwrap(), harness::now());
    assert_eq!(role_and_reason(&join(&later, &user(&bob)).await).0, "guest");
    service.harness.store.unblock(alice.id).await.unwrap();
    let again = app(&service.harness.env().unwrap(), harness::now());
    assert_eq!(role_and_reason(&join(&again, &user(&bob)).await), ("member", "invited"));
}

#[tokio::test]
async fn a_block_is_seen_within_a_minute() {
    let service = Service::start().await;
    let clock = std::sync::Arc::new(std::sync::Mutex::new(harness::now()));
    let now = std::sync::Arc::clone(&clock);
    let sources = spaces_http::Sources::new(move || *now.lock().unwrap(), |bytes| bytes.fill(1));
    let app = App::from_env(&service.harness.env().unwrap(), sources).unwrap();
    let alice = person("alice@example.com");
    assert_eq!(join(&app, &guest(1)).await["statusCode"], 200);
    service.harness.store.block(alice.id, harness::now()).await.unwrap();
    assert_eq!(join(&app, &guest(2)).await["statusCode"], 200);
    *clock.lock().unwrap() = harness::now() + SignedDuration::from_secs(60);
    assert_eq!(join(&app, &guest(3)).await["statusCode"], 410);
}
