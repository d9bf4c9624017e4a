//! The page of an invitation that is expired or revoked. It names the space, and the person to ask for a new
//! invitation.

use serde_json::{Value, json};

use super::{GET, POST, Service, Visit, guest, guest_id, guest_token, harness, html, id, person, token};

const EXPIRED: &str = "/spaces/invites/000000000000000000000002/join";
const REVOKED: &str = "/spaces/invites/000000000000000000000003/join";
const NAMES: [&str; 2] = ["Sample space", "Ask Alice Archer for a new one."];
const NOBODY: &str = "Ask the person who invited you for a new one.";

fn revoke(invitation: &mut Value) {
    invitation["revoked"] = json!({"S": "2026-11-20T00:00:00.000Z"});
}

/// Returns the page without its style sheet.
fn text(page: &Value) -> &str {
    html(page).split("</style>").last().unwrap()
}

/// Checks that a page says that the invitation is no longer valid, with or without the names.
fn assert_names(page: &Value, names: bool) {
    assert_eq!(page["statusCode"], 410, "{page}");
    for name in NAMES {
        assert_eq!(html(page).contains(name), names, "{name}: {page}");
    }
    assert_eq!(html(page).contains(NOBODY), !names, "{page}");
    assert!(!text(page).contains('@') && !html(page).contains("<form"), "{page}");
}

#[tokio::test]
async fn the_page_names_the_space_and_the_inviter() {
    let service = Service::start().await;
    let before = service.items();
    for path in [
        EXPIRED,
        REVOKED,
        "/spaces/invites/000000000000000000000002/meet",
        "/spaces/invites/000000000000000000000003/joined",
    ] {
        for session in
            [None, Some(token("bob@example.com")), Some(token("mallory@elsewhere.example")), Some(guest_token(3))]
        {
            assert_names(&service.visit(&Visit { path, session, ..GET }).await, true);
        }
    }
    assert_names(&service.visit(&Visit { path: REVOKED, session: Some(token("bob@example.com")), ..POST }).await, true);
    let report = "/spaces/invites/000000000000000000000003/mail";
    assert_names(&service.visit(&Visit { path: report, form: "mail=report", ..POST }).await, true);
    assert_eq!(html(&service.visit(&Visit { method: "HEAD", path: REVOKED, ..GET }).await), "");
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn the_page_does_not_name_the_inviter_by_address() {
    let service = Service::start().await;
    service.change_invitation(|invitation| {
        revoke(invitation);
        drop(invitation.as_object_mut().unwrap().remove("inviter_name"));
    });
    let page = service.visit(&GET).await;
    assert!(html(&page).contains(NAMES[0]) && html(&page).contains(NOBODY) && !text(&page).contains('@'), "{page}");
}

#[tokio::test]
async fn the_page_names_a_space_that_is_archived_or_deleted() {
    for (status, is_revoked) in [("archived", true), ("deleted", true), ("deleted", false)] {
        let service = Service::in_space(|space| space["status"] = json!({"S": status})).await;
        if is_revoked {
            service.change_invitation(revoke);
        }
        assert_names(&service.visit(&GET).await, true);
    }
}

#[tokio::test]
async fn the_page_names_neither_space_nor_inviter_if_the_inviter_is_blocked() {
    for is_revoked in [true, false] {
        let service = Service::start().await;
        if is_revoked {
            service.change_invitation(revoke);
        }
        let maker = person("alice@example.com").id;
        service.harness.store.block(maker, harness::now()).await.unwrap();
        for session in [None, Some(token("bob@example.com"))] {
            assert_names(&service.visit(&Visit { session, ..GET }).await, false);
        }
    }
}

#[tokio::test]
async fn the_page_names_neither_space_nor_inviter_to_a_removed_member() {
    let service = Service::start().await;
    for authorization in [super::user("bob@example.com"), guest(3)] {
        service.join(&authorization).await;
    }
    for member in [id("bob@example.com"), guest_id(3)] {
        service.remove(member, id("alice@example.com")).await;
    }
    service.change_invitation(revoke);
    service.wait(jiff::SignedDuration::from_secs(6));
    for session in [token("bob@example.com"), guest_token(3)] {
        assert_names(&service.visit(&Visit { session: Some(session), ..GET }).await, false);
    }
    assert_names(&service.visit(&GET).await, true);
}

#[tokio::test]
async fn the_page_omits_the_names_if_they_cannot_be_read() {
    let service = Service::in_space(|space| drop(space.as_object_mut().unwrap().remove("status"))).await;
    service.change_invitation(revoke);
    assert_names(&service.visit(&GET).await, false);
}
