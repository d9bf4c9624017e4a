//! Changes of a space.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_local::samples::INDEX_SECRET;
use spaces_model::{MemberId, Role};
use spaces_store::IndexSecret;

use crate::scene::{FORBIDDEN, Scene, kay, user_id};

/// Every operation on a space and its members.
const CALLS: [(&str, &str); 9] = [
    ("GET", "/api/spaces/{s}"),
    ("POST", "/api/spaces/{s}"),
    ("DELETE", "/api/spaces/{s}"),
    ("POST", "/api/spaces/{s}/archive"),
    ("POST", "/api/spaces/{s}/unarchive"),
    ("GET", "/api/spaces/{s}/members"),
    ("POST", "/api/spaces/{s}/attendees/userid/me"),
    ("POST", "/api/spaces/{s}/attendees/userid/0123456789abcdef01234567"),
    ("DELETE", "/api/spaces/{s}/attendees/userid/me"),
];

#[tokio::test]
async fn two_concurrent_updates_both_take_effect() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    for round in 0..20 {
        let (title, pin) = (format!("Title {round}"), format!("pin {round}"));
        let (one, other) = join(
            scene.post("alice", "/api/spaces/{s}", json!({ "title": title })),
            scene.post("bob", "/api/spaces/{s}", json!({ "settings": { "confPin": pin } })),
        )
        .await;
        one.ok();
        other.ok();
        let hash = IndexSecret::new(INDEX_SECRET).unwrap().pin(scene.space, &pin);
        let space = scene.harness.store.space(scene.space).await.unwrap().unwrap();
        assert_eq!((space.title.as_str(), space.settings.pin), (title.as_str(), Some(hash)));
        assert_eq!(space.version, 2 * (round + 1));
    }
}

#[tokio::test]
async fn many_concurrent_updates_end_within_the_retry_limit() {
    let scene = Scene::new().await;
    let updates = (0..6).map(|n| scene.post("alice", "/api/spaces/{s}", json!({ "description": format!("{n}") })));
    let answers = join_all(updates).await;
    let done = answers.iter().filter(|answer| answer.status == 200).count() as u64;
    assert!(done >= 1 && answers.iter().all(|answer| [200, 503].contains(&answer.status)));
    assert_eq!(scene.item()["version"].as_u64(), Some(done));
}

#[tokio::test]
async fn a_pin_is_set_kept_and_removed() {
    let scene = Scene::new().await;
    let pin =
        async |pin: Value| scene.post("alice", "/api/spaces/{s}", json!({ "settings": { "confPin": pin } })).await;
    for nothing in [json!(""), json!(null)] {
        let set = pin(json!(" 47 11 ")).await.ok();
        assert_eq!(set["settings"]["confPin"], "******");
        let stored = scene.item()["settings"]["pin"].clone();
        assert!(stored.is_string() && !scene.item().to_string().contains("47 11"));
        pin(json!("******")).await.ok();
        scene.post("alice", "/api/spaces/{s}", json!({ "settings": {}, "title": "Other" })).await.ok();
        assert_eq!(scene.item()["settings"]["pin"], stored);
        assert_eq!(pin(nothing).await.ok()["settings"]["confPin"], "");
        assert_eq!(scene.item()["settings"].get("pin"), None);
    }
    for wrong in ["123", "   ", &"x".repeat(33)] {
        let refused = pin(json!(wrong)).await;
        assert_eq!(refused.problem(), (400, "invalid_request"), "{wrong:?}");
        assert_eq!(refused.body["errors"][0]["field"], "settings.confPin");
    }
    assert_eq!(pin(json!("x".repeat(32))).await.ok()["settings"]["confPin"], "******");
}

