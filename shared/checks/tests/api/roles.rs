//! Roles over time: what links, ids and other people can still grant after a role was lowered, lost or set explicitly.

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::tokens;

use crate::scene::{Scene, State};
use crate::world::{World, id};

async fn start() -> (World, Scene) {
    let world = World::start().await;
    Scene::cast(&world).await;
    let scene = Scene::new(&world, State::Active).await;
    world.pass(SignedDuration::from_mins(1));
    (world, scene)
}

impl World {
    async fn role_of(&self, space: &str, member: &str) -> Value {
        let members =
            self.call("alice", "GET", &format!("/api/spaces/{space}/members?size=100"), Value::Null).await.ok();
        let members = members["data"].as_array().unwrap();
        members.iter().find(|found| found["member"] == member).map_or(Value::Null, |found| found["role"].clone())
    }

    async fn set_role(&self, space: &str, name: &str, role: &str) -> u64 {
        let path = format!("/api/spaces/{space}/attendees/userid/{}", id(name));
        self.call("alice", "POST", &path, json!({ "role": role })).await.status
    }

    async fn remove(&self, space: &str, name: &str) {
        let path = format!("/api/spaces/{space}/attendees/userid/{}", id(name));
        self.call("alice", "DELETE", &path, Value::Null).await.ok();
    }

    async fn update(&self, by: &'static str, invite: &str, names: &[(&str, &str)]) {
        let invitee =
            |(name, role): &(&str, &str)| json!({ "inviteeType": "userid", "invitee": id(name), "role": role });
        let invitees: Vec<Value> = names.iter().map(invitee).collect();
        let path = format!("/api/spaces/invites/{invite}");
        self.call(by, "POST", &path, json!({ "invitees": invitees })).await.ok();
        // Functions cache invitations for five seconds.
        self.pass(SignedDuration::from_secs(6));
    }

    async fn join(&self, name: &'static str, invite: &str) -> (u64, Value) {
        let answer = self.call(name, "GET", &format!("/api/spaces/invites/{invite}/join"), Value::Null).await;
        (answer.status, answer.body["role"].clone())
    }
}

#[tokio::test]
async fn a_lowered_role_overrides_an_older_link_but_not_a_newer_one() {
    let (world, Scene { space, invite, .. }) = Box::pin(start()).await;
    assert_eq!(world.set_role(&space, "adam", "guest").await, 200);
    assert_eq!(world.join("adam", &invite).await, (200, json!("guest")));
    world.pass(SignedDuration::from_mins(1));
    world.update("alice", &invite, &[("adam", "member")]).await;
    assert_eq!(world.join("adam", &invite).await, (200, json!("member")));
}

#[tokio::test]
async fn a_lowered_role_persists_after_leaving_and_rejoining() {
    let (world, Scene { space, invite, .. }) = Box::pin(start()).await;
    assert_eq!(world.set_role(&space, "adam", "guest").await, 200);
    let me = format!("/api/spaces/{space}/attendees/userid/me");
    for _ in 0..2 {
        world.call("adam", "DELETE", &me, Value::Null).await.ok();
        assert_eq!(world.join("adam", &invite).await, (200, json!("guest")));
    }
    // Joining by the id does not make the old link effective again.
    world
        .call("alice", "POST", &format!("/api/spaces/{space}"), json!({ "settings": { "memberOnly": false } }))
        .await
        .ok();
    world.call("adam", "DELETE", &me, Value::Null).await.ok();
    world.call("adam", "GET", &format!("/api/spaces/{space}/join"), Value::Null).await.ok();
    assert_eq!(world.join("adam", &invite).await, (200, json!("guest")));
}

#[tokio::test]
async fn somebody_who_has_left_can_still_be_removed() {
    let (world, Scene { space, invite, .. }) = Box::pin(start()).await;
    world.call("mia", "DELETE", &format!("/api/spaces/{space}/attendees/userid/me"), Value::Null).await.ok();
    world.remove(&space, "mia").await;
    assert_eq!(world.join("mia", &invite).await.0, 403);
}

#[tokio::test]
async fn a_removed_person_cannot_rejoin_in_any_way_until_an_admin_allows_it() {
    let (world, Scene { space, invite, mias }) = Box::pin(start()).await;
    world
        .call("alice", "POST", &format!("/api/spaces/{space}"), json!({ "settings": { "memberOnly": false } }))
        .await
        .ok();
    let by_id = format!("/api/spaces/{space}/join");
    for door in
        [format!("/api/spaces/invites/{invite}/join"), format!("/api/spaces/invites/{mias}/join"), by_id.clone()]
    {
        let answer = world.call("rob", "GET", &door, Value::Null).await;
        assert_eq!((answer.status, &answer.body["code"]), (403, &json!("forbidden")), "{door}");
    }
    // Members can add people, but not those who were removed.
    let path = format!("/api/spaces/{space}/attendees/userid/{}", id("rob"));
    assert_eq!(world.call("mia", "POST", &path, json!({ "role": "guest" })).await.status, 403);
    // An invitation that names the person and is newer than the removal.
    world.update("alice", &invite, &[("rob", "member")]).await;
    assert_eq!(world.join("rob", &invite).await, (200, json!("member")));
    world.pass(SignedDuration::from_mins(1));
    world.remove(&space, "rob").await;
    assert_eq!(world.join("rob", &invite).await.0, 403);
    assert_eq!(world.set_role(&space, "rob", "guest").await, 200);
    assert_eq!(world.role_of(&space, &id("rob")).await, "guest");
    assert_eq!(world.call("rob", "GET", &by_id, Value::Null).await.status, 200);
}

