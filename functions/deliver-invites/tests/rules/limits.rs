//! The limit on requests to one person about one invitation.

use std::time::Duration;

use spaces_local::SesFailure;
use spaces_model::MailKind;

use crate::leases::{REQUEST, lease};
use crate::support::{MAIL, Outcome, Service, address, invitation};

#[tokio::test]
async fn the_fourth_request_within_an_hour_sleeps_until_the_hour_allows_it() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.deliver_all().await;
    for mailing in 1..3 {
        service.wait(Duration::from_mins(10));
        service.send(MAIL, &invitation, MailKind::Resend, mailing);
        assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    }
    service.send(MAIL, &invitation, MailKind::Resend, 3);
    // The first mail was sent 20 minutes ago.
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Sleeps(40 * 60 + 1));
    service.wait(Duration::from_secs(40 * 60 + 1));
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)].len(), 4);
}

#[tokio::test]
async fn after_ten_requests_the_delivery_stays_as_it_is() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    for mailing in 1..=10 {
        service.deliver_all().await;
        service.wait(Duration::from_hours(1));
        service.send(MAIL, &invitation, MailKind::Resend, mailing);
    }
    let before = service.delivery(&invitation, 0);
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    let after = service.delivery(&invitation, 0);
    assert_eq!((service.attempts(), &after["state"], &after["at"]), (10, &before["state"], &before["at"]));
    assert_eq!(after["mailed"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn mails_that_ses_rejects_are_not_counted() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.harness.mailbox.fail(SesFailure::ServerError, 4);
    service.deliver_all().await;
    assert_eq!(service.attempts(), 5);
    assert_eq!(service.delivery(&invitation, 0)["mailed"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_request_whose_sender_was_killed_and_its_repetition_count_once() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    for _ in 0..3 {
        lease(&service, &invitation, REQUEST, MailKind::Invite).await;
        service.wait(Duration::from_secs(61));
    }
    service.deliver_all().await;
    let delivery = service.delivery(&invitation, 0);
    assert_eq!((&delivery["state"], delivery["mailed"].as_array().unwrap().len()), (&"sent".into(), 1));
}

#[tokio::test]
async fn the_last_mailed_time_is_that_of_the_last_request() {
    let meeting = crate::meeting(1);
    let service = Service::with(&meeting).await;
    let last = async || {
        let deliveries = service.harness.store.deliveries(&meeting).await.unwrap();
        deliveries[&meeting.invitees[0].target].last_mailed()
    };
    assert_eq!(last().await, None);
    service.harness.dynamo.forget_calls();
    service.deliver_all().await;
    let first = service.now();
    service.wait(Duration::from_mins(5));
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 1);
    service.deliver_all().await;
    assert_eq!((service.attempts(), last().await), (2, Some(first)));
    service.harness.dynamo.forget_calls();
}
