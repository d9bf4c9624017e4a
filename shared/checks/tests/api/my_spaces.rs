//! The list of the caller's spaces, and what determines its order.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::Interference;
use spaces_local::tokens;
use spaces_model::{Member, MemberId};

use crate::world::{Name, World, id, person};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MINE: &str = "/api/users/me/spaces";

/// A space of Alice's, and the invitation for its link.
struct Made {
    space: String,
    invite: String,
}

impl World {
    /// Starts a world in which many spaces can be created, and whose directory has Alice and Bob.
    async fn of_many_spaces() -> Self {
        let world = Box::pin(Self::with(&[("CREATES_PER_MINUTE", "100000")])).await;
        for name in ["alice", "bob"] {
            world.call(name, "GET", "/api/users/me", Value::Null).await.ok();
        }
        world
    }

    /// Creates a space of Alice's that Bob joins by its link.
    async fn shared_space(&self, title: &str) -> Made {
        let invitee = json!({ "inviteeType": "userid", "invitee": id("bob"), "role": "member" });
        let body = json!({ "topic": { "title": title }, "invitees": [invitee], "informChannel": "client" });
        let made = self.call("alice", "POST", "/api/spaces/invite", body).await.ok();
        let text = |name: &str| made["data"][0][name].as_str().unwrap().to_owned();
        let made = Made { space: text("topicId"), invite: text("_id") };
        self.enter("bob", &made).await;
        made
    }

    /// Joins by the space's link.
    async fn enter(&self, who: Name, made: &Made) {
        self.call(who, "GET", &format!("/api/spaces/invites/{}/join", made.invite), Value::Null).await.ok();
    }

    /// Uses a space by its id.
    async fn use_space(&self, who: Name, space: &str) {
        self.call(who, "GET", &format!("/api/spaces/{space}/join"), Value::Null).await.ok();
    }

    async fn list(&self, who: Name, url: &str) -> Value {
        self.call(who, "GET", url, Value::Null).await.ok()
    }

    async fn prefer(&self, who: Name, space: &str, body: Value) -> crate::world::Answer {
        self.call(who, "POST", &format!("{MINE}/{space}/preference"), body).await
    }

    async fn member(&self, who: Name, space: &str) -> Member {
        let who = MemberId::User(id(who).parse().unwrap());
        self.harness.store.membership(space.parse().unwrap(), who).await.unwrap().unwrap()
    }
}

/// Returns the values of a field of the spaces on a page.
fn each<'a>(page: &'a Value, field: &str) -> Vec<&'a str> {
    page["data"].as_array().unwrap().iter().map(|space| space[field].as_str().unwrap()).collect()
}

fn titles(page: &Value) -> Vec<&str> {
    each(page, "title")
}

#[tokio::test]
async fn the_last_used_space_comes_first_however_it_was_entered() {
    let world = World::of_many_spaces().await;
    let (a, b, c) = (world.shared_space("A").await, world.shared_space("B").await, world.shared_space("C").await);
    world.pass(HOUR);
    world.use_space("bob", &b.space).await;
    assert_eq!(titles(&world.list("bob", MINE).await)[0], "B");
    world.pass(HOUR);
    world.enter("bob", &a).await;
    assert_eq!(titles(&world.list("bob", MINE).await), ["A", "B", "C"]);
    let cookie = format!("AUTH_TOKEN={}", tokens::user(&person("bob"), world.now()).unwrap());
    for (path, title) in [
        (format!("/spaces/{}", c.space), "C"),
        (format!("/spaces/invites/{}/join", b.invite), "B"),
        (format!("/spaces/invites/{}/meet", a.invite), "A"),
    ] {
        world.pass(HOUR);
        assert_eq!(world.send("nobody", "GET", &path, &[("cookie", &cookie)], "").await.status, 303);
        let page = world.list("bob", MINE).await;
        assert_eq!((titles(&page)[0], each(&page, "lastAccess")[0]), (title, &*spaces_model::format_time(world.now())));
    }
    // Showing a space or its link does not count as use.
    world.pass(HOUR);
    world.call("bob", "GET", &format!("/api/spaces/{}", c.space), Value::Null).await.ok();
    world.send("nobody", "HEAD", &format!("/spaces/invites/{}/join", c.invite), &[("cookie", &cookie)], "").await;
    assert_eq!(titles(&world.list("bob", MINE).await), ["A", "B", "C"]);
}