#[tokio::test]
async fn an_empty_text_removes_the_description_and_leaves_everything_else_as_it_is() {
    let scene = Scene::new().await;
    let empty = json!({ "title": "", "description": "", "settings": { "memberOnly": "", "passwordRequired": "" } });
    let space = scene.post("alice", "/api/spaces/{s}", empty).await.ok();
    assert_eq!((&space["title"], &space["description"]), (&json!("Planning"), &json!("")));
    assert_eq!(space["settings"]["memberOnly"], true);
    let blank = scene.post("alice", "/api/spaces/{s}", json!({ "title": " ", "settings": 5 })).await;
    let fields: Vec<&Value> = blank.body["errors"].as_array().unwrap().iter().map(|fault| &fault["field"]).collect();
    assert_eq!(fields, ["settings", "title"]);
}

#[tokio::test]
async fn an_update_that_changes_nothing_writes_nothing() {
    let scene = Scene::new().await;
    scene.post("alice", "/api/spaces/{s}", json!({ "title": "Planning" })).await.ok();
    assert_eq!(scene.item()["version"], 0);
}

#[tokio::test]
async fn attributes_of_a_later_release_are_kept() {
    let scene = Scene::new().await;
    scene.set("/later", json!({ "S": "kept" }));
    scene.set("/settings/M/later", json!({ "S": "kept" }));
    scene.post("alice", "/api/spaces/{s}", json!({ "settings": { "memberOnly": false } })).await.ok();
    let item = scene.item();
    assert_eq!((&item["later"], &item["settings"]["later"]), (&json!("kept"), &json!("kept")));
    assert_eq!((&item["settings"]["member_only"], &item["admins"]), (&json!(false), &json!(1)));
}

#[tokio::test]
async fn an_archived_space_can_only_be_unarchived_or_deleted() {
    let scene = Scene::new().await;
    for _ in 0..2 {
        assert_eq!(scene.post("alice", "/api/spaces/{s}/archive", Value::Null).await.ok()["status"], 1);
    }
    assert_eq!(scene.item()["version"], 1);
    assert_eq!(scene.post("alice", "/api/spaces/{s}", json!({ "title": "x" })).await.problem(), FORBIDDEN);
    assert_eq!(scene.get("alice", "/api/spaces/{s}").await.ok()["status"], 1);
    assert_eq!(scene.post("alice", "/api/topics/{s}/unarchive/", Value::Null).await.ok()["status"], 0);
    scene.post("alice", "/api/spaces/{s}", json!({ "title": "x" })).await.ok();
    scene.post("alice", "/api/spaces/{s}/archive", json!({ "ignored": true })).await.ok();
    assert_eq!(scene.delete("alice", "/api/spaces/{s}").await.ok()["status"], 2);
}

#[tokio::test]
async fn a_concurrent_update_and_archiving_leave_the_reported_result() {
    let scene = Scene::new().await;
    for round in 0..20 {
        let title = format!("Title {round}");
        let (updated, archived) = join(
            scene.post("alice", "/api/spaces/{s}", json!({ "title": title })),
            scene.post("alice", "/api/spaces/{s}/archive", Value::Null),
        )
        .await;
        archived.ok();
        let item = scene.item();
        assert_eq!(item["status"], "archived");
        assert_eq!(updated.status == 200, item["title"] == title, "{}", updated.body);
        scene.post("alice", "/api/spaces/{s}/unarchive", Value::Null).await.ok();
    }
}

#[tokio::test]
async fn a_deleted_space_is_unknown_to_all_but_its_admins_who_delete_it_again() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    scene.join(Role::Member, &["mia"]).await;
    let deleted = scene.delete("alice", "/api/spaces/{s}").await;
    assert_eq!(deleted.clone().ok()["status"], 2);
    for admin in ["alice", "bob"] {
        assert_eq!(scene.delete(admin, "/api/spaces/{s}").await.ok()["title"], "Planning");
        for (method, path) in CALLS.into_iter().filter(|(method, path)| (*method, path.len()) != ("DELETE", 15)) {
            let answer = scene.call(admin, method, path, json!({ "role": "admin" })).await;
            assert_eq!(answer.problem(), FORBIDDEN, "{method} {path}");
        }
    }
    assert_eq!(scene.delete("mia", "/api/spaces/{s}").await.problem(), FORBIDDEN);
    assert_eq!(scene.item()["version"], 1);
}

