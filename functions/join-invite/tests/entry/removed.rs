//! A removed person stays out until an admin invites them again.

use jiff::SignedDuration;
use serde_json::json;
use spaces_model::{Role, format_time};

use super::{
    GET, LINK, POST, Service, Visit, guest, guest_id, guest_token, html, id, problem, role_and_reason, token, user,
};

const ALICE: &str = "alice@example.com";
const BOB: &str = "bob@example.com";

impl Service {
    /// Dates an update of the invitation one second after now, and waits until the cached invitation has expired.
    pub(super) fn updates_invitation(&self) {
        self.wait(SignedDuration::from_secs(1));
        let now = self.now();
        self.change_invitation(|invitation| invitation["updated"] = json!({"S": format_time(now)}));
        self.wait(SignedDuration::from_secs(10));
    }

    async fn without_bob() -> Self {
        let service = Self::start().await;
        service.join(&user(BOB)).await;
        service.remove(id(BOB), id(ALICE)).await;
        service
    }
}

#[tokio::test]
async fn the_link_refuses_a_removed_member_by_every_way_in() {
    let service = Service::without_bob().await;
    service.join(&guest(3)).await;
    service.remove(guest_id(3), id(ALICE)).await;
    let before = service.items();
    for (caller, session) in [(user(BOB), token(BOB)), (guest(3), guest_token(3))] {
        assert_eq!(problem(&service.join(&caller).await), (403, "forbidden"));
        for visit in [GET, POST] {
            let page = service.visit(&Visit { session: Some(session.clone()), ..visit }).await;
            assert_eq!(page["statusCode"], 403, "{page}");
            assert!(
                html(&page).contains("You were removed from this space") && !html(&page).contains("<form"),
                "{page}"
            );
        }
    }
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn an_invitation_updated_since_by_an_admin_readmits_its_invitees() {
    let service = Service::without_bob().await;
    service.join(&user("mallory@elsewhere.example")).await;
    service.remove(id("mallory@elsewhere.example"), id(ALICE)).await;
    service.updates_invitation();
    assert_eq!(role_and_reason(&service.join(&user(BOB)).await), ("member", "invited"));
    assert_eq!(problem(&service.join(&user("mallory@elsewhere.example")).await), (403, "forbidden"));
}

#[tokio::test]
async fn a_later_invitation_by_a_non_admin_readmits_nobody() {
    let service = Service::without_bob().await;
    service.join(&user("ana@example.com")).await;
    service.updates_invitation();
    for role in [Role::Member, Role::Guest] {
        service.set_role(id(ALICE), role).await;
        assert_eq!(problem(&service.join(&user(BOB)).await), (403, "forbidden"), "{role:?}");
    }
    service.set_role(id(ALICE), Role::Admin).await;
    assert_eq!(role_and_reason(&service.join(&user(BOB)).await), ("member", "invited"));
}

#[tokio::test]
async fn a_member_who_left_can_rejoin_by_the_link() {
    let service = Service::start().await;
    service.join(&user(BOB)).await;
    service.remove(id(BOB), id(BOB)).await;
    assert_eq!(role_and_reason(&service.join(&user(BOB)).await), ("member", "invited"));
}

#[tokio::test]
async fn the_page_after_joining_leads_a_removed_member_back_to_the_link() {
    let service = Service::without_bob().await;
    let joined = Visit { path: "/spaces/invites/000000000000000000000001/joined", session: Some(token(BOB)), ..GET };
    assert_eq!(service.visit(&joined).await["headers"]["location"], LINK);
}
