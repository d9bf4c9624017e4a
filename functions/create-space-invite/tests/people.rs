//! Inviting users by id, and service apps that act for users.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use create_space_invite::App;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_local::harness::{self, Harness, PUBLIC_URL};
use spaces_local::samples::Sample;
use spaces_local::tokens::{self, DevelopmentUser};
use spaces_model::{Card, Email, Member, MemberId, Role, SpaceId, SpaceKind, Standing, User, UserId};
use spaces_store::Entrance;

/// The space of Alice's sample invitation.
const SPACE: SpaceId = SpaceId::from_bytes([0x5a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
const UNKNOWN: &str = "ffffffffffffffffffffffff";

struct Service {
    harness: Harness,
    app: App,
}

impl Service {
    /// Starts with these company domains.
    async fn with(domains: &str) -> Self {
        let harness = Harness::start().await.unwrap();
        let app = app(&harness, domains, harness::now());
        Self { harness, app }
    }

    /// Lets Alice invite users by id.
    async fn invite(&self, ids: &[&str]) -> Value {
        invite(&self.app, ids, |_| {}).await
    }

    async fn join(&self, person: &DevelopmentUser, own_act: bool) -> Member {
        let newcomer = Member {
            id: MemberId::User(person.id),
            role: Role::Member,
            role_set: None,
            display_name: "Somebody".to_owned(),
            joined: harness::now(),
            own_act,
            invite: Some(Sample::Open.id()),
            standing: Standing::Present,
            card: Card::new(SpaceKind::Group, harness::now()),
            version: 0,
        };
        let entrance = Entrance { made: harness::now(), names_them: true };
        let held = self.harness.store.membership(SPACE, newcomer.id).await.unwrap();
        self.harness.store.admit(SPACE, newcomer, held, entrance).await.unwrap().unwrap()
    }
}

fn app(harness: &Harness, domains: &str, now: Timestamp) -> App {
    let mut env = harness.env().unwrap();
    env.set("COMPANY_DOMAINS", domains);
    env.set("CREATES_PER_MINUTE", "0");
    App::from_env(&env, harness::sources_at(now)).unwrap()
}

async fn invite(app: &App, ids: &[&str], change: impl FnOnce(&mut Value)) -> Value {
    let mut event = harness::event("create-space-invite", "200-email").unwrap();
    let mut body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
    let invitees = ids.iter().map(|id| json!({"inviteeType": "userid", "invitee": id}));
    body["invitees"] = invitees.collect();
    event["body"] = json!(body.to_string());
    change(&mut event);
    harness::answer(event, |request| app.answer(request)).await.unwrap()
}

/// Returns a change of the event: other credentials, and the address for which they act.
fn by(authorization: String, acting_for: Option<&str>) -> impl FnOnce(&mut Value) {
    move |event| {
        event["headers"]["authorization"] = json!(authorization);
        if let Some(address) = acting_for {
            event["headers"]["x-avaya-act-as"] = json!(address);
        }
    }
}

fn person(address: &str) -> DevelopmentUser {
    DevelopmentUser::with_email(address.parse().unwrap())
}

fn user(person: &DevelopmentUser) -> String {
    format!("jwt {}", tokens::user(person, harness::now()).unwrap())
}

fn service_app() -> String {
    format!("service_app {}", tokens::service_app(PUBLIC_URL, "spaces.create.actas", harness::now()).unwrap())
}

fn status(answer: &Value) -> u64 {
    answer["statusCode"].as_u64().unwrap()
}

/// Returns the faults in a response: the fields with their codes.
fn faults(answer: &Value) -> Vec<(&str, &str)> {
    let errors = answer["body"]["errors"].as_array().into_iter().flatten();
    errors.map(|fault| (fault["field"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn a_colleague_may_be_invited_by_id_and_a_stranger_may_not() {
    let service = Service::with("example.com").await;
    let (ana, sam) = (person("ana@example.com").id.to_string(), person("sam@example.org").id.to_string());
    assert_eq!(status(&service.invite(&[&ana]).await), 200);
    let answer = service.invite(&[&ana, &sam]).await;
    assert_eq!((status(&answer), faults(&answer)), (400, vec![("invitees[1].invitee", "unknown_user")]));
}

#[tokio::test]
async fn a_strangers_id_and_an_unknown_id_get_the_same_response() {
    let service = Service::with("").await;
    let sam = person("sam@example.org").id.to_string();
    let answers = [service.invite(&[&sam]).await, service.invite(&[UNKNOWN]).await, service.invite(&["no id"]).await];
    assert_eq!(faults(&answers[0]), [("invitees[0].invitee", "unknown_user")]);
    for answer in &answers {
        assert_eq!(
            (answer["statusCode"].clone(), &answer["body"]["errors"]),
            (json!(400), &answers[0]["body"]["errors"])
        );
    }
}

#[tokio::test]
async fn unknown_users_are_reported_only_if_nothing_else_is_wrong() {
    let service = Service::with("").await;
    let wrong = |field: &'static str, value: Value| {
        move |event: &mut Value| {
            let mut body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
            body[field] = value;
            event["body"] = json!(body.to_string());
        }
    };
    let answer = invite(&service.app, &[UNKNOWN], wrong("informChannel", json!("fax"))).await;
    assert_eq!(faults(&answer), [("informChannel", "invalid_value")]);
    let mut times = json!({"startDateTime": "2017-04-28T19:55:50.950Z", "endDateTime": "2017-04-28T20:55:50.950Z"});
    let answer = invite(&service.app, &[UNKNOWN], |event| {
        let mut body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
        body.as_object_mut().unwrap().append(times.as_object_mut().unwrap());
        event["body"] = json!(body.to_string());
    });
    assert_eq!(faults(&answer.await), [("endDateTime", "end_in_past")]);
}

#[tokio::test]
async fn a_user_who_shares_a_space_may_be_invited_by_id_until_they_leave() {
    let service = Service::with("").await;
    let sam = person("sam@example.org");
    let id = sam.id.to_string();
    service.join(&sam, false).await;
    assert_eq!(status(&service.invite(&[&id]).await), 400, "added by somebody else");
    let member = service.join(&sam, true).await;
    assert_eq!(status(&service.invite(&[&id]).await), 200);
    service.harness.store.end_membership(SPACE, &member, member.id, harness::now()).await.unwrap();
    assert_eq!(status(&service.invite(&[&id]).await), 400);
}

#[tokio::test]
async fn colleagues_of_one_organisation_may_be_invited_by_id() {
    let service = Service::with("").await;
    let in_acme = |address: &str| DevelopmentUser { organization: Some("acme".to_owned()), ..person(address) };
    let (one, other) = (in_acme("one@elsewhere.example"), in_acme("other@somewhere.example"));
    // The first call adds them to the directory.
    assert_eq!(status(&invite(&service.app, &[], by(user(&other), None)).await), 200);
    let id = other.id.to_string();
    assert_eq!(status(&invite(&service.app, &[&id], by(user(&one), None)).await), 200);
    // A token with nothing but the id is completed from the directory.
    let little = DevelopmentUser { identity: false, ..one.clone() };
    assert_eq!(status(&invite(&service.app, &[&id], by(user(&little), None)).await), 200);
    let stranger = DevelopmentUser { organization: None, ..person("third@elsewhere.example") };
    assert_eq!(status(&invite(&service.app, &[&id], by(user(&stranger), None)).await), 400);
}

#[tokio::test]
async fn the_hundred_and_first_unknown_user_within_an_hour_is_too_many_requests() {
    let service = Service::with("").await;
    for _ in 0..100 {
        assert_eq!(status(&service.invite(&[UNKNOWN]).await), 400);
    }
    let refused = service.invite(&[UNKNOWN]).await;
    assert_eq!((status(&refused), &refused["body"]["code"]), (429, &json!("too_many_requests")));
    assert_eq!(refused["headers"]["retry-after"], "3600");
    // Other instances share the limit; other callers and other requests are not affected.
    let other = app(&service.harness, "", harness::now() + SignedDuration::from_mins(59));
    let refused = invite(&other, &[UNKNOWN], |_| {}).await;
    assert_eq!((status(&refused), &refused["headers"]["retry-after"]), (429, &json!("60")));
    let sam = user(&person("sam@example.org"));
    assert_eq!(status(&invite(&service.app, &[UNKNOWN], by(sam, None)).await), 400);
    assert_eq!(status(&service.invite(&[]).await), 200);
    let later = app(&service.harness, "", harness::now() + SignedDuration::from_hours(1));
    assert_eq!(status(&invite(&later, &[UNKNOWN], |_| {}).await), 400);
}

#[tokio::test]
async fn an_app_that_acts_for_a_user_has_their_colleagues_and_its_own_limit() {
    let service = Service::with("").await;
    let sam = person("sam@example.org");
    let id = sam.id.to_string();
    let acting = |address: &'static str| by(service_app(), Some(address));
    // The space contains Ana and Sam, but not Rémy.
    service.join(&person("ana@example.com"), true).await;
    service.join(&sam, true).await;
    assert_eq!(status(&invite(&service.app, &[&id], acting("ana@example.com")).await), 200);
    for turn in 0..100 {
        let for_whom = if turn % 2 == 0 { "ana@example.com" } else { "remy@example.com" };
        assert_eq!(status(&invite(&service.app, &[UNKNOWN], acting(for_whom)).await), 400);
    }
    assert_eq!(status(&invite(&service.app, &[&id], acting("remy@example.com")).await), 429);
    let ana = user(&person("ana@example.com"));
    assert_eq!(status(&invite(&service.app, &[UNKNOWN], by(ana, None)).await), 400);
}

#[tokio::test]
async fn the_registered_address_of_a_service_app_has_a_company() {
    let service = Service::with("example.com").await;
    let (ana, sam) = (person("ana@example.com").id.to_string(), person("sam@example.org").id.to_string());
    assert_eq!(status(&invite(&service.app, &[&ana], by(service_app(), None)).await), 200);
    assert_eq!(status(&invite(&service.app, &[&sam], by(service_app(), None)).await), 400);
}

#[tokio::test]
async fn a_repeated_request_gets_its_response_even_if_its_invitees_are_strangers_now() {
    let service = Service::with("example.com").await;
    let ana = person("ana@example.com").id.to_string();
    let keyed = |event: &mut Value| event["headers"]["idempotency-key"] = json!("a key");
    let first = invite(&service.app, &[&ana], keyed).await;
    assert_eq!(status(&first), 200);
    let stricter = app(&service.harness, "", harness::now());
    assert_eq!(invite(&stricter, &[&ana], keyed).await, first);
    assert_eq!(status(&invite(&stricter, &[&ana], |_| {}).await), 400);
}

#[tokio::test]
async fn an_app_acts_for_the_owner_of_an_address_and_not_for_a_previous_owner() {
    let service = Service::with("").await;
    let ana = person("ana@example.com");
    for number in 0..50 {
        let at = "2025-12-31T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(number.into());
        let email = Some(Email::Proven { address: ana.email.clone(), at: Some(at) });
        let ground = User { email, ..User::new(UserId::from_bytes([number; 12])) };
        service.harness.store.reconcile(&ground, harness::now()).await.unwrap();
    }
    let answer = invite(&service.app, &[], by(service_app(), Some("ana@example.com"))).await;
    assert_eq!(status(&answer), 200);
    let items = service.harness.dynamo.items().unwrap();
    let invitation = items.iter().find(|item| item["id"] == answer["body"]["data"][0]["_id"]).unwrap();
    assert_eq!(invitation["inviter"], ana.id.to_string());
}

#[tokio::test]
async fn an_app_does_not_act_for_a_user_who_lost_the_address() {
    let service = Service::with("").await;
    let later = Email::Proven { address: "ana@example.com".parse().unwrap(), at: Some(harness::now()) };
    let next = User { email: Some(later), ..User::new(UserId::from_bytes([9; 12])) };
    service.harness.store.reconcile(&next, harness::now()).await.unwrap();
    let answer = invite(&service.app, &[], by(service_app(), Some("ana@example.com"))).await;
    let items = service.harness.dynamo.items().unwrap();
    let invitation = items.iter().find(|item| item["id"] == answer["body"]["data"][0]["_id"]).unwrap();
    assert_eq!(invitation["inviter"], next.id.to_string());
    let released = Email::Disproven { address: "ana@example.com".parse().unwrap(), at: None };
    service.harness.store.reconcile(&User { email: Some(released), ..next }, harness::now()).await.unwrap();
    assert_eq!(status(&invite(&service.app, &[], by(service_app(), Some("ana@example.com"))).await), 403);
}

#[tokio::test]
async fn a_blocked_user_creates_nothing_and_nobody_creates_in_their_name() {
    let service = Service::with("*").await;
    let (alice, ana) = (person("alice@example.com"), person("ana@example.com"));
    for blocked in [&alice, &ana] {
        service.harness.store.block(blocked.id, harness::now()).await.unwrap();
    }
    let items = service.harness.dynamo.items().unwrap();
    let refused = [
        invite(&service.app, &[], by(user(&alice), None)).await,
        invite(&service.app, &[], by(service_app(), Some("ana@example.com"))).await,
    ];
    for answer in refused {
        assert_eq!((status(&answer), &answer["body"]["code"]), (403, &json!("blocked")));
    }
    let spaces = |items: &[Value]| items.iter().filter(|item| item["sk"] == "SPACE").count();
    assert_eq!(spaces(&service.harness.dynamo.items().unwrap()), spaces(&items));
    // The app itself is not blocked, but its account may be.
    assert_eq!(status(&invite(&service.app, &[], by(service_app(), None)).await), 200);
    let account = person(tokens::SERVICE_APP_EMAIL).id;
    service.harness.store.block(account, harness::now()).await.unwrap();
    let later = app(&service.harness, "*", harness::now());
    assert_eq!(status(&invite(&later, &[], by(service_app(), Some("remy@example.com"))).await), 403);
}
