//! The list of members of a space.

use serde_json::{Value, json};
use spaces_model::{MemberId, Role, UserId};

use crate::scene::{FORBIDDEN, Scene, kay, user_id};

fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|member| member["displayname"].as_str().unwrap()).collect()
}

async fn many(count: u8) -> Scene {
    let scene = Scene::new().await;
    for n in 0..count {
        scene.admit(MemberId::User(UserId::from_bytes([n; 12])), &format!("Member {n}"), Role::Member).await;
    }
    scene
}

#[tokio::test]
async fn the_page_urls_lead_through_all_members_and_back() {
    let scene = many(64).await;
    scene.admit(MemberId::Guest(kay()), "Kay", Role::Guest).await;
    let mut pages = vec![scene.get("alice", "/api/topics/{s}/members").await.ok()];
    while let Some(url) = pages.last().unwrap()["nextPageUrl"].as_str() {
        assert!(url.starts_with("/api/topics/7777"), "{url}");
        let page = scene.get("alice", url).await.ok();
        pages.push(page);
    }
    let places: Vec<_> = pages.iter().map(|page| [&page["from"], &page["to"], &page["total"]]).collect();
    assert_eq!(json!(places), json!([[1, 30, 66], [31, 60, 66], [61, 66, 66]]));
    let mut all: Vec<&str> = pages.iter().flat_map(names).collect();
    assert_eq!(all.last(), Some(&"Kay"));
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 66);
    assert_eq!(pages[0].get("previousPageUrl"), None);
    for (page, before) in [(2, 1), (1, 0)] {
        let back = scene.get("alice", pages[page]["previousPageUrl"].as_str().unwrap()).await.ok();
        assert_eq!(back["data"], pages[before]["data"]);
    }
    assert!(pages.iter().all(|page| page.get("prevPageUrl").is_none()));
}

#[tokio::test]
async fn a_page_is_requested_by_number_and_size() {
    let scene = many(9).await;
    let all = scene.get("alice", "/api/spaces/{s}/members").await.ok();
    let page = scene.get("alice", "/api/spaces/{s}/members?size=4&page=1").await.ok();
    assert_eq!(names(&page), names(&all)[4..8]);
    let last = scene.get("alice", "/api/spaces/{s}/members?size=4&page=2").await.ok();
    assert_eq!((names(&last), last.get("nextPageUrl")), (names(&all)[8..].to_vec(), None));
    let behind = scene.get("alice", "/api/spaces/{s}/members?size=4&page=7&search").await.ok();
    assert_eq!(
        [&behind["data"], &behind["total"], &behind["from"], &behind["to"]],
        [&json!([]), &json!(10), &json!(0), &json!(0)]
    );
}

#[tokio::test]
async fn a_page_far_down_the_list_is_reached_only_by_its_token() {
    let scene = Scene::new().await;
    let far = scene.get("alice", "/api/spaces/{s}/members?size=100&page=101").await;
    assert_eq!((far.problem(), &far.body["errors"][0]["field"]), ((400, "invalid_request"), &json!("page")));
    scene.get("alice", "/api/spaces/{s}/members?size=100&page=100").await.ok();
}

#[tokio::test]
async fn members_who_join_or_leave_between_requests_do_not_shift_pages() {
    let scene = many(9).await;
    let first = scene.get("alice", "/api/spaces/{s}/members?size=4").await.ok();
    let last = first["data"][3]["member"].as_str().unwrap();
    scene.delete("alice", &format!("/api/spaces/{{s}}/attendees/userid/{last}")).await.ok();
    scene.admit(MemberId::User(UserId::from_bytes([0xfe; 12])), "New", Role::Member).await;
    let second = scene.get("alice", first["nextPageUrl"].as_str().unwrap()).await.ok();
    let shown: Vec<&str> = names(&first).into_iter().chain(names(&second)).collect();
    let all = scene.get("alice", "/api/spaces/{s}/members").await.ok();
    let missing: Vec<&str> = names(&all)[..8].iter().copied().filter(|name| !shown.contains(name)).collect();
    assert_eq!((shown.len(), missing), (8, vec!["New"]));
}

#[tokio::test]
async fn members_are_found_by_a_part_of_their_name() {
    let scene = Scene::new().await;
    scene.join(Role::Member, &["bob", "bobby", "Jakob", "b.b"]).await;
    for (search, found) in [
        ("BOB", "bob bobby"),
        ("ob", "Jakob bob bobby"),
        ("%5Ebob%24", "bob"),
        ("ob%24", "Jakob bob"),
        ("b.b", "b.b"),
        ("nobody", ""),
    ] {
        let list = scene.get("alice", &format!("/api/spaces/{{s}}/members?search={search}")).await.ok();
        let mut names = names(&list);
        names.sort_unstable();
        assert_eq!(names.join(" "), found, "{search}");
        assert_eq!(list["total"], names.len());
    }
    let first = scene.get("alice", "/api/spaces/{s}/members?search=b&size=2").await.ok();
    let second = scene.get("alice", first["nextPageUrl"].as_str().unwrap()).await.ok();
    assert_eq!((&first["total"], &second["from"], &second["to"]), (&json!(4), &json!(3), &json!(4)));
    assert_eq!(second.get("nextPageUrl"), None);
    let names = [names(&first), names(&second)].concat();
    assert!(["Jakob", "b.b", "bob", "bobby"].iter().all(|name| names.contains(name)));
}

#[tokio::test]
async fn a_forged_token_leads_to_members_of_the_space_or_is_rejected() {
    use base64::Engine;
    let scene = many(3).await;
    for (after, expected) in [
        ("userId:ffffffffffffffffffffffff", 200),
        ("anonymousId:000000000000000000000000", 200),
        ("userId:ff", 400),
        ("SPACE#5a0000000000000000000001", 400),
        ("MEMBER#userId#ffffffffffffffffffffffff", 400),
        ("", 400),
    ] {
        let token = json!({ "p": u64::MAX, "t": u64::MAX, "a": after }).to_string();
        let token = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(token);
        for search in ["", "&search=member"] {
            let list = scene.get("alice", &format!("/api/spaces/{{s}}/members?pageToken={token}{search}")).await;
            assert_eq!(list.status, expected, "{after} {}", list.body);
            if expected == 200 {
                let ours = ["alice", "Alice", "Member 0", "Member 1", "Member 2"];
                assert!(names(&list.body).iter().all(|name| ours.contains(name)), "{}", list.body);
            }
        }
    }
}

#[tokio::test]
async fn an_address_is_shown_only_to_its_owner() {
    let scene = Scene::new().await;
    scene.join(Role::Guest, &["gus"]).await;
    let list = scene.get("gus", "/api/spaces/{s}/members").await.ok();
    let shown = list["data"].as_array().unwrap().iter().map(|member| member["username"].as_str().unwrap());
    let shown: Vec<&str> = shown.filter(|address| !address.is_empty()).collect();
    assert_eq!(shown, ["gus@example.com"]);
    assert_eq!(scene.get("bob", "/api/spaces/{s}/members").await.problem(), FORBIDDEN);
    assert!(list.to_string().contains(&user_id("alice").to_string()));
}
