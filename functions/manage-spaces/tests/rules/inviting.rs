//! Inviting to an existing space.

use futures_util::future::join_all;
use serde_json::{Value, json};
use spaces_model::Role;

use crate::scene::{FORBIDDEN, Scene, user_id};

const INVITE: &str = "/api/spaces/{s}/invite";

/// Returns a body that invites a person by address.
pub(crate) fn inviting(name: &str, role: &str) -> Value {
    json!({ "invitees": [{ "inviteeType": "email", "invitee": format!("{name}@example.net"), "role": role }] })
}

fn faults(body: &Value) -> Vec<(&str, &str)> {
    let errors = body["errors"].as_array().into_iter().flatten();
    errors.map(|fault| (fault["field"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect()
}

/// Returns the invitations in the table that were created through the API.
fn stored(scene: &Scene) -> Vec<Value> {
    let mut items = scene.harness.dynamo.items().unwrap();
    items.retain(|item| item["sk"] == "INVITE" && item["space"] == scene.space.to_string() && item["founds"].is_null());
    items
}

#[tokio::test]
async fn members_invite_as_guest_or_member_and_admins_with_any_role() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    scene.join(Role::Member, &["mia"]).await;
    scene.join(Role::Guest, &["gus"]).await;
    for (who, may) in [("alice", "admin member guest"), ("bob", "admin member guest"), ("mia", "member guest")] {
        for role in ["admin", "member", "guest"] {
            let answer = scene.post(who, INVITE, inviting("han", role)).await;
            if may.contains(role) {
                assert_eq!(answer.ok()["data"][0]["invitees"][0]["role"], role, "{who}");
            } else {
                assert_eq!(answer.problem(), FORBIDDEN, "{who} {role}");
            }
        }
    }
    let invitations = stored(&scene).len();
    assert_eq!(invitations, 8);
    for who in ["gus", "ana", "kay", "app"] {
        assert_eq!(scene.post(who, INVITE, inviting("han", "guest")).await.problem(), FORBIDDEN, "{who}");
    }
    assert_eq!(stored(&scene).len(), invitations);
}

#[tokio::test]
async fn the_response_is_that_of_a_new_space() {
    let scene = Scene::new().await;
    let times = json!({
        "invitees": [{ "inviteeType": "USERID", "invitee": user_id("ana").to_string() }], "inviteMode": "meet",
        "startDateTime": "2099-04-28T21:55:50.950+02:00", "endDateTime": "2099-04-28T20:55:50.95Z",
        "informChannel": "Outlook", "topic": { "id": scene.space.to_string() },
    });
    let body = scene.post("alice", INVITE, times).await.ok();
    let object = body["data"][0].as_object().unwrap();
    let keys: Vec<&str> = object.keys().map(String::as_str).collect();
    assert_eq!(keys, ["_id", "created", "endDateTime", "invitees", "startDateTime", "topicId"]);
    assert_eq!(object["topicId"], scene.space.to_string());
    assert_eq!(object["startDateTime"], "2099-04-28T19:55:50.950Z");
    let ana = json!({ "inviteeType": "userId", "invitee": user_id("ana").to_string(), "role": "member" });
    assert_eq!(object["invitees"], json!([ana]));
    let link = format!("/spaces/invites/{}/meet", object["_id"].as_str().unwrap());
    assert!(body["inviteContent"]["text"].as_str().unwrap().contains(&link), "{body}");
    let item = &stored(&scene)[0];
    assert_eq!(
        (&item["inviter"], &item["mailing"]),
        (&json!(user_id("alice").to_string()), &json!({ "kind": "invite", "number": 0 }))
    );
    let content = scene.post("alice", INVITE, inviting("han", "guest")).await.ok();
    assert!(content.get("inviteContent").is_none());
}

#[tokio::test]
async fn at_least_one_invitee_is_required() {
    let scene = Scene::new().await;
    for body in [json!({}), json!({ "invitees": [] }), json!({ "invitees": null })] {
        let answer = scene.post("alice", INVITE, body).await;
        assert_eq!((answer.status, faults(&answer.body)), (400, vec![("invitees", "required")]));
    }
    let answer = scene.post("alice", INVITE, json!([])).await;
    assert_eq!((answer.status, faults(&answer.body)), (400, vec![("body", "wrong_type")]));
}

#[tokio::test]
async fn archived_direct_and_deleted_spaces_do_not_allow_invitations() {
    for (pointer, value) in [("/status", "archived"), ("/status", "deleted"), ("/type", "direct")] {
        let scene = Scene::new().await;
        scene.set(pointer, json!({ "S": value }));
        assert_eq!(scene.post("alice", INVITE, inviting("han", "guest")).await.problem(), FORBIDDEN, "{value}");
        assert!(stored(&scene).is_empty());
    }
}

#[tokio::test]
async fn users_can_be_invited_by_id_by_people_who_may_know_them() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["far"]).await;
    let by_id = |name: &str| json!({ "invitees": [{ "inviteeType": "userid", "invitee": user_id(name).to_string() }] });
    scene.post("alice", INVITE, by_id("far")).await.ok();
    let answer = scene.post("far", INVITE, by_id("ana")).await;
    assert_eq!((answer.status, faults(&answer.body)), (400, vec![("invitees[0].invitee", "unknown_user")]));
}

