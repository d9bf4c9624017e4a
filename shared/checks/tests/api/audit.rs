//! The audit log: its lines match the changes of the table, for every call and every caller.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::{Log, samples};
use spaces_model::MemberId;
use spaces_store::IndexSecret;

use crate::access::{CALLS, Call, made};
use crate::scene::{Scene, State};
use crate::world::{World, id};

/// Calls that the permission table does not have.
const MORE: [Call; 2] = [
    (
        "remove a member with their invitations",
        "DELETE",
        "/api/spaces/{s}/attendees/userid/{mia}?invites=revoke",
        |_| Value::Null,
    ),
    ("revoke an admin's invitation", "DELETE", "/api/spaces/invites/{i}", |_| Value::Null),
];

/// Operations that change no membership, no invitation and no space of others, and operations that have a test of their
/// own.
const OTHERS: [&str; 7] = [
    "post /api/anonymous/auth",
    "post /api/spaces/invite",
    "post /api/users/me/colleaguesbulk",
    "post /mail/stop/{token}",
    "post /spaces/invites/{inviteId}/join",
    "post /spaces/invites/{inviteId}/mail",
    "post /spaces/invites/{inviteId}/meet",
];

/// An audited change: action, outcome, space, and the hash of the affected member.
type Entry = [String; 4];

/// The part of the table that audited calls can change.
#[derive(Clone)]
struct Facts {
    /// Membership items, by space and key.
    members: BTreeMap<[String; 2], Value>,
    revoked: BTreeMap<String, String>,
    deleted: BTreeSet<String>,
    spaces: BTreeSet<String>,
}

impl Facts {
    fn of(world: &World) -> Self {
        let mut facts = Self {
            members: BTreeMap::new(),
            revoked: BTreeMap::new(),
            deleted: BTreeSet::new(),
            spaces: BTreeSet::new(),
        };
        for item in world.harness.dynamo.items().unwrap() {
            let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
            let space = text("pk").trim_start_matches("SPACE#").to_owned();
            match text("sk").as_str() {
                "SPACE" => {
                    if item["status"] == "deleted" {
                        facts.deleted.insert(space.clone());
                    }
                    facts.spaces.insert(space);
                }
                "INVITE" if item["revoked"].is_string() => {
                    facts.revoked.insert(text("pk"), text("space"));
                }
                sk if sk.starts_with("MEMBER#") => {
                    facts.members.insert([space, sk.to_owned()], item.clone());
                }
                _ => {}
            }
        }
        facts
    }

    /// Returns the entries that the audit log must have for the changes from these facts to `after`, made by `by`.
    fn entries_until(&self, after: &Self, by: MemberId) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (key, item) in &after.members {
            // The first members are part of the creation of their space.
            if !self.spaces.contains(&key[0]) {
                continue;
            }
            let (_, kind_and_id) = key[1].split_once('#').unwrap();
            let (kind, id) = kind_and_id.split_once('#').unwrap();
            let whom = MemberId::parse(kind, id).unwrap();
            let before = self.members.get(key).unwrap_or(&Value::Null);
            let is_present =
                |item: &Value| item["role"].is_string() && item["left"].is_null() && item["removed"].is_null();
            let role = item["role"].as_str().unwrap();
            let change = match (is_present(before), is_present(item)) {
                (false, true) => (whom != by).then_some(("add_member", role)),
                (true, true) => (before["role"] != item["role"]).then_some(("set_role", role)),
                (_, false) if before["removed"] != item["removed"] => Some(("end_membership", "removed")),
                (_, false) => (before["left"] != item["left"]).then_some(("end_membership", "left")),
            };
            entries.extend(change.map(|(action, outcome)| entry(action, outcome, &key[0], &hash(whom))));
        }
        let revoked = after.revoked.iter().filter(|(key, _)| !self.revoked.contains_key(*key));
        entries.extend(revoked.map(|(_, space)| entry("revoke_invitation", "revoked", space, "")));
        let deleted = after.deleted.difference(&self.deleted);
        entries.extend(deleted.map(|space| entry("delete_space", "deleted", space, "")));
        entries.sort();
        entries
    }
}

fn entry(action: &str, outcome: &str, space: &str, subject: &str) -> Entry {
    [action, outcome, space, subject].map(str::to_owned)
}

fn hash(member: MemberId) -> String {
    IndexSecret::new(samples::INDEX_SECRET).unwrap().audit_member(member)
}

/// Returns the lines of the audit log since the last call.
fn audited(log: &Log) -> Vec<Value> {
    let text = log.text();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["message"] == "audit").collect()
}

