//! Direct spaces and meeting rooms.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_model::{MemberId, Role, Space, SpaceId, UserId};

use crate::scene::{Answer, FORBIDDEN, Scene, kay, user_id};

const NOT_FOUND: (u64, &str) = (404, "not_found");

/// Returns a scene in which the directory knows Alice, Bob and Farah, who belongs to another company.
async fn known() -> Scene {
    let scene = Scene::new().await;
    for name in ["alice", "bob", "farah"] {
        scene.get(name, "/api/users/me").await.ok();
    }
    scene
}

impl Scene {
    async fn direct(&self, who: &str, kind: &str, whom: impl std::fmt::Display) -> Answer {
        self.get(who, &format!("/api/spaces/direct/{kind}/{whom}")).await
    }

    async fn room(&self, who: &str, whose: &str) -> Answer {
        self.get(who, &format!("/api/users/meetingroom/{whose}")).await
    }

    /// Returns the items of a space, by sort key.
    fn items_of(&self, space: &Value) -> Vec<Value> {
        let pk = format!("SPACE#{}", space.as_str().unwrap());
        let mut items = self.harness.dynamo.items().unwrap();
        items.retain(|item| item["pk"] == pk);
        items.sort_by_key(|item| item["sk"].to_string());
        items
    }

    async fn own_act(&self, space: &Value, name: &str) -> bool {
        let space: SpaceId = space.as_str().unwrap().parse().unwrap();
        let membership = self.harness.store.membership(space, MemberId::User(user_id(name))).await;
        membership.unwrap().unwrap().own_act
    }
}

/// Returns the part of a space that two members see alike.
fn shared(answer: &Value) -> [&Value; 5] {
    ["_id", "cid", "type", "created", "settings"].map(|name| &answer["data"][0][name])
}

#[tokio::test]
async fn two_people_have_one_direct_space_and_each_sees_the_name_of_the_other() {
    let scene = known().await;
    let made = scene.direct("alice", "user", user_id("bob")).await.ok();
    let space = &made["data"][0];
    assert_eq!((&space["type"], &space["title"], &space["status"]), (&json!("direct"), &json!("bob"), &json!(0)));
    let roles = space["members"].as_array().unwrap().iter().map(|member| &member["role"]).collect::<Vec<_>>();
    assert_eq!(roles, ["member", "member"]);
    let again = scene.direct("bob", "USER", user_id("alice")).await.ok();
    assert_eq!(shared(&again), shared(&made));
    assert_eq!(again["data"][0]["title"], "alice");
    let path = format!("/api/spaces/{}", space["_id"].as_str().unwrap());
    assert_eq!(scene.get("bob", &path).await.ok()["title"], "alice");
    assert_eq!(scene.get("alice", &format!("{path}/join")).await.ok()["topic"]["title"], "bob");
    // Nobody else can see the space.
    scene.get("cora", "/api/users/me").await.ok();
    for call in [path.clone(), format!("{path}/join")] {
        assert_eq!(scene.get("cora", &call).await.problem(), FORBIDDEN);
    }
    assert_eq!(scene.items_of(&space["_id"]).len(), 3);
}

#[tokio::test]
async fn a_direct_space_does_not_count_as_a_shared_space() {
    let scene = known().await;
    scene.join(Role::Guest, &["farah"]).await;
    let made = scene.direct("alice", "user", user_id("farah")).await.ok();
    let id = &made["data"][0]["_id"];
    let later = scene.later(jiff::SignedDuration::from_hours(2));
    later.direct("farah", "user", user_id("alice")).await.ok();
    for who in ["alice", "farah"] {
        later.get(who, &format!("/api/spaces/{}/join", id.as_str().unwrap())).await.ok();
    }
    later.remove("alice", "farah").await.ok();
    for who in ["alice", "farah"] {
        assert!(!later.own_act(id, who).await, "{who}");
        let other = user_id(if who == "alice" { "farah" } else { "alice" });
        let found = later.get(who, "/api/users/me/colleagues").await.ok();
        assert!(!found.to_string().contains(&other.to_string()), "{who}: {found}");
    }
    // The space outlives the relationship.
    assert_eq!(later.direct("farah", "user", user_id("alice")).await.ok()["data"][0]["_id"], *id);
}