#[tokio::test]
async fn a_repeated_request_with_the_same_key_creates_nothing() {
    let scene = Scene::new().await;
    scene.join(Role::Admin, &["bob"]).await;
    let send = |who, body| scene.post_with_key(who, INVITE, body, "k-1");
    let answers = join_all((0..10).map(|_| send("alice", inviting("han", "guest")))).await;
    let first = answers[0].clone().ok();
    assert!(answers.iter().all(|answer| answer.body == first));
    assert_eq!(stored(&scene).len(), 1);
    let other = send("alice", inviting("leia", "guest")).await;
    assert_eq!(other.problem(), (422, "idempotency_mismatch"));
    let of_another = send("bob", inviting("han", "guest")).await.ok();
    assert_ne!(of_another["data"][0]["_id"], first["data"][0]["_id"]);
    // A request that was allowed the first time gets its response, but a caller who may no longer invite is rejected.
    scene.set("/status", json!({ "S": "archived" }));
    assert_eq!(send("alice", inviting("han", "guest")).await.ok(), first);
    scene.set("/status", json!({ "S": "deleted" }));
    assert_eq!(send("alice", inviting("han", "guest")).await.problem(), FORBIDDEN);
}

#[tokio::test]
async fn a_key_belongs_to_the_space() {
    let scene = Scene::new().await;
    let other = Scene::new().await;
    let first = scene.post_with_key("alice", INVITE, inviting("han", "guest"), "k-1").await.ok();
    let again = other.post_with_key("alice", "/api/topics/{s}/invite/", inviting("han", "guest"), "k-1").await.ok();
    assert_eq!(first["data"][0]["_id"], again["data"][0]["_id"]);
    let elsewhere = "/api/spaces/5a0000000000000000000001/invite";
    let third = scene.post_with_key("alice", elsewhere, inviting("han", "guest"), "k-1").await.ok();
    assert_ne!(first["data"][0]["_id"], third["data"][0]["_id"]);
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_has_a_verdict_on_each_entry() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["mia"]).await;
    let email = |address: &str| json!({ "inviteeType": "email", "invitee": address });
    let body = json!({ "invitees": [
        email("han@example.net"), email("mia@example.com"), email("HAN@example.net"), email("ünal@example.net"),
        { "inviteeType": "userid", "invitee": user_id("mia").to_string(), "role": "guest" },
    ] });
    // Adds her to the directory, with her address.
    scene.get("mia", "/api/users/me").await.ok();
    scene.get("alice", "/api/users/me").await.ok();
    let before = scene.harness.dynamo.items().unwrap();
    let verdicts = |body: &Value| {
        let invitees = body["data"][0]["invitees"].as_array().unwrap().clone();
        invitees.into_iter().map(|entry| entry["verdict"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let path = format!("{INVITE}?dryRun=true");
    let answer = scene.post("alice", &path, body.clone()).await.ok();
    assert_eq!(verdicts(&answer), ["ok", "already_member", "duplicate", "not_mailed", "already_member"]);
    let keys: Vec<&str> = answer["data"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["created", "invitees"]);
    // Ordinary members cannot tell members from other people.
    let answer = scene.post("mia", &path, body.clone()).await.ok();
    assert_eq!(verdicts(&answer), ["ok", "ok", "duplicate", "not_mailed", "ok"]);
    let mut written = scene.harness.dynamo.items().unwrap();
    written.retain(|item| !before.contains(item));
    assert!(written.iter().all(|item| item["sk"] == "LIMIT"), "{written:?}");
    // Without a dry run, that address is a fault.
    let answer = scene.post("alice", &format!("{INVITE}?dryRun=false"), body).await;
    assert_eq!(faults(&answer.body), [("invitees[3].invitee", "invalid_address")]);
    let answer = scene.post("alice", &format!("{INVITE}?dryRun=maybe"), inviting("han", "guest")).await;
    assert_eq!(faults(&answer.body), [("dryRun", "invalid_value")]);
}

#[tokio::test]
async fn a_caller_can_check_a_thousand_addresses_an_hour() {
    let scene = Scene::new().await;
    let entry = |n| json!({ "inviteeType": "email", "invitee": format!("a{n}@example.net") });
    let path = format!("{INVITE}?dryRun=true");
    let thousand = json!({ "invitees": (0..1_000).map(entry).collect::<Vec<_>>() });
    scene.post("alice", &path, thousand).await.ok();
    assert_eq!(scene.post("alice", &path, inviting("han", "guest")).await.problem(), (429, "too_many_requests"));
    scene.post("alice", INVITE, inviting("han", "guest")).await.ok();
}
