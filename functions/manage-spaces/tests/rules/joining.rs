//! Joining a space by its id.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use spaces_model::{MemberId, Role};

use crate::scene::{Answer, FORBIDDEN, Scene, kay, user_id};

const JOIN: &str = "/api/spaces/{s}/join";

impl Scene {
    /// Starts with a space whose id admits people.
    async fn open() -> Self {
        let scene = Self::new().await;
        scene.settings(json!({ "memberOnly": false })).await;
        scene
    }

    async fn settings(&self, settings: Value) {
        self.post("alice", "/api/spaces/{s}", json!({ "settings": settings })).await.ok();
    }

    async fn try_password(&self, who: &str, password: &str) -> Answer {
        self.call_with(who, "GET", JOIN, Value::Null, &[("spaces-x-space-password", password)]).await
    }
}

#[tokio::test]
async fn users_and_guests_become_guests_and_may_then_read() {
    let scene = Scene::open().await;
    for who in ["bob", "far", "kay"] {
        assert_eq!(scene.get(who, "/api/spaces/{s}").await.problem(), FORBIDDEN);
        let topic = scene.get(who, JOIN).await.ok()["topic"].take();
        let own = topic["members"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&own["role"], topic["title"].as_str()), (&json!("guest"), Some("Planning")));
        assert_eq!(scene.get(who, JOIN).await.ok()["topic"]["members"], topic["members"], "again");
        scene.get(who, "/api/topics/{s}").await.ok();
    }
    assert_eq!(scene.get("app", JOIN).await.problem(), FORBIDDEN);
}

#[tokio::test]
async fn members_keep_their_roles() {
    let scene = Scene::open().await;
    scene.join(Role::Member, &["bob"]).await;
    for (who, role) in [("alice", Role::Admin), ("bob", Role::Member)] {
        scene.get(who, JOIN).await.ok();
        assert_eq!(scene.role(who).await, Some(role));
    }
}

#[tokio::test]
async fn opening_the_space_counts_as_an_added_members_own_act() {
    let scene = Scene::new().await;
    scene.get("bob", "/api/users/me").await.ok();
    scene.give("alice", "bob", "member").await.ok();
    assert!(!scene.membership("bob").await.unwrap().own_act);
    scene.get("bob", JOIN).await.ok();
    assert!(scene.membership("bob").await.unwrap().own_act);
    assert_eq!(scene.role("bob").await, Some(Role::Member));
}

#[tokio::test]
async fn a_closed_space_and_an_unknown_one_get_the_same_response_after_the_same_calls() {
    let scene = Scene::new().await;
    for who in ["bob", "far", "kay", "app"] {
        // Adds them to the directory.
        scene.get(who, "/api/users/me").await.ok();
        let mut seen = Vec::new();
        for path in [JOIN, "/api/spaces/0123456789abcdef01234567/join"] {
            scene.harness.dynamo.forget_calls();
            let answer = scene.get(who, path).await;
            assert_eq!(answer.problem(), FORBIDDEN);
            assert!(answer.body["message"].is_string());
            seen.push((answer, scene.harness.dynamo.calls()));
        }
        assert_eq!(seen[0], seen[1], "{who}");
    }
    assert_eq!(scene.get("bob", "/api/spaces/undefined/join").await.problem(), (404, "not_found"));
    assert_eq!(scene.post("bob", JOIN, Value::Null).await.problem(), (405, "method_not_allowed"));
}

#[tokio::test]
async fn nobody_new_joins_an_archived_deleted_or_invited_only_space() {
    let scene = Scene::open().await;
    scene.settings(json!({ "invitedOnly": true })).await;
    assert_eq!(scene.get("bob", JOIN).await.problem(), (403, "not_invited"));
    scene.settings(json!({ "invitedOnly": false })).await;
    scene.post("alice", "/api/spaces/{s}/archive", Value::Null).await.ok();
    assert_eq!(scene.get("bob", JOIN).await.problem(), FORBIDDEN);
    assert_eq!(scene.get("alice", JOIN).await.ok()["topic"]["status"], 1);
    scene.delete("alice", "/api/spaces/{s}").await.ok();
    for who in ["alice", "bob"] {
        assert_eq!(scene.get(who, JOIN).await.problem(), FORBIDDEN);
    }
}