#[tokio::test]
async fn only_the_first_use_of_an_hour_is_written_and_changes_neither_role_nor_version() {
    let world = World::of_many_spaces().await;
    let made = world.shared_space("A").await;
    let before = world.member("bob", &made.space).await;
    world.pass(SignedDuration::from_mins(59));
    let written = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&written);
    world.harness.dynamo.interfere(move |operation, body| {
        counter.fetch_add(usize::from(operation == "UpdateItem" && body.contains("gsi2sk")), Ordering::SeqCst);
        None
    });
    world.enter("bob", &made).await;
    world.use_space("bob", &made.space).await;
    assert_eq!(written.load(Ordering::SeqCst), 0);
    world.pass(SignedDuration::from_mins(1));
    world.enter("bob", &made).await;
    world.use_space("bob", &made.space).await;
    world.enter("bob", &made).await;
    assert_eq!(written.load(Ordering::SeqCst), 1);
    let after = world.member("bob", &made.space).await;
    assert_eq!((after.card.used, after.card.used_before.as_slice()), (world.now(), [before.card.used].as_slice()));
    assert_eq!(Member { card: before.card.clone(), ..after }, before);
}

#[tokio::test]
async fn failing_to_record_a_use_does_not_fail_the_join() {
    let world = World::of_many_spaces().await;
    let made = world.shared_space("A").await;
    world.pass(HOUR);
    world.harness.dynamo.interfere(|operation, body| {
        (operation == "UpdateItem" && body.contains("gsi2sk")).then_some(Interference::Throttle)
    });
    world.enter("bob", &made).await;
    world.use_space("bob", &made.space).await;
    world.harness.dynamo.stop_interfering();
    assert!(world.member("bob", &made.space).await.card.used < world.now());
}

#[tokio::test]
async fn paging_is_stable_while_spaces_are_used_left_and_lost() {
    const SPACES: usize = 250;
    let world = World::of_many_spaces().await;
    let mut made = Vec::new();
    for number in 0..SPACES {
        made.push(world.shared_space(&format!("Space {number:03}")).await);
        if number % 40 == 0 {
            world.pass(HOUR);
        }
    }
    // The space created last comes first.
    let page = world.list("bob", MINE).await;
    assert_eq!((&page["total"], &page["from"], &page["to"]), (&json!(100), &json!(1), &json!(10)));
    let (mut seen, mut gone) = (each(&page, "_id").into_iter().map(str::to_owned).collect::<Vec<_>>(), HashSet::new());
    let mut next = page["nextPageUrl"].as_str().map(str::to_owned);
    let mut unseen_from_the_end = 0;
    while let Some(url) = next {
        world.pass(SignedDuration::from_mins(4));
        let unseen = |skipped: usize, seen: &[String], gone: &HashSet<String>| {
            made.iter().filter(|made| !seen.contains(&made.space) && !gone.contains(&made.space)).nth(skipped)
        };
        // Repeatedly use the space farthest down the list and the one that would come next.
        for _ in 0..2 {
            if let Some(made) = unseen(unseen_from_the_end % 7, &seen, &gone) {
                world.enter("bob", made).await;
            }
            unseen_from_the_end += 3;
        }
        world.use_space("bob", &seen[seen.len() / 2]).await;
        let path = |made: &Made| format!("/api/spaces/{}", made.space);
        match seen.len() / 10 {
            3 => {
                let lost = unseen(5, &seen, &gone).unwrap();
                world.call("alice", "DELETE", &path(lost), Value::Null).await.ok();
                gone.insert(lost.space.clone());
            }
            5 => {
                let lost = unseen(6, &seen, &gone).unwrap();
                let leave = format!("{}/attendees/userid/me", path(lost));
                world.call("bob", "DELETE", &leave, Value::Null).await.ok();
                gone.insert(lost.space.clone());
            }
            7 => {
                let lost = unseen(8, &seen, &gone).unwrap();
                world.call("alice", "POST", &format!("{}/archive", path(lost)), Value::Null).await.ok();
                gone.insert(lost.space.clone());
            }
            9 => drop(world.shared_space("A new one").await),
            _ => {}
        }
        let page = world.list("bob", &url).await;
        assert_eq!(page["total"].as_u64(), page["to"].as_u64().map(|to| to.max(100)));
        seen.extend(each(&page, "_id").into_iter().map(str::to_owned));
        next = page["nextPageUrl"].as_str().map(str::to_owned);
    }
    let distinct: HashSet<&String> = seen.iter().collect();
    assert_eq!((distinct.len(), seen.len(), gone.len()), (SPACES - 3, SPACES - 3, 3));
    assert!(seen.iter().all(|space| !gone.contains(space)));
}

