//! The permission table: every call, by every kind of caller in every role, in every state of a space.
//!
//! A cell is a status, followed by a letter if the error code is not the usual one for that status: `b` blocked, `n`
//! not invited, `r` revoked, `u` unknown user.

use std::fmt::Write;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{CALLERS, Scene, State};
use crate::world::{Answer, Name, World, id};

/// A call: its name in the table, method, path and body. In the path, `{s}` is the space, `{i}` Alice's invitation,
/// `{m}` Mia's, `{a}` the caller's attendee type, and a name in braces is that person's id.
pub(crate) type Call = (&'static str, &'static str, &'static str, fn(&World) -> Value);

pub(crate) const CALLS: [Call; 38] = [
    ("open a direct space", "GET", "/api/spaces/direct/user/{cora}", |_| Value::Null),
    ("open one with a stranger", "GET", "/api/spaces/direct/user/{fay}", |_| Value::Null),
    ("open a meeting room", "GET", "/api/users/meetingroom/cora@example.com", |_| Value::Null),
    ("people with direct spaces", "GET", "/api/users/me/people/withdm", |_| Value::Null),
    ("show", "GET", "/api/spaces/{s}", |_| Value::Null),
    ("update", "POST", "/api/spaces/{s}", |_| json!({ "title": "Other" })),
    ("delete", "DELETE", "/api/spaces/{s}", |_| Value::Null),
    ("archive", "POST", "/api/spaces/{s}/archive", |_| Value::Null),
    ("unarchive", "POST", "/api/spaces/{s}/unarchive", |_| Value::Null),
    ("members", "GET", "/api/spaces/{s}/members", |_| Value::Null),
    ("add a colleague as member", "POST", "/api/spaces/{s}/attendees/userid/{cora}", |_| json!({ "role": "member" })),
    ("add a colleague as admin", "POST", "/api/spaces/{s}/attendees/userid/{cora}", |_| json!({ "role": "admin" })),
    ("add a stranger", "POST", "/api/spaces/{s}/attendees/userid/{fay}", |_| json!({ "role": "guest" })),
    (
        "add an unknown id",
        "POST",
        "/api/spaces/{s}/attendees/userid/0123456789abcdef01234567",
        |_| json!({ "role": "guest" }),
    ),
    ("raise a guest", "POST", "/api/spaces/{s}/attendees/userid/{gus}", |_| json!({ "role": "member" })),
    ("make a member admin", "POST", "/api/spaces/{s}/attendees/userid/{mia}", |_| json!({ "role": "admin" })),
    ("lower a member", "POST", "/api/spaces/{s}/attendees/userid/{mia}", |_| json!({ "role": "guest" })),
    ("lower an admin", "POST", "/api/spaces/{s}/attendees/userid/{alice}", |_| json!({ "role": "member" })),
    ("bring a removed one back", "POST", "/api/spaces/{s}/attendees/userid/{rob}", |_| json!({ "role": "member" })),
    (
        "raise an anonymous guest",
        "POST",
        "/api/spaces/{s}/attendees/anonymousid/{kay}",
        |_| json!({ "role": "member" }),
    ),
    ("remove a guest", "DELETE", "/api/spaces/{s}/attendees/userid/{gus}", |_| Value::Null),
    ("remove an anonymous guest", "DELETE", "/api/spaces/{s}/attendees/anonymousid/{kay}", |_| Value::Null),
    ("remove a member", "DELETE", "/api/spaces/{s}/attendees/userid/{mia}", |_| Value::Null),
    ("remove an admin", "DELETE", "/api/spaces/{s}/attendees/userid/{alice}", |_| Value::Null),
    ("leave", "DELETE", "/api/spaces/{s}/attendees/{a}/me", |_| Value::Null),
    ("join by id", "GET", "/api/spaces/{s}/join", |_| Value::Null),
    ("join by link", "GET", "/api/spaces/invites/{i}/join", |_| Value::Null),
    ("invite as guest", "POST", "/api/spaces/{s}/invite", |_| invitation("guest")),
    ("invite as admin", "POST", "/api/spaces/{s}/invite", |_| invitation("admin")),
    ("try an invitation", "POST", "/api/spaces/{s}/invite?dryRun=true", |_| invitation("guest")),
    ("invitations", "GET", "/api/spaces/{s}/invites", |_| Value::Null),
    ("show an admin's invitation", "GET", "/api/spaces/invites/{i}", |_| Value::Null),
    ("show a member's invitation", "GET", "/api/spaces/invites/{m}", |_| Value::Null),
    ("update a member's invitation", "POST", "/api/spaces/invites/{m}", |_| invitation("guest")),
    ("resend a member's invitation", "POST", "/api/spaces/invites/{m}/resend", |_| Value::Null),
    ("revoke a member's invitation", "DELETE", "/api/spaces/invites/{m}", |_| Value::Null),
    ("my spaces", "GET", "/api/users/me/spaces", |_| Value::Null),
    ("pin", "POST", "/api/users/me/spaces/{s}/preference", |_| json!({ "isPinned": true })),
];

fn invitation(role: &str) -> Value {
    let invitee = json!({ "inviteeType": "email", "invitee": "new@example.com", "role": role });
    json!({ "invitees": [invitee], "informChannel": "client" })
}

const ACTIVE: &str = "\
                             | adam mia  gus  kay  stan fay  lea  rob  app  nobody bea
open a direct space          | 200  200  200  403  200  403  200  200  403  401  403b
open one with a stranger     | 403  403  403  403  403  403  403  403  403  401  403b
open a meeting room          | 200  200  200  403  200  404  200  200  403  401  403b
people with direct spaces    | 200  200  200  403  200  200  200  200  403  401  200
show                         | 200  200  200  200  403  403  403  403  403  401  200
update                       | 200  403  403  403  403  403  403  403  403  401  403b
delete                       | 200  403  403  403  403  403  403  403  403  401  403b
archive                      | 200  403  403  403  403  403  403  403  403  401  403b
unarchive                    | 200  403  403  403  403  403  403  403  403  401  403b
members                      | 200  200  200  200  403  403  403  403  403  401  200
add a colleague as member    | 200  200  403  403  403  403  403  403  403  401  403b
add a colleague as admin     | 200  403  403  403  403  403  403  403  403  401  403b
add a stranger               | 403  403  403  403  403  403  403  403  403  401  403b
add an unknown id            | 403  403  403  403  403  403  403  403  403  401  403b
raise a guest                | 200  200  403  403  403  403  403  403  403  401  403b
make a member admin          | 200  403  403  403  403  403  403  403  403  401  403b
lower a member               | 200  403  403  403  403  403  403  403  403  401  403b
lower an admin               | 200  403  403  403  403  403  403  403  403  401  403b
bring a removed one back     | 200  403  403  403  403  403  403  403  403  401  403b
raise an anonymous guest     | 400  400  403  403  403  403  403  403  403  401  403b
remove a guest               | 200  200  200  403  403  403  403  403  403  401  403b
remove an anonymous guest    | 200  200  403  200  403  403  403  403  403  401  403b
remove a member              | 200  200  403  403  403  403  403  403  403  401  403b
remove an admin              | 200  403  403  403  403  403  403  403  403  401  403b
leave                        | 200  200  200  200  403  403  200  403  403  401  403b
join by id                   | 200  200  200  200  403  403  403  403  403  401  403b
join by link                 | 200  200  200  200  200  200  200  403  200  401  403b
invite as guest              | 200  200  403  403  403  403  403  403  403  401  403b
invite as admin              | 200  403  403  403  403  403  403  403  403  401  403b
try an invitation            | 200  200  403  403  403  403  403  403  403  401  403b
invitations                  | 200  200  403  403  403  403  403  403  403  401  200
show an admin's invitation   | 200  403  403  403  403  403  403  403  403  401  200
show a member's invitation   | 200  200  403  403  403  403  403  403  403  401  200
update a member's invitation | 200  200  403  403  403  403  403  403  403  401  403b
resend a member's invitation | 200  200  403  403  403  403  403  403  403  401  403b
revoke a member's invitation | 200  200  403  403  403  403  403  403  403  401  403b
my spaces                    | 200  200  200  200  200  200  200  200  403  401  200
pin                          | 200  200  200  200  403  403  403  403  403  401  403b
";

const ARCHIVED: &str = "\
                             | adam mia  gus  kay  stan fay  lea  rob  app  nobody bea
open a direct space          | 200  200  200  403  200  403  200  200  403  401  403b
open one with a stranger     | 403  403  403  403  403  403  403  403  403  401  403b
open a meeting room          | 200  200  200  403  200  404  200  200  403  401  403b
people with direct spaces    | 200  200  200  403  200  200  200  200  403  401  200
show                         | 200  200  200  200  403  403  403  403  403  401  200
update                       | 403  403  403  403  403  403  403  403  403  401  403b
delete                       | 200  403  403  403  403  403  403  403  403  401  403b
archive                      | 200  403  403  403  403  403  403  403  403  401  403b
unarchive                    | 200  403  403  403  403  403  403  403  403  401  403b
members                      | 200  200  200  200  403  403  403  403  403  401  200
add a colleague as member    | 403  403  403  403  403  403  403  403  403  401  403b
add a colleague as admin     | 403  403  403  403  403  403  403  403  403  401  403b
add a stranger               | 403  403  403  403  403  403  403  403  403  401  403b
add an unknown id            | 403  403  403  403  403  403  403  403  403  401  403b
raise a guest                | 200  200  403  403  403  403  403  403  403  401  403b
make a member admin          | 200  403  403  403  403  403  403  403  403  401  403b
lower a member               | 200  403  403  403  403  403  403  403  403  401  403b
lower an admin               | 200  403  403  403  403  403  403  403  403  401  403b
bring a removed one back     | 403  403  403  403  403  403  403  403  403  401  403b
raise an anonymous guest     | 400  400  403  403  403  403  403  403  403  401  403b
remove a guest               | 200  200  200  403  403  403  403  403  403  401  403b
remove an anonymous guest    | 200  200  403  200  403  403  403  403  403  401  403b
remove a member              | 200  200  403  403  403  403  403  403  403  401  403b
remove an admin              | 200  403  403  403  403  403  403  403  403  401  403b
leave                        | 200  200  200  200  403  403  200  403  403  401  403b
join by id                   | 200  200  200  200  403  403  403  403  403  401  403b
join by link                 | 200  200  200  200  403  403  403  403  403  401  403b
invite as guest              | 403  403  403  403  403  403  403  403  403  401  403b
invite as admin              | 403  403  403  403  403  403  403  403  403  401  403b
try an invitation            | 403  403  403  403  403  403  403  403  403  401  403b
invitations                  | 200  200  403  403  403  403  403  403  403  401  200
show an admin's invitation   | 200  403  403  403  403  403  403  403  403  401  200
show a member's invitation   | 200  200  403  403  403  403  403  403  403  401  200
update a member's invitation | 403  403  403  403  403  403  403  403  403  401  403b
resend a member's invitation | 403  403  403  403  403  403  403  403  403  401  403b
revoke a member's invitation | 403  403  403  403  403  403  403  403  403  401  403b
my spaces                    | 200  200  200  200  200  200  200  200  403  401  200
pin                          | 200  200  200  200  403  403  403  403  403  401  403b
";

const DELETED: &str = "\
                             | adam mia  gus  kay  stan fay  lea  rob  app  nobody bea
open a direct space          | 200  200  200  403  200  403  200  200  403  401  403b
open one with a stranger     | 403  403  403  403  403  403  403  403  403  401  403b
open a meeting room          | 200  200  200  403  200  404  200  200  403  401  403b
people with direct spaces    | 200  200  200  403  200  200  200  200  403  401  200
show                         | 403  403  403  403  403  403  403  403  403  401  403
update                       | 403  403  403  403  403  403  403  403  403  401  403b
delete                       | 200  403  403  403  403  403  403  403  403  401  403b
archive                      | 403  403  403  403  403  403  403  403  403  401  403b
unarchive                    | 403  403  403  403  403  403  403  403  403  401  403b
members                      | 403  403  403  403  403  403  403  403  403  401  403
add a colleague as member    | 403  403  403  403  403  403  403  403  403  401  403b
add a colleague as admin     | 403  403  403  403  403  403  403  403  403  401  403b
add a stranger               | 403  403  403  403  403  403  403  403  403  401  403b
add an unknown id            | 403  403  403  403  403  403  403  403  403  401  403b
raise a guest                | 403  403  403  403  403  403  403  403  403  401  403b
make a member admin          | 403  403  403  403  403  403  403  403  403  401  403b
lower a member               | 403  403  403  403  403  403  403  403  403  401  403b
lower an admin               | 403  403  403  403  403  403  403  403  403  401  403b
bring a removed one back     | 403  403  403  403  403  403  403  403  403  401  403b
raise an anonymous guest     | 403  403  403  403  403  403  403  403  403  401  403b
remove a guest               | 403  403  403  403  403  403  403  403  403  401  403b
remove an anonymous guest    | 403  403  403  403  403  403  403  403  403  401  403b
remove a member              | 403  403  403  403  403  403  403  403  403  401  403b
remove an admin              | 403  403  403  403  403  403  403  403  403  401  403b
leave                        | 403  403  403  403  403  403  403  403  403  401  403b
join by id                   | 403  403  403  403  403  403  403  403  403  401  403b
join by link                 | 410r 410r 410r 410r 410r 410r 410r 410r 410r 401  410r
invite as guest              | 403  403  403  403  403  403  403  403  403  401  403b
invite as admin              | 403  403  403  403  403  403  403  403  403  401  403b
try an invitation            | 403  403  403  403  403  403  403  403  403  401  403b
invitations                  | 403  403  403  403  403  403  403  403  403  401  403
show an admin's invitation   | 403  403  403  403  403  403  403  403  403  401  403
show a member's invitation   | 403  403  403  403  403  403  403  403  403  401  403
update a member's invitation | 403  403  403  403  403  403  403  403  403  401  403b
resend a member's invitation | 403  403  403  403  403  403  403  403  403  401  403b
revoke a member's invitation | 403  403  403  403  403  403  403  403  403  401  403b
my spaces                    | 200  200  200  200  200  200  200  200  403  401  200
pin                          | 403  403  403  403  403  403  403  403  403  401  403b
";

const UNKNOWN: &str = "\
                             | adam mia  gus  kay  stan fay  lea  rob  app  nobody bea
open a direct space          | 200  200  200  403  200  403  200  200  403  401  403b
open one with a stranger     | 403  403  403  403  403  403  403  403  403  401  403b
open a meeting room          | 200  200  200  403  200  404  200  200  403  401  403b
people with direct spaces    | 200  200  200  403  200  200  200  200  403  401  200
show                         | 403  403  403  403  403  403  403  403  403  401  403
update                       | 403  403  403  403  403  403  403  403  403  401  403b
delete                       | 403  403  403  403  403  403  403  403  403  401  403b
archive                      | 403  403  403  403  403  403  403  403  403  401  403b
unarchive                    | 403  403  403  403  403  403  403  403  403  401  403b
members                      | 403  403  403  403  403  403  403  403  403  401  403
add a colleague as member    | 403  403  403  403  403  403  403  403  403  401  403b
add a colleague as admin     | 403  403  403  403  403  403  403  403  403  401  403b
add a stranger               | 403  403  403  403  403  403  403  403  403  401  403b
add an unknown id            | 403  403  403  403  403  403  403  403  403  401  403b
raise a guest                | 403  403  403  403  403  403  403  403  403  401  403b
make a member admin          | 403  403  403  403  403  403  403  403  403  401  403b
lower a member               | 403  403  403  403  403  403  403  403  403  401  403b
lower an admin               | 403  403  403  403  403  403  403  403  403  401  403b
bring a removed one back     | 403  403  403  403  403  403  403  403  403  401  403b
raise an anonymous guest     | 403  403  403  403  403  403  403  403  403  401  403b
remove a guest               | 403  403  403  403  403  403  403  403  403  401  403b
remove an anonymous guest    | 403  403  403  403  403  403  403  403  403  401  403b
remove a member              | 403  403  403  403  403  403  403  403  403  401  403b
remove an admin              | 403  403  403  403  403  403  403  403  403  401  403b
leave                        | 403  403  403  403  403  403  403  403  403  401  403b
join by id                   | 403  403  403  403  403  403  403  403  403  401  403b
join by link                 | 404  404  404  404  404  404  404  404  404  401  404
invite as guest              | 403  403  403  403  403  403  403  403  403  401  403b
invite as admin              | 403  403  403  403  403  403  403  403  403  401  403b
try an invitation            | 403  403  403  403  403  403  403  403  403  401  403b
invitations                  | 403  403  403  403  403  403  403  403  403  401  403
show an admin's invitation   | 403  403  403  403  403  403  403  403  403  401  403
show a member's invitation   | 403  403  403  403  403  403  403  403  403  401  403
update a member's invitation | 403  403  403  403  403  403  403  403  403  401  403b
resend a member's invitation | 403  403  403  403  403  403  403  403  403  401  403b
revoke a member's invitation | 403  403  403  403  403  403  403  403  403  401  403b
my spaces                    | 200  200  200  200  200  200  200  200  403  401  200
pin                          | 403  403  403  403  403  403  403  403  403  401  403b
";

const MALFORMED: &str = "\
                             | adam mia  gus  kay  stan fay  lea  rob  app  nobody bea
open a direct space          | 200  200  200  403  200  403  200  200  403  401  403b
open one with a stranger     | 403  403  403  403  403  403  403  403  403  401  403b
open a meeting room          | 200  200  200  403  200  404  200  200  403  401  403b
people with direct spaces    | 200  200  200  403  200  200  200  200  403  401  200
show                         | 404  404  404  404  404  404  404  404  404  401  404
update                       | 404  404  404  404  404  404  404  404  404  401  404
delete                       | 404  404  404  404  404  404  404  404  404  401  404
archive                      | 404  404  404  404  404  404  404  404  404  401  404
unarchive                    | 404  404  404  404  404  404  404  404  404  401  404
members                      | 404  404  404  404  404  404  404  404  404  401  404
add a colleague as member    | 404  404  404  404  404  404  404  404  404  401  404
add a colleague as admin     | 404  404  404  404  404  404  404  404  404  401  404
add a stranger               | 404  404  404  404  404  404  404  404  404  401  404
add an unknown id            | 404  404  404  404  404  404  404  404  404  401  404
raise a guest                | 404  404  404  404  404  404  404  404  404  401  404
make a member admin          | 404  404  404  404  404  404  404  404  404  401  404
lower a member               | 404  404  404  404  404  404  404  404  404  401  404
lower an admin               | 404  404  404  404  404  404  404  404  404  401  404
bring a removed one back     | 404  404  404  404  404  404  404  404  404  401  404
raise an anonymous guest     | 404  404  404  404  404  404  404  404  404  401  404
remove a guest               | 404  404  404  404  404  404  404  404  404  401  404
remove an anonymous guest    | 404  404  404  404  404  404  404  404  404  401  404
remove a member              | 404  404  404  404  404  404  404  404  404  401  404
remove an admin              | 404  404  404  404  404  404  404  404  404  401  404
leave                        | 404  404  404  404  404  404  404  404  404  401  404
join by id                   | 404  404  404  404  404  404  404  404  404  401  404
join by link                 | 404  404  404  404  404  404  404  404  404  401  404
invite as guest              | 404  404  404  404  404  404  404  404  404  401  404
invite as admin              | 404  404  404  404  404  404  404  404  404  401  404
try an invitation            | 404  404  404  404  404  404  404  404  404  401  404
invitations                  | 404  404  404  404  404  404  404  404  404  401  404
show an admin's invitation   | 404  404  404  404  404  404  404  404  404  401  404
show a member's invitation   | 404  404  404  404  404  404  404  404  404  401  404
update a member's invitation | 404  404  404  404  404  404  404  404  404  401  404
resend a member's invitation | 404  404  404  404  404  404  404  404  404  401  404
revoke a member's invitation | 404  404  404  404  404  404  404  404  404  401  404
my spaces                    | 200  200  200  200  200  200  200  200  403  401  200
pin                          | 404  404  404  404  404  404  404  404  404  401  404
";

/// Builds the actual table for a state.
async fn table(state: State) -> String {
    let world = World::start().await;
    Scene::cast(&world).await;
    let mut table = format!("{:28} |", "");
    for caller in CALLERS {
        write!(table, " {caller:4}").unwrap();
    }
    let scene = Scene::new(&world, state).await;
    let before = world.harness.dynamo.snapshot().unwrap();
    for call in CALLS {
        write!(table, "\n{:28} |", call.0).unwrap();
        for caller in CALLERS {
            let answer = made(&world, &scene, call, caller).await;
            write!(table, " {:4}", cell(&answer)).unwrap();
            world.harness.dynamo.restore(&before).unwrap();
            // Functions cache invitations for five seconds.
            world.pass(SignedDuration::from_secs(6));
        }
    }
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Makes a call as `caller`.
pub(crate) async fn made(world: &World, scene: &Scene, (_, method, path, body): Call, caller: Name) -> Answer {
    let mut path = path.replace("{s}", &scene.space).replace("{i}", &scene.invite).replace("{m}", &scene.mias);
    path =
        path.replace("{a}", if caller == "kay" { "anonymousid" } else { "userid" }).replace("{kay}", world.guest_id());
    for name in ["cora", "fay", "gus", "mia", "alice", "rob"] {
        path = path.replace(&format!("{{{name}}}"), &id(name));
    }
    world.call(caller, method, &path, body(world)).await
}

fn cell(answer: &Answer) -> String {
    let letter = match answer.body["code"].as_str() {
        Some("blocked") => "b",
        Some("not_invited") => "n",
        Some("invite_revoked") => "r",
        _ => "",
    };
    format!("{}{letter}", answer.status)
}

fn assert_table(actual: &str, expected: &str) {
    let differing: Vec<String> = actual
        .lines()
        .zip(expected.lines())
        .filter(|(actual, expected)| actual.split_whitespace().ne(expected.split_whitespace()))
        .map(|(actual, expected)| format!("is       {actual}\nexpected {expected}"))
        .collect();
    assert!(
        differing.is_empty() && actual.lines().count() == expected.lines().count(),
        "{}\n\n{actual}",
        differing.join("\n")
    );
}

#[tokio::test]
async fn an_active_space() {
    assert_table(&Box::pin(table(State::Active)).await, ACTIVE);
}

#[tokio::test]
async fn an_archived_space() {
    assert_table(&Box::pin(table(State::Archived)).await, ARCHIVED);
}

#[tokio::test]
async fn a_deleted_space() {
    assert_table(&Box::pin(table(State::Deleted)).await, DELETED);
}

#[tokio::test]
async fn an_unknown_space() {
    assert_table(&Box::pin(table(State::Unknown)).await, UNKNOWN);
}

#[tokio::test]
async fn a_malformed_id() {
    assert_table(&Box::pin(table(State::Malformed)).await, MALFORMED);
}

/// The calls whose response and work must not reveal whether a space or an invitation exists.
fn secret_calls() -> impl Iterator<Item = Call> {
    CALLS.into_iter().filter(|(name, ..)| *name != "join by link")
}

#[tokio::test]
async fn unknown_and_foreign_spaces_get_the_same_response_and_cost_the_same_table_calls() {
    let world = World::start().await;
    Scene::cast(&world).await;
    let foreign = Scene::new(&world, State::Active).await;
    let deleted = Scene::new(&world, State::Deleted).await;
    let unknown = Scene::new(&world, State::Unknown).await;
    for caller in ["stan", "fay", "kim", "app"] {
        for call in secret_calls() {
            let mut seen = Vec::new();
            for scene in [&foreign, &deleted, &unknown] {
                made(&world, scene, call, caller).await;
                world.harness.dynamo.forget_calls();
                let mut answer = made(&world, scene, call, caller).await;
                answer.body.as_object_mut().unwrap().remove("requestId");
                seen.push((answer.status, answer.headers, answer.body, world.harness.dynamo.calls()));
            }
            assert_eq!(seen[0], seen[2], "{caller}: {}", call.0);
            assert_eq!(seen[1], seen[2], "{caller}: {}", call.0);
        }
    }
}
