//! Leaving, and removing others.

use futures_util::future::join;
use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_model::{MemberId, Role, Standing};

use crate::scene::{FORBIDDEN, Scene, kay, user_id};

const ME: &str = "/api/spaces/{s}/attendees/userid/me";

#[tokio::test]
async fn the_response_names_the_former_member() {
    let scene = Scene::new().await;
    scene.join(Role::Guest, &["gus"]).await;
    scene.admit(MemberId::Guest(kay()), "Kay", Role::Guest).await;
    let gus = scene.remove("alice", "gus").await.ok();
    assert_eq!(gus, json!({ "attendee": user_id("gus").to_string(), "attendeeType": "userId" }));
    let guest = scene.delete("alice", &format!("/api/topics/{{s}}/attendees/anonymousId/{}/?", kay())).await.ok();
    assert_eq!(guest, json!({ "attendee": kay().to_string(), "attendeeType": "anonymousId" }));
}

#[tokio::test]
async fn everybody_may_leave_members_remove_guests_and_admins_remove_everybody() {
    for (who, removable) in [("alice", "bob mia gus"), ("mia", "mia gus"), ("gus", "gus")] {
        for whom in ["bob", "mia", "gus", "ana"] {
            let scene = Scene::new().await;
            scene.join(Role::Admin, &["bob"]).await;
            scene.join(Role::Member, &["mia"]).await;
            scene.join(Role::Guest, &["gus"]).await;
            let answer = scene.remove(who, whom).await;
            if removable.contains(whom) {
                answer.ok();
                assert_eq!(scene.role(whom).await, None);
            } else {
                assert_eq!(answer.problem(), FORBIDDEN, "{who} {whom}");
                assert_eq!(scene.role(whom).await.is_some(), whom != "ana");
            }
        }
    }
}

#[tokio::test]
async fn an_anonymous_guest_leaves_by_either_spelling() {
    for kind in ["anonymousid", "userid"] {
        let scene = Scene::new().await;
        scene.admit(MemberId::Guest(kay()), "Kay", Role::Guest).await;
        let left = scene.delete("kay", &format!("/api/spaces/{{s}}/attendees/{kind}/me")).await.ok();
        assert_eq!(left["attendeeType"], "anonymousId");
    }
}

#[tokio::test]
async fn a_repeated_removal_changes_nothing() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia"]).await;
    scene.join(Role::Guest, &["gus", "gil"]).await;
    for _ in 0..2 {
        scene.remove("mia", "gus").await.ok();
        scene.delete("gil", ME).await.ok();
    }
    let standing = async |name: &str| scene.membership(name).await.unwrap().standing;
    assert!(matches!(standing("gus").await, Standing::Removed { .. }));
    assert!(matches!(standing("gil").await, Standing::Left { .. }));
    assert_eq!(scene.membership("gus").await.unwrap().version, 1);
    // A person who left may repeat leaving and nothing else; a removed person cannot turn the removal into leaving.
    assert_eq!(scene.remove("gil", "gus").await.problem(), FORBIDDEN);
    assert_eq!(scene.delete("gus", ME).await.problem(), FORBIDDEN);
}

#[tokio::test]
async fn the_only_admin_can_neither_leave_nor_be_removed() {
    let scene = Scene::new().await;
    assert_eq!(scene.delete("alice", ME).await.problem(), FORBIDDEN);
    scene.join(Role::Admin, &["bob"]).await;
    scene.delete("alice", ME).await.ok();
    assert_eq!(scene.delete("bob", ME).await.problem(), FORBIDDEN);
    scene.assert_admins(1).await;
}

#[tokio::test]
async fn two_admins_who_leave_concurrently_leave_one() {
    for _ in 0..10 {
        let scene = Scene::new().await;
        scene.join(Role::Admin, &["bob"]).await;
        let (one, other) = join(scene.delete("alice", ME), scene.delete("bob", ME)).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403], "{} {}", one.body, other.body);
        scene.assert_admins(1).await;
    }
}

#[tokio::test]
async fn members_can_leave_an_archived_space() {
    let scene = Scene::new().await;
    scene.join(Role::Guest, &["gus", "gil"]).await;
    scene.post("alice", "/api/spaces/{s}/archive", Value::Null).await.ok();
    scene.delete("gus", ME).await.ok();
    scene.remove("alice", "gil").await.ok();
}

#[tokio::test]
async fn the_open_invitations_of_a_person_are_revoked_on_request_and_repeatedly() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia", "max"]).await;
    let later = harness::now() + SignedDuration::from_hours(1);
    let invitations = [
        scene.invite(2, "mia", later).await,
        scene.invite(3, "max", later).await,
        scene.invite(4, "mia", harness::now()).await,
        scene.invite(5, "mia", later).await,
    ];
    let revoked = async || {
        let mut revoked = Vec::new();
        for id in invitations {
            let invitation = scene.harness.store.invitation(id).await.unwrap().unwrap();
            revoked.push(invitation.revoked.is_some());
        }
        revoked
    };
    let path = format!("/api/spaces/{{s}}/attendees/userid/{}", user_id("mia"));
    let refused = scene.delete("alice", &format!("{path}?invites=all")).await;
    assert_eq!(refused.problem(), (400, "invalid_request"));
    scene.delete("alice", &format!("{path}?invites")).await.ok();
    assert_eq!(revoked().await, [false; 4]);
    for _ in 0..2 {
        scene.delete("alice", &format!("{path}?invites=Revoke")).await.ok();
        assert_eq!(revoked().await, [true, false, false, true]);
    }
}
