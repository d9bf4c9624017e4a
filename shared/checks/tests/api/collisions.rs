//! Pairs of concurrent commands.

use futures_util::future::join;
use serde_json::{Value, json};

use crate::scene::{Scene, State};
use crate::world::{Answer, World, id};

/// Number of times each pair runs. The two interleave differently each time.
const ROUNDS: usize = 6;

async fn cast() -> World {
    let world = World::start().await;
    Scene::cast(&world).await;
    world
}

/// Asserts that a space's count of admins is correct and not zero.
fn assert_admins_are_counted(world: &World, space: &str) {
    let items = world.harness.dynamo.items().unwrap();
    let of_space = |item: &&Value| item["pk"] == format!("SPACE#{space}");
    let is_admin = |item: &&Value| {
        item["role"] == "admin" && item.get("left").is_none() && item.get("removed").is_none() && item["sk"] != "SPACE"
    };
    let admins = items.iter().filter(of_space).filter(is_admin).count();
    let counted = items.iter().filter(of_space).find(|item| item["sk"] == "SPACE").unwrap();
    assert!(admins > 0, "no admin is left");
    assert_eq!(counted["admins"], json!(admins));
}

fn statuses((one, other): (Answer, Answer)) -> [u64; 2] {
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    statuses
}

fn invitees(names: &[&str]) -> Value {
    let invitee = |name: &&str| json!({ "inviteeType": "email", "invitee": format!("{name}@example.com") });
    names.iter().map(invitee).collect()
}

#[tokio::test]
async fn an_update_and_a_revocation_leave_the_invitation_revoked() {
    let world = cast().await;
    for _ in 0..ROUNDS {
        let Scene { invite, .. } = Scene::new(&world, State::Active).await;
        let path = format!("/api/spaces/invites/{invite}");
        let body = json!({ "invitees": invitees(&["new"]) });
        let (updated, revoked) =
            join(world.call("alice", "POST", &path, body), world.call("adam", "DELETE", &path, Value::Null)).await;
        assert_eq!(revoked.status, 200, "{}", revoked.body);
        assert!([200, 410].contains(&updated.status), "{}", updated.body);
        let shown = world.call("alice", "GET", &path, Value::Null).await.ok();
        assert_eq!(shown["data"][0]["status"], "revoked");
        let is_updated = shown["data"][0]["version"] == 1;
        assert_eq!(is_updated, updated.status == 200, "the response matches the stored state");
    }
}

#[tokio::test]
async fn a_join_and_a_revocation_make_a_member_or_none_and_then_admit_nobody() {
    let world = cast().await;
    for _ in 0..ROUNDS {
        let Scene { space, mias, .. } = Scene::new(&world, State::Active).await;
        let path = format!("/api/spaces/invites/{mias}");
        let link = format!("{path}/join");
        let (joined, revoked) =
            join(world.call("gina", "GET", &link, Value::Null), world.call("adam", "DELETE", &path, Value::Null)).await;
        assert_eq!(revoked.status, 200, "{}", revoked.body);
        assert!([200, 410].contains(&joined.status), "{}", joined.body);
        let shown = world.call("gina", "GET", &format!("/api/spaces/{space}"), Value::Null).await;
        assert_eq!(shown.status == 200, joined.status == 200, "the response matches the stored state");
        // Functions cache invitations for five seconds.
        world.pass(jiff::SignedDuration::from_secs(6));
        assert_eq!(world.call("stan", "GET", &link, Value::Null).await.status, 410);
    }
}

#[tokio::test]
async fn a_change_of_role_and_a_removal_keep_the_count_of_admins() {
    let world = cast().await;
    for _ in 0..ROUNDS {
        let Scene { space, .. } = Scene::new(&world, State::Active).await;
        let attendee = |name: &str| format!("/api/spaces/{space}/attendees/userid/{}", id(name));
        let (mia, adam) = (attendee("mia"), attendee("adam"));
        let set = |path, role| world.call("alice", "POST", path, json!({ "role": role }));
        let (raised, removed) = join(set(&mia, "admin"), world.call("adam", "DELETE", &mia, Value::Null)).await;
        assert_eq!([raised.status, removed.status], [200, 200], "{} {}", raised.body, removed.body);
        assert_admins_are_counted(&world, &space);
        let (lowered, removed) = join(set(&adam, "member"), world.call("bea", "DELETE", &adam, Value::Null)).await;
        assert_eq!([lowered.status, removed.status], [200, 403], "{} {}", lowered.body, removed.body);
        assert_admins_are_counted(&world, &space);
    }
}

#[tokio::test]
async fn one_of_two_last_admins_who_leave_at_once_stays() {
    let world = cast().await;
    for _ in 0..ROUNDS {
        let Scene { space, .. } = Scene::new(&world, State::Active).await;
        let attendee = |name: &str| format!("/api/spaces/{space}/attendees/userid/{name}");
        world.call("alice", "DELETE", &attendee(&id("bea")), Value::Null).await.ok();
        let me = attendee("me");
        let leave = |name| world.call(name, "DELETE", &me, Value::Null);
        assert_eq!(statuses(join(leave("alice"), leave("adam")).await), [200, 403]);
        assert_admins_are_counted(&world, &space);
    }
}

