//! The life of an invitation: shown, listed, updated, resent, revoked.

use futures_util::future::{join, join_all};
use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_model::{InviteId, Role, format_time};

use crate::inviting::inviting;
use crate::scene::{FORBIDDEN, Scene, user_id};

const INVITE: &str = "/api/spaces/{s}/invite";

/// Lets a member invite, and returns the path of the invitation.
async fn invited(scene: &Scene, who: &str, body: Value) -> String {
    let body = scene.post(who, INVITE, body).await.ok();
    format!("/api/spaces/invites/{}", body["data"][0]["_id"].as_str().unwrap())
}

fn id(path: &str) -> InviteId {
    path.rsplit_once('/').unwrap().1.parse().unwrap()
}

/// Returns the list entries for these people.
fn people(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "inviteeType": "email", "invitee": format!("{name}@example.net") })).collect()
}

fn listing(names: &[&str]) -> Value {
    json!({ "invitees": people(names) })
}

fn hours(hours: i64) -> String {
    format_time(harness::now() + SignedDuration::from_hours(hours))
}

async fn stored(scene: &Scene, path: &str) -> spaces_model::Invitation {
    scene.harness.store.invitation(id(path)).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_invitation_is_shown_to_its_creator_and_to_admins() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    scene.join(Role::Member, &["mia", "max"]).await;
    scene.join(Role::Guest, &["gus"]).await;
    let path = invited(&scene, "mia", inviting("han", "guest")).await;
    for who in ["mia", "alice", "bob"] {
        let body = scene.get(who, &path).await.ok();
        let object = body["data"][0].as_object().unwrap();
        let link = format!("https://spaces.example.com/spaces/invites/{}/join", id(&path));
        assert_eq!((&object["status"], &object["version"], &object["link"]), (&json!("open"), &json!(0), &json!(link)));
        assert_eq!((&object["inviteMode"], &object["expires"]), (&json!("invite"), &json!(hours(720))));
    }
    for who in ["max", "gus", "ana", "kay", "app"] {
        assert_eq!(scene.get(who, &path).await.problem(), FORBIDDEN, "{who}");
    }
    // The creator must still be a member.
    scene.give("alice", "mia", "guest").await.ok();
    assert_eq!(scene.get("mia", &path).await.problem(), FORBIDDEN);
}

#[tokio::test]
async fn the_keys_of_an_invitation_are_in_the_documented_order() {
    let scene = Scene::new().await;
    let body = json!({ "invitees": people(&["han"]), "startDateTime": hours(5), "endDateTime": hours(6) });
    let path = invited(&scene, "alice", body).await;
    let invitation = stored(&scene, &path).await;
    scene.harness.store.put_deliveries(&invitation, &invitation.invitees, harness::now()).await.unwrap();
    let shown = scene.text("alice", &path).await;
    let expected = "data topicId startDateTime endDateTime _id invitees inviteeType invitee role delivery state at kind \
                    created status expires inviteMode version link";
    assert_eq!(keys(&shown), expected);
    let list = scene.text("alice", "/api/spaces/{s}/invites?size=1").await;
    let expected = "data topicId startDateTime endDateTime _id counts invited joined declined delivery queued created status \
                    expires inviteMode version link total from to nextPageUrl";
    assert_eq!(keys(&list), expected);
}

