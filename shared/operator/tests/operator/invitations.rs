use jiff::{SignedDuration, Timestamp};
use join_invite::App;
use serde_json::Value;
use spaces_local::harness;

use crate::Service;

const OPEN: &str = "000000000000000000000001";

async fn join(app: &App) -> Value {
    let event = harness::event("join-invite", "200-invited-by-address").unwrap();
    harness::answer(event, |request| app.answer(request)).await.unwrap()
}

fn app(service: &Service, now: Timestamp) -> App {
    App::from_env(&service.harness.env().unwrap(), harness::sources_at(now)).unwrap()
}

#[tokio::test]
async fn a_withdrawn_invitation_admits_nobody() {
    let service = Service::start().await;
    assert_eq!(join(&app(&service, harness::now())).await["statusCode"], 200);
    service.run(&format!("invitation withdraw {OPEN}")).await.unwrap();
    let answer = join(&app(&service, harness::now())).await;
    assert_eq!((&answer["statusCode"], &answer["body"]["code"]), (&410.into(), &"invite_revoked".into()));
}

#[tokio::test]
async fn withdrawing_again_changes_nothing() {
    let service = Service::start().await;
    let withdraw = format!("invitation withdraw {OPEN}");
    service.run(&withdraw).await.unwrap();
    let before = service.items("INVITE");
    service.answer(harness::now() + SignedDuration::from_hours(1), &withdraw).await.unwrap();
    assert_eq!(service.items("INVITE"), before);
}

#[tokio::test]
async fn an_unknown_invitation_is_told_and_not_made() {
    let service = Service::start().await;
    let before = service.items("INVITE");
    for command in ["show", "withdraw"] {
        let error = service.run(&format!("invitation {command} 0000000000000000000000ff")).await.unwrap_err();
        assert_eq!(error, "there is no invitation with this id");
    }
    assert_eq!(service.items("INVITE"), before);
}

#[tokio::test]
async fn an_invitation_is_shown_with_its_state_and_without_addresses() {
    let service = Service::start().await;
    for (id, state) in [
        (OPEN, "state     open"),
        ("000000000000000000000002", "state     expired"),
        ("000000000000000000000003", "state     withdrawn 2026-01-01T09:00:00.000Z"),
    ] {
        let shown = service.run(&format!("invitation show {id}")).await.unwrap();
        assert!(shown.contains(state) && shown.contains("b***@example.com  member"), "{shown}");
        assert!(!shown.contains("bob@"), "{shown}");
    }
}