#[tokio::test]
async fn an_invitation_into_a_concurrently_deleted_space_admits_nobody() {
    let world = cast().await;
    for _ in 0..ROUNDS {
        let Scene { space, .. } = Scene::new(&world, State::Active).await;
        let path = format!("/api/spaces/{space}");
        let body = json!({ "invitees": invitees(&["gina"]) });
        let (deleted, invited) = join(
            world.call("alice", "DELETE", &path, Value::Null),
            world.call("adam", "POST", &format!("{path}/invite"), body),
        )
        .await;
        assert_eq!(deleted.status, 200, "{}", deleted.body);
        assert!([200, 403].contains(&invited.status), "{}", invited.body);
        if let Some(invite) = invited.body["data"][0]["_id"].as_str() {
            let joined = world.call("gina", "GET", &format!("/api/spaces/invites/{invite}/join"), Value::Null).await;
            assert_eq!((joined.status, &joined.body["code"]), (410, &json!("invite_revoked")));
        }
    }
}

#[tokio::test]
async fn one_of_two_updates_of_one_version_conflicts_and_without_versions_both_apply() {
    let world = cast().await;
    for _ in 0..ROUNDS {
        let Scene { invite, .. } = Scene::new(&world, State::Active).await;
        let path = format!("/api/spaces/invites/{invite}");
        let update = |name, body| world.call(name, "POST", &path, body);
        let of_version = |who| json!({ "version": 0, "invitees": invitees(&[who]) });
        let both = join(update("alice", of_version("new")), update("adam", of_version("newer"))).await;
        assert_eq!(statuses(both), [200, 409]);
        let of_any = |who| json!({ "invitees": invitees(&[who]) });
        let both = join(update("alice", of_any("new")), update("adam", of_any("newer"))).await;
        assert_eq!(statuses(both), [200, 200]);
        assert_eq!(world.call("alice", "GET", &path, Value::Null).await.ok()["data"][0]["version"], 3);
    }
}

#[tokio::test]
async fn two_updates_of_different_fields_of_a_space_both_apply() {
    let world = cast().await;
    for round in 0..ROUNDS {
        let Scene { space, .. } = Scene::new(&world, State::Active).await;
        let path = format!("/api/spaces/{space}");
        let (title, description) = (format!("Title {round}"), format!("Description {round}"));
        let both = join(
            world.call("alice", "POST", &path, json!({ "title": title })),
            world.call("adam", "POST", &path, json!({ "description": description })),
        )
        .await;
        assert_eq!(statuses(both), [200, 200]);
        let shown = world.call("mia", "GET", &path, Value::Null).await.ok();
        assert_eq!((&shown["title"], &shown["description"]), (&json!(title), &json!(description)));
    }
}

#[tokio::test]
async fn opening_a_direct_space_or_a_meeting_room_concurrently_creates_only_one() {
    let world = cast().await;
    let pairs = [("alice", "adam"), ("mia", "gus"), ("lea", "rob"), ("cora", "gina")];
    for (one, other) in pairs {
        let direct = |name| format!("/api/spaces/direct/user/{}", id(name));
        let (by_one, by_other) = (direct(other), direct(one));
        let both = join(world.call(one, "GET", &by_one, Value::Null), world.call(other, "GET", &by_other, Value::Null));
        let (seen_by_one, seen_by_other) = both.await;
        let (seen_by_one, seen_by_other) = (seen_by_one.ok(), seen_by_other.ok());
        let (seen_by_one, seen_by_other) = (&seen_by_one["data"][0], &seen_by_other["data"][0]);
        for name in ["_id", "cid", "created"] {
            assert_eq!(seen_by_one[name], seen_by_other[name], "{name}");
        }
        assert_eq!((&seen_by_one["title"], &seen_by_other["title"]), (&json!(other), &json!(one)));
        let room = format!("/api/users/meetingroom/{one}@example.com");
        let (own, theirs) =
            join(world.call(one, "GET", &room, Value::Null), world.call(other, "GET", &room, Value::Null)).await;
        let (own, theirs) = (own.ok(), theirs.ok());
        assert_eq!((&own["data"]["_id"], &own["data"]["cid"]), (&theirs["data"]["_id"], &json!(id(one))));
        assert_admins_are_counted(&world, own["data"]["_id"].as_str().unwrap());
        for (space, items) in [(&seen_by_one["_id"], 3), (&own["data"]["_id"], 2)] {
            let pk = format!("SPACE#{}", space.as_str().unwrap());
            let held = world.harness.dynamo.items().unwrap();
            assert_eq!(held.iter().filter(|item| item["pk"] == pk).count(), items);
        }
        // A direct space does not make its members acquaintances, even if both open it.
        let members = world.harness.dynamo.items().unwrap();
        let pk = format!("SPACE#{}", seen_by_one["_id"].as_str().unwrap());
        let mut members = members.iter().filter(|item| item["pk"] == pk && item["sk"] != "SPACE");
        assert!(members.all(|member| member["own_act"] == false));
    }
}
