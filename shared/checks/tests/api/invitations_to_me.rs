//! The list of the invitations for the caller.

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::tokens::DevelopmentUser;

use crate::world::{World, id, person};

const LIST: &str = "/api/users/me/invites";

/// Creates a space with invitees, and returns the ids of the invitation and of the space.
async fn invited(world: &World, by: &'static str, title: &str, invitees: Value) -> [String; 2] {
    let body = json!({ "topic": { "title": title }, "invitees": invitees, "informChannel": "client" });
    let created = world.call(by, "POST", "/api/spaces/invite", body).await.ok();
    world.relay().await;
    // Give each invitation a different time of creation.
    world.pass(SignedDuration::from_secs(1));
    ["_id", "topicId"].map(|name| created["data"][0][name].as_str().unwrap().to_owned())
}

fn by_id(name: &str, role: &str) -> Value {
    json!([{ "inviteeType": "userid", "invitee": id(name), "role": role }])
}

fn by_address(name: &str) -> Value {
    json!([{ "inviteeType": "email", "invitee": person(name).email.as_typed() }])
}

fn titles(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|invitation| invitation["title"].as_str().unwrap()).collect()
}

async fn world() -> World {
    let world = World::start().await;
    for name in ["alice", "gil", "cora"] {
        world.call(name, "GET", "/api/users/me", Value::Null).await.ok();
    }
    world
}

#[tokio::test]
async fn invitations_by_id_and_by_address_are_listed_newest_first() {
    let world = world().await;
    let [first, space] = invited(&world, "alice", "First", by_id("gil", "admin")).await;
    invited(&world, "alice", "Second", by_address("gil")).await;
    let both = json!([by_id("gil", "guest")[0], by_address("gil")[0], by_address("cora")[0]]);
    invited(&world, "cora", "Third", both).await;
    invited(&world, "alice", "Others", by_address("cora")).await;
    world.call("alice", "POST", &format!("/api/spaces/{space}"), json!({ "title": "Renamed" })).await.ok();
    let page = world.call("gil", "GET", LIST, Value::Null).await.ok();
    assert_eq!((titles(&page), &page["total"]), (vec!["Third", "Second", "Renamed"], &json!(3)));
    let last = &page["data"][2];
    let expires = last["expires"].clone();
    let expected = json!({
        "_id": first, "topicId": space, "title": "Renamed", "inviterName": "alice", "role": "admin", "expires": expires,
    });
    assert_eq!((last, &page["data"][0]["role"]), (&expected, &json!("member")), "the higher of two roles");
    // A caller who has joined can join again while the invitation is open.
    world.call("gil", "GET", &format!("/api/spaces/invites/{first}/join"), Value::Null).await.ok();
    assert_eq!(world.call("gil", "GET", LIST, Value::Null).await.ok(), page);
}

#[tokio::test]
async fn an_address_matches_only_its_verified_owner() {
    let world = world().await;
    invited(&world, "alice", "By address", by_address("gil")).await;
    invited(&world, "alice", "By id", by_id("gil", "guest")).await;
    let unverified = DevelopmentUser { email_verified: false, ..person("gil") };
    let page = world.call_as(&unverified, "GET", LIST, Value::Null).await.ok();
    assert_eq!(titles(&page), ["By id"]);
    let thief = DevelopmentUser { id: person("cora").id, email_verified: false, ..person("gil") };
    assert_eq!(titles(&world.call_as(&thief, "GET", LIST, Value::Null).await.ok()), Vec::<&str>::new());
}

#[tokio::test]
async fn invitations_that_admit_nobody_are_not_listed() {
    let world = world().await;
    let [revoked, _] = invited(&world, "alice", "Revoked", by_id("gil", "member")).await;
    let [_, archived] = invited(&world, "alice", "Archived", by_id("gil", "member")).await;
    let [_, deleted] = invited(&world, "alice", "Deleted", by_id("gil", "member")).await;
    let [changed, _] = invited(&world, "alice", "Taken off", by_id("gil", "member")).await;
    invited(&world, "cora", "Of somebody blocked", by_id("gil", "member")).await;
    invited(&world, "alice", "Open", by_id("gil", "member")).await;
    assert_eq!(titles(&world.call("gil", "GET", LIST, Value::Null).await.ok()).len(), 6);
    world.call("alice", "DELETE", &format!("/api/spaces/invites/{revoked}"), Value::Null).await.ok();
    world.call("alice", "POST", &format!("/api/spaces/{archived}/archive"), Value::Null).await.ok();
    world.call("alice", "DELETE", &format!("/api/spaces/{deleted}"), Value::Null).await.ok();
    let nobody = json!({ "invitees": [] });
    world.call("alice", "POST", &format!("/api/spaces/invites/{changed}"), nobody).await.ok();
    world.harness.store.block(id("cora").parse().unwrap(), world.now()).await.unwrap();
    assert_eq!(titles(&world.call("gil", "GET", LIST, Value::Null).await.ok()), ["Open"]);
    world.pass(SignedDuration::from_hours(24 * 400));
    assert_eq!(titles(&world.call("gil", "GET", LIST, Value::Null).await.ok()), Vec::<&str>::new());
}

#[tokio::test]
async fn pages_are_stable_while_invitations_are_added_and_removed() {
    let world = world().await;
    let mut invitations = Vec::new();
    for number in 0..12 {
        let invitees = if number % 2 == 0 { by_id("gil", "member") } else { by_address("gil") };
        invitations.push(invited(&world, "alice", &format!("{number:02}"), invitees).await);
    }
    let (mut seen, mut next) = (Vec::new(), Some(format!("{LIST}?size=5")));
    while let Some(path) = next {
        let page = world.call("gil", "GET", &path, Value::Null).await.ok();
        assert_eq!(page["total"], 12);
        seen.extend(titles(&page).into_iter().map(str::to_owned));
        next = page["nextPageUrl"].as_str().map(str::to_owned);
        if seen.len() == 5 {
            invited(&world, "alice", "New", by_id("gil", "member")).await;
            let last = &invitations[7][0];
            world.call("alice", "DELETE", &format!("/api/spaces/invites/{last}"), Value::Null).await.ok();
        }
    }
    let expected: Vec<String> = (0..12).rev().map(|number| format!("{number:02}")).collect();
    assert_eq!(seen, expected);
}
