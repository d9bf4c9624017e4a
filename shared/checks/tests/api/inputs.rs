//! Inputs as people and programs send them; one table per kind of input.

use serde_json::{Value, json};
use spaces_local::harness::PUBLIC_URL;
use spaces_local::tokens;

use crate::scene::{Scene, State};
use crate::world::{Answer, World};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn create(world: &World, body: &str) -> Answer {
    world.send("alice", "POST", "/api/spaces/invite", &[JSON], body).await
}

/// Returns the faults of a response as `field code`, or its code if it has none.
fn faults(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 400, "{}", answer.body);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    match answer.body["errors"].as_array() {
        Some(errors) => errors.iter().map(|e| format!("{} {}", text(&e["field"]), text(&e["code"]))).collect(),
        None => vec![text(&answer.body["code"])],
    }
}

#[tokio::test]
async fn invisible_characters_around_an_invitees_address_are_ignored() {
    let world = World::start().await;
    for (typed, taken) in [
        ("ana@bug.example ", "ana@bug.example"),
        ("\u{200b}\u{feff} Ana@Bug.example\u{2069}", "Ana@Bug.example"),
        ("ana@bu--g.example", "ana@bu--g.example"),
        ("ana@r2---sn-x.bug.example", "ana@r2---sn-x.bug.example"),
        ("\"a b\"@bug.example", "\"a b\"@bug.example"),
        ("\"Fred\\ Bloggs\"@bug.example", "\"Fred\\ Bloggs\"@bug.example"),
        ("ana@bücher。example", "ana@bücher。example"),
    ] {
        let body =
            json!({"topic": {"title": "T"}, "invitees": [{"inviteeType": " EMAIL ", "invitee": typed, "role": ""}]});
        let made = create(&world, &body.to_string()).await.ok();
        let expected = json!([{"inviteeType": "email", "invitee": taken, "role": "member"}]);
        assert_eq!(made["data"][0]["invitees"], expected, "{typed:?}");
    }
}

#[tokio::test]
async fn an_invalid_address_is_rejected_with_a_helpful_message() {
    let world = World::start().await;
    for (typed, message) in [
        ("Ana <ana@bug.example>", "the address alone"),
        ("mailto:ana@bug.example", "the address alone"),
        ("ana@bug.example;", "the address alone"),
        ("ana@bug.example, eve@bug.example", "the address alone"),
        ("an\u{200b}a@bug.example", "U+200B: type the address"),
        ("ana@bug\u{ad}.example", "U+00AD: type the address"),
        ("ana＠bug.example", "U+FF20"),
        ("ana@bug", "a full domain"),
        ("ana@127.0.0.1", "a full domain"),
        ("ana@[127.0.0.1]", "a valid domain"),
        ("user@example.com\u{fffd}", "a valid domain"),
        ("josé@bug.example", "ASCII characters before the @"),
    ] {
        let body = json!({"topic": {"title": "T"}, "invitees": [{"inviteeType": "email", "invitee": typed}]});
        let answer = create(&world, &body.to_string()).await;
        assert_eq!(faults(&answer), ["invitees[0].invitee invalid_address"], "{typed:?}");
        let shown = answer.body["errors"][0]["message"].as_str().unwrap();
        assert!(shown.contains(message), "{typed:?}: {shown}");
    }
    let body = json!({"topic": {"title": "T"}, "invitees": [{"inviteeType": "", "invitee": ""}]});
    let required = ["invitees[0].invitee required", "invitees[0].inviteeType required"];
    assert_eq!(faults(&create(&world, &body.to_string()).await), required);
}

