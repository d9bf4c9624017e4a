//! The meeting as a calendar file.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spaces_local::harness::PUBLIC_URL;

use super::{GET, LINK, Service, Visit, html, token};

const FILE: &str = "/spaces/invites/000000000000000000000001/invite.ics";
const ID: &str = "000000000000000000000001";

impl Service {
    /// Starts with a meeting on the sample invitation.
    async fn with_meeting() -> Self {
        let service = Self::start().await;
        service.change_invitation(|invitation| {
            invitation["starts"] = json!({"S": "2026-12-01T13:30:00.000Z"});
            invitation["ends"] = json!({"S": "2026-12-01T15:00:00.000Z"});
            invitation["sequence"] = json!({"N": "3"});
        });
        service
    }

    async fn file(&self) -> Value {
        self.visit(&Visit { path: FILE, ..GET }).await
    }
}

/// Returns the unfolded lines of a calendar, by property name.
fn properties(answer: &Value) -> BTreeMap<String, String> {
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let text = html(answer).replace("\r\n ", "");
    let lines = text.split_terminator("\r\n").filter(|line| !line.starts_with("BEGIN:") && !line.starts_with("END:"));
    lines.map(|line| line.split_once([':', ';']).unwrap()).map(|(name, value)| (name.into(), value.into())).collect()
}

#[tokio::test]
async fn the_file_contains_the_meeting_with_the_mails_sequence_and_no_address() {
    let service = Service::with_meeting().await;
    let before = service.items();
    let answer = service.file().await;
    for (name, value) in [
        ("content-type", "text/calendar; charset=utf-8"),
        ("content-disposition", "inline; filename=\"invite.ics\""),
        ("content-language", "en-US"),
        ("cache-control", "no-store"),
        ("x-robots-tag", "noindex"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(answer["headers"][name], value, "{name}");
    }
    let found = properties(&answer);
    let link = format!("{PUBLIC_URL}{LINK}");
    for (name, value) in [
        ("METHOD", "PUBLISH"),
        ("UID", ID),
        ("SEQUENCE", "3"),
        ("STATUS", "CONFIRMED"),
        ("DTSTAMP", "20261121T120000Z"),
        ("DTSTART", "20261201T133000Z"),
        ("DTEND", "20261201T150000Z"),
        ("SUMMARY", "Sample space"),
        ("URL", &link),
        ("LOCATION", &link),
    ] {
        assert_eq!(found[name], value, "{name}");
    }
    assert!(found["DESCRIPTION"].starts_with("Alice Archer invited you to join this space."), "{found:?}");
    assert!(!found.contains_key("ATTENDEE") && !found.contains_key("ORGANIZER"), "{found:?}");
    let text = html(&answer);
    // The description of the space is only for invitees.
    assert!(!text.contains('@') && !text.contains("mailto") && !text.contains("Where the samples meet"), "{text}");
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn the_file_is_the_same_for_everybody_and_head_returns_only_its_headers() {
    let service = Service::with_meeting().await;
    let before = service.items();
    let file = service.file().await;
    let bob = service.visit(&Visit { path: FILE, session: Some(token("bob@example.com")), ..GET }).await;
    assert_eq!(bob, file);
    let head = service.visit(&Visit { method: "HEAD", path: FILE, ..GET }).await;
    assert_eq!((&head["statusCode"], &head["headers"], html(&head)), (&json!(200), &file["headers"], ""));
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn an_inviter_without_a_name_is_not_named_by_the_address() {
    let service = Service::with_meeting().await;
    service.change_invitation(|invitation| drop(invitation.as_object_mut().unwrap().remove("inviter_name")));
    let file = service.file().await;
    assert!(properties(&file)["DESCRIPTION"].starts_with("You’re invited to join this space."), "{file}");
    assert!(!html(&file).contains('@'), "{file}");
}

#[tokio::test]
async fn without_an_upcoming_meeting_the_response_is_that_of_an_unknown_link() {
    let unknown = Service::start().await.visit(&Visit { path: &FILE.replace('1', "9"), ..GET }).await;
    assert_eq!(unknown["statusCode"], 404, "{unknown}");
    for (case, change) in [
        ("no times", (|it| drop(it.as_object_mut().unwrap().remove("starts"))) as fn(&mut Value)),
        ("revoked", |it| it["revoked"] = json!({"S": "2026-11-20T00:00:00.000Z"})),
        ("expired", |it| it["expires"] = json!({"S": "2026-11-20T00:00:00.000Z"})),
    ] {
        let service = Service::with_meeting().await;
        service.change_invitation(change);
        assert_eq!(service.file().await, unknown, "{case}");
    }
    for status in ["archived", "deleted"] {
        let service = Service::with_meeting().await;
        service.change_space(|space| space["status"] = json!({"S": status}));
        assert_eq!(service.file().await, unknown, "{status}");
    }
    let service = Service::with_meeting().await;
    let maker = super::person("alice@example.com").id;
    service.harness.store.block(maker, super::harness::now()).await.unwrap();
    assert_eq!(service.file().await, unknown);
    let member = service.visit(&Visit { path: FILE, session: Some(token("alice@example.com")), ..GET }).await;
    assert_eq!(member, unknown);
}

#[tokio::test]
async fn other_methods_are_rejected_and_a_mangled_path_leads_to_the_file() {
    let service = Service::with_meeting().await;
    let post = service.visit(&Visit { method: "POST", path: FILE, ..GET }).await;
    assert_eq!((&post["statusCode"], &post["headers"]["allow"]), (&json!(405), &json!("GET, HEAD")));
    for path in
        ["/spaces/invites/000000000000000000000001/Invite.ics.", "/spaces//invites/000000000000000000000001/invite.ics"]
    {
        let answer = service.visit(&Visit { path, query: "answer=no", ..GET }).await;
        assert_eq!((&answer["statusCode"], &answer["headers"]["location"]), (&json!(303), &json!(FILE)), "{path}");
    }
}