#[tokio::test]
async fn a_space_deleted_by_the_operator_stays_unknown_and_is_never_created_again() {
    let scene = known().await;
    let direct = scene.direct("alice", "user", user_id("bob")).await.ok()["data"][0]["_id"].take();
    let room = scene.room("alice", "me").await.ok()["data"]["_id"].take();
    for id in [&direct, &room] {
        let id = id.as_str().unwrap().parse().unwrap();
        assert!(scene.harness.store.mark_space_deleted(id).await.unwrap().exists());
    }
    let later = scene.later(jiff::SignedDuration::from_hours(2));
    later.get("alice", "/api/users/me").await.ok();
    later.get("bob", "/api/users/me").await.ok();
    let left = [later.items_of(&direct), later.items_of(&room)];
    for (who, other, room_of_alice) in [("alice", "bob", "me"), ("bob", "alice", "alice@example.com")] {
        assert_eq!(later.direct(who, "user", user_id(other)).await.problem(), FORBIDDEN, "{who}");
        assert_eq!(later.room(who, room_of_alice).await.problem(), NOT_FOUND, "{who}");
        assert_eq!(later.get(who, "/api/users/me/people/withdm").await.ok()["data"], json!([]), "{who}");
    }
    assert_eq!([later.items_of(&direct), later.items_of(&room)], left);
    // Nor if a membership is missing.
    for (space, who) in [(&direct, "bob"), (&room, "alice")] {
        let membership = format!("MEMBER#userId#{}", user_id(who));
        later.harness.dynamo.remove(&format!("SPACE#{}", space.as_str().unwrap()), &membership).unwrap();
    }
    assert_eq!(later.direct("alice", "user", user_id("bob")).await.problem(), FORBIDDEN);
    assert_eq!(later.room("alice", "me").await.problem(), NOT_FOUND);
    assert_eq!((later.items_of(&direct).len(), later.items_of(&room).len()), (2, 1));
}

#[tokio::test]
async fn strangers_and_unknown_ids_get_the_same_response_and_are_limited() {
    let scene = known().await;
    let unknown = "0123456789abcdef01234567".to_owned();
    for (kind, ids) in
        [("user", [user_id("farah").to_string(), unknown.clone()]), ("anonymous", [kay().to_string(), unknown])]
    {
        let mut seen = Vec::new();
        for id in ids {
            scene.direct("alice", kind, &id).await;
            scene.harness.dynamo.forget_calls();
            let answer = scene.direct("alice", kind, id).await;
            assert_eq!(answer.problem(), FORBIDDEN);
            seen.push((answer, scene.harness.dynamo.calls()));
        }
        assert_eq!(seen[0], seen[1]);
    }
    let is_direct = |item: &Value| item["type"] == "direct";
    assert!(!scene.harness.dynamo.items().unwrap().iter().any(is_direct));
    for _ in 8..100 {
        assert_eq!(scene.direct("alice", "user", user_id("farah")).await.problem(), FORBIDDEN);
    }
    assert_eq!(scene.direct("alice", "user", user_id("farah")).await.problem(), (429, "too_many_requests"));
    scene.direct("alice", "user", user_id("bob")).await.ok();
}

#[tokio::test]
async fn a_shared_space_is_enough_and_the_direct_space_outlives_it() {
    let scene = known().await;
    scene.join(Role::Guest, &["farah"]).await;
    scene.admit(MemberId::Guest(kay()), "Kay", Role::Guest).await;
    let farahs = scene.direct("alice", "user", user_id("farah")).await.ok();
    let kays = scene.direct("alice", "Anonymous", kay()).await.ok();
    assert_eq!((&farahs["data"][0]["title"], &kays["data"][0]["title"]), (&json!("farah"), &json!("Kay")));
    let path = format!("/api/spaces/{}", kays["data"][0]["_id"].as_str().unwrap());
    assert_eq!(scene.get("kay", &path).await.ok()["title"], "alice");
    scene.remove("alice", "farah").await.ok();
    assert_eq!(scene.direct("alice", "user", user_id("farah")).await.ok()["data"][0]["_id"], farahs["data"][0]["_id"]);
    assert_eq!(scene.direct("farah", "user", user_id("alice")).await.ok()["data"][0]["_id"], farahs["data"][0]["_id"]);
}

#[tokio::test]
async fn being_added_to_a_space_alone_gives_no_direct_space() {
    let scene = known().await;
    scene.join(Role::Member, &["bob"]).await;
    scene.join(Role::Guest, &["farah"]).await;
    scene.remove("alice", "farah").await.ok();
    scene.give("alice", "farah", "guest").await.ok();
    assert_eq!(scene.direct("bob", "user", user_id("farah")).await.problem(), FORBIDDEN);
    assert_eq!(scene.direct("farah", "user", user_id("bob")).await.problem(), FORBIDDEN);
}

