//! Two senders that compete for one mail.

use std::time::Duration;

use futures_util::future::join;
use jiff::SignedDuration;
use serde_json::json;
use spaces_local::SesFailure;
use spaces_model::{Invitation, ItipMethod, MailKind, Meeting, Message};

use crate::meeting;
use crate::support::{MAIL, Outcome, Service, address, invitation};

/// Acquires the lease of a mail for a minute, like a sender that is killed afterwards.
pub(crate) async fn lease(service: &Service, invitation: &Invitation, message: Message, kind: MailKind) {
    let store = &service.harness.store;
    let deliveries = store.deliveries(invitation).await.unwrap();
    let delivery = &deliveries[&invitation.invitees[0].target];
    let until = service.now() + SignedDuration::from_mins(1);
    let times = Meeting::of(invitation, None);
    let lease = store.lease(delivery, message, kind, times.as_ref(), service.now(), until).await.unwrap();
    assert!(lease.is_some());
    service.harness.dynamo.forget_calls();
}

pub(crate) const REQUEST: Message = Message { method: ItipMethod::Request, sequence: 0, mailing: 0 };
const CANCEL: Message = Message { method: ItipMethod::Cancel, sequence: 1, mailing: 1 };

#[tokio::test]
async fn a_message_sleeps_for_the_rest_of_somebody_elses_lease() {
    let invitation = invitation(2, 3);
    let service = Service::with(&invitation).await;
    lease(&service, &invitation, REQUEST, MailKind::Invite).await;
    let app = service.app();
    service.wait(Duration::from_secs(20));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(41));
    // Only the person with the lease waits.
    assert_eq!(service.states(&invitation), ["sending", "sent", "sent"]);
    service.wait(Duration::from_secs(41));
    // The other sender was killed. It may have sent the request, which is repeated.
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.states(&invitation), ["sent", "sent", "sent"]);
    assert_eq!((service.mails().len(), service.attempts()), (3, 3));
    assert_eq!(service.delivery(&invitation, 0)["attempts"], json!(2));
}

#[tokio::test]
async fn the_person_who_can_be_retried_first_decides_how_long_a_message_sleeps() {
    let invitation = invitation(2, 2);
    let service = Service::with(&invitation).await;
    lease(&service, &invitation, REQUEST, MailKind::Invite).await;
    let app = service.app();
    // The other person can be retried in 30 seconds, which is first earlier and then later than the lease's expiry.
    for (passed, sleep) in [(0, 30), (50, 11)] {
        service.wait(Duration::from_secs(passed));
        service.harness.mailbox.throttle(1);
        assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(sleep));
    }
}

#[tokio::test]
async fn a_lease_counts_even_if_no_mail_is_due() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    lease(&service, &invitation, REQUEST, MailKind::Invite).await;
    service.revoke(&invitation);
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Sleeps(61));
    assert_eq!(service.states(&invitation), ["sending"]);
}

#[tokio::test]
async fn a_request_that_may_have_been_sent_is_cancelled() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    lease(&service, &meeting, REQUEST, MailKind::Invite).await;
    service.revoke(&meeting);
    service.wait(Duration::from_secs(61));
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)], ["CANCEL"]);
    assert_eq!(service.states(&meeting), ["sent"]);
}

#[tokio::test]
async fn an_invitation_without_times_that_may_have_been_sent_is_not_marked_as_cancelled() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    lease(&service, &invitation, REQUEST, MailKind::Invite).await;
    service.revoke(&invitation);
    service.wait(Duration::from_secs(61));
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!((service.attempts(), service.states(&invitation)), (0, vec!["sent".into()]));
}

#[tokio::test]
async fn a_cancellation_that_may_have_been_sent_is_repeated() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 1);
    lease(&service, &meeting, CANCEL, MailKind::Cancel).await;
    service.wait(Duration::from_secs(61));
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "CANCEL"]);
}

#[tokio::test]
async fn an_invitee_who_is_added_back_is_invited_again_after_a_cancellation_that_may_have_been_sent() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    service.take_off(&meeting, 0);
    lease(&service, &meeting, CANCEL, MailKind::Cancel).await;
    service.change_invitation(&meeting, "update", |item| {
        let person = json!({"M": {"email": {"S": address(0)}, "role": {"S": "member"}}});
        item["invitees"]["L"].as_array_mut().unwrap().push(person);
    });
    service.wait(Duration::from_secs(61));
    // SES rejects the request at first: the cancellation that may have been sent is not forgotten.
    service.harness.mailbox.fail(SesFailure::ServerError, 1);
    service.send(MAIL, &meeting, MailKind::Invite, 2);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "REQUEST"]);
}

#[tokio::test]
async fn two_senders_at_once_send_one_mail_each() {
    let invitation = invitation(2, 10);
    let service = Service::with(&invitation).await;
    // SQS occasionally delivers a message twice.
    service.send(MAIL, &invitation, MailKind::Invite, 0);
    let (one, other) = (service.app(), service.app());
    join(service.deliver(&one, MAIL), service.deliver(&other, MAIL)).await;
    assert_eq!((service.mails().len(), service.attempts()), (10, 10));
    service.deliver_all().await;
    assert_eq!(service.attempts(), 10);
    assert!(service.states(&invitation).iter().all(|state| state == "sent"));
}

#[tokio::test]
async fn a_redelivered_message_sends_nothing_again() {
    let meeting = meeting(3);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    for hours in [0, 1, 100] {
        service.wait(Duration::from_hours(hours));
        service.send(MAIL, &meeting, MailKind::Invite, 0);
        assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    }
    assert_eq!(service.attempts(), 3);
}
