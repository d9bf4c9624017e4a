//! Forged page tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::scene::{Scene, user_id};

#[tokio::test]
async fn a_position_outside_the_list_is_a_fault_or_a_page() {
    let scene = Scene::new().await;
    let space = format!("/api/spaces/{}", scene.space);
    let lists = [
        "/api/users/me/spaces",
        "/api/users/me/invites",
        "/api/users/me/people/withdm",
        "/api/users/me/colleagues",
        "/api/users/me/colleagues?search=bob",
        &format!("{space}/members"),
        &format!("{space}/members?search=bob"),
        &format!("{space}/invites"),
    ];
    let user = user_id("bob").to_string();
    let places = ["", "#", "~", "\0", "\u{10ffff}", "é", "2", &user, &format!("#{user}"), &format!("userId:{user}")];
    let times = [
        Value::Null,
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(-377_705_023_201_000_i64),
        json!(253_402_207_200_999_i64),
    ];
    for list in lists {
        for place in places {
            for time in &times {
                let token = json!({ "p": usize::MAX, "t": 1, "a": place, "b": time }).to_string();
                let join = if list.contains('?') { '&' } else { '?' };
                let path = format!("{list}{join}pageToken={}", URL_SAFE_NO_PAD.encode(token));
                let answer = scene.get("alice", &path).await;
                assert!(matches!(answer.status, 200 | 400), "{list} {place:?} {time}: {}", answer.status);
            }
        }
    }
}

#[tokio::test]
async fn an_empty_position_in_the_list_of_invitations_is_a_fault_of_the_token() {
    let scene = Scene::new().await;
    let token = URL_SAFE_NO_PAD.encode(r#"{"p":1,"t":1,"a":""}"#);
    for list in ["/api/users/me/invites".to_owned(), format!("/api/spaces/{}/invites", scene.space)] {
        let answer = scene.get("alice", &format!("{list}?pageToken={token}")).await;
        assert_eq!((answer.status, &answer.body["errors"][0]["field"]), (400, &json!("pageToken")), "{list}");
    }
}