#[tokio::test]
async fn a_direct_space_is_for_two_users() {
    let scene = known().await;
    let bob = user_id("bob");
    for who in ["kay", "app"] {
        assert_eq!(scene.direct(who, "user", bob).await.problem(), FORBIDDEN, "{who}");
    }
    for oneself in ["me".to_owned(), user_id("alice").to_string()] {
        assert_eq!(scene.direct("alice", "user", oneself).await.problem(), FORBIDDEN);
    }
    for (kind, id) in [("userid", bob.to_string()), ("user", "undefined".to_owned()), ("robot", bob.to_string())] {
        assert_eq!(scene.direct("alice", kind, id).await.problem(), NOT_FOUND, "{kind}");
    }
}

#[tokio::test]
async fn a_blocked_user_finds_existing_spaces_and_creates_none() {
    let scene = known().await;
    let made = scene.direct("alice", "user", user_id("bob")).await.ok();
    scene.room("alice", "bob@example.com").await.ok();
    scene.harness.store.block(user_id("bob"), spaces_local::harness::now()).await.unwrap();
    let later = scene.later(jiff::SignedDuration::from_mins(30));
    let blocked = (403, "blocked");
    let found = later.direct("bob", "user", user_id("alice")).await.ok();
    assert_eq!(found["data"][0]["_id"], made["data"][0]["_id"]);
    let room = later.room("bob", "me").await.ok();
    assert!(!later.own_act(&room["data"]["_id"], "bob").await);
    later.get("cora", "/api/users/me").await.ok();
    assert_eq!(later.direct("bob", "user", user_id("cora")).await.problem(), blocked);
    assert_eq!(later.room("bob", "cora@example.com").await.problem(), blocked);
}

#[tokio::test]
async fn items_missing_after_a_crash_are_put_by_the_next_request_of_either_person() {
    let scene = known().await;
    let made = scene.direct("alice", "user", user_id("bob")).await.ok();
    let id = &made["data"][0]["_id"];
    let items = scene.harness.dynamo.raw_items().unwrap();
    let pk = format!("SPACE#{}", id.as_str().unwrap());
    let items: Vec<Value> = items.into_iter().filter(|item| item["pk"]["S"] == pk).collect();
    for who in ["alice", "bob"] {
        for kept in 0..8 {
            for (number, item) in items.iter().enumerate() {
                scene.harness.dynamo.remove(&pk, item["sk"]["S"].as_str().unwrap()).unwrap();
                if kept & (1 << number) != 0 {
                    scene.harness.dynamo.put(item).unwrap();
                }
            }
            let other = if who == "alice" { "bob" } else { "alice" };
            let again = scene.direct(who, "user", user_id(other)).await.ok();
            assert_eq!((&again["data"][0]["_id"], &again["data"][0]["title"]), (id, &json!(other)));
            assert_eq!(again["data"][0]["members"].as_array().unwrap().len(), 2);
            assert_eq!(scene.items_of(id).len(), 3, "{who}, {kept:b}");
        }
    }
}

#[tokio::test]
async fn concurrent_requests_create_one_space() {
    let scene = known().await;
    let (alice, bob) = (user_id("alice"), user_id("bob"));
    let calls = (0..6)
        .map(|n| if n % 2 == 0 { scene.direct("alice", "user", bob) } else { scene.direct("bob", "user", alice) });
    let answers = join_all(calls).await.into_iter().map(Answer::ok).collect::<Vec<_>>();
    assert!(answers.iter().all(|answer| shared(answer) == shared(&answers[0])));
    let rooms =
        join_all((0..6).map(|n| scene.room(if n % 2 == 0 { "alice" } else { "bob" }, "alice@example.com"))).await;
    let rooms = rooms.into_iter().map(Answer::ok).collect::<Vec<_>>();
    assert!(rooms.iter().all(|room| room["data"]["_id"] == rooms[0]["data"]["_id"]));
    assert_eq!(scene.items_of(&answers[0]["data"][0]["_id"]).len(), 3);
    let room = scene.items_of(&rooms[0]["data"]["_id"]);
    assert_eq!((room.len(), &room[1]["admins"]), (2, &json!(1)));
}

