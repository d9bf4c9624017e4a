//! The calls that each kind of space allows: every call on a space, by the people in it and by somebody else.
//!
//! A cell is the status. `owner` is the admin of the group space, the owner of the meeting room, or one of the two
//! people in the direct space; `member` is a member of the space, or the other person in the direct space; `other` is a
//! colleague who is not in the space. The API does not create invitations into direct spaces, so the test moves one
//! there.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use crate::world::{Answer, Name, World, id};

/// A call: its name in the table, its route, its path and its body. In the path, `{s}` is the space, `{i}` an
/// invitation into it, and a name in braces is that person's id.
struct Call {
    name: &'static str,
    route: &'static str,
    path: &'static str,
    body: fn() -> Value,
}

const fn call(name: &'static str, route: &'static str, path: &'static str, body: fn() -> Value) -> Call {
    Call { name, route, path, body }
}

const fn get(name: &'static str, route: &'static str, path: &'static str) -> Call {
    call(name, route, path, || Value::Null)
}

const CALLS: [Call; 30] = [
    get("show", "GET /api/spaces/{id}", "/api/spaces/{s}"),
    call("update", "POST /api/spaces/{id}", "/api/spaces/{s}", || json!({ "title": "Other" })),
    get("archive", "POST /api/spaces/{id}/archive", "/api/spaces/{s}/archive"),
    get("unarchive", "POST /api/spaces/{id}/unarchive", "/api/spaces/{s}/unarchive"),
    get("delete", "DELETE /api/spaces/{id}", "/api/spaces/{s}"),
    get("members", "GET /api/spaces/{id}/members", "/api/spaces/{s}/members"),
    call("add a colleague", ATTEND, "/api/spaces/{s}/attendees/userid/{cora}", || json!({ "role": "member" })),
    call("raise the member", ATTEND, "/api/spaces/{s}/attendees/userid/{bob}", || json!({ "role": "admin" })),
    call("lower the member", ATTEND, "/api/spaces/{s}/attendees/userid/{bob}", || json!({ "role": "guest" })),
    call("lower the owner", ATTEND, "/api/spaces/{s}/attendees/userid/{alice}", || json!({ "role": "member" })),
    get("remove the member", REMOVE, "/api/spaces/{s}/attendees/userid/{bob}"),
    get("remove the owner", REMOVE, "/api/spaces/{s}/attendees/userid/{alice}"),
    get("leave", REMOVE, "/api/spaces/{s}/attendees/userid/me"),
    get("join by id", "GET /api/spaces/{id}/join", "/api/spaces/{s}/join"),
    get("join by link", "GET /api/spaces/invites/{inviteId}/join", "/api/spaces/invites/{i}/join"),
    call("invite", "POST /api/spaces/{id}/invite", "/api/spaces/{s}/invite", invitation),
    get("invitations", "GET /api/spaces/{id}/invites", "/api/spaces/{s}/invites"),
    get("show the invitation", "GET /api/spaces/invites/{inviteId}", "/api/spaces/invites/{i}"),
    call("update the invitation", "POST /api/spaces/invites/{inviteId}", "/api/spaces/invites/{i}", invitation),
    get("resend the invitation", "POST /api/spaces/invites/{inviteId}/resend", "/api/spaces/invites/{i}/resend"),
    get("revoke the invitation", "DELETE /api/spaces/invites/{inviteId}", "/api/spaces/invites/{i}"),
    call("prefer", "POST /api/users/me/spaces/{id}/preference", "/api/users/me/spaces/{s}/preference", pinned),
    get("page", "GET /spaces/{spaceId}", "/spaces/{s}"),
    get("page of members", "GET /spaces/{spaceId}/joined", "/spaces/{s}/joined"),
    get("link", "GET /spaces/invites/{inviteId}/join", "/spaces/invites/{i}/join"),
    get("link of a meeting", "GET /spaces/invites/{inviteId}/meet", "/spaces/invites/{i}/meet"),
    get("link, joined", "GET /spaces/invites/{inviteId}/joined", "/spaces/invites/{i}/joined"),
    get("link, calendar", "GET /spaces/invites/{inviteId}/invite.ics", "/spaces/invites/{i}/invite.ics"),
    get("link, as guest", "POST /spaces/invites/{inviteId}/join", "/spaces/invites/{i}/join"),
    get("meeting, as guest", "POST /spaces/invites/{inviteId}/meet", "/spaces/invites/{i}/meet"),
];

