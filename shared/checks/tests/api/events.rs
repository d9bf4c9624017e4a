//! Events caused by API calls, from the API through the table's stream to EventBridge, validated against their schemas
//! in `docs/events/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness;

use crate::mails::Post;
use crate::stops;
use crate::world::{Name, World, id};

/// Returns the published schemas by event type.
fn schemas() -> BTreeMap<String, Value> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let schemas = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let schema = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
    };
    schemas.map(schema).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/events")
}

/// Asserts that an event matches its schema and has no other field; the schemas allow other fields for later releases.
fn check(schemas: &BTreeMap<String, Value>, detail_type: &str, event: &Value) {
    let mut schema = schemas[detail_type].clone();
    schema["additionalProperties"] = json!(false);
    let id = schema["$id"].as_str().unwrap().to_owned();
    let (mut compiler, mut loaded) = (Compiler::new(), Schemas::new());
    compiler.enable_format_assertions();
    compiler.add_resource(&id, schema).unwrap();
    let index = compiler.compile(&id, &mut loaded).unwrap();
    let fault = loaded.validate(event, index).err().map(|fault| format!("{fault:#}"));
    assert_eq!(fault, None, "{detail_type}: {event}");
}

/// Returns the events in the mailbox with their types, oldest first.
fn published(harness: &harness::Harness) -> Vec<(String, Value)> {
    let mut events = harness.mailbox.events(1_000).unwrap();
    events.reverse();
    let ours = events.into_iter().filter(|event| event["source"] == publish_events::SOURCE);
    ours.map(|event| (event["detail-type"].as_str().unwrap().to_owned(), event["detail"].clone())).collect()
}

impl World {
    /// Publishes the records after the first `from`, and returns the events.
    async fn publish(&self, from: usize) -> Vec<(String, Value)> {
        let env = self.harness.env().unwrap();
        let app = publish_events::App::from_env(&env, harness::sources_at(self.now())).unwrap();
        let (mut records, mut last) = (Vec::new(), None);
        loop {
            let page = self.harness.dynamo.stream().after(last.as_deref()).unwrap();
            let Some(record) = page.last() else { break };
            last = record["dynamodb"]["SequenceNumber"].as_str().map(str::to_owned);
            records.extend(page);
        }
        let before = published(&self.harness).len();
        for batch in records[from..].chunks(100) {
            let batch = serde_json::from_value(json!({ "Records": batch })).unwrap();
            assert!(app.publish(batch).await.batch_item_failures.is_empty());
        }
        published(&self.harness).split_off(before)
    }

    fn records(&self) -> usize {
        self.harness.dynamo.stream().after(None).unwrap().len()
    }

    async fn act(&self, name: Name, method: &str, path: &str, body: Value) -> Value {
        self.call(name, method, path, body).await.ok()
    }
}

/// Makes the API calls that cause every type of event.
async fn live(world: &World) {
    let invitees = |names: &[&str]| -> Value {
        names.iter().map(|name| json!({ "inviteeType": "email", "invitee": name, "role": "member" })).collect()
    };
    let everybody = invitees(&["ana@example.com", "complaint@simulator.test", "dan@example.com"]);
    let body = json!({ "topic": { "title": "Planning" }, "invitees": everybody });
    let created = world.act("alice", "POST", "/api/spaces/invite", body).await;
    let [space, invite] = ["topicId", "_id"].map(|name| created["data"][0][name].as_str().unwrap().to_owned());
    let post = Post::new(world);
    post.deliver().await;
    while post.track().await {}
    let (link, of_space) = (format!("/api/spaces/invites/{invite}"), format!("/api/spaces/{space}"));
    for name in ["ana", "kay"] {
        world.act(name, "GET", &format!("{link}/join"), Value::Null).await;
    }
    assert_eq!(stops::post(world, "dan", &format!("/spaces/invites/{invite}/join"), "answer=no").await, 200);
    world.pass(SignedDuration::from_hours(1));
    let start = "2027-01-01T12:00:00.000Z";
    let update = json!({ "invitees": invitees(&["ana@example.com"]), "startDateTime": start, "inviteMode": "meet" });
    world.act("alice", "POST", &link, update).await;
    world.act("alice", "DELETE", &link, Value::Null).await;
    let attendee = |kind: &str, who: &str| format!("{of_space}/attendees/{kind}/{who}");
    world.act("alice", "POST", &attendee("userid", &id("ana")), json!({ "role": "admin" })).await;
    world.act("ana", "DELETE", &attendee("userid", &id("ana")), Value::Null).await;
    world.act("alice", "DELETE", &attendee("anonymousid", world.guest_id()), Value::Null).await;
    world.act("alice", "POST", &of_space, json!({ "title": "Done", "settings": { "confPin": "4711" } })).await;
    world.act("alice", "POST", &format!("{of_space}/archive"), Value::Null).await;
    world.act("alice", "DELETE", &of_space, Value::Null).await;
}

