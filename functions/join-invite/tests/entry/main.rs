//! Joining by an invitation: the inviter's rights, removed people, closed spaces, settings, passwords.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod calendar;
mod closed;
mod collisions;
mod decline;
mod gone;
mod inviters;
mod pages;
mod password;
mod removed;
mod space_page;

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use join_invite::App;
use serde_json::{Value, json};
use spaces_auth::{GuestTokens, Secrets};
use spaces_http::Sources;
use spaces_local::harness::{self, Harness, PUBLIC_URL};
use spaces_local::samples::{self, Sample};
use spaces_local::tokens::{self, DevelopmentUser};
use spaces_model::{Guest, GuestId, Member, MemberId, Role, SpaceId};
use spaces_store::{IndexSecret, MemberChange};

const SPACE: SpaceId = SpaceId::from_bytes([0x5a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
const LINK: &str = "/spaces/invites/000000000000000000000001/join";
const PIN: &str = "Käse 42";

/// The function with a table that contains the sample data, and a clock.
struct Service {
    harness: Harness,
    app: App,
    clock: Arc<Mutex<Timestamp>>,
}

impl Service {
    async fn start() -> Self {
        Self::with(&[]).await
    }

    async fn with(variables: &[(&str, &str)]) -> Self {
        let harness = Harness::start().await.unwrap();
        let mut env = harness.env().unwrap();
        for (name, value) in variables {
            env.set(*name, *value);
        }
        let clock = Arc::new(Mutex::new(harness::now()));
        let now = Arc::clone(&clock);
        let app = App::from_env(&env, Sources::new(move || *now.lock().unwrap(), |bytes| bytes.fill(7))).unwrap();
        Self { harness, app, clock }
    }

    /// Starts with a space that has this status or these settings.
    async fn in_space(change: impl FnOnce(&mut Value)) -> Self {
        let service = Self::start().await;
        service.change_space(change);
        service
    }

    async fn with_pin() -> Self {
        Self::in_space(|space| space["settings"]["M"]["pin"] = json!({"S": pin(PIN)})).await
    }

    fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    fn wait(&self, time: SignedDuration) {
        *self.clock.lock().unwrap() += time;
    }

    /// Changes the item of the sample space.
    fn change_space(&self, change: impl FnOnce(&mut Value)) {
        self.change_item(|item| item["pk"]["S"] == format!("SPACE#{SPACE}") && item["sk"]["S"] == "SPACE", change);
    }

    /// Changes the item of the sample invitation.
    fn change_invitation(&self, change: impl FnOnce(&mut Value)) {
        let id = Sample::Open.id().to_string();
        self.change_item(|item| item["sk"]["S"] == "INVITE" && item["id"]["S"] == id, change);
    }

    fn change_item(&self, is_it: impl Fn(&Value) -> bool, change: impl FnOnce(&mut Value)) {
        let mut items = self.harness.dynamo.raw_items().unwrap();
        let item = items.iter_mut().find(|item| is_it(item)).unwrap();
        change(item);
        self.harness.dynamo.put(item).unwrap();
    }

    async fn join(&self, authorization: &str) -> Value {
        self.try_join(&Try { authorization, ..Try::default() }).await
    }

    async fn try_join(&self, attempt: &Try<'_>) -> Value {
        let mut event = harness::event("join-invite", "200-invited-by-address").unwrap();
        event["headers"]["authorization"] = json!(attempt.authorization);
        if let Some(password) = attempt.password {
            event["headers"]["spaces-x-space-password"] = json!(password);
        }
        event["requestContext"]["http"]["sourceIp"] = json!(attempt.source);
        harness::answer(event, |request| self.app.answer(request)).await.unwrap()
    }

    async fn visit(&self, visit: &Visit<'_>) -> Value {
        let mut event = harness::event("join-invite", "200-link").unwrap();
        event["rawPath"] = json!(visit.path);
        event["rawQueryString"] = json!(visit.query);
        event["requestContext"]["http"]["path"] = json!(visit.path);
        event["requestContext"]["http"]["method"] = json!(visit.method);
        event["headers"]["sec-fetch-site"] = json!("same-origin");
        event["body"] = json!(visit.form);
        if let Some(token) = &visit.session {
            event["cookies"] = json!([format!("AUTH_TOKEN={token}")]);
        }
        harness::answer(event, |request| self.app.answer(request)).await.unwrap()
    }

    async fn member(&self, id: MemberId) -> Option<Member> {
        self.harness.store.membership(SPACE, id).await.unwrap()
    }

    async fn set_role(&self, id: MemberId, role: Role) {
        let held = self.member(id).await.unwrap();
        let change = self.harness.store.set_role(SPACE, &held, role, self.now()).await.unwrap();
        assert!(matches!(change, MemberChange::Done(_)), "{change:?}");
    }

    async fn remove(&self, id: MemberId, by: MemberId) {
        let held = self.member(id).await.unwrap();
        let change = self.harness.store.end_membership(SPACE, &held, by, self.now()).await.unwrap();
        assert!(matches!(change, MemberChange::Done(_)), "{change:?}");
    }

    fn items(&self) -> Vec<Value> {
        self.harness.dynamo.items().unwrap()
    }
}

/// An attempt to join through the API.
struct Try<'a> {
    authorization: &'a str,
    password: Option<&'a str>,
    source: &'a str,
}

impl Default for Try<'_> {
    fn default() -> Self {
        Self { authorization: "", password: None, source: "203.0.113.7" }
    }
}