/// Returns the keys of a JSON text in order.
fn keys(text: &str) -> String {
    let parts: Vec<&str> = text.split("\":").collect();
    let (_, before) = parts.split_last().unwrap();
    before.iter().map(|part| part.rsplit('"').next().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn an_unknown_invitation_and_another_persons_get_the_same_response_after_the_same_reads() {
    let scene = Scene::new().await;
    let path = invited(&scene, "alice", inviting("han", "guest")).await;
    scene.get("ana", "/api/users/me").await.ok();
    let mut seen = Vec::new();
    for path in [path.as_str(), "/api/spaces/invites/ffffffffffffffffffffffff"] {
        for (method, body) in [("GET", Value::Null), ("DELETE", Value::Null), ("POST", listing(&["han"]))] {
            scene.harness.dynamo.forget_calls();
            let answer = scene.call("ana", method, path, body).await;
            let mut problem = answer.body.clone();
            problem["requestId"] = Value::Null;
            seen.push((method, answer.status, problem, scene.harness.dynamo.calls()));
        }
    }
    let unknown = seen.split_off(3);
    assert_eq!(seen, unknown);
    assert_eq!(seen[0].1, 403);
    for id in ["undefined", "FFFFFFFFFFFFFFFFFFFFFFFF", "null"] {
        assert_eq!(scene.get("ana", &format!("/api/spaces/invites/{id}")).await.problem(), (404, "not_found"));
    }
}

#[tokio::test]
async fn each_invitee_is_shown_with_the_state_of_their_mail() {
    let scene = Scene::new().await;
    let path = invited(&scene, "alice", listing(&["han", "leia"])).await;
    let invitation = stored(&scene, &path).await;
    scene.harness.store.put_deliveries(&invitation, &invitation.invitees, harness::now()).await.unwrap();
    scene.harness.store.record_answer(&invitation, &invitation.invitees[1], harness::now()).await.unwrap();
    let body = scene.get("alice", &path).await.ok();
    let invitees = &body["data"][0]["invitees"];
    let queued = json!({ "state": "queued", "at": hours(0), "kind": "invite" });
    assert_eq!((&invitees[0]["delivery"], &invitees[0]["answered"]), (&queued, &Value::Null));
    assert_eq!(invitees[1]["answered"], json!({ "answer": "no", "at": hours(0) }));
    let list = scene.get("alice", "/api/spaces/{s}/invites").await.ok();
    let counts = json!({ "invited": 2, "joined": 0, "declined": 1, "delivery": { "queued": 2 } });
    assert_eq!(list["data"][0]["counts"], counts);
    assert!(list["data"][0].get("invitees").is_none());
}

#[tokio::test]
async fn admins_list_all_invitations_and_members_their_own() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia"]).await;
    scene.join(Role::Guest, &["gus"]).await;
    let of_mia = invited(&scene, "mia", inviting("han", "guest")).await;
    invited(&scene, "alice", inviting("leia", "guest")).await;
    let ids = |body: &Value| {
        let data = body["data"].as_array().unwrap().clone();
        data.into_iter().map(|each| each["_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = scene.get("alice", "/api/spaces/{s}/invites").await.ok();
    // Including the invitation that founded the space.
    assert_eq!((ids(&all).len(), &all["total"]), (3, &json!(3)));
    let own = scene.get("mia", "/api/spaces/{s}/invites").await.ok();
    assert_eq!((ids(&own), &own["total"]), (vec![id(&of_mia).to_string()], &json!(1)));
    for who in ["gus", "ana", "kay"] {
        assert_eq!(scene.get(who, "/api/spaces/{s}/invites").await.problem(), FORBIDDEN, "{who}");
    }
}

#[tokio::test]
async fn a_list_is_paged_newest_first_and_filtered_by_status() {
    let scene = Scene::new().await;
    let now = harness::now();
    for number in 1..=7 {
        let expires = if number % 2 == 0 { now } else { now + SignedDuration::from_hours(1) };
        scene.invite(number, "alice", expires).await;
    }
    scene.delete("alice", &format!("/api/spaces/invites/{}", InviteId::from_bytes([7; 12]))).await.ok();
    let newest = invited(&scene, "alice", inviting("han", "guest")).await;
    for (status, number) in [("", 9), ("all", 9), ("OPEN", 5), ("expired", 3), ("revoked", 1)] {
        let mut next = Some(format!("/api/topics/{{s}}/invites/?size=3&status={status}"));
        let mut seen: Vec<(String, String)> = Vec::new();
        while let Some(path) = next {
            let page = scene.get("alice", &path).await.ok();
            assert_eq!((&page["total"], &page["from"]), (&json!(number), &json!(seen.len() + 1)), "{status}");
            let data = page["data"].as_array().unwrap();
            assert!(data.len() <= 3);
            let text = |each: &Value, name: &str| each[name].as_str().unwrap().to_owned();
            seen.extend(data.iter().map(|each| (text(each, "created"), text(each, "_id"))));
            next = page["nextPageUrl"].as_str().map(str::to_owned);
        }
        assert_eq!(seen.len(), number, "{status}");
        assert!(seen.iter().rev().map(|(created, _)| created).is_sorted());
        assert_eq!(seen[0].1 == id(&newest).to_string(), number >= 5, "{status}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), number);
    }
    let second = scene.get("alice", "/api/spaces/{s}/invites?size=3&page=1").await.ok();
    assert_eq!((&second["from"], &second["to"]), (&json!(4), &json!(6)));
    for wrong in ["status=closed", "size=101", "size=100&page=2", "pageToken=x"] {
        assert_eq!(scene.get("alice", &format!("/api/spaces/{{s}}/invites?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn an_update_replaces_the_list_and_leaves_what_it_does_not_name() {
    let scene = Scene::new().await;
    let body = json!({ "invitees": people(&["han", "leia"]), "inviteMode": "meet", "startDateTime": hours(5), "endDateTime": hours(6), "inviteContentLanguage": "de" });
    let path = invited(&scene, "alice", body).await;
    let body = json!({ "_id": id(&path).to_string(), "topicId": scene.space.to_string(), "version": 0, "invitees": people(&["leia", "rey"]) });
    let answer = scene.post("alice", &path, body).await.ok();
    let object = &answer["data"][0];
    assert_eq!((&object["version"], &object["inviteMode"]), (&json!(1), &json!("meet")));
    assert_eq!((&object["startDateTime"], &object["endDateTime"]), (&json!(hours(5)), &json!(hours(6))));
    assert_eq!(object["invitees"].as_array().unwrap().len(), 2);
    let after = stored(&scene, &path).await;
    assert_eq!((after.sequence, after.revised, after.mailing.number), (1, 0, 1));
    assert_eq!(after.language.as_ref().map(ToString::to_string).as_deref(), Some("de"));
    let without = json!({ "invitees": people(&["leia", "rey"]), "startDateTime": null, "endDateTime": null });
    let answer = scene.post("alice", &path, without).await.ok();
    assert!(answer["data"][0].get("startDateTime").is_none());
    assert_eq!(answer["data"][0]["expires"], hours(720));
    let after = stored(&scene, &path).await;
    assert_eq!((after.sequence, after.revised, after.starts), (2, 2, None));
}

#[tokio::test]
async fn an_update_is_limited_by_the_updaters_rights_and_makes_them_the_inviter() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    scene.join(Role::Member, &["mia", "max"]).await;
    let path = invited(&scene, "mia", inviting("han", "member")).await;
    assert_eq!(scene.post("mia", &path, inviting("han", "admin")).await.problem(), FORBIDDEN);
    assert_eq!(scene.post("max", &path, inviting("han", "guest")).await.problem(), FORBIDDEN);
    scene.post("bob", &path, inviting("han", "admin")).await.ok();
    let after = stored(&scene, &path).await;
    assert_eq!((after.inviter.id, after.creator), (user_id("bob"), user_id("mia")));
    // The invitation is still hers, but not with that role.
    assert_eq!(scene.post("mia", &path, inviting("han", "admin")).await.problem(), FORBIDDEN);
    scene.post("mia", &path, inviting("han", "guest")).await.ok();
    assert_eq!(stored(&scene, &path).await.inviter.id, user_id("mia"));
}

#[tokio::test]
async fn a_faulty_update_is_reported_and_changes_nothing() {
    let scene = Scene::new().await;
    let body = json!({ "invitees": people(&["han"]), "startDateTime": hours(5), "endDateTime": hours(6) });
    let path = invited(&scene, "alice", body).await;
    let before = stored(&scene, &path).await;
    for (change, field, code) in [
        (json!({ "invitees": null }), "invitees", "required"),
        (json!({ "_id": "ffffffffffffffffffffffff" }), "_id", "not_allowed"),
        (json!({ "topicId": "ffffffffffffffffffffffff" }), "topicId", "not_allowed"),
        (json!({ "version": "0" }), "version", "wrong_type"),
        (json!({ "endDateTime": hours(-1), "startDateTime": null }), "endDateTime", "end_in_past"),
        (json!({ "startDateTime": hours(7) }), "endDateTime", "end_before_start"),
        (json!({ "inviteMode": "watch" }), "inviteMode", "invalid_value"),
    ] {
        let mut body = listing(&["han"]);
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = scene.post("alice", &path, body).await;
        let fault = &answer.body["errors"][0];
        assert_eq!(
            (answer.status, &fault["field"], &fault["code"]),
            (400, &json!(field), &json!(code)),
            "{}",
            answer.body
        );
    }
    let stale = json!({ "invitees": people(&["han"]), "version": 1 });
    assert_eq!(scene.post("alice", &path, stale).await.problem(), (409, "conflict"));
    assert_eq!(stored(&scene, &path).await, before);
}

#[tokio::test]
async fn invited_users_stay_no_matter_who_updates_the_invitation() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["far"]).await;
    let by_id = |name: &str| json!({ "inviteeType": "userid", "invitee": user_id(name).to_string() });
    let path = invited(&scene, "alice", json!({ "invitees": [by_id("ana")] })).await;
    scene.post("far", &path, json!({ "invitees": [by_id("ana")] })).await.ok();
    let answer = scene.post("far", &path, json!({ "invitees": [by_id("ana"), by_id("remy")] })).await;
    assert_eq!((answer.status, &answer.body["errors"][0]["field"]), (400, &json!("invitees[1].invitee")));
}

#[tokio::test]
async fn an_expired_invitation_can_be_reopened_and_a_revoked_one_cannot() {
    let scene = Scene::new().await;
    let path = format!("/api/spaces/invites/{}", scene.invite(9, "alice", harness::now()).await);
    assert_eq!(scene.get("alice", &path).await.ok()["data"][0]["status"], "expired");
    let object = scene.post("alice", &path, listing(&["han"])).await.ok()["data"][0].clone();
    assert_eq!((&object["status"], &object["expires"]), (&json!("open"), &json!(hours(720))));
    scene.delete("alice", &path).await.ok();
    assert_eq!(scene.post("alice", &path, listing(&["han"])).await.problem(), (410, "invite_revoked"));
    assert_eq!(scene.post("alice", &format!("{path}/resend"), Value::Null).await.problem(), (410, "invite_revoked"));
}

#[tokio::test]
async fn a_changed_channel_takes_effect() {
    let scene = Scene::new().await;
    let path = invited(&scene, "alice", inviting("han", "guest")).await;
    let body = json!({ "invitees": people(&["han"]), "informChannel": "client" });
    let answer = scene.post("alice", &path, body).await.ok();
    assert!(answer["inviteContent"]["text"].as_str().unwrap().contains(&id(&path).to_string()));
    let again = scene.post("alice", &path, listing(&["han"])).await.ok();
    assert!(again.get("inviteContent").is_some());
    assert!(scene.get("alice", &path).await.ok().get("inviteContent").is_none());
}

#[tokio::test]
async fn revoking_again_changes_nothing() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia"]).await;
    let path = invited(&scene, "mia", inviting("han", "guest")).await;
    let first = scene.delete("mia", &format!("{path}/")).await.ok();
    assert_eq!((&first["data"][0]["status"], first["data"].as_array().unwrap().len()), (&json!("revoked"), 1));
    let after = stored(&scene, &path).await;
    assert_eq!((after.sequence, after.mailing.number), (1, 1));
    assert_eq!(scene.delete("alice", &path).await.ok(), first);
    assert_eq!(stored(&scene, &path).await, after);
}

#[tokio::test]
async fn invitations_to_an_archived_space_are_shown_and_cannot_be_changed() {
    let scene = Scene::new().await;
    let path = invited(&scene, "alice", inviting("han", "guest")).await;
    scene.post("alice", "/api/spaces/{s}/archive", Value::Null).await.ok();
    scene.get("alice", &path).await.ok();
    assert_eq!(scene.post("alice", &path, listing(&["han"])).await.problem(), FORBIDDEN);
    assert_eq!(scene.post("alice", &format!("{path}/resend"), Value::Null).await.problem(), FORBIDDEN);
    assert_eq!(scene.delete("alice", &path).await.problem(), FORBIDDEN);
}

#[tokio::test]
async fn a_blocked_user_reads_their_invitations_and_cannot_change_them() {
    let scene = Scene::new().await;
    let path = invited(&scene, "alice", inviting("han", "guest")).await;
    scene.harness.store.block(user_id("alice"), harness::now()).await.unwrap();
    let later = scene.later(SignedDuration::from_mins(11));
    later.get("alice", &path).await.ok();
    later.get("alice", "/api/spaces/{s}/invites").await.ok();
    assert_eq!(later.post("alice", INVITE, inviting("han", "guest")).await.problem(), (403, "blocked"));
    assert_eq!(later.post("alice", &path, listing(&["han"])).await.problem(), (403, "blocked"));
    assert_eq!(later.delete("alice", &path).await.problem(), (403, "blocked"));
}

#[tokio::test]
async fn an_invitation_can_be_updated_sixty_times_an_hour() {
    let scene = Scene::new().await;
    let path = invited(&scene, "alice", inviting("han", "guest")).await;
    for _ in 0..60 {
        scene.post("alice", &path, listing(&["han"])).await.ok();
    }
    assert_eq!(scene.post("alice", &path, listing(&["han"])).await.problem(), (429, "too_many_requests"));
    scene.later(SignedDuration::from_hours(1)).post("alice", &path, listing(&["han"])).await.ok();
}

#[tokio::test]
async fn two_concurrent_updates_both_take_effect_and_with_a_version_only_one() {
    let scene = Scene::new().await;
    let path = invited(&scene, "alice", inviting("han", "guest")).await;
    let send = |names: &'static [&'static str]| scene.post("alice", &path, listing(names));
    let (one, other) = join(send(&["han", "leia"]), send(&["han", "rey"])).await;
    let mut versions = [one.ok(), other.ok()].map(|body| body["data"][0]["version"].as_u64());
    versions.sort_unstable();
    assert_eq!(versions, [Some(1), Some(2)]);
    let versioned = |name| scene.post("alice", &path, json!({ "invitees": people(&[name]), "version": 2 }));
    let answers = join_all(["han", "leia", "rey", "finn", "poe"].map(versioned)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.problem() == (409, "conflict")).count(), 4);
    assert_eq!(stored(&scene, &path).await.version, 3);
}

#[tokio::test]
async fn a_concurrent_update_and_revocation_leave_it_revoked() {
    for _ in 0..5 {
        let scene = Scene::new().await;
        let path = invited(&scene, "alice", inviting("han", "guest")).await;
        let (updated, revoked) =
            join(scene.post("alice", &path, listing(&["rey"])), scene.delete("alice", &path)).await;
        assert_eq!(revoked.ok()["data"][0]["status"], "revoked");
        let after = stored(&scene, &path).await;
        assert!(after.revoked.is_some());
        match updated.status {
            200 => assert_eq!((after.version, after.mailing.number), (1, 2)),
            _ => assert_eq!((updated.problem(), after.version), ((410, "invite_revoked"), 0)),
        }
    }
}

#[tokio::test]
async fn an_invitation_to_a_concurrently_deleted_space_is_unknown() {
    let scene = Scene::new().await;
    let (made, deleted) =
        join(scene.post("alice", INVITE, inviting("han", "guest")), scene.delete("alice", "/api/spaces/{s}")).await;
    deleted.ok();
    if made.status == 200 {
        let path = format!("/api/spaces/invites/{}", made.body["data"][0]["_id"].as_str().unwrap());
        assert_eq!(scene.get("alice", &path).await.problem(), FORBIDDEN);
    } else {
        assert_eq!(made.problem(), FORBIDDEN);
    }
}

#[tokio::test]
async fn the_operations_take_as_many_round_trips_as_documented() {
    let scene = Scene::new().await;
    let path = invited(&scene, "alice", inviting("han", "guest")).await;
    for (method, path, body, expected) in [
        ("POST", INVITE.to_owned(), inviting("leia", "guest"), "GetItem GetItem UpdateItem UpdateItem PutItem"),
        ("GET", path.clone(), Value::Null, "GetItem GetItem GetItem Query"),
        ("POST", path.clone(), listing(&["han"]), "GetItem GetItem GetItem UpdateItem UpdateItem UpdateItem Query"),
        ("POST", path.clone(), listing(&["han"]), "GetItem GetItem GetItem UpdateItem UpdateItem Query"),
        (
            "POST",
            format!("{path}/resend"),
            Value::Null,
            "GetItem GetItem GetItem UpdateItem UpdateItem Query UpdateItem UpdateItem UpdateItem",
        ),
        ("DELETE", path, Value::Null, "GetItem GetItem GetItem UpdateItem Query"),
    ] {
        scene.harness.dynamo.forget_calls();
        scene.call("alice", method, &path, body).await.ok();
        assert_eq!(scene.harness.dynamo.calls().join(" "), expected, "{method} {path}");
    }
}
