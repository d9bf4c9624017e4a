//! Tests of the commands for stops and reports.

use jiff::{SignedDuration, Timestamp};
use spaces_local::harness;
use spaces_model::{EmailAddress, SpaceId, UserId};
use spaces_store::{InvitationRef, Report, ReportWay, Reporter, StopWay, Store};

use crate::Service;

fn ana() -> EmailAddress {
    "Ana@example.com".parse().unwrap()
}

async fn may_mail(store: &Store, inviter: UserId, at: Timestamp) -> bool {
    let stops = store.mail_stops(&store.address_ref(&ana())).await.unwrap();
    store.may_mail(&ana(), &stops, inviter, at).await.unwrap()
}

#[tokio::test]
async fn all_stops_on_an_address_are_shown_and_lifted_at_once() {
    let service = Service::start().await;
    let (store, now, inviter) = (&service.harness.store, harness::now(), UserId::from_bytes([1; 12]));
    let address = store.address_ref(&ana());
    store.stop_inviter(&address, inviter, StopWay::Page, now).await.unwrap();
    store.stop_all_mail(&address, StopWay::OneClick, now).await.unwrap();
    store.record_bounce(&ana(), now).await.unwrap();
    store.record_complaint(&ana(), now).await.unwrap();
    let shown = service.run("stops show ana@example.com").await.unwrap();
    assert_eq!(
        shown,
        "all mail    stopped 2026-11-21T12:00:00.000Z, one_click\n\
         bounced     until 2027-02-19T12:00:00.000Z, or until proven again\n\
         complained  since 2026-11-21T12:00:00.000Z\n\
         inviter 010101010101010101010101: stopped 2026-11-21T12:00:00.000Z, page"
    );

    let later = now + SignedDuration::from_secs(1);
    let lifted = service.answer(later, "stops lift ana@example.com").await.unwrap().text;
    assert_eq!(lifted, "Nothing stops mail to ana@example.com any more.");
    assert!(may_mail(store, inviter, later).await);
    // Late marks do not restore the stops.
    store.record_bounce(&ana(), now).await.unwrap();
    store.stop_all_mail(&address, StopWay::Page, now).await.unwrap();
    assert!(may_mail(store, inviter, later).await);
    store.record_complaint(&ana(), later + SignedDuration::from_secs(1)).await.unwrap();
    assert!(!may_mail(store, inviter, later).await);
}

#[tokio::test]
async fn an_address_without_stops_has_nothing_to_lift() {
    let service = Service::start().await;
    let shown = service.run("stops show ana@example.com").await.unwrap();
    assert_eq!(shown, "all mail    no\nbounced     no\ncomplained  no");
    assert_eq!(service.run("stops lift ana@example.com").await.unwrap_err(), "there is no stop for ana@example.com");
}

#[tokio::test]
async fn reports_are_listed_without_their_reporters() {
    let service = Service::start().await;
    assert_eq!(service.run("reports list").await.unwrap(), "no reports in the last 90 days");
    let invitation = service.harness.store.invitation(spaces_local::samples::Sample::Open.id()).await.unwrap().unwrap();
    for (minute, way) in [(0, ReportWay::Link), (1, ReportWay::Mail)] {
        let report = Report {
            at: harness::now() - SignedDuration::from_mins(minute),
            invite: InvitationRef::of(&invitation),
            space: SpaceId::from_bytes([2; 12]),
            inviter: UserId::from_bytes([1; 12]),
            way,
        };
        let reporter = format!("user:{minute}");
        assert!(service.harness.store.report(&report, Reporter::Caller(&reporter)).await.unwrap());
    }
    assert_eq!(
        service.run("reports list").await.unwrap(),
        "2026-11-21T12:00:00.000Z  space 020202020202020202020202  inviter 010101010101010101010101  by link\n\
         2026-11-21T11:59:00.000Z  space 020202020202020202020202  inviter 010101010101010101010101  by mail"
    );
}