#[tokio::test]
async fn a_meeting_room_belongs_to_its_owner_and_colleagues_can_find_it() {
    let scene = known().await;
    let by_bob = scene.room("bob", "alice@example.com").await.ok();
    let room = &by_bob["data"];
    assert_eq!((&room["type"], &room["title"], &room["members"]), (&json!("personal"), &json!("alice"), &json!([])));
    assert_eq!(room["cid"], user_id("alice").to_string());
    assert!(!scene.own_act(&room["_id"], "alice").await);
    for own in ["me", "alice@example.com", "Alice%40EXAMPLE.com"] {
        let own = scene.room("alice", own).await.ok();
        assert_eq!(own["data"]["_id"], room["_id"]);
        assert_eq!(own["data"]["members"][0]["role"], "admin");
        assert!(scene.own_act(&room["_id"], "alice").await);
    }
    let path = format!("/api/spaces/{}", room["_id"].as_str().unwrap());
    assert_eq!(scene.get("bob", &path).await.problem(), FORBIDDEN);
    assert_eq!(scene.get("bob", &format!("{path}/join")).await.problem(), FORBIDDEN);
    scene.post("alice", &path, json!({ "title": "At Alice's", "settings": { "memberOnly": false } })).await.ok();
    scene.get("bob", &format!("{path}/join")).await.ok();
    let seen = scene.room("bob", "alice@example.com").await.ok();
    assert_eq!((&seen["data"]["title"], seen["data"]["members"].as_array().unwrap().len()), (&json!("At Alice's"), 2));
}

#[tokio::test]
async fn addresses_outside_the_company_and_unknown_ones_get_the_same_response() {
    let scene = known().await;
    scene.join(Role::Guest, &["farah"]).await;
    let mut seen = Vec::new();
    for address in ["farah@example.net", "nobody@example.net", "nobody@example.com"] {
        scene.harness.dynamo.forget_calls();
        let answer = scene.room("alice", address).await;
        assert_eq!(answer.problem(), NOT_FOUND, "{address}");
        seen.push((answer, scene.harness.dynamo.calls()));
    }
    assert!(seen.iter().all(|each| *each == seen[0]));
    assert_eq!(seen[0].1, ["BatchGetItem", "BatchGetItem"]);
    for none in ["undefined", "a@b@c", "%ff", "alice"] {
        assert_eq!(scene.room("alice", none).await, seen[0].0, "{none}");
    }
    for who in ["kay", "app"] {
        assert_eq!(scene.room(who, "me").await.problem(), FORBIDDEN);
    }
}

#[tokio::test]
async fn the_owner_of_a_meeting_room_stays_its_admin() {
    let scene = known().await;
    let room = scene.room("alice", "me").await.ok();
    let attendee = |name: &str| {
        format!("/api/spaces/{}/attendees/userid/{}", room["data"]["_id"].as_str().unwrap(), user_id(name))
    };
    scene.post("alice", &attendee("bob"), json!({ "role": "admin" })).await.ok();
    for who in ["alice", "bob"] {
        assert_eq!(scene.delete(who, &attendee("alice")).await.problem(), FORBIDDEN);
        assert_eq!(scene.post(who, &attendee("alice"), json!({ "role": "member" })).await.problem(), FORBIDDEN);
    }
    scene.delete("bob", &attendee("bob")).await.ok();
}

#[tokio::test]
async fn people_with_a_direct_space_are_listed_by_last_use_with_addresses_within_the_company() {
    let scene = known().await;
    scene.get("cora", "/api/users/me").await.ok();
    scene.join(Role::Guest, &["farah"]).await;
    scene.admit(MemberId::Guest(kay()), "Kay", Role::Guest).await;
    scene.direct("alice", "anonymous", kay()).await.ok();
    for (hours, name) in [(0, "bob"), (1, "farah"), (2, "cora"), (3, "bob")] {
        let later = scene.later(jiff::SignedDuration::from_hours(hours));
        later.direct("alice", "user", user_id(name)).await.ok();
    }
    let own = user_id("alice");
    let list = scene.get("alice", &format!("/api/users/{own}/people/withdm?size=2")).await.ok();
    let people = |list: &Value| {
        let person = |each: &Value| format!("{} <{}>", each["displayname"], each["username"]).replace('"', "");
        list["data"].as_array().unwrap().iter().map(person).collect::<Vec<_>>()
    };
    assert_eq!(people(&list), ["bob <bob@example.com>", "cora <cora@example.com>"]);
    assert_eq!((&list["total"], &list["from"], &list["to"]), (&json!(3), &json!(1), &json!(2)));
    assert_eq!(list["data"][0]["emails"][0]["value"], "bob@example.com");
    let rest = scene.get("alice", list["nextPageUrl"].as_str().unwrap()).await.ok();
    assert_eq!((people(&rest), rest.get("nextPageUrl")), (vec!["farah <>".to_owned()], None));
    // Both have the space, even before they open it.
    assert_eq!(people(&scene.get("bob", "/api/users/me/people/withdm").await.ok()), ["alice <alice@example.com>"]);
    assert_eq!(people(&scene.get("dora", "/api/users/me/people/withdm").await.ok()), Vec::<String>::new());
    let bobs = format!("/api/users/{}/people/withdm", user_id("bob"));
    assert_eq!(scene.get("alice", &bobs).await.problem(), FORBIDDEN);
    assert_eq!(scene.get("alice", "/api/users/undefined/people/withdm").await.problem(), NOT_FOUND);
    for who in ["kay", "app"] {
        assert_eq!(scene.get(who, "/api/users/me/people/withdm").await.problem(), FORBIDDEN);
    }
}