#[tokio::test]
async fn an_invitation_grants_at_most_what_its_inviter_may_grant_when_it_is_used() {
    let (world, Scene { space, invite, .. }) = Box::pin(start()).await;
    world.update("adam", &invite, &[("cora", "admin"), ("gina", "admin"), ("stan", "admin")]).await;
    assert_eq!(world.join("cora", &invite).await, (200, json!("admin")));
    assert_eq!(world.set_role(&space, "adam", "member").await, 200);
    assert_eq!(world.join("gina", &invite).await, (200, json!("member")));
    world.remove(&space, "adam").await;
    assert_eq!(world.join("stan", &invite).await, (200, json!("guest")));
}

#[tokio::test]
async fn the_only_admin_stays() {
    let (world, Scene { space, .. }) = Box::pin(start()).await;
    for name in ["adam", "bea"] {
        world.remove(&space, name).await;
    }
    assert_eq!(world.set_role(&space, "alice", "member").await, 403);
    let me = format!("/api/spaces/{space}/attendees/userid/me");
    assert_eq!(world.call("alice", "DELETE", &me, Value::Null).await.status, 403);
    assert_eq!(world.set_role(&space, "mia", "admin").await, 200);
    assert_eq!(world.call("alice", "DELETE", &me, Value::Null).await.status, 200);
}

#[tokio::test]
async fn a_service_app_can_make_itself_admin_of_a_space_that_it_created_until_it_is_removed() {
    let (world, scene) = Box::pin(start()).await;
    let headers = [("content-type", "application/json"), ("x-avaya-act-as", "alice@example.com")];
    let body = json!({ "topic": { "title": "For Alice" } }).to_string();
    let created = world.send("app", "POST", "/api/spaces/invite", &headers, &body).await.ok();
    let space = created["data"][0]["topicId"].as_str().unwrap();
    let account = tokens::DevelopmentUser::with_email(tokens::SERVICE_APP_EMAIL.parse().unwrap()).id.to_string();
    let attendee = |space: &str, id: &str| format!("/api/spaces/{space}/attendees/userid/{id}");
    let admin = || json!({ "role": "admin" });
    let app = |path: String| {
        let world = &world;
        async move { world.call("app", "POST", &path, admin()).await.status }
    };
    assert_eq!(app(attendee(&scene.space, &account)).await, 403, "a space that it did not make");
    assert_eq!(app(attendee(space, &id("cora"))).await, 403, "another account than its own");
    let made = world.call("app", "POST", &attendee(space, &account), admin()).await.ok();
    assert_eq!(made, json!({ "attendee": account, "attendeeType": "userId", "role": "admin" }));
    assert_eq!(world.role_of(space, &account).await, "admin");
    // A role that an admin then sets persists, even if the app leaves and rejoins by its own link.
    world.call("alice", "POST", &attendee(space, &account), json!({ "role": "member" })).await.ok();
    world.call("app", "DELETE", &attendee(space, "me"), Value::Null).await.ok();
    let link = format!("/api/spaces/invites/{}/join", created["data"][0]["_id"].as_str().unwrap());
    world.call("app", "GET", &link, Value::Null).await.ok();
    assert_eq!(app(attendee(space, &account)).await, 403, "it was lowered");
    world.call("alice", "DELETE", &attendee(space, &account), Value::Null).await.ok();
    assert_eq!(app(attendee(space, &account)).await, 403, "it was removed");
}

#[tokio::test]
async fn invited_only_admits_only_invitees_and_members() {
    let (world, Scene { space, invite, mias }) = Box::pin(start()).await;
    let settings = json!({ "settings": { "invitedOnly": true, "memberOnly": false } });
    world.call("alice", "POST", &format!("/api/spaces/{space}"), settings).await.ok();
    assert_eq!(world.join("gina", &mias).await, (200, json!("guest")));
    assert_eq!(world.join("mia", &invite).await, (200, json!("member")));
    for door in [format!("/api/spaces/invites/{invite}/join"), format!("/api/spaces/{space}/join")] {
        let answer = world.call("stan", "GET", &door, Value::Null).await;
        assert_eq!((answer.status, &answer.body["code"]), (403, &json!("not_invited")), "{door}");
    }
}

#[tokio::test]
async fn only_strangers_need_the_password_and_attempts_are_limited() {
    let (world, Scene { space, invite, mias }) = Box::pin(start()).await;
    let settings = json!({ "settings": { "confPin": "open sesame", "memberOnly": false } });
    let updated = world.call("alice", "POST", &format!("/api/spaces/{space}"), settings).await.ok();
    assert_eq!(updated["settings"]["confPin"], "******");
    assert_eq!(world.join("gina", &mias).await, (200, json!("guest")));
    let link = format!("/api/spaces/invites/{invite}/join");
    let by_id = format!("/api/spaces/{space}/join");
    let with = |name, path: &str, pin: &'static str| {
        let (world, path) = (&world, path.to_owned());
        async move {
            let answer = world.send(name, "GET", &path, &[("spaces-x-space-password", pin)], "").await;
            (answer.status, answer.body["code"].as_str().unwrap_or_default().to_owned())
        }
    };
    let refused = (403, "password_required".to_owned());
    for pin in ["", "null", "undefined"] {
        assert_eq!(with("stan", &link, pin).await, refused);
    }
    for _ in 0..4 {
        assert_eq!(with("stan", &by_id, "wrong").await, refused);
    }
    assert_eq!(with("stan", &by_id, "open sesame").await.0, 200);
    for _ in 0..5 {
        assert_eq!(with("cora", &link, "wrong").await, refused);
    }
    assert_eq!(with("cora", &link, "open sesame").await.0, 429);
    assert_eq!(with("mia", &link, "wrong").await.0, 200, "a member");
}