const ATTEND: &str = "POST /api/spaces/{id}/attendees/{type}/{memberId}";
const REMOVE: &str = "DELETE /api/spaces/{id}/attendees/{type}/{memberId}";

/// Routes that do not refer to an existing space, find spaces of one kind, or are about mail.
const ABOUT_NO_SPACE: [&str; 9] = [
    "GET /api/users/me",
    "GET /api/users/me/spaces",
    "GET /api/users/me/invites",
    "GET /api/users/{u}/colleagues",
    "POST /api/users/me/colleaguesbulk",
    "GET /api/users/{u}/people/withdm",
    "GET /api/spaces/direct/{type}/{memberId}",
    "GET /api/users/meetingroom/{email}",
    "POST /spaces/invites/{inviteId}/mail",
];

fn pinned() -> Value {
    json!({ "isPinned": true })
}

fn invitation() -> Value {
    let invitee = json!({ "inviteeType": "email", "invitee": "new@example.com", "role": "guest" });
    json!({ "invitees": [invitee], "informChannel": "client" })
}

const KINDS: [&str; 3] = ["group", "direct", "personal"];
const CALLERS: [Name; 3] = ["alice", "bob", "stan"];

const TABLE: &str = "\
                      | group              | direct             | personal
                      | owner member other | owner member other | owner member other
show                  |   200    200   403 |   200    200   403 |   200    200   403
update                |   200    403   403 |   403    403   403 |   200    403   403
archive               |   200    403   403 |   403    403   403 |   200    403   403
unarchive             |   200    403   403 |   403    403   403 |   200    403   403
delete                |   200    403   403 |   403    403   403 |   403    403   403
members               |   200    200   403 |   200    200   403 |   200    200   403
add a colleague       |   200    200   403 |   403    403   403 |   200    200   403
raise the member      |   200    403   403 |   403    403   403 |   200    403   403
lower the member      |   200    403   403 |   403    403   403 |   200    403   403
lower the owner       |   403    403   403 |   403    403   403 |   403    403   403
remove the member     |   200    200   403 |   403    403   403 |   200    200   403
remove the owner      |   403    403   403 |   403    403   403 |   403    403   403
leave                 |   403    200   403 |   403    403   403 |   403    200   403
join by id            |   200    200   403 |   200    200   403 |   200    200   403
join by link          |   200    200   200 |   200    200   403 |   200    200   200
invite                |   200    200   403 |   403    403   403 |   200    200   403
invitations           |   200    200   403 |   200    200   403 |   200    200   403
show the invitation   |   200    403   403 |   200    403   403 |   200    403   403
update the invitation |   200    403   403 |   200    403   403 |   200    403   403
resend the invitation |   200    403   403 |   200    403   403 |   200    403   403
revoke the invitation |   200    403   403 |   200    403   403 |   200    403   403
prefer                |   200    200   403 |   200    200   403 |   200    200   403
page                  |   303    303   200 |   303    303   200 |   303    303   200
page of members       |   200    200   200 |   200    200   200 |   200    200   200
link                  |   303    303   200 |   303    303   403 |   303    303   200
link of a meeting     |   303    303   200 |   303    303   403 |   303    303   200
link, joined          |   200    200   303 |   200    200   303 |   200    200   303
link, calendar        |   404    404   404 |   404    404   404 |   404    404   404
link, as guest        |   303    303   303 |   303    303   403 |   303    303   303
meeting, as guest     |   303    303   303 |   303    303   403 |   303    303   303
";

/// A space with Alice and Bob, and an invitation into it for Cora.
struct Place {
    space: String,
    invite: String,
}

impl Place {
    async fn all(world: &World) -> [Self; 3] {
        for name in ["alice", "bob", "stan", "cora"] {
            world.call(name, "GET", "/api/users/me", Value::Null).await.ok();
        }
        let invitee = |name| json!({ "inviteeType": "userid", "invitee": id(name), "role": "member" });
        let body = json!({ "topic": { "title": "Group" }, "invitees": [invitee("bob")], "informChannel": "client" });
        let group = world.call("alice", "POST", "/api/spaces/invite", body).await.ok();
        let room = world.call("alice", "GET", "/api/users/meetingroom/me", Value::Null).await.ok();
        let with = |name| format!("/api/spaces/direct/user/{}", id(name));
        let direct = world.call("alice", "GET", &with("bob"), Value::Null).await.ok();
        world.call("bob", "GET", &with("alice"), Value::Null).await.ok();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let invite = async |space: &str, name| {
            let body = json!({ "invitees": [invitee(name)], "informChannel": "client" });
            let made = world.call("alice", "POST", &format!("/api/spaces/{space}/invite"), body).await.ok();
            text(&made["data"][0]["_id"])
        };
        let join = async |invite: &str| {
            world.call("bob", "GET", &format!("/api/spaces/invites/{invite}/join"), Value::Null).await.ok();
        };
        let (group_id, room, direct) =
            (text(&group["data"][0]["topicId"]), text(&room["data"]["_id"]), text(&direct["data"][0]["_id"]));
        join(&text(&group["data"][0]["_id"])).await;
        join(&invite(&room, "bob").await).await;
        let moved = invite(&room, "cora").await;
        move_invitation(world, &moved, &direct);
        let (to_group, to_room) = (invite(&group_id, "cora").await, invite(&room, "cora").await);
        [(group_id, to_group), (direct, moved), (room, to_room)].map(|(space, invite)| Self { space, invite })
    }

