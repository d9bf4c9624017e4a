//! People outside the caller's company and common spaces can't be found: not from a response, not from the work that a
//! call does, and not by creating a space in common with a person who does nothing.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::tokens::DevelopmentUser;

use crate::kinds::routes;
use crate::scene::{Scene, State};
use crate::world::{Answer, Name, World, id, person};

/// A person whom a call is about.
struct Subject {
    id: String,
    address: String,
}

/// A call that can be about a person: its route, path, body and caller. In the path, `{s}` is a space, `{i}` an
/// invitation into it, and `{id}` and `{address}` are the person's.
struct Call {
    route: &'static str,
    path: &'static str,
    by: Name,
    body: fn(&Subject) -> Value,
}

const fn call(route: &'static str, path: &'static str, body: fn(&Subject) -> Value) -> Call {
    Call { route, path, by: "alice", body }
}

const ATTEND: &str = "POST /api/spaces/{id}/attendees/{type}/{memberId}";
const REMOVE: &str = "DELETE /api/spaces/{id}/attendees/{type}/{memberId}";
const INVITE: &str = "POST /api/spaces/{id}/invite";
const CREATE: &str = "POST /api/spaces/invite";
const UPDATE: &str = "POST /api/spaces/invites/{inviteId}";
const RESEND: &str = "POST /api/spaces/invites/{inviteId}/resend";
const COLLEAGUES: &str = "GET /api/users/{u}/colleagues";
const WITH_DIRECT: &str = "GET /api/users/{u}/people/withdm";
const MEMBERS: &str = "GET /api/spaces/{id}/members";
const DIRECT: &str = "GET /api/spaces/direct/{type}/{memberId}";

/// Calls that can be about a person other than the caller.
const CALLS: [Call; 27] = [
    call(ATTEND, "/api/spaces/{s}/attendees/userid/{id}", |_| json!({ "role": "guest" })),
    call(ATTEND, "/api/spaces/{s}/attendees/userid/{id}", |_| json!({ "role": "admin" })),
    call(REMOVE, "/api/spaces/{s}/attendees/userid/{id}", nothing),
    call(REMOVE, "/api/spaces/{s}/attendees/userid/{id}?invites=revoke", nothing),
    call(INVITE, "/api/spaces/{s}/invite", invite_id),
    call(INVITE, "/api/spaces/{s}/invite", invite_address),
    call(INVITE, "/api/spaces/{s}/invite?dryRun=true", invite_id),
    call(INVITE, "/api/spaces/{s}/invite?dryRun=true", invite_address),
    call(CREATE, "/api/spaces/invite", create_id),
    call(CREATE, "/api/spaces/invite", create_address),
    call(CREATE, "/api/spaces/invite?dryRun=true", create_id),
    call(CREATE, "/api/spaces/invite?dryRun=true", create_address),
    call(UPDATE, "/api/spaces/invites/{i}", invite_id),
    call(UPDATE, "/api/spaces/invites/{i}", invite_address),
    call(RESEND, "/api/spaces/invites/{i}/resend", invite_id),
    call(RESEND, "/api/spaces/invites/{i}/resend", invite_address),
    call(COLLEAGUES, "/api/users/{id}/colleagues", nothing),
    call(COLLEAGUES, "/api/users/me/colleagues?search={address}", nothing),
    call(COLLEAGUES, "/api/users/me/colleagues?search=fay", nothing),
    call(WITH_DIRECT, "/api/users/{id}/people/withdm", nothing),
    call(WITH_DIRECT, "/api/users/me/people/withdm?search=fay", nothing),
    call("POST /api/users/me/colleaguesbulk", "/api/users/me/colleaguesbulk", |subject| json!([subject.address])),
    call(DIRECT, "/api/spaces/direct/user/{id}", nothing),
    call(DIRECT, "/api/spaces/direct/anonymous/{id}", nothing),
    call("GET /api/users/meetingroom/{email}", "/api/users/meetingroom/{address}", nothing),
    call(MEMBERS, "/api/spaces/{s}/members?search={address}", nothing),
    // With the header for acting as the person.
    Call { route: CREATE, path: "/api/spaces/invite", by: "app", body: |_| json!({ "topic": { "title": "Plan" } }) },
];

