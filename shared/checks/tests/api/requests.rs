//! Requests in the form that clients of the original send.

use serde_json::{Value, json};

use crate::scene::{Scene, State};
use crate::world::World;

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

async fn start() -> (World, Scene) {
    let world = World::start().await;
    Scene::cast(&world).await;
    let scene = Scene::new(&world, State::Active).await;
    (world, scene)
}

#[tokio::test]
async fn every_spelling_of_a_path_is_the_same_call() {
    let (world, Scene { space, invite, .. }) = Box::pin(start()).await;
    let paths = [
        format!("/api/spaces/{space}"),
        format!("/api/spaces/{space}/members"),
        format!("/api/spaces/{space}/invites"),
        format!("/api/spaces/{space}/join"),
        format!("/api/spaces/invites/{invite}"),
        format!("/api/spaces/invites/{invite}/join"),
    ];
    for path in paths {
        let expected = world.call("alice", "GET", &path, Value::Null).await.ok();
        let topics = path.replace("/spaces", "/topics");
        for spelling in
            [format!("{path}/"), format!("{path}?"), format!("{path}/?"), topics.clone(), format!("{topics}/")]
        {
            let answer = world.send("alice", "GET", &spelling, &JSON, "").await.ok();
            assert_eq!(without_urls(answer), without_urls(expected.clone()), "{spelling}");
        }
    }
}

fn without_urls(mut body: Value) -> Value {
    for name in ["nextPageUrl", "prevPageUrl", "previousPageUrl"] {
        body.as_object_mut().unwrap().remove(name);
    }
    body
}

#[tokio::test]
async fn parameters_that_are_empty_or_bare_count_as_absent() {
    let (world, Scene { space, .. }) = Box::pin(start()).await;
    for list in ["members", "invites"] {
        let path = format!("/api/spaces/{space}/{list}");
        let expected = world.call("alice", "GET", &path, Value::Null).await.ok();
        for query in ["size=&page=&pageToken=", "filtertype=&search&status", "search=&size", "&&", "unknown=1"] {
            let answer = world.call("alice", "GET", &format!("{path}?{query}"), Value::Null).await.ok();
            assert_eq!(answer["data"], expected["data"], "{query}");
        }
    }
}

#[tokio::test]
async fn an_id_that_is_the_word_undefined_is_not_found() {
    let (world, Scene { space, .. }) = Box::pin(start()).await;
    let paths = [
        ("GET", "/api/spaces/undefined".to_owned()),
        ("GET", "/api/spaces/null/members".to_owned()),
        ("POST", "/api/spaces/undefined".to_owned()),
        ("DELETE", "/api/spaces/undefined".to_owned()),
        ("POST", "/api/spaces/undefined/invite".to_owned()),
        ("GET", "/api/spaces/undefined/invites".to_owned()),
        ("GET", "/api/spaces/invites/undefined".to_owned()),
        ("DELETE", "/api/topics/invites/undefined".to_owned()),
        ("GET", "/api/spaces/invites/undefined/join".to_owned()),
        ("POST", "/api/spaces/invites/undefined/resend".to_owned()),
        ("DELETE", format!("/api/spaces/{space}/attendees/userid/undefined")),
        ("POST", format!("/api/spaces/{space}/attendees/robot/{space}")),
    ];
    for (method, path) in paths {
        let answer = world.call("alice", method, &path, json!({ "role": "member", "invitees": [] })).await;
        assert_eq!((answer.status, &answer.body["code"]), (404, &json!("not_found")), "{method} {path}");
    }
}

#[tokio::test]
async fn every_delete_returns_a_json_object() {
    let (world, Scene { space, mias, .. }) = Box::pin(start()).await;
    let attendee = |kind, id: &str| format!("/api/spaces/{space}/attendees/{kind}/{id}");
    let (mia, kay) = (crate::world::id("mia"), world.guest_id().to_owned());
    let paths = [
        (attendee("userId", &mia), json!({ "attendee": mia, "attendeeType": "userId" })),
        (attendee("AnonymousID", &kay), json!({ "attendee": kay, "attendeeType": "anonymousId" })),
    ];
    for (path, expected) in paths {
        assert_eq!(world.send("alice", "DELETE", &path, &JSON, "").await.ok(), expected);
    }
    let revoked = world.send("alice", "DELETE", &format!("/api/spaces/invites/{mias}"), &JSON, "").await.ok();
    assert_eq!(revoked["data"][0]["status"], "revoked");
    for _ in 0..2 {
        let deleted = world.send("alice", "DELETE", &format!("/api/spaces/{space}/"), &JSON, "").await.ok();
        assert_eq!((&deleted["_id"], &deleted["status"]), (&json!(space), &json!(2)));
    }
}

#[tokio::test]
async fn unknown_settings_are_ignored() {
    let (world, Scene { space, .. }) = Box::pin(start()).await;
    let path = format!("/api/spaces/{space}");
    let body = json!({
        "title": "Other", "_id": space, "status": 7, "members": "all",
        "settings": {
            "memberOnly": false, "allowPasswordInURL": true, "theme": { "colors": [1, { "a": null }] },
            "passwordRequired": { "allGuests": false, "somebody": { "else": [] } },
        },
    });
    let updated = world.call("alice", "POST", &path, body).await.ok();
    assert_eq!(
        (&updated["title"], &updated["status"], &updated["cid"]),
        (&json!("Other"), &json!(0), &json!(crate::world::id("alice")))
    );
    let settings = json!({
        "memberOnly": false, "passwordRequired": { "allGuests": false }, "allowPasswordInURL": false, "confPin": "",
    });
    assert_eq!(updated["settings"], settings);
}

#[tokio::test]
async fn a_field_of_the_wrong_type_is_named_and_nothing_changes() {
    let (world, Scene { space, .. }) = Box::pin(start()).await;
    let path = format!("/api/spaces/{space}");
    let before = world.call("alice", "GET", &path, Value::Null).await.ok();
    let body = json!({
        "title": 1, "description": [], "settings": { "memberOnly": "yes", "confPin": "abc", "passwordRequired": { "allGuests": 1 } },
    });
    let answer = world.call("alice", "POST", &path, body).await;
    assert_eq!(answer.status, 400);
    let fields: Vec<&str> =
        answer.body["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    let expected =
        ["title", "description", "settings.memberOnly", "settings.passwordRequired.allGuests", "settings.confPin"];
    for field in expected {
        assert!(fields.contains(&field), "{field} is not among {fields:?}");
    }
    assert_eq!(world.call("alice", "GET", &path, Value::Null).await.ok(), before);
}

#[tokio::test]
async fn an_unsupported_method_is_rejected_with_the_supported_ones() {
    let (world, Scene { space, invite, .. }) = Box::pin(start()).await;
    for (path, allowed) in [
        (format!("/api/spaces/{space}"), "GET, POST, DELETE"),
        (format!("/api/spaces/{space}/members"), "GET"),
        (format!("/api/spaces/invites/{invite}"), "GET, POST, DELETE"),
    ] {
        let answer = world.call("alice", "PATCH", &path, Value::Null).await;
        assert_eq!((answer.status, &answer.headers["allow"]), (405, &json!(allowed)), "{path}");
    }
}