#[tokio::test]
async fn a_direct_space_cannot_be_changed_and_a_personal_one_cannot_be_deleted() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    scene.set("/type", json!({ "S": "direct" }));
    for (method, path) in CALLS.into_iter().filter(|(method, _)| *method != "GET") {
        let answer = scene.call("bob", method, path, json!({ "role": "member" })).await;
        assert_eq!(answer.problem(), FORBIDDEN, "{method} {path}");
    }
    scene.set("/type", json!({ "S": "personal" }));
    assert_eq!(scene.delete("alice", "/api/spaces/{s}").await.problem(), FORBIDDEN);
    assert_eq!(scene.post("alice", "/api/spaces/{s}", json!({ "title": "Mine" })).await.ok()["title"], "Mine");
}

#[tokio::test]
async fn only_admins_can_change_a_space_and_all_members_can_read_it() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia"]).await;
    scene.join(Role::Guest, &["gus"]).await;
    scene.admit(MemberId::Guest(kay()), "Kay", Role::Guest).await;
    for who in ["mia", "gus", "kay"] {
        assert_eq!(scene.get(who, "/api/spaces/{s}").await.ok()["members"].as_array().unwrap().len(), 4);
        assert_eq!(scene.get(who, "/api/spaces/{s}/members").await.ok()["total"], 4);
        for (method, path) in &CALLS[1..5] {
            assert_eq!(scene.call(who, method, path, json!({})).await.problem(), FORBIDDEN, "{who} {method} {path}");
        }
    }
}

#[tokio::test]
async fn an_unknown_space_and_another_persons_get_the_same_response_after_the_same_reads() {
    let scene = Scene::new().await;
    for who in ["bob", "kay", "app"] {
        // Adds them to the directory and the caches.
        scene.get(who, "/api/users/me").await.ok();
        scene.post(who, "/api/spaces/{s}", json!({})).await;
        for (method, path) in CALLS {
            // The app created the space, so its own account is a different case.
            if who == "app" && path.ends_with("/me") {
                continue;
            }
            let mut answers = Vec::new();
            for space in [scene.space.to_string(), "0123456789abcdef01234567".to_owned()] {
                scene.harness.dynamo.forget_calls();
                let body = json!({ "role": "admin" });
                let answer = scene.call(who, method, &path.replace("{s}", &space), body).await;
                let mut calls = scene.harness.dynamo.calls();
                calls.sort();
                assert_eq!(answer.problem(), FORBIDDEN, "{who} {method} {path}");
                answers.push((answer, calls));
            }
            assert_eq!(answers[0], answers[1], "{who} {method} {path}");
        }
    }
}

#[tokio::test]
async fn a_blocked_user_can_only_read() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    scene.harness.store.block(user_id("bob"), harness::now()).await.unwrap();
    for (method, path) in CALLS {
        let answer = scene.call("bob", method, path, json!({ "role": "member" })).await;
        if method == "GET" {
            answer.ok();
        } else {
            assert_eq!(answer.problem(), (403, "blocked"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_change_of_a_space_takes_two_round_trips_to_the_table() {
    let scene = Scene::new().await;
    scene.get("alice", "/api/users/me").await.ok();
    scene.harness.dynamo.forget_calls();
    scene.post("alice", "/api/spaces/{s}", json!({ "title": "Other" })).await.ok();
    // The space and the membership concurrently; then the write and the members.
    let mut calls = scene.harness.dynamo.calls();
    calls.sort();
    assert_eq!(calls, ["GetItem", "GetItem", "Query", "UpdateItem"]);
}