/// Routes that refer to nobody but the caller.
const ABOUT_NOBODY_ELSE: [&str; 25] = [
    "GET /api/spaces/{id}",
    "POST /api/spaces/{id}",
    "DELETE /api/spaces/{id}",
    "POST /api/spaces/{id}/archive",
    "POST /api/spaces/{id}/unarchive",
    "GET /api/spaces/{id}/invites",
    "GET /api/spaces/invites/{inviteId}",
    "DELETE /api/spaces/invites/{inviteId}",
    "GET /api/spaces/{id}/join",
    "GET /api/users/me",
    "GET /api/users/me/invites",
    "GET /api/users/me/spaces",
    "POST /api/users/me/spaces/{id}/preference",
    "GET /api/spaces/invites/{inviteId}/join",
    "GET /spaces/{spaceId}",
    "GET /spaces/{spaceId}/joined",
    "GET /spaces/invites/{inviteId}/join",
    "POST /spaces/invites/{inviteId}/join",
    "GET /spaces/invites/{inviteId}/meet",
    "POST /spaces/invites/{inviteId}/meet",
    "GET /spaces/invites/{inviteId}/joined",
    "GET /spaces/invites/{inviteId}/invite.ics",
    "POST /spaces/invites/{inviteId}/mail",
    "POST /api/anonymous/auth",
    "GET /.well-known/jwks.json",
];

fn nothing(_: &Subject) -> Value {
    Value::Null
}

fn invite(kind: &str, who: &str) -> Value {
    let invitee = json!({ "inviteeType": kind, "invitee": who, "role": "guest" });
    json!({ "invitees": [invitee], "informChannel": "client" })
}

fn invite_id(subject: &Subject) -> Value {
    invite("userid", &subject.id)
}

fn invite_address(subject: &Subject) -> Value {
    invite("email", &subject.address)
}

fn create(mut body: Value) -> Value {
    body["topic"] = json!({ "title": "Plan" });
    body
}

fn create_id(subject: &Subject) -> Value {
    create(invite_id(subject))
}

fn create_address(subject: &Subject) -> Value {
    create(invite_address(subject))
}

#[test]
fn every_route_is_among_the_calls_or_refers_only_to_the_caller() {
    let parts = [
        create_space_invite::openapi::part(),
        join_invite::openapi::part(),
        anonymous_login::openapi::part(),
        manage_spaces::openapi::part(),
    ];
    let routes: BTreeSet<String> = parts.iter().flat_map(routes).collect();
    let listed = CALLS.iter().map(|call| call.route).chain(ABOUT_NOBODY_ELSE).map(str::to_owned);
    assert_eq!(routes, listed.collect());
}

/// Creates a scene, and people who are strangers to Alice: Fay, who is known and has a space of her own, Nik, who is
/// blocked, and Odo, who has given up his address.
async fn strangers() -> (World, Scene) {
    let world = World::start().await;
    Scene::cast(&world).await;
    let nik = stranger("nik");
    for known in [&stranger("fay"), &nik] {
        world.call_as(known, "GET", "/api/users/me", Value::Null).await.ok();
        let body = json!({ "topic": { "title": "Own" }, "informChannel": "client" });
        world.call_as(known, "POST", "/api/spaces/invite", body).await.ok();
        world
            .call_as(known, "GET", &format!("/api/users/meetingroom/{}", known.email.as_typed()), Value::Null)
            .await
            .ok();
    }
    world.harness.store.block(nik.id, world.now()).await.unwrap();
    let odo = stranger("odo");
    world.call_as(&odo, "GET", "/api/users/me", Value::Null).await.ok();
    world.pass(SignedDuration::from_mins(1));
    let moved = DevelopmentUser { email: "odo@other.example".parse().unwrap(), ..odo };
    world.call_as(&moved, "GET", "/api/users/me", Value::Null).await.ok();
    let scene = Scene::new(&world, State::Active).await;
    world.relay().await;
    (world, scene)
}

fn stranger(name: &str) -> DevelopmentUser {
    DevelopmentUser {
        name: Some(name.to_owned()),
        ..DevelopmentUser::with_email(format!("{name}@elsewhere.example").parse().unwrap())
    }
}

impl Call {
    async fn made(&self, world: &World, scene: &Scene, subject: &Subject) -> Answer {
        let path = self.path.replace("{s}", &scene.space).replace("{i}", &scene.invite);
        let path = path.replace("{id}", &subject.id).replace("{address}", &subject.address);
        let method = self.route.split_once(' ').unwrap().0;
        let body = (self.body)(subject);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut headers = vec![("content-type", "application/json")];
        if self.by == "app" {
            headers.push(("x-avaya-act-as", &subject.address));
        }
        world.send(self.by, method, &path, &headers, &body).await
    }
}

/// Returns the text with every id, and this address, replaced by a marker.
fn masked(text: &str, subject: &Subject) -> String {
    let mut masked = String::new();
    for part in text.replace(&subject.address, "<address>").split_inclusive(|letter: char| !letter.is_ascii_hexdigit())
    {
        let digits = part.trim_end_matches(|letter: char| !letter.is_ascii_hexdigit());
        masked.push_str(if digits.len() == 24 { "<id>" } else { digits });
        masked.push_str(part.strip_prefix(digits).unwrap());
    }
    masked
}

