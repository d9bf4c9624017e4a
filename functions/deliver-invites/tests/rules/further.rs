//! Further mails that are started and not sent: the delivery keeps the state of the mail before.

use std::time::Duration;

use spaces_local::SesFailure;
use spaces_model::{Invitation, MailKind};
use spaces_store::MailEvent;

use crate::meeting;
use crate::support::{MAIL, Outcome, Service, invitation};

/// Simulates reports about the last mail to the first invitee.
async fn report(service: &Service, invitation: &Invitation, mail_event: MailEvent<'_>) {
    let store = &service.harness.store;
    let deliveries = store.deliveries(invitation).await.unwrap();
    let tag = store.mail_tag(&deliveries[&invitation.invitees[0].target]).unwrap();
    store.record_mail_event(&store.mail_of_tag(&tag).unwrap(), mail_event, service.now()).await.unwrap();
    service.harness.dynamo.forget_calls();
}

/// Starts a further mail, which SES rejects for now, and lets the person decline before the next attempt.
async fn decline_before_the_retry(service: &Service, invitation: &Invitation, kind: MailKind, failure: SesFailure) {
    service.wait(Duration::from_mins(5));
    service.harness.mailbox.fail(failure, 1);
    service.send(MAIL, invitation, kind, 1);
    let app = service.app();
    assert!(matches!(service.deliver(&app, MAIL).await, Outcome::Sleeps(_)));
    assert_eq!(service.states(invitation), ["queued"]);
    let answer = service.harness.store.record_answer(invitation, &invitation.invitees[0], service.now()).await;
    assert!(answer.unwrap());
    service.harness.dynamo.forget_calls();
    service.deliver_all().await;
}

#[tokio::test]
async fn a_rejected_resend_that_is_no_longer_needed_keeps_the_previous_mails_state() {
    let mail_event = [MailEvent::Delivered, MailEvent::Bounced("NoEmail"), MailEvent::Complained("abuse")];
    for (mail_event, failure) in
        mail_event.into_iter().zip([SesFailure::RateExceeded, SesFailure::QuotaExceeded, SesFailure::SendingPaused])
    {
        let invitation = invitation(2, 1);
        let service = Service::with(&invitation).await;
        service.deliver_all().await;
        report(&service, &invitation, mail_event).await;
        let before = service.delivery(&invitation, 0);
        decline_before_the_retry(&service, &invitation, MailKind::Resend, failure).await;
        let after = service.delivery(&invitation, 0);
        for attribute in ["state", "at", "kind", "reason", "mail", "told", "mailed", "before"] {
            assert_eq!(after[attribute], before[attribute], "{attribute} {mail_event:?}");
        }
        assert_eq!(service.attempts(), 2);
    }
}

#[tokio::test]
async fn a_meeting_is_cancelled_after_a_rejected_resend() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    report(&service, &meeting, MailEvent::Delivered).await;
    decline_before_the_retry(&service, &meeting, MailKind::Resend, SesFailure::RateExceeded).await;
    assert_eq!(service.states(&meeting), ["delivered"]);
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 1);
    service.deliver_all().await;
    let delivery = service.delivery(&meeting, 0);
    assert_eq!((&delivery["state"], &delivery["kind"]), (&"sent".into(), &"cancel".into()));
}
