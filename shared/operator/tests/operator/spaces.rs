//! Spaces, and the invitations of a space or an inviter.

use join_invite::App;
use serde_json::Value;
use spaces_local::harness;
use spaces_model::{Invitation, UserId};

use crate::Service;

const OPEN: &str = "000000000000000000000001";

async fn join(service: &Service) -> Value {
    let app = App::from_env(&service.harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
    let event = harness::event("join-invite", "200-invited-by-address").unwrap();
    harness::answer(event, |request| app.answer(request)).await.unwrap()["statusCode"].clone()
}

async fn sample(service: &Service) -> Invitation {
    service.harness.store.invitation(OPEN.parse().unwrap()).await.unwrap().unwrap()
}

/// Adds two invitations by another user to the space of the sample.
async fn more(service: &Service) -> (Invitation, UserId) {
    let (sample, other) = (sample(service).await, UserId::from_bytes([9; 12]));
    for id in ["0000000000000000000000a1", "0000000000000000000000a2"] {
        let inviter = spaces_model::Inviter { id: other, ..sample.inviter.clone() };
        let invitation = Invitation { id: id.parse().unwrap(), inviter, ..sample.clone() };
        service.harness.store.create(&invitation).await.unwrap();
    }
    (sample, other)
}

#[tokio::test]
async fn a_space_is_shown_with_its_members_by_role_and_its_invitations() {
    let service = Service::start().await;
    let (sample, other) = more(&service).await;
    assert_eq!(join(&service).await, 200);
    let shown = service.run(&format!("space show {}", sample.space)).await.unwrap();
    let title = service.harness.store.space(sample.space).await.unwrap().unwrap().title;
    assert!(shown.contains(&format!("title        {}", title.as_str())), "{shown}");
    assert!(shown.contains("entrance     by invitation\n"), "{shown}");
    assert!(shown.contains("status       Active") && shown.contains("1 admins, 1 members, 0 guests"), "{shown}");
    assert!(shown.contains("invitations  3") && shown.contains(&format!("by {other}")), "{shown}");
}

#[tokio::test]
async fn a_deleted_space_admits_nobody_and_stays_deleted() {
    let service = Service::start().await;
    let space = sample(&service).await.space;
    let delete = format!("space delete {space}");
    assert!(service.run(&delete).await.unwrap().starts_with("deleted."));
    let before = service.items("SPACE");
    service.run(&delete).await.unwrap();
    assert_eq!(service.items("SPACE"), before);
    assert!(service.run(&format!("space show {space}")).await.unwrap().contains("status       Deleted"));
}

#[tokio::test]
async fn an_unknown_space_is_reported_and_not_created() {
    let service = Service::start().await;
    let before = service.items("SPACE");
    for command in ["show", "delete"] {
        let error = service.run(&format!("space {command} 0000000000000000000000ff")).await.unwrap_err();
        assert_eq!(error, "there is no space with this id");
    }
    assert_eq!(service.items("SPACE"), before);
}

#[tokio::test]
async fn invitations_are_revoked_by_space() {
    let service = Service::start().await;
    let (sample, _) = more(&service).await;
    let of_space = format!("--space {}", sample.space);
    let shown = service.run(&format!("invitation show {of_space}")).await.unwrap();
    assert_eq!((shown.lines().count(), shown.matches("  open").count()), (3, 3), "{shown}");
    assert!(service.run(&format!("invitation revoke {of_space}")).await.unwrap().starts_with("3 revoked."));
    assert_eq!(join(&service).await, 410);
    assert!(service.run(&format!("invitation revoke {of_space}")).await.unwrap().starts_with("0 revoked."));
}

#[tokio::test]
async fn invitations_are_revoked_by_inviter_and_those_of_others_stay() {
    let service = Service::start().await;
    let (sample, other) = more(&service).await;
    let shown = service.run(&format!("invitation show --inviter {other}")).await.unwrap();
    assert_eq!(shown.lines().count(), 2, "{shown}");
    assert!(service.run(&format!("invitation revoke --inviter {other}")).await.unwrap().starts_with("2 revoked."));
    assert_eq!(join(&service).await, 200);
    let by_alice = service.run(&format!("invitation show --inviter {}", sample.inviter.id)).await.unwrap();
    assert!(by_alice.contains(&format!("{OPEN}  space {}", sample.space)), "{by_alice}");
    assert_eq!(service.run("invitation show --inviter 0000000000000000000000ff").await.unwrap(), "none");
}