#[tokio::test]
async fn no_call_distinguishes_a_stranger_from_a_nonexistent_person() {
    let (world, scene) = Box::pin(strangers()).await;
    let subject =
        |person: &DevelopmentUser| Subject { id: person.id.to_string(), address: person.email.as_typed().to_owned() };
    let nobody = Subject { id: "0123456789abcdef01234567".to_owned(), address: "nob@elsewhere.example".to_owned() };
    let known = ["fay", "nik", "odo"].map(|name| (name, subject(&stranger(name))));
    let before = world.harness.dynamo.snapshot().unwrap();
    for (number, call) in CALLS.iter().enumerate() {
        let mut seen = Vec::new();
        for subject in [&nobody].into_iter().chain(known.iter().map(|(_, subject)| subject)) {
            // Let the functions' caches expire, so that each call starts with the same state.
            world.pass(SignedDuration::from_mins(11));
            for name in ["alice", "app"] {
                world.call(name, "GET", "/api/users/me", Value::Null).await.ok();
            }
            world.harness.dynamo.restore(&before).unwrap();
            world.harness.dynamo.forget_calls();
            let mut answer = call.made(&world, &scene, subject).await;
            let mut calls = world.harness.dynamo.calls();
            calls.sort();
            for varying in ["requestId", "inviteContent"] {
                answer.body.as_object_mut().unwrap().remove(varying);
            }
            let mut body = masked(&answer.body.to_string(), subject);
            if let Some(created) = answer.body["data"][0]["created"].as_str() {
                body = body.replace(created, "<now>");
            }
            seen.push((answer.status, masked(&answer.headers.to_string(), subject), body, calls));
        }
        for ((name, _), seen_of_them) in known.iter().zip(&seen[1..]) {
            assert_eq!(seen_of_them, &seen[0], "{name}, call {number}: {}", call.path);
        }
    }
}

/// Asserts that Alice can't find `whom` by any call, except through an existing direct space.
async fn assert_stranger(world: &World, whom: &DevelopmentUser, fresh: &str, after: &str) {
    let call = async |method: &str, path: &str, body: Value| world.call("alice", method, path, body).await;
    let whose = (whom.id.to_string(), whom.email.as_typed());
    for path in [
        "/api/users/me/colleagues?size=100",
        &format!("/api/users/me/colleagues?search={}", whom.name.as_ref().unwrap()),
    ] {
        let found = call("GET", path, Value::Null).await.ok();
        assert!(!found.to_string().contains(&whose.0), "{after}: {path} finds them");
    }
    let bulk = call("POST", "/api/users/me/colleaguesbulk", json!([whose.1])).await.ok();
    assert_eq!(bulk, json!({ "data": [] }), "{after}: found by address");
    let attend = format!("/api/spaces/{fresh}/attendees/userid/{}", whose.0);
    assert_eq!(call("POST", &attend, json!({ "role": "guest" })).await.status, 403, "{after}: added");
    let invited = call("POST", &format!("/api/spaces/{fresh}/invite"), invite("userid", &whose.0)).await;
    assert_eq!((invited.status, &invited.body["errors"][0]["code"]), (400, &json!("unknown_user")), "{after}: invited");
    let room = call("GET", &format!("/api/users/meetingroom/{}", whose.1), Value::Null).await;
    assert_eq!(room.status, 404, "{after}: their meeting room is shown");
    // The stranger, who did nothing, does not find others either.
    let found = world.call_as(whom, "GET", "/api/users/me/colleagues?size=100", Value::Null).await.ok();
    assert!(!found.to_string().contains(&id("alice")), "{after}: they find the caller");
    world.pass(SignedDuration::from_mins(1));
}