#[tokio::test]
async fn a_page_requested_by_number_reflects_the_current_list() {
    let world = World::of_many_spaces().await;
    for title in ["A", "B", "C", "D", "E"] {
        world.shared_space(title).await;
        world.pass(HOUR);
    }
    let page = world.list("bob", &format!("{MINE}?size=2&page=1")).await;
    assert_eq!((titles(&page), &page["from"], &page["total"]), (vec!["C", "B"], &json!(3), &json!(5)));
    let last = world.list("bob", page["nextPageUrl"].as_str().unwrap()).await;
    assert_eq!((titles(&last), last.get("nextPageUrl")), (vec!["A"], None));
    let first = world.list("bob", page["prevPageUrl"].as_str().unwrap()).await;
    assert_eq!(titles(&first), ["E", "D"]);
    let behind = world.list("bob", &format!("{MINE}?page=9")).await;
    assert_eq!((&behind["data"], &behind["from"], behind.get("nextPageUrl")), (&json!([]), &json!(0), None));
}

#[tokio::test]
async fn parameters_filter_the_list_and_page_urls_keep_them() {
    let world = World::of_many_spaces().await;
    let (plan, old) = (world.shared_space("The Plan").await, world.shared_space("Old plan (a.b)").await);
    world.pass(HOUR);
    world.shared_space("Lunch").await;
    world.call("alice", "POST", &format!("/api/spaces/{}/archive", old.space), Value::Null).await.ok();
    world.call("alice", "GET", &format!("/api/spaces/direct/user/{}", id("bob")), Value::Null).await.ok();
    world.call("bob", "GET", "/api/users/meetingroom/bob@example.com", Value::Null).await.ok();
    world.prefer("bob", &plan.space, json!({ "isPinned": true })).await.ok();
    for (query, expected) in [
        ("", &["Lunch", "The Plan"][..]),
        ("?topictype=&topicstatus=&filtertype&search=&size&page=&pageToken", &["Lunch", "The Plan"]),
        ("?topictype=Direct", &["alice"]),
        ("?topictype=personal", &["bob"]),
        ("?topictype=direct,%20PERSONAL&search=^", &["alice", "bob"]),
        ("?topictype=ALL&topicstatus=ALL", &["Lunch", "Old plan (a.b)", "The Plan", "alice", "bob"]),
        ("?topictype=all,group", &["Lunch", "The Plan", "alice", "bob"]),
        ("?topicstatus=1", &["Old plan (a.b)"]),
        ("?filtertype=Pinned", &["The Plan"]),
        ("?filtertype=pinned&topicstatus=1", &[]),
        ("?search=PLAN&topicstatus=all", &["Old plan (a.b)", "The Plan"]),
        ("?search=plan$&topicstatus=all", &["The Plan"]),
        ("?search=^the", &["The Plan"]),
        ("?search=a.b&topicstatus=all", &["Old plan (a.b)"]),
        ("?search=t.e", &[]),
        ("?search=ALICE&topictype=all", &["alice"]),
    ] {
        let page = world.list("bob", &format!("{MINE}{query}")).await;
        let mut found = titles(&page);
        found.sort_unstable();
        assert_eq!(found, expected, "{query}");
        assert_eq!(page["total"], expected.len(), "{query}");
    }
    let page = world.list("bob", "/api/users/me/topics?topictype=Group,all&search=l&topicstatus=All&size=1").await;
    let next = page["nextPageUrl"].as_str().unwrap();
    assert!(next.starts_with("/api/users/me/topics?topictype=Group%2Call&topicstatus=All&search=l&size=1&page=1&"));
}

#[tokio::test]
async fn every_invalid_parameter_is_named() {
    let world = World::of_many_spaces().await;
    for (query, fields) in [
        ("topictype=rooms&topicstatus=2&filtertype=starred", vec!["topictype", "topicstatus", "filtertype"]),
        ("topictype=group,rooms", vec!["topictype"]),
        ("size=0&page=11&pageToken=bnVsbA", vec!["pageToken", "size", "page"]),
        // A page token of a list of members.
        ("pageToken=eyJwIjoxLCJ0IjozLCJhIjoidXNlcklkOjAxIn0", vec!["pageToken"]),
    ] {
        let answer = world.call("bob", "GET", &format!("{MINE}?{query}"), Value::Null).await;
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!("invalid_request")), "{query}");
        let named = answer.body["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap());
        assert_eq!(named.collect::<Vec<_>>(), fields, "{query}");
    }
}