#[tokio::test]
async fn one_address_in_several_spellings_is_one_invitee() {
    let world = World::start().await;
    let invitees: Vec<Value> = ["ana@bücher.example", "ANA@xn--bcher-kva.example", " ana@Bücher。example"]
        .into_iter()
        .map(|invitee| json!({"inviteeType": "email", "invitee": invitee}))
        .collect();
    let made = create(&world, &json!({"topic": {"title": "T"}, "invitees": invitees}).to_string()).await.ok();
    assert_eq!(made["data"][0]["invitees"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn optional_fields_are_parsed_leniently() {
    let world = World::start().await;
    for (fields, pointer, read) in [
        (
            r#""startDateTime":"","endDateTime":"","informChannel":"","inviteMode":"","inviteContentLanguage":"""#,
            "startDateTime",
            json!(null),
        ),
        (r#""topic":{"title":"T","id":"","type":"","description":""}"#, "startDateTime", json!(null)),
        (r#""invitees":"""#, "invitees", json!([])),
        (
            r#""informChannel":"Client","inviteMode":"Meet","topic":{"title":"T","type":"Group"}"#,
            "startDateTime",
            json!(null),
        ),
        (r#""informChannel":" OUTLOOK ","inviteMode":"JOIN""#, "startDateTime", json!(null)),
        (r#""startDateTime":"2030-01-01T21:00:00.123456789012Z""#, "startDateTime", json!("2030-01-01T21:00:00.123Z")),
        (r#""startDateTime":"2030-01-01 21:00:00+01:00""#, "startDateTime", json!("2030-01-01T20:00:00.000Z")),
        (r#""endDateTime":"9999-12-31T23:59:59Z""#, "endDateTime", json!("9999-12-30T22:00:00.999Z")),
        (
            r#""startDateTime":"9999-12-30T00:00:00Z","endDateTime":"9999-12-31T23:59:59Z""#,
            "endDateTime",
            json!("9999-12-30T22:00:00.999Z"),
        ),
        (r#""inviteContentLanguage":"no tag at all!""#, "startDateTime", json!(null)),
    ] {
        let body = format!(r#"{{"topic":{{"title":"T"}},{fields}}}"#);
        let body = if fields.contains("topic") { format!("{{{fields}}}") } else { body };
        let made = create(&world, &body).await.ok();
        assert_eq!(made["data"][0].get(pointer).cloned().unwrap_or_default(), read, "{fields}");
    }
}

#[tokio::test]
async fn meaningless_values_are_rejected_and_their_field_is_named() {
    let world = World::start().await;
    for (fields, fault) in [
        (r#""startDateTime":"0001-01-01T00:00:00Z""#, "startDateTime invalid_time"),
        (r#""startDateTime":"1999-12-31T23:59:59Z""#, "startDateTime invalid_time"),
        (r#""startDateTime":"2030-06-15T12:34:56+25:59""#, "startDateTime invalid_time"),
        (r#""startDateTime":"2030-06-15T24:00:00Z""#, "startDateTime invalid_time"),
        (r#""startDateTime":"2030-06-15T12:34:56+0530""#, "startDateTime invalid_time"),
        (r#""startDateTime":"2030-06-15""#, "startDateTime invalid_time"),
        (r#""startDateTime":1893456000"#, "startDateTime wrong_type"),
        (r#""endDateTime":"0001-01-01T00:00:00Z""#, "endDateTime end_in_past"),
        (r#""startDateTime":" ""#, "startDateTime invalid_time"),
        (r#""informChannel":"mail""#, "informChannel invalid_value"),
        (r#""inviteMode":1e400"#, "inviteMode wrong_type"),
        (r#""inviteContentLanguage":["de"]"#, "inviteContentLanguage wrong_type"),
        (r#""topic":{"title":1e400}"#, "topic.title wrong_type"),
        (r#""topic":{"title":"\u3164"}"#, "topic.title required"),
        (r#""topic":{"title":"T","type":"direct"}"#, "topic.type invalid_value"),
        (r#""topic":[]"#, "topic wrong_type"),
    ] {
        let body = if fields.contains("topic") {
            format!("{{{fields}}}")
        } else {
            format!(r#"{{"topic":{{"title":"T"}},{fields}}}"#)
        };
        assert_eq!(faults(&create(&world, &body).await), [fault], "{fields}");
    }
    for (body, fault) in [
        ("", "malformed_request"),
        (r#"{"topic":{"title":"T"},}"#, "malformed_request"),
        (r#"{"topic":NaN}"#, "malformed_request"),
        (r#"{"topic":{"title":"T"},"topic":{"title":"T"}}"#, "malformed_request"),
        ("[]", "body wrong_type"),
        ("null", "body wrong_type"),
        ("\"topic\"", "body wrong_type"),
    ] {
        assert_eq!(faults(&create(&world, body).await), [fault], "{body}");
    }
}

#[tokio::test]
async fn a_title_cut_in_the_middle_of_a_character_is_accepted() {
    let world = World::start().await;
    let made = create(&world, "\u{feff}{\"topic\":{\"title\":\"Lunch \\ud83d\"}}").await.ok();
    let space = made["data"][0]["topicId"].as_str().unwrap();
    let space = world.call("alice", "GET", &format!("/api/spaces/{space}"), Value::Null).await.ok();
    assert_eq!(space["title"], "Lunch \u{fffd}");
}

#[tokio::test]
async fn unknown_fields_are_ignored_in_every_body() {
    let world = World::start().await;
    Scene::cast(&world).await;
    let Scene { space, invite, .. } = Scene::new(&world, State::Active).await;
    let mia = crate::world::id("mia");
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    for unknown in ["1e400", r#""\ud83d""#, r#"{"x":1,"x":2}"#, &deep] {
        for (path, known) in [
            ("/api/spaces/invite".to_owned(), r#""topic":{"title":"T","x":X}"#),
            (
                format!("/api/spaces/{space}/invite"),
                r#""invitees":[{"inviteeType":"email","invitee":"a@b.example","x":X}]"#,
            ),
            (
                format!("/api/spaces/invites/{invite}"),
                r#""invitees":[{"inviteeType":"email","invitee":"a@b.example","x":X}]"#,
            ),
            (format!("/api/spaces/{space}"), r#""title":"T","settings":{"x":X}"#),
            (format!("/api/users/me/spaces/{space}/preference"), r#""isPinned":true"#),
            (format!("/api/spaces/{space}/attendees/userid/{mia}"), r#""role":"Member""#),
            ("/api/anonymous/auth".to_owned(), r#""displayname":"Gus""#),
        ] {
            let body = format!(r#"{{"x":X,{known}}}"#).replace('X', unknown);
            let answer = world.send("alice", "POST", &path, &[JSON], &body).await;
            assert_eq!(answer.status, 200, "{path} {unknown:.20}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_guests_name_is_sanitized() {
    let world = World::start().await;
    let family = "👨‍👩‍👧‍👦";
    let ten = family.repeat(10);
    for (given, name) in [
        ("Gus\u{200b}", "Gus"),
        (" \u{202e}Gus\u{a0}\u{3000}Gans ", "Gus Gans"),
        ("\u{3164}", "Guest"),
        ("\u{2800}", "Guest"),
        ("\u{200b}\u{ad}\u{2060}", "Guest"),
        ("gus＠bug.example", "Guest"),
        ("", "Guest"),
        (&ten, &ten),
    ] {
        let token = world.guest_token(given).await;
        let authorization = format!("jwt {token}");
        let me = world.send("nobody", "GET", "/api/users/me", &[("authorization", &authorization)], "").await.ok();
        assert_eq!(me["displayname"], name, "{given:?}");
    }
    for long in [family.repeat(61), family.repeat(60).replace(family, "👩🏽‍👩🏽‍👧🏽‍👦🏽")] {
        let answer = world.call("nobody", "POST", "/api/anonymous/auth", json!({"displayname": long})).await;
        assert_eq!(faults(&answer), ["displayname too_long"]);
    }
    let cut =
        world.send("nobody", "POST", "/api/anonymous/auth", &[JSON], r#"{"displayname":"Gus \ud83d","x":1e400}"#).await;
    assert_eq!(cut.status, 200, "{}", cut.body);
}

#[tokio::test]
async fn a_reordered_request_or_one_with_explicit_defaults_is_a_replayed_request() {
    let world = World::start().await;
    let key = [JSON, ("idempotency-key", "k-1")];
    let (ana, bob) = (
        json!({"inviteeType": "email", "invitee": "ana@bug.example"}),
        json!({"inviteeType": "email", "invitee": "bob@bug.example"}),
    );
    let first = json!({"topic": {"title": "T"}, "invitees": [ana, bob], "startDateTime": "2030-01-01T21:00:00Z"});
    let first = world.send("alice", "POST", "/api/spaces/invite", &key, &first.to_string()).await.ok();
    let bob = json!({"inviteeType": "EMAIL", "invitee": " BOB@bug.example ", "role": "member"});
    let again = json!({
        "topic": {"title": " T ", "type": "group", "description": "", "id": null}, "invitees": [bob, ana], "inviteMode": "join",
        "informChannel": "server", "startDateTime": "2030-01-01T22:00:00.000+01:00", "endDateTime": "", "inviteContentLanguage": null,
    });
    let again = world.send("alice", "POST", "/api/spaces/invite", &key, &again.to_string()).await.ok();
    assert_eq!(again, first);
    let other = json!({"topic": {"title": "T"}, "invitees": [ana], "startDateTime": "2030-01-01T21:00:00Z"});
    let other = world.send("alice", "POST", "/api/spaces/invite", &key, &other.to_string()).await;
    assert_eq!(other.status, 422);
}

#[tokio::test]
async fn an_address_is_parsed_the_same_in_a_header_a_path_and_a_list() {
    let world = World::start().await;
    Scene::cast(&world).await;
    let alice = world.call("alice", "GET", "/api/users/me", Value::Null).await.ok()["_id"].clone();
    let address = "alice@EXAMPLE.com";
    let app = format!("service_app {}", tokens::service_app(PUBLIC_URL, tokens::ACT_AS_SCOPE, world.now()).unwrap());
    let headers = [JSON, ("authorization", app.as_str()), ("x-avaya-act-as", &format!("  {address} "))];
    let made = world.send("nobody", "POST", "/api/spaces/invite", &headers, r#"{"topic":{"title":"T"}}"#).await.ok();
    let space = made["data"][0]["topicId"].as_str().unwrap();
    assert_eq!(world.call("alice", "GET", &format!("/api/spaces/{space}"), Value::Null).await.ok()["cid"], alice);
    let room =
        world.call("alice", "GET", &format!("/api/users/meetingroom/%20{address}%E2%80%8B"), Value::Null).await.ok();
    assert_eq!(room["data"]["cid"], alice);
    let list = json!([format!(" {address}\u{feff}")]);
    let found = world.call("bob", "POST", "/api/users/me/colleaguesbulk", list).await.ok();
    assert_eq!(found["data"].as_array().unwrap().len(), 1, "{found}");
    let wrong =
        world.call("bob", "POST", "/api/users/me/colleaguesbulk", json!([address, "Alice <alice@example.com>"])).await;
    assert_eq!(faults(&wrong), ["[1] invalid_address"]);
}