#[tokio::test]
async fn every_change_is_published_and_matches_its_schema() {
    let world = World::start().await;
    let from = world.records();
    Box::pin(live(&world)).await;
    let events = world.publish(from).await;
    let schemas = schemas();
    let mut seen = BTreeSet::new();
    for (detail_type, event) in &events {
        check(&schemas, detail_type, event);
        seen.insert(detail_type.as_str());
    }
    assert_eq!(seen, BTreeSet::from(publish_events::DETAIL_TYPES), "each type is published");
    let left: Vec<&Value> = events.iter().filter(|(kind, _)| kind == "MemberLeft").map(|(_, event)| event).collect();
    assert_eq!(left.iter().map(|event| &event["removed"]).collect::<Vec<_>>(), [&json!(false), &json!(true)]);
    let states: BTreeSet<&str> = events.iter().filter_map(|(_, event)| event["state"].as_str()).collect();
    assert_eq!(states, BTreeSet::from(["complained", "delivered", "queued", "sent"]));
}

#[tokio::test]
async fn reading_and_using_a_space_publish_nothing() {
    let world = World::start().await;
    let body = json!({ "topic": { "title": "Planning" }, "invitees": [] });
    let created = world.act("alice", "POST", "/api/spaces/invite", body).await;
    let [space, invite] = ["topicId", "_id"].map(|name| created["data"][0][name].as_str().unwrap().to_owned());
    world.relay().await;
    world.pass(SignedDuration::from_hours(2));
    let from = world.records();
    for path in ["", "/join", "/members", "/invites"] {
        world.act("alice", "GET", &format!("/api/spaces/{space}{path}"), Value::Null).await;
    }
    world.act("alice", "GET", &format!("/api/spaces/invites/{invite}/join"), Value::Null).await;
    let pinned = json!({ "isPinned": true });
    world.act("alice", "POST", &format!("/api/users/me/spaces/{space}/preference"), pinned).await;
    world.act("alice", "POST", &format!("/api/spaces/{space}"), json!({ "title": "Planning" })).await;
    assert!(world.records() > from, "the use and the pin are stored");
    assert_eq!(world.publish(from).await, []);
}

#[tokio::test]
async fn direct_spaces_publish_nothing_and_meeting_rooms_publish_no_name() {
    let world = World::start().await;
    for name in ["alice", "ana"] {
        world.act(name, "GET", "/api/users/me", Value::Null).await;
    }
    let from = world.records();
    world.act("alice", "GET", &format!("/api/spaces/direct/user/{}", id("ana")), Value::Null).await;
    assert!(world.records() > from);
    assert_eq!(world.publish(from).await, []);
    let room = world.act("alice", "GET", "/api/users/meetingroom/alice@example.com", Value::Null).await;
    let room = room["data"]["_id"].as_str().unwrap();
    world.act("alice", "POST", &format!("/api/spaces/{room}"), json!({ "title": "Room of Alice" })).await;
    let events = world.publish(from).await;
    let types: Vec<&str> = events.iter().map(|(detail_type, _)| detail_type.as_str()).collect();
    assert_eq!(types, ["MemberJoined", "SpaceUpdated"]);
    assert!(!format!("{events:?}").contains("Room"), "{events:?}");
}

#[tokio::test]
async fn every_event_of_the_example_records_matches_its_schema() {
    let schemas = schemas();
    let world = World::start().await;
    let addresses = [("EVENT_ADDRESSES", "false"), ("EVENT_ADDRESSES", "true")];
    for (name, value) in addresses {
        let mut env = world.harness.env().unwrap();
        env.set(name, value);
        let app = publish_events::App::from_env(&env, harness::sources_at(world.now())).unwrap();
        for file in fs::read_dir(folder().join("../../events/publish-events")).unwrap() {
            let (_, event) = harness::named_event(&file.unwrap().path()).unwrap();
            app.publish(serde_json::from_value(event).unwrap()).await;
        }
    }
    let events = published(&world.harness);
    assert!(events.len() > 40);
    for (detail_type, event) in &events {
        check(&schemas, detail_type, event);
    }
}

#[test]
fn code_schemas_and_documentation_have_the_same_types_and_the_examples_are_valid() {
    let schemas = schemas();
    let named: BTreeSet<&str> = schemas.keys().map(String::as_str).collect();
    assert_eq!(named, BTreeSet::from(publish_events::DETAIL_TYPES));
    let page = fs::read_to_string(folder().join("README.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| [`")?.split_once('`'));
    let documented: BTreeSet<&str> = rows.map(|(name, _)| name).collect();
    assert_eq!(documented, named);
    for (name, schema) in &schemas {
        assert_eq!(schema["title"], json!(name));
        assert!(schema.get("additionalProperties").is_none(), "{name}: a later release may add fields");
        let examples = schema["examples"].as_array().unwrap();
        assert!(!examples.is_empty(), "{name}");
        for example in examples {
            check(&schemas, name, example);
        }
    }
}
