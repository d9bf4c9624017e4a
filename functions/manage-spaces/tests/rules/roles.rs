//! Setting roles, and adding people.

use futures_util::future::join;
use serde_json::json;
use spaces_model::{MemberId, Role, Standing};

use crate::scene::{FORBIDDEN, Scene, kay, user_id};

#[tokio::test]
async fn the_response_names_the_attendee_and_the_role() {
    let scene = Scene::new().await;
    scene.join(Role::Guest, &["gus"]).await;
    let path = format!("/api/topics/{{s}}/attendees/USERID/{}/", user_id("gus"));
    let answer = scene.post("alice", &path, json!({ "role": "Admin", "more": [] })).await.ok();
    let expected = json!({ "attendee": user_id("gus").to_string(), "attendeeType": "userId", "role": "admin" });
    assert_eq!(answer, expected);
    scene.assert_admins(2).await;
}

#[tokio::test]
async fn members_may_only_add_colleagues_and_raise_guests_to_members() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia", "max"]).await;
    scene.join(Role::Guest, &["gus"]).await;
    for (whom, role, expected) in [
        ("ana", "admin", None),
        ("ana", "guest", Some(Role::Guest)),
        ("remy", "member", Some(Role::Member)),
        ("gus", "admin", None),
        ("gus", "member", Some(Role::Member)),
        ("gus", "guest", None),
        ("max", "guest", None),
        ("max", "admin", None),
        ("mia", "guest", None),
        ("mia", "admin", None),
        ("alice", "member", None),
        ("alice", "admin", None),
    ] {
        let before = scene.role(whom).await;
        let answer = scene.give("mia", whom, role).await;
        if let Some(role) = expected {
            answer.ok();
            assert_eq!(scene.role(whom).await, Some(role));
        } else {
            assert_eq!(answer.problem(), FORBIDDEN, "{whom} {role}");
            assert_eq!(scene.role(whom).await, before);
        }
    }
    for who in ["kay", "sam", "gus2"] {
        assert_eq!(scene.give(who, "ana", "guest").await.problem(), FORBIDDEN);
    }
}

#[tokio::test]
async fn being_added_does_not_count_as_an_own_act() {
    let scene = Scene::new().await;
    scene.give("alice", "ana", "member").await.ok();
    let ana = scene.membership("ana").await.unwrap();
    assert_eq!((ana.own_act, ana.display_name.as_str()), (false, "Ana García"));
    assert!(ana.role_set.is_some());
}

#[tokio::test]
async fn strangers_and_unknown_ids_are_refused_alike_and_limited() {
    let scene = Scene::new().await;
    scene.get("farah", "/api/users/me").await.ok();
    scene.get("alice", "/api/users/me").await.ok();
    let mut answers = Vec::new();
    for id in [user_id("farah").to_string(), "0123456789abcdef01234567".to_owned()] {
        scene.harness.dynamo.forget_calls();
        let path = format!("/api/spaces/{{s}}/attendees/userid/{id}");
        let answer = scene.post("alice", &path, json!({ "role": "guest" })).await;
        assert_eq!(answer.problem(), FORBIDDEN);
        let calls = scene.harness.dynamo.calls().into_iter().filter(|call| call != "UpdateItem").collect::<Vec<_>>();
        answers.push((answer, calls));
    }
    assert_eq!(answers[0], answers[1]);
    for _ in 0..98 {
        assert_eq!(scene.give("alice", "farah", "guest").await.problem(), FORBIDDEN);
    }
    assert_eq!(scene.give("alice", "farah", "guest").await.problem(), (429, "too_many_requests"));
    scene.give("alice", "ana", "guest").await.ok();
}

#[tokio::test]
async fn an_anonymous_guest_stays_a_guest() {
    let scene = Scene::new().await;
    scene.admit(MemberId::Guest(kay()), "Kay", Role::Guest).await;
    for who in ["alice", "farah"] {
        let path = format!("/api/spaces/{{s}}/attendees/anonymousid/{}", kay());
        let answer = scene.post(who, &path, json!({ "role": "member" })).await;
        let expected = if who == "alice" { (400, "invalid_request") } else { FORBIDDEN };
        assert_eq!(answer.problem(), expected);
    }
}

#[tokio::test]
async fn the_role_of_the_only_admin_cannot_be_lowered() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia"]).await;
    assert_eq!(scene.give("alice", "alice", "member").await.problem(), FORBIDDEN);
    scene.give("alice", "mia", "admin").await.ok();
    scene.give("alice", "alice", "guest").await.ok();
    assert_eq!(scene.give("mia", "mia", "member").await.problem(), FORBIDDEN);
    scene.assert_admins(1).await;
}

#[tokio::test]
async fn two_admins_who_lower_each_others_roles_concurrently_leave_one() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    for _ in 0..20 {
        let (one, other) = join(scene.give("alice", "bob", "member"), scene.give("bob", "alice", "member")).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403], "{} {}", one.body, other.body);
        scene.assert_admins(1).await;
        let (admin, lowered) = if one.status == 200 { ("alice", "bob") } else { ("bob", "alice") };
        scene.give(admin, lowered, "admin").await.ok();
    }
}

