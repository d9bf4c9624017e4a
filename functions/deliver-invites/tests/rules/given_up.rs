//! Mails that are given up. They never block another person's mail.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use spaces_local::SesFailure;
use spaces_model::{Invitation, MailKind};

use crate::support::{MAIL, Outcome, Service, address, invitation};
use crate::{meeting, partition};

/// Sets the number of attempts to send a mail.
fn set_attempts(service: &Service, invitation: &Invitation, number: usize, attempts: u32) {
    let sk = service.delivery(invitation, number)["sk"].as_str().unwrap().to_owned();
    service.change(&partition(invitation), &sk, |item| item["attempts"]["N"] = json!(attempts.to_string()));
}

#[tokio::test]
async fn an_invitation_that_expires_while_its_mails_wait_sends_none() {
    let invitation = Invitation { expires: spaces_local::harness::now() + SignedDuration::from_mins(1), ..meeting(2) };
    let service = Service::with(&invitation).await;
    // One mail was attempted.
    set_attempts(&service, &invitation, 1, 3);
    service.wait(Duration::from_mins(1));
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!((service.attempts(), service.states(&invitation)), (0, vec!["failed".into(), "failed".into()]));
    let reasons = [0, 1].map(|number| service.delivery(&invitation, number)["reason"].clone());
    assert_eq!(reasons, ["the invitation has expired", "the invitation ended before the mail could be sent"]);
}

#[tokio::test]
async fn a_mail_that_waits_for_72_hours_is_given_up() {
    let invitation = invitation(2, 2);
    let service = Service::with(&invitation).await;
    service.wait(Duration::from_hours(72));
    service.harness.mailbox.fail(SesFailure::RateExceeded, usize::MAX);
    let app = service.app();
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(30));
    let last = service.delivery(&invitation, 0)["reason"].clone();
    service.wait(Duration::from_secs(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!((service.attempts(), service.states(&invitation)), (2, vec!["failed".into(), "failed".into()]));
    assert_eq!(service.delivery(&invitation, 0)["reason"], last, "the reason is SES's");

    // A mailing that is requested later is another mail.
    service.harness.mailbox.fail(SesFailure::RateExceeded, 0);
    service.wait(Duration::from_secs(1));
    service.send(MAIL, &invitation, MailKind::Resend, 1);
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.mails().len(), 2);
}

#[tokio::test]
async fn a_cancellation_that_waits_for_72_hours_is_given_up() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    let app = service.app();
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 1);
    // But not at the invitation's end.
    service.change(&partition(&meeting), "INVITE", |item| item["expires"]["S"] = json!("2026-11-21T12:00:01.000Z"));
    service.harness.mailbox.fail(SesFailure::ServerError, usize::MAX);
    service.wait(Duration::from_hours(72));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(30));
    service.wait(Duration::from_secs(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    let delivery = service.delivery(&meeting, 0);
    assert_eq!((&delivery["state"], service.mails()[&address(0)].len()), (&json!("failed"), 1));
}

#[tokio::test]
async fn a_mail_that_ses_fails_twenty_times_is_given_up_and_the_others_go_out() {
    let invitation = invitation(2, 3);
    let service = Service::with(&invitation).await;
    set_attempts(&service, &invitation, 1, 19);
    service.harness.mailbox.fail(SesFailure::ServerError, 3);
    let app = service.app();
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(30));
    service.wait(Duration::from_secs(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.states(&invitation), ["sent", "failed", "sent"]);
    let delivery = service.delivery(&invitation, 1);
    assert_eq!(delivery["attempts"], json!(20));
    assert!(delivery["reason"].as_str().unwrap().starts_with("InternalFailure"), "{delivery}");
    assert_eq!((service.attempts(), service.mails().len()), (5, 2));
}

/// Receives a message a hundred times, with a call to SES each time.
async fn lasts_for_hours(failure: SesFailure) {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.harness.mailbox.fail(failure, usize::MAX);
    for _ in 0..100 {
        // A new instance each time, which does not know SES's earlier responses.
        assert!(matches!(service.deliver(&service.app(), MAIL).await, Outcome::Sleeps(_)));
        service.wait(Duration::from_mins(30));
    }
    let delivery = service.delivery(&invitation, 0);
    assert_eq!((service.attempts(), &delivery["state"], &delivery["attempts"]), (100, &json!("queued"), &json!(0)));
    service.harness.mailbox.fail(failure, 0);
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)].len(), 1);
}

#[tokio::test]
async fn obstacles_of_the_account_use_up_no_attempt() {
    for failure in [SesFailure::RateExceeded, SesFailure::QuotaExceeded, SesFailure::SendingPaused] {
        lasts_for_hours(failure).await;
    }
}

#[tokio::test]
async fn a_thousand_receives_while_ses_is_paused_use_up_nothing() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.harness.mailbox.fail(SesFailure::SendingPaused, usize::MAX);
    let app = service.app();
    // SQS dead-letters a message that was received more than 1,000 times.
    for _ in 0..999 {
        assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(300));
        // Only the queue's clock advances: the breaker stays open.
        service.harness.queues.advance(Duration::from_mins(5));
    }
    assert_eq!((service.attempts(), &service.delivery(&invitation, 0)["attempts"]), (1, &json!(0)));
    service.harness.mailbox.fail(SesFailure::SendingPaused, 0);
    service.wait(Duration::from_mins(5));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)].len(), 1);
}
