//! An invitation gives at most the role that its inviter may give when it is used.

use spaces_model::Role;

use super::{Service, id, role_and_reason, user};

const MAKER: &str = "alice@example.com";

/// Appoints another admin, so that the inviter is not the only one.
async fn with_another_admin() -> Service {
    let service = Service::start().await;
    assert_eq!(role_and_reason(&service.join(&user("ana@example.com")).await), ("admin", "invited"));
    service
}

#[tokio::test]
async fn an_invitation_by_a_member_gives_no_admin_role() {
    let service = Service::start().await;
    assert_eq!(role_and_reason(&service.join(&user("sam@example.org")).await).0, "guest");
    service.set_role(id("sam@example.org"), Role::Admin).await;
    service.set_role(id(MAKER), Role::Member).await;
    assert_eq!(role_and_reason(&service.join(&user("ana@example.com")).await), ("member", "invited"));
    assert_eq!(role_and_reason(&service.join(&user("bob@example.com")).await), ("member", "invited"));
}

#[tokio::test]
async fn an_invitation_by_a_guest_gives_the_guest_role() {
    let service = with_another_admin().await;
    service.set_role(id(MAKER), Role::Guest).await;
    assert_eq!(role_and_reason(&service.join(&user("bob@example.com")).await), ("guest", "invited"));
}

#[tokio::test]
async fn an_invitation_by_a_former_member_gives_the_guest_role() {
    for by in [MAKER, "ana@example.com"] {
        let service = with_another_admin().await;
        service.remove(id(MAKER), id(by)).await;
        assert_eq!(role_and_reason(&service.join(&user("bob@example.com")).await), ("guest", "invited"), "{by}");
    }
}

#[tokio::test]
async fn given_roles_stay_and_a_reinstated_inviter_gives_them_again() {
    let service = with_another_admin().await;
    service.set_role(id(MAKER), Role::Guest).await;
    assert_eq!(role_and_reason(&service.join(&user("bob@example.com")).await), ("guest", "invited"));
    assert_eq!(role_and_reason(&service.join(&user("ana@example.com")).await), ("admin", "already_member"));
    service.set_role(id(MAKER), Role::Admin).await;
    assert_eq!(role_and_reason(&service.join(&user("bob@example.com")).await), ("member", "invited"));
}

#[tokio::test]
async fn a_role_set_by_an_admin_overrides_older_invitations_but_not_updated_ones() {
    let service = with_another_admin().await;
    service.set_role(id("ana@example.com"), Role::Guest).await;
    for _ in 0..2 {
        assert_eq!(role_and_reason(&service.join(&user("ana@example.com")).await), ("guest", "already_member"));
    }
    service.updates_invitation();
    assert_eq!(role_and_reason(&service.join(&user("ana@example.com")).await), ("admin", "invited"));
}