fn entries(lines: &[Value]) -> Vec<Entry> {
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let concerns_member =
        |line: &Value| ["add_member", "set_role", "end_membership"].iter().any(|it| line["action"] == *it);
    let subject = |line: &Value| if concerns_member(line) { text(line, "subject") } else { String::new() };
    let entry = |line: &Value| [text(line, "action"), text(line, "outcome"), text(line, "space"), subject(line)];
    let mut entries: Vec<Entry> = lines.iter().map(entry).collect();
    entries.sort();
    entries
}

/// Returns the member that a caller acts as.
fn actor(world: &World, caller: &str) -> MemberId {
    match caller {
        "kay" => MemberId::Guest(world.guest_id().parse().unwrap()),
        "app" => MemberId::User(id("service").parse().unwrap()),
        name => MemberId::User(id(name).parse().unwrap()),
    }
}

/// Makes a call twice and returns the audit log's lines, after checking that they match the changes of the table.
async fn checked(
    world: &World,
    log: &Log,
    scene: &Scene,
    start: &Facts,
    call: Call,
    caller: &'static str,
) -> Vec<Value> {
    let mut all = Vec::new();
    let mut before = start.clone();
    for time in ["first", "second"] {
        audited(log);
        made(world, scene, call, caller).await;
        let lines = audited(log);
        let after = Facts::of(world);
        let expected = before.entries_until(&after, actor(world, caller));
        before = after;
        assert_eq!(entries(&lines), expected, "{caller}, {} call: {}", time, call.0);
        for line in &lines {
            assert_eq!(line["actor"], hash(actor(world, caller)), "{line}");
            assert_eq!(line["service_app"].as_str(), (caller == "app").then_some("sample-service-app"), "{line}");
        }
        all.extend(lines);
    }
    all
}

/// Asserts that the lines identify nobody, and nothing but spaces and the service app.
fn assert_names_nobody(world: &World, scene: &Scene, lines: &[Value]) {
    let text = json!(lines).to_string();
    let people = ["alice", "adam", "bea", "mia", "gus", "kay", "lea", "rob", "cora"];
    let secrets = people.iter().map(|name| id(name)).chain(people.iter().map(|name| format!("\"{name}")));
    let others =
        [world.guest_id(), &id("service"), &scene.invite, &scene.mias, "@", "Planning", "http"].map(str::to_owned);
    for secret in secrets.chain(others) {
        assert!(!text.contains(&secret), "{secret} is in {text}");
    }
}

#[tokio::test]
async fn the_audit_log_has_every_change_once_and_identifies_nobody() {
    let world = World::start().await;
    Scene::cast(&world).await;
    let scene = Scene::new(&world, State::Active).await;
    let (before, start) = (world.harness.dynamo.snapshot().unwrap(), Facts::of(&world));
    // The audit log is written at every log level.
    let log = Log::at_level("ERROR");
    let mut lines = Vec::new();
    for call in CALLS.into_iter().chain(MORE) {
        for caller in ["adam", "mia", "kay", "stan", "app"] {
            lines.extend(checked(&world, &log, &scene, &start, call, caller).await);
            world.harness.dynamo.restore(&before).unwrap();
            world.pass(SignedDuration::from_secs(6));
        }
    }
    assert_names_nobody(&world, &scene, &lines);
    let made: BTreeSet<String> =
        entries(&lines).iter().map(|[action, outcome, ..]| format!("{action} {outcome}")).collect();
    let expected = [
        "add_member admin",
        "add_member member",
        "delete_space deleted",
        "end_membership left",
        "end_membership removed",
        "revoke_invitation revoked",
        "set_role admin",
        "set_role guest",
        "set_role member",
    ];
    assert_eq!(made, expected.map(str::to_owned).into());
    let others = ["act_for", "block_user", "lift_complaints", "lift_stops"];
    let actions: BTreeSet<&str> = expected.iter().map(|made| made.split(' ').next().unwrap()).chain(others).collect();
    assert_eq!(documented("| `action` |"), actions);
}