async fn space_of_alice(world: &World, invitees: Value) -> [String; 2] {
    let body = json!({ "topic": { "title": "Trap" }, "invitees": invitees });
    let created = world.call("alice", "POST", "/api/spaces/invite", body).await.ok();
    ["topicId", "_id"].map(|name| created["data"][0][name].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn no_call_creates_a_common_space_with_a_passive_stranger() {
    let (world, Scene { space, .. }) = Box::pin(strangers()).await;
    let fay = stranger("fay");
    let [fresh, _] = space_of_alice(&world, json!([])).await;
    assert_stranger(&world, &fay, &fresh, "nothing was tried").await;
    let path = |rest: &str| format!("/api/spaces/{space}/{rest}");
    let attendee = path(&format!("attendees/userid/{}", fay.id));
    let tries = [
        ("POST", attendee.clone(), json!({ "role": "guest" })),
        ("POST", attendee.clone(), json!({ "role": "admin" })),
        ("DELETE", attendee, Value::Null),
        ("POST", path("invite"), invite("userid", &fay.id.to_string())),
        ("POST", path("invite"), invite("email", fay.email.as_typed())),
        ("POST", "/api/spaces/invite".to_owned(), create(invite("email", fay.email.as_typed()))),
        ("GET", format!("/api/spaces/direct/user/{}", fay.id), Value::Null),
        ("GET", format!("/api/users/meetingroom/{}", fay.email.as_typed()), Value::Null),
    ];
    for (method, path, body) in tries {
        for name in ["alice", "mia"] {
            world.call(name, method, &path, body.clone()).await;
            world.relay().await;
            let after = format!("{name}: {method} {path}");
            assert_stranger(&world, &fay, &fresh, &after).await;
            let direct = format!("/api/spaces/direct/user/{}", fay.id);
            assert_eq!(world.call("alice", "GET", &direct, Value::Null).await.status, 403, "{after}");
        }
    }
    let headers = [("content-type", "application/json"), ("x-avaya-act-as", fay.email.as_typed())];
    let body = create(invite("userid", &id("alice"))).to_string();
    assert_eq!(world.send("app", "POST", "/api/spaces/invite", &headers, &body).await.status, 403);
    assert_stranger(&world, &fay, &fresh, "a service app acted for them").await;
}

#[tokio::test]
async fn colleagues_actions_create_no_common_space_with_a_person_who_left_the_company() {
    let world = World::start().await;
    Scene::cast(&world).await;
    let gil = person("gil");
    world.call_as(&gil, "GET", "/api/users/me", Value::Null).await.ok();
    world.relay().await;
    let invitees = json!([
        invite("userid", &gil.id.to_string())["invitees"][0],
        invite("email", "gil@example.com")["invitees"][0]
    ]);
    let [space, _] = space_of_alice(&world, invitees).await;
    let alice = async |method: &str, path: &str, body: Value| world.call("alice", method, path, body).await.ok();
    let attendee = |space: &str| format!("/api/spaces/{space}/attendees/userid/{}", gil.id);
    alice("POST", &attendee(&space), json!({ "role": "member" })).await;
    alice("POST", &attendee(&space), json!({ "role": "admin" })).await;
    let room = alice("GET", "/api/users/meetingroom/alice@example.com", Value::Null).await;
    alice("POST", &attendee(room["data"]["_id"].as_str().unwrap()), json!({ "role": "member" })).await;
    alice("GET", "/api/users/meetingroom/gil@example.com", Value::Null).await;
    let direct = alice("GET", &format!("/api/spaces/direct/user/{}", gil.id), Value::Null).await;
    // A service app of the company creates a space for him, which others join.
    let headers = [("content-type", "application/json"), ("x-avaya-act-as", gil.email.as_typed())];
    let body = create(invite("userid", &id("alice"))).to_string();
    let made = world.send("app", "POST", "/api/spaces/invite", &headers, &body).await.ok();
    alice("GET", &format!("/api/spaces/invites/{}/join", made["data"][0]["_id"].as_str().unwrap()), Value::Null).await;
    world.relay().await;
    world.pass(SignedDuration::from_mins(1));
    let moved = DevelopmentUser { email: "gil@elsewhere.example".parse().unwrap(), ..gil };
    world.call_as(&moved, "GET", "/api/users/me", Value::Null).await.ok();
    let [fresh, _] = space_of_alice(&world, json!([])).await;
    // Before the index is updated, and after.
    assert_stranger(&world, &moved, &fresh, "the company was left").await;
    world.relay().await;
    assert_stranger(&world, &moved, &fresh, "the company was left, and the index knows").await;
    // Opening the direct space, which nobody can leave, does not count either.
    world.call_as(&moved, "GET", &format!("/api/spaces/direct/user/{}", id("alice")), Value::Null).await.ok();
    let opened = format!("/api/spaces/{}/join", direct["data"][0]["_id"].as_str().unwrap());
    world.call_as(&moved, "GET", &opened, Value::Null).await.ok();
    assert_stranger(&world, &moved, &fresh, "both opened the direct space").await;
    // Opening the space is the person's own action.
    world.call_as(&moved, "GET", &format!("/api/spaces/{space}/join"), Value::Null).await.ok();
    let found = alice("GET", "/api/users/me/colleagues?search=gil", Value::Null).await;
    assert_eq!((&found["data"][0]["_id"], &found["data"][0]["username"]), (&json!(moved.id.to_string()), &json!("")));
}