/// A browser's request.
struct Visit<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    form: &'a str,
    session: Option<String>,
}

const GET: Visit<'_> = Visit { method: "GET", path: LINK, query: "", form: "", session: None };
const POST: Visit<'_> = Visit { method: "POST", ..GET };

/// Returns the hash of a PIN of the sample space, as stored.
fn pin(text: &str) -> String {
    use base64::Engine as _;
    let secret = IndexSecret::new(samples::INDEX_SECRET).unwrap();
    base64::prelude::BASE64_STANDARD.encode(secret.pin(SPACE, text).as_bytes())
}

fn person(address: &str) -> DevelopmentUser {
    DevelopmentUser { name: Some("Somebody".to_owned()), ..DevelopmentUser::with_email(address.parse().unwrap()) }
}

fn id(address: &str) -> MemberId {
    MemberId::User(person(address).id)
}

fn token(address: &str) -> String {
    tokens::user(&person(address), harness::now()).unwrap()
}

fn user(address: &str) -> String {
    format!("jwt {}", token(address))
}

fn guest_id(number: u8) -> MemberId {
    MemberId::Guest(GuestId::from_bytes([number; 12]))
}

fn guest_token(number: u8) -> String {
    let secrets = Secrets::new(harness::SIGNING_SECRET, None).unwrap();
    let guests = GuestTokens::new(&secrets, PUBLIC_URL, PUBLIC_URL, SignedDuration::from_hours(24)).unwrap();
    let guest = Guest { id: GuestId::from_bytes([number; 12]), display_name: "Kay".to_owned(), came_by: None };
    guests.issue(&guest, [1; 16], harness::now()).unwrap()
}

fn guest(number: u8) -> String {
    format!("jwt {}", guest_token(number))
}

/// Returns the role and the reason in a successful response.
fn role_and_reason(answer: &Value) -> (&str, &str) {
    let text = |name: &str| answer["body"][name].as_str().unwrap_or_default();
    assert_eq!(answer["statusCode"], 200, "{answer}");
    (text("role"), text("roleReason"))
}

/// Returns the status and the code of a problem.
fn problem(answer: &Value) -> (u64, &str) {
    assert!(answer["body"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}");
    (answer["statusCode"].as_u64().unwrap(), answer["body"]["code"].as_str().unwrap())
}

fn html(answer: &Value) -> &str {
    answer["body"].as_str().unwrap_or_default()
}