#[tokio::test]
async fn a_space_of_the_list_is_the_space_without_its_members() {
    let world = World::of_many_spaces().await;
    let made = world.shared_space("A").await;
    let mut space = world.call("bob", "GET", &format!("/api/spaces/{}", made.space), Value::Null).await.ok();
    space.as_object_mut().unwrap().remove("members");
    let mut listed = world.list("bob", MINE).await["data"][0].take();
    let more = ["targetId", "role", "isPinned", "lastAccess"].map(|name| listed.as_object_mut().unwrap().remove(name));
    assert_eq!(listed, space);
    let expected = [json!(made.space), json!("member"), json!(false), json!(spaces_model::format_time(world.now()))];
    assert_eq!(more, expected.map(Some));
}

#[tokio::test]
async fn guests_have_spaces_and_service_apps_have_none() {
    let world = World::of_many_spaces().await;
    let (a, b) = (world.shared_space("A").await, world.shared_space("B").await);
    assert_eq!(titles(&world.list("kay", MINE).await), Vec::<&str>::new());
    world.enter("kay", &a).await;
    world.pass(HOUR);
    world.enter("kay", &b).await;
    world.prefer("kay", &a.space, json!({ "isPinned": true })).await.ok();
    let page = world.list("kay", MINE).await;
    assert_eq!((titles(&page), each(&page, "role")), (vec!["B", "A"], vec!["guest", "guest"]));
    let page = world.list("kay", &format!("{MINE}?filtertype=pinned&size=1")).await;
    assert_eq!(titles(&page), ["A"]);
    assert_eq!(world.call("app", "GET", MINE, Value::Null).await.status, 403);
    assert_eq!(world.call("nobody", "GET", MINE, Value::Null).await.status, 401);
}

#[tokio::test]
async fn a_preference_is_kept_until_it_is_changed_or_the_member_leaves() {
    let world = World::of_many_spaces().await;
    let made = world.shared_space("A").await;
    let space = &made.space;
    let expected = |is_pinned: bool, notification: Value| {
        let user = id("bob");
        json!({ "status": 0, "unread": false, "_id": space, "targetId": space, "userId": user,
                "isPinned": is_pinned, "notification": notification })
    };
    for (body, is_pinned, notification) in [
        (json!({}), false, Value::Null),
        (json!({ "isPinned": true, "notification": "mentions", "sound": 7 }), true, json!("mentions")),
        (json!({ "isPinned": null, "notification": "" }), true, json!("mentions")),
        (json!({ "notification": false }), true, json!(false)),
        (json!({ "isPinned": false }), false, json!(false)),
        (json!({ "isPinned": true, "notification": null }), true, json!(false)),
    ] {
        let path = format!("/api/users/me/topics/{space}/preference");
        let answer = world.call("bob", "POST", &path, body).await.ok();
        assert_eq!(answer, expected(is_pinned, notification));
        assert_eq!(world.list("bob", MINE).await["data"][0]["isPinned"], is_pinned);
    }
    // Changing the role or using the space does not change the preference, and nobody else sees it.
    let path = format!("/api/spaces/{space}/attendees/userid/{}", id("bob"));
    world.call("alice", "POST", &path, json!({ "role": "admin" })).await.ok();
    world.pass(HOUR);
    world.enter("bob", &made).await;
    assert_eq!(world.prefer("bob", space, json!({})).await.ok(), expected(true, json!(false)));
    assert_eq!(world.list("alice", MINE).await["data"][0]["isPinned"], false);
    world.call("bob", "DELETE", &format!("/api/spaces/{space}/attendees/userid/me"), Value::Null).await.ok();
    assert_eq!(world.prefer("bob", space, json!({ "isPinned": true })).await.status, 403);
    assert_eq!(world.list("bob", MINE).await["data"], json!([]));
    world.enter("bob", &made).await;
    assert_eq!(world.prefer("bob", space, json!({})).await.ok(), expected(false, Value::Null));
}

#[tokio::test]
async fn a_preference_of_the_wrong_type_is_named_and_nothing_is_stored() {
    let world = World::of_many_spaces().await;
    let made = world.shared_space("A").await;
    for (body, fields) in [
        (json!({ "isPinned": "yes", "notification": 1 }), vec!["isPinned", "notification"]),
        (json!({ "isPinned": true, "notification": "é".repeat(101) }), vec!["notification"]),
        (json!({ "isPinned": true, "notification": { "mail": true } }), vec!["notification"]),
        (json!({ "isPinned": true, "notification": [] }), vec!["notification"]),
    ] {
        let answer = world.prefer("bob", &made.space, body).await;
        assert_eq!(answer.status, 400);
        let named = answer.body["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap());
        assert_eq!(named.collect::<Vec<_>>(), fields);
    }
    world.prefer("bob", &made.space, json!({ "notification": "é".repeat(100) })).await.ok();
    assert!(!world.member("bob", &made.space).await.card.is_pinned);
}