#[tokio::test]
async fn acting_for_a_user_is_audited_once_and_names_the_service_app() {
    let world = World::start().await;
    Scene::cast(&world).await;
    let log = Log::at_level("INFO");
    let create = async |for_whom: &str| {
        let headers = [("content-type", "application/json"), ("x-avaya-act-as", for_whom), ("idempotency-key", "k")];
        let body = json!({ "topic": { "title": "Planning" } }).to_string();
        world.send("app", "POST", "/api/spaces/invite", &headers, &body).await
    };
    let made = create("alice@example.com").await.ok();
    let lines = audited(&log);
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line["service_app"], "sample-service-app");
    assert_eq!(
        (&line["action"], &line["outcome"], &line["caller"]),
        (&json!("act_for"), &json!("created"), &json!("service_app"))
    );
    assert_eq!(
        (&line["actor"], &line["subject"]),
        (&json!(hash(actor(&world, "app"))), &json!(hash(actor(&world, "alice"))))
    );
    // The line has all documented fields.
    let fields: BTreeSet<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, documented("| field |"));
    let (space, invite) = (made["data"][0]["topicId"].clone(), made["data"][0]["_id"].as_str().unwrap().to_owned());
    assert_eq!(line["space"], space);
    let scene = Scene { space: String::new(), invite: invite.clone(), mias: invite };
    assert_names_nobody(&world, &scene, &lines);
    // The space's items keep the information that the app acted.
    let space =
        world.harness.dynamo.items().unwrap().into_iter().find(|item| item["sk"] == "SPACE" && item["id"] == space);
    assert_eq!(space.unwrap()["acted_by"], "sample-service-app");

    let own = format!("/api/spaces/{}/attendees/userid/me", made["data"][0]["topicId"].as_str().unwrap());
    world.call("app", "POST", &own, json!({ "role": "admin" })).await.ok();
    let claimed = audited(&log);
    assert_eq!(entries(&claimed)[0][..2], ["add_member", "admin"]);
    assert_eq!((claimed.len(), &claimed[0]["service_app"]), (1, &json!("sample-service-app")));

    create("alice@example.com").await.ok();
    assert_eq!(create("fay@elsewhere.example").await.status, 403);
    world.call("alice", "POST", "/api/spaces/invite", json!({ "topic": { "title": "Planning" } })).await.ok();
    assert_eq!(audited(&log), Vec::<Value>::new(), "a replayed request, a rejected one, and a space of one's own");
}

#[tokio::test]
async fn a_role_raised_by_a_link_is_audited_and_joining_is_not() {
    let world = World::start().await;
    Scene::cast(&world).await;
    let scene = Scene::new(&world, State::Active).await;
    let log = Log::at_level("INFO");
    let invitee = json!({ "inviteeType": "userid", "invitee": id("gus"), "role": "admin" });
    world.pass(SignedDuration::from_secs(1));
    let body = json!({ "invitees": [invitee], "informChannel": "client" });
    let made = world.call("alice", "POST", &format!("/api/spaces/{}/invite", scene.space), body).await.ok();
    let link = format!("/api/spaces/invites/{}/join", made["data"][0]["_id"].as_str().unwrap());
    for name in ["gus", "gus", "stan", "kay"] {
        world.call(name, "GET", &link, Value::Null).await.ok();
    }
    let gus = hash(actor(&world, "gus"));
    let lines = audited(&log);
    assert_eq!(entries(&lines), [entry("set_role", "admin", &scene.space, &gus)]);
    assert_eq!(lines[0]["actor"], json!(gus));
}

/// Returns the names in the first column of a table in the audit log section of docs/logging.md.
fn documented(head: &str) -> BTreeSet<&'static str> {
    static DOCS: &str = include_str!("../../../../docs/logging.md");
    let part = DOCS.split("\n## The audit log\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let table = part.split(head).nth(1).unwrap().split("\n\n").next().unwrap();
    let names = table.lines().skip(2).flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2));
    names.collect()
}

#[test]
fn every_operation_that_changes_something_is_called_here() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json")).unwrap();
    let description: Value = serde_json::from_str(&text).unwrap();
    let matches = |path: &str, called: &str| {
        let called = called.split('?').next().unwrap();
        let pairs = path.split('/').zip(called.split('/'));
        path.split('/').count() == called.split('/').count()
            && pairs.into_iter().all(|(expected, is)| expected == is || expected.starts_with('{'))
    };
    for (path, operations) in description["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys().filter(|method| *method != "get" && *method != "head") {
            let operation = format!("{method} {}", path.replace("/topics", "/spaces"));
            let is_called = CALLS.into_iter().chain(MORE).any(|(_, by, called, _)| {
                by.eq_ignore_ascii_case(method) && matches(&path.replace("/topics", "/spaces"), called)
            });
            assert_ne!(is_called, OTHERS.contains(&operation.as_str()), "{operation}");
        }
    }
}