#[tokio::test]
async fn a_removed_member_stays_out_until_they_are_added() {
    let scene = Scene::open().await;
    scene.get("bob", JOIN).await.ok();
    scene.remove("alice", "bob").await.ok();
    assert_eq!(scene.get("bob", JOIN).await.problem(), FORBIDDEN);
    scene.give("alice", "bob", "guest").await.ok();
    scene.get("bob", JOIN).await.ok();
}

#[tokio::test]
async fn a_blocked_user_joins_nothing() {
    let scene = Scene::open().await;
    scene.harness.store.block(user_id("bob"), spaces_local::harness::now()).await.unwrap();
    assert_eq!(scene.get("bob", JOIN).await.problem(), (403, "blocked"));
    assert_eq!(scene.role("bob").await, None);
}

#[tokio::test]
async fn newcomers_need_the_password_and_attempts_by_id_and_by_link_are_counted_together() {
    let scene = Scene::open().await;
    scene.settings(json!({ "confPin": "Käse 42" })).await;
    assert_eq!(scene.get("kay", JOIN).await.problem(), (403, "password_required"));
    for password in ["", "null", "undefined"] {
        assert_eq!(scene.try_password("kay", password).await.problem(), (403, "password_required"));
    }
    scene.try_password("kay", "K%C3%A4se%2042").await.ok();
    scene.get("kay", JOIN).await.ok();
    for _ in 0..5 {
        assert_eq!(scene.try_password("bob", "0000").await.problem(), (403, "password_required"));
    }
    assert_eq!(scene.try_password("bob", "Käse 42").await.problem(), (429, "too_many_requests"));
    let keys = scene.harness.dynamo.items().unwrap();
    // The same limits apply as for an invitation's link.
    assert!(keys.iter().any(|item| item["pk"] == format!("LIMIT#password_caller#user:{}", user_id("bob"))));
}

#[tokio::test]
async fn one_password_for_all_guests_without_a_pin_admits_nobody() {
    let scene = Scene::open().await;
    scene.settings(json!({ "passwordRequired": { "allGuests": true } })).await;
    assert_eq!(scene.try_password("kay", "******").await.problem(), (403, "password_required"));
    assert_eq!(scene.try_password("kay", "").await.problem(), (403, "password_required"));
}

#[tokio::test]
async fn concurrent_joins_make_one_membership() {
    let scene = Scene::open().await;
    for answer in join_all((0..30).map(|_| scene.get("kay", JOIN))).await {
        answer.ok();
    }
    let members = scene.harness.store.members(scene.space, 100).await.unwrap();
    assert_eq!(members.iter().filter(|member| member.id == MemberId::Guest(kay())).count(), 1);
}

#[tokio::test]
async fn a_member_removed_while_joining_again_stays_removed() {
    for _ in 0..20 {
        let scene = Scene::open().await;
        scene.get("bob", "/api/users/me").await.ok();
        scene.give("alice", "bob", "guest").await.ok();
        // Both requests write: Bob now joins by his own act.
        let (joined, removed) = join(scene.get("bob", JOIN), scene.remove("alice", "bob")).await;
        removed.ok();
        assert!([200, 403].contains(&joined.status), "{joined:?}");
        assert_eq!(scene.role("bob").await, None);
        assert_eq!(scene.get("bob", JOIN).await.problem(), FORBIDDEN);
    }
}

#[tokio::test]
async fn a_newcomer_takes_two_round_trips_and_a_member_only_reads() {
    let scene = Scene::open().await;
    scene.get("bob", "/api/users/me").await.ok();
    let calls = async || {
        scene.harness.dynamo.forget_calls();
        scene.get("bob", JOIN).await.ok();
        let mut calls = scene.harness.dynamo.calls();
        calls.sort();
        calls
    };
    // The space with the membership; then the membership's write concurrently with the members.
    assert_eq!(calls().await, ["BatchGetItem", "PutItem", "Query"]);
    assert_eq!(calls().await, ["BatchGetItem", "Query"]);
}