    async fn called(&self, world: &World, call: &Call, caller: Name) -> Answer {
        let mut path = call.path.replace("{s}", &self.space).replace("{i}", &self.invite);
        for name in ["alice", "bob", "cora"] {
            path = path.replace(&format!("{{{name}}}"), &id(name));
        }
        let (method, _) = call.route.split_once(' ').unwrap();
        if path.starts_with("/api") {
            return world.call(caller, method, &path, (call.body)()).await;
        }
        let token = world.authorization(caller).unwrap();
        let cookie = format!("AUTH_TOKEN={}", token.strip_prefix("jwt ").unwrap());
        let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
        world.send("nobody", method, &path, &headers, "").await
    }
}

/// Moves an invitation into a space for which the API creates none.
fn move_invitation(world: &World, invite: &str, space: &str) {
    let dynamo = &world.harness.dynamo;
    let is_it = |item: &Value| item["sk"]["S"] == "INVITE" && item["id"]["S"] == invite;
    let mut item = dynamo.raw_items().unwrap().into_iter().find(is_it).unwrap();
    item["space"]["S"] = json!(space);
    item["gsi2pk"]["S"] = json!(format!("SPACE#{space}"));
    dynamo.put(&item).unwrap();
}

/// Returns the routes of a function that clients call, in the new spelling, without those for `HEAD`, which behave like
/// `GET`.
pub(crate) fn routes(part: &OpenApi) -> impl Iterator<Item = String> {
    part.paths.paths.iter().filter(|(path, _)| !path.starts_with("/api/topics")).flat_map(|(path, item)| {
        let methods = [("GET", &item.get), ("POST", &item.post), ("DELETE", &item.delete), ("PUT", &item.put)];
        methods
            .into_iter()
            .filter(|(_, operation)| operation.is_some())
            .map(move |(method, _)| format!("{method} {path}"))
    })
}

#[test]
fn every_route_is_in_the_table_or_not_about_a_space() {
    let parts = [manage_spaces::openapi::part(), join_invite::openapi::part()];
    let routes: BTreeSet<String> = parts.iter().flat_map(routes).collect();
    let listed = CALLS.iter().map(|call| call.route).chain(ABOUT_NO_SPACE).map(str::to_owned);
    assert_eq!(routes, listed.collect());
}

#[tokio::test]
async fn every_call_works_for_its_kinds_of_spaces_only() {
    let world = World::start().await;
    let places = Box::pin(Place::all(&world)).await;
    let before = world.harness.dynamo.snapshot().unwrap();
    let mut table = format!("{:21} |", "");
    for kind in KINDS {
        write!(table, " {kind:18} |").unwrap();
    }
    write!(table, "\n{:21} |", "").unwrap();
    for _ in KINDS {
        table.push_str(" owner member other |");
    }
    for call in &CALLS {
        write!(table, "\n{:21} |", call.name).unwrap();
        for place in &places {
            for (caller, width) in CALLERS.into_iter().zip([5, 6, 5]) {
                let answer = place.called(&world, call, caller).await;
                write!(table, " {:width$}", answer.status).unwrap();
                world.harness.dynamo.restore(&before).unwrap();
                // Functions cache invitations for five seconds.
                world.pass(jiff::SignedDuration::from_secs(6));
            }
            table.push_str(" |");
        }
    }
    let lines: Vec<&str> = table.lines().map(|line| line.trim_end_matches([' ', '|'])).collect();
    let (actual, expected) = (lines.join("\n"), TABLE.trim_end());
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert!(words(&actual) == words(expected), "{actual}");
}