#[tokio::test]
async fn opening_a_direct_space_or_ones_own_room_counts_as_use_once_an_hour() {
    let scene = known().await;
    for path in [format!("/api/spaces/direct/user/{}", user_id("bob")), "/api/users/meetingroom/me".to_owned()] {
        scene.get("alice", &path).await.ok();
        let later = scene.later(jiff::SignedDuration::from_mins(70));
        later.get("alice", "/api/users/me").await.ok();
        for updates in [1, 0] {
            scene.harness.dynamo.forget_calls();
            later.get("alice", &path).await.ok();
            let calls = scene.harness.dynamo.calls();
            assert_eq!(calls.iter().filter(|call| *call == "UpdateItem").count(), updates, "{path}");
        }
    }
}

#[tokio::test]
async fn the_operations_make_as_many_calls_to_the_table_as_documented() {
    let scene = known().await;
    scene.join(Role::Guest, &["farah"]).await;
    let calls = async |path: String| {
        scene.harness.dynamo.forget_calls();
        scene.get("alice", &path).await.ok();
        let mut calls = scene.harness.dynamo.calls();
        calls.sort();
        calls.join(" ")
    };
    let direct = |name| format!("/api/spaces/direct/user/{}", user_id(name));
    assert_eq!(calls(direct("bob")).await, "BatchGetItem BatchGetItem BatchGetItem PutItem PutItem PutItem");
    let in_common = "BatchGetItem BatchGetItem BatchGetItem BatchGetItem BatchGetItem PutItem PutItem PutItem Query";
    assert_eq!(calls(direct("farah")).await, in_common);
    assert_eq!(calls(direct("bob")).await, "BatchGetItem");
    let room = |whose: &str| format!("/api/users/meetingroom/{whose}");
    assert_eq!(calls(room("me")).await, "BatchGetItem PutItem PutItem Query");
    assert_eq!(calls(room("me")).await, "BatchGetItem Query");
    assert_eq!(calls(room("bob@example.com")).await, "BatchGetItem BatchGetItem BatchGetItem PutItem PutItem Query");
    assert_eq!(calls(room("bob@example.com")).await, "BatchGetItem BatchGetItem BatchGetItem Query");
}

#[tokio::test]
async fn people_with_direct_spaces_are_counted_and_only_the_shown_ones_are_read() {
    let scene = known().await;
    let (alice, now) = (user_id("alice"), harness::now());
    for number in 0..150_u8 {
        let (id, other) = (SpaceId::from_bytes([number; 12]), UserId::from_bytes([number; 12]));
        let is_direct = number % 15 < 4;
        let space = if is_direct {
            Space::direct(id, alice, MemberId::User(other), now)
        } else {
            Space::personal(id, other, "Room", true, now)
        };
        let member = |id, name| space.member(MemberId::User(id), Role::Member, name, true, now);
        let members = vec![member(alice, "alice"), member(other, "Somebody")];
        scene.harness.store.put_missing(space.clone(), members).await.unwrap();
    }
    let is_read = Arc::new(Mutex::new(HashSet::new()));
    let noted = Arc::clone(&is_read);
    scene.harness.dynamo.interfere(move |operation, body| {
        if operation == "BatchGetItem" {
            let others = (0..150_u8)
                .filter(|number| body.contains(&format!("MEMBER#userId#{}", UserId::from_bytes([*number; 12]))));
            noted.lock().unwrap().extend(others);
        }
        None
    });
    let list = scene.get("alice", "/api/users/me/people/withdm").await.ok();
    assert_eq!((&list["total"], list["data"].as_array().unwrap().len()), (&json!(40), 10));
    assert_eq!(is_read.lock().unwrap().len(), 10);
    let spaces = scene.get("alice", "/api/users/me/spaces?topictype=direct&search=somebody").await.ok();
    assert_eq!((&spaces["total"], &spaces["data"][0]["title"]), (&json!(40), &json!("Somebody")));
    assert_eq!(is_read.lock().unwrap().len(), 40);
}