#[tokio::test]
async fn only_an_admin_can_add_back_a_removed_member_even_a_stranger() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia"]).await;
    scene.join(Role::Guest, &["gus", "farah"]).await;
    for whom in ["gus", "farah"] {
        scene.remove("mia", whom).await.ok();
        assert_eq!(scene.give("mia", whom, "guest").await.problem(), FORBIDDEN);
        scene.give("alice", whom, "member").await.ok();
        let back = scene.membership(whom).await.unwrap();
        assert_eq!((back.standing, back.role, back.display_name.as_str()), (Standing::Present, Role::Member, whom));
    }
}

#[tokio::test]
async fn a_member_who_left_is_added_like_anybody_else() {
    let scene = Scene::new().await;
    scene.join(Role::Guest, &["ana", "farah"]).await;
    for who in ["ana", "farah"] {
        scene.delete(who, "/api/spaces/{s}/attendees/userid/me").await.ok();
    }
    scene.give("alice", "ana", "guest").await.ok();
    assert_eq!(scene.give("alice", "farah", "guest").await.problem(), FORBIDDEN);
}

#[tokio::test]
async fn repeating_a_role_pins_it_for_admins_and_not_for_members() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia"]).await;
    scene.join(Role::Guest, &["gus"]).await;
    scene.give("mia", "gus", "guest").await.ok();
    assert_eq!(scene.membership("gus").await.unwrap().role_set, None);
    scene.give("alice", "gus", "guest").await.ok();
    assert!(scene.membership("gus").await.unwrap().role_set.is_some());
}

#[tokio::test]
async fn an_archived_space_allows_role_changes_and_no_newcomers() {
    let scene = Scene::new().await;
    scene.join(Role::Guest, &["gus"]).await;
    scene.post("alice", "/api/spaces/{s}/archive", json!({})).await.ok();
    assert_eq!(scene.give("alice", "ana", "guest").await.problem(), FORBIDDEN);
    scene.give("alice", "gus", "member").await.ok();
    scene.remove("alice", "gus").await.ok();
    assert_eq!(scene.give("alice", "gus", "member").await.problem(), FORBIDDEN);
}

#[tokio::test]
async fn a_concurrent_role_change_and_removal_leave_the_person_removed() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    for round in 0..20 {
        let whom = format!("gus{round}");
        let role = ["member", "admin"][round % 2];
        scene.join(Role::Guest, &[&whom]).await;
        let (given, removed) = join(scene.give("alice", &whom, role), scene.remove("bob", &whom)).await;
        removed.ok();
        assert!([200, 503].contains(&given.status), "{}", given.body);
        assert!(matches!(scene.membership(&whom).await.unwrap().standing, Standing::Removed { .. }));
        scene.assert_admins(2).await;
    }
}

#[tokio::test]
async fn a_service_app_can_become_admin_of_a_space_that_it_created_for_a_user() {
    let scene = Scene::new().await;
    for (path, role) in [("me", "member"), ("me", "guest")] {
        let path = format!("/api/spaces/{{s}}/attendees/userid/{path}");
        assert_eq!(scene.post("app", &path, json!({ "role": role })).await.problem(), FORBIDDEN);
    }
    assert_eq!(scene.give("app", "ana", "admin").await.problem(), FORBIDDEN);
    for _ in 0..2 {
        let answer = scene.give("app", "app", "ADMIN").await.ok();
        assert_eq!(answer["attendee"], user_id("app").to_string());
        scene.assert_admins(2).await;
    }
    assert!(scene.membership("app").await.unwrap().own_act);
    scene.give("app", "ana", "member").await.ok();
}

#[tokio::test]
async fn a_service_app_cannot_undo_its_lowered_role_or_its_removal() {
    let scene = Scene::new().await;
    scene.give("app", "app", "admin").await.ok();
    scene.give("alice", "app", "member").await.ok();
    assert_eq!(scene.give("app", "app", "admin").await.problem(), FORBIDDEN);
    scene.delete("app", "/api/spaces/{s}/attendees/userid/me").await.ok();
    assert_eq!(scene.give("app", "app", "admin").await.problem(), FORBIDDEN);
    scene.give("alice", "app", "admin").await.ok();
    scene.remove("alice", "app").await.ok();
    assert_eq!(scene.give("app", "app", "admin").await.problem(), FORBIDDEN);
    scene.assert_admins(1).await;
}

#[tokio::test]
async fn a_service_app_has_no_claim_to_other_spaces() {
    let scene = Scene::new().await;
    let mut answers = Vec::new();
    scene.set("/acted_by", json!({ "S": "another-app" }));
    for space in [scene.space.to_string(), "0123456789abcdef01234567".to_owned()] {
        let path = format!("/api/spaces/{space}/attendees/userid/me");
        scene.harness.dynamo.forget_calls();
        let answer = scene.post("app", &path, json!({ "role": "admin" })).await;
        assert_eq!(answer.problem(), FORBIDDEN);
        answers.push(answer);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(scene.membership("app").await, None);
}
