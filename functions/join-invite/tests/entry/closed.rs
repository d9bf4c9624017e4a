//! Spaces that are archived, deleted, or open to invited people only.

use serde_json::json;

use super::{GET, POST, Service, Visit, guest, guest_token, html, id, problem, role_and_reason, token, user};
use spaces_model::Role;

const INVITED: &str = "bob@example.com";
const MEMBER: &str = "alice@example.com";
const STRANGER: &str = "mallory@elsewhere.example";

#[tokio::test]
async fn nobody_new_joins_an_archived_space_and_members_can_still_read_it() {
    let service = Service::in_space(|space| space["status"] = json!({"S": "archived"})).await;
    for (caller, session) in
        [(user(INVITED), token(INVITED)), (user(STRANGER), token(STRANGER)), (guest(3), guest_token(3))]
    {
        assert_eq!(problem(&service.join(&caller).await), (403, "forbidden"));
        for visit in [GET, POST] {
            let page = service.visit(&Visit { session: Some(session.clone()), ..visit }).await;
            assert_eq!(page["statusCode"], 403, "{page}");
            assert!(html(&page).contains("This space is archived") && !html(&page).contains("<form"), "{page}");
        }
    }
    let answer = service.join(&user(MEMBER)).await;
    assert_eq!(role_and_reason(&answer), ("admin", "already_member"));
    assert_eq!(answer["body"]["topic"]["status"], 1);
    assert_eq!(service.visit(&Visit { session: Some(token(MEMBER)), ..GET }).await["statusCode"], 303);
    assert_eq!(service.member(id(INVITED)).await, None);
}

#[tokio::test]
async fn an_archived_space_raises_no_roles() {
    let service = Service::start().await;
    service.join(&user("ana@example.com")).await;
    service.set_role(id("ana@example.com"), Role::Guest).await;
    service.updates_invitation();
    service.change_space(|space| space["status"] = json!({"S": "archived"}));
    assert_eq!(role_and_reason(&service.join(&user("ana@example.com")).await).0, "guest");
    service.change_space(|space| space["status"] = json!({"S": "active"}));
    assert_eq!(role_and_reason(&service.join(&user("ana@example.com")).await), ("admin", "invited"));
}

#[tokio::test]
async fn the_link_to_a_deleted_space_is_revoked_for_everybody() {
    let service = Service::in_space(|space| space["status"] = json!({"S": "deleted"})).await;
    for (caller, session) in
        [(user(INVITED), Some(token(INVITED))), (user(MEMBER), Some(token(MEMBER))), (guest(3), None)]
    {
        assert_eq!(problem(&service.join(&caller).await), (410, "invite_revoked"));
        for visit in [GET, Visit { method: "HEAD", ..GET }] {
            assert_eq!(service.visit(&Visit { session: session.clone(), ..visit }).await["statusCode"], 410);
        }
    }
}

#[tokio::test]
async fn an_invited_only_space_admits_invitees_and_members_and_nobody_else() {
    let service = Service::in_space(|space| space["settings"]["M"]["invited_only"] = json!({"BOOL": true})).await;
    for (caller, session) in [(user(STRANGER), token(STRANGER)), (guest(3), guest_token(3))] {
        assert_eq!(problem(&service.join(&caller).await), (403, "not_invited"));
        for visit in [GET, POST] {
            let page = service.visit(&Visit { session: Some(session.clone()), ..visit }).await;
            assert_eq!(page["statusCode"], 403, "{page}");
            assert!(html(&page).contains("for invited people only") && !html(&page).contains("<form"), "{page}");
        }
    }
    let answer = service.join(&user(INVITED)).await;
    assert_eq!(role_and_reason(&answer), ("member", "invited"));
    assert_eq!(answer["body"]["topic"]["settings"]["invitedOnly"], true);
    assert_eq!(role_and_reason(&service.join(&user(MEMBER)).await), ("admin", "already_member"));
}

#[tokio::test]
async fn the_login_page_has_no_guest_form_if_no_guest_may_join() {
    for change in [
        |space: &mut serde_json::Value| space["settings"]["M"]["invited_only"] = json!({"BOOL": true}),
        |space: &mut serde_json::Value| space["status"] = json!({"S": "archived"}),
    ] {
        let service = Service::in_space(change).await;
        let page = service.visit(&GET).await;
        assert_eq!(page["statusCode"], 200);
        assert!(html(&page).contains("Sample space") && !html(&page).contains("/api/anonymous/auth"), "{page}");
    }
}

#[tokio::test]
async fn a_member_who_is_not_an_invitee_can_still_open_the_link() {
    let service = Service::start().await;
    service.join(&guest(3)).await;
    service.change_space(|space| {
        space["settings"]["M"]["invited_only"] = json!({"BOOL": true});
        space["settings"]["M"]["password_for_all_guests"] = json!({"BOOL": true});
    });
    assert_eq!(role_and_reason(&service.join(&guest(3)).await), ("guest", "anonymous"));
    assert_eq!(service.visit(&Visit { session: Some(guest_token(3)), ..GET }).await["statusCode"], 303);
}
