//! SES's responses: each determines the sleep of its message, and some that of all other messages.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::Value;
use spaces_local::{Interference, SesFailure};
use spaces_model::MailKind;

use crate::BULK;
use crate::support::{MAIL, Outcome, Service, address, invitation};
use crate::until;

const RATE: RangeInclusive<u64> = 30..=120;
const QUOTA: RangeInclusive<u64> = 900..=1_800;
const STOPPED: RangeInclusive<u64> = 300..=900;

/// Simulates a rejection by SES that ends by itself or is ended by an operator: the mail sleeps for a duration within
/// these seconds, and is sent once when the rejection ends. If it concerns all mail, the messages behind it sleep
/// without a call.
async fn assert_slept_over(
    refuse: impl Fn(&Service),
    accept: impl Fn(&Service),
    sleep: RangeInclusive<u64>,
    concerns_all: bool,
    again: u64,
) {
    let (first, second) = (invitation(2, 1), invitation(3, 1));
    let service = Service::with(&first).await;
    refuse(&service);

    // The random numbers choose between the bounds.
    let longest = service.app_that_draws(255);
    assert_eq!(service.deliver(&longest, MAIL).await, Outcome::Sleeps(*sleep.end()));
    assert_eq!(service.attempts(), 1);
    let delivery = service.delivery(&first, 0);
    assert_eq!((&delivery["state"], &delivery["lease"]), (&"queued".into(), &Value::Null));
    assert!(delivery["reason"].is_string(), "{delivery}");
    service.wait(Duration::from_secs(*sleep.end()));
    let shortest = service.app();
    assert_eq!(service.deliver(&shortest, MAIL).await, Outcome::Sleeps(again));
    assert_eq!(service.attempts(), 2);

    // Another invitation, from the other queue.
    service.plant(&second).await;
    service.send(BULK, &second, MailKind::Invite, 0);
    assert_eq!(service.deliver(&shortest, BULK).await, Outcome::Sleeps(*sleep.start()));
    assert_eq!(service.attempts(), if concerns_all { 2 } else { 3 });
    assert_eq!(service.harness.dynamo.calls().is_empty(), concerns_all);

    service.wait(Duration::from_secs(again - 1));
    assert_eq!(service.deliver(&shortest, MAIL).await, Outcome::Nothing);
    accept(&service);
    service.wait(Duration::from_secs(1));
    assert_eq!(service.deliver(&shortest, MAIL).await, Outcome::Done);
    assert_eq!(service.deliver(&shortest, BULK).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)].len(), 2);
    assert_eq!((service.states(&first), service.states(&second)), (vec!["sent".into()], vec!["sent".into()]));
}

async fn assert_failure_is_slept_over(failure: SesFailure, sleep: RangeInclusive<u64>, concerns_all: bool) {
    let refuse = |service: &Service| service.harness.mailbox.fail(failure, usize::MAX);
    let accept = |service: &Service| service.harness.mailbox.fail(failure, 0);
    assert_slept_over(refuse, accept, sleep.clone(), concerns_all, *sleep.start()).await;
}

#[tokio::test]
async fn an_exceeded_rate_delays_one_message_by_about_a_minute() {
    assert_failure_is_slept_over(SesFailure::RateExceeded, RATE, false).await;
}

#[tokio::test]
async fn an_exhausted_daily_quota_makes_all_messages_sleep() {
    assert_failure_is_slept_over(SesFailure::QuotaExceeded, QUOTA, true).await;
}

#[tokio::test]
async fn messages_sleep_until_the_daily_quota_is_available_again() {
    let refuse = |service: &Service| service.harness.mailbox.limit_day(Some(0));
    let accept = |service: &Service| service.harness.mailbox.limit_day(None);
    assert_slept_over(refuse, accept, QUOTA, true, *QUOTA.start()).await;
}

#[tokio::test]
async fn a_paused_account_makes_all_messages_sleep() {
    assert_failure_is_slept_over(SesFailure::SendingPaused, STOPPED, true).await;
}

#[tokio::test]
async fn a_suspended_account_makes_all_messages_sleep() {
    assert_failure_is_slept_over(SesFailure::AccountSuspended, STOPPED, true).await;
}

#[tokio::test]
async fn a_role_without_the_permission_makes_all_messages_sleep() {
    assert_failure_is_slept_over(SesFailure::AccessDenied, STOPPED, true).await;
}

#[tokio::test]
async fn an_unverified_domain_makes_all_messages_sleep() {
    assert_failure_is_slept_over(SesFailure::DomainNotVerified, STOPPED, true).await;
}

#[tokio::test]
async fn an_unverified_sender_makes_all_messages_sleep() {
    for identity in ["invitations@spaces.example.com", "spaces.example.com"] {
        let refuse = |service: &Service| service.harness.mailbox.unverify(identity);
        let accept = |service: &Service| service.harness.mailbox.verify_all();
        assert_slept_over(refuse, accept, STOPPED, true, *STOPPED.start()).await;
    }
}

#[tokio::test]
async fn a_failure_of_ses_delays_one_message_by_a_minute_and_then_longer() {
    let fail = |calls| move |service: &Service| service.harness.mailbox.fail(SesFailure::ServerError, calls);
    assert_slept_over(fail(usize::MAX), fail(0), RATE, false, 2 * RATE.start()).await;
}

#[tokio::test]
async fn an_unrecognized_response_delays_one_message_by_about_a_minute() {
    let invitation = invitation(2, 1);
    let mut service = Service::with(&invitation).await;
    let ses = service.harness.mailbox.endpoint();
    // A server without SES's operations: status 404, without an error code.
    let another = service.harness.queues.endpoint().unwrap();
    service.env.set("AWS_ENDPOINT_URL_SESV2", another);
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Sleeps(30));
    let delivery = service.delivery(&invitation, 0);
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&"queued".into(), &1.into()));

    service.env.set("AWS_ENDPOINT_URL_SESV2", ses);
    service.wait(Duration::from_secs(30));
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)].len(), 1);
}

#[tokio::test]
async fn a_mail_without_a_response_is_repeated_when_its_lease_expires() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.harness.mailbox.fail(SesFailure::Silence, 1);
    let app = service.app();
    let mut delivering = std::pin::pin!(service.deliver(&app, MAIL));
    tokio::select! {
        outcome = &mut delivering => panic!("it ended before SES was asked: {outcome:?}"),
        () = until(|| service.attempts() > 0) => {}
    }
    // From here on it only waits, so let its timeout pass at once.
    tokio::time::pause();
    assert_eq!(delivering.await, Outcome::Sleeps(30));
    tokio::time::resume();
    // The mail may have been sent: nobody repeats it before the lease expires.
    let delivery = service.delivery(&invitation, 0);
    assert_eq!((&delivery["state"], delivery["lease"].is_object()), (&"sending".into(), true));
    service.wait(Duration::from_secs(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(31));
    service.wait(Duration::from_secs(31));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!((service.attempts(), service.mails()[&address(0)].len()), (2, 1));
}

#[tokio::test]
async fn an_unverified_recipient_affects_nobody_else() {
    let invitation = invitation(2, 3);
    let service = Service::with(&invitation).await;
    service.harness.mailbox.unverify(address(1));
    let app = service.app();
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.states(&invitation), ["sent", "failed", "sent"]);
    let reason = service.delivery(&invitation, 1)["reason"].as_str().unwrap().to_owned();
    assert!(reason.starts_with("MessageRejected: Email address is not verified"), "{reason}");
    assert_eq!((service.attempts(), service.mails().len()), (3, 2));

    // Redelivering the message changes nothing; a mailing that the inviter requests afterwards tries again.
    service.harness.mailbox.verify_all();
    service.wait(Duration::from_secs(1));
    service.send(MAIL, &invitation, MailKind::Resend, 1);
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.states(&invitation), ["sent", "sent", "sent"]);
    assert_eq!(service.mails()[&address(1)].len(), 1);
}

#[tokio::test]
async fn a_rejected_recipient_affects_nobody_else() {
    let invitation = invitation(2, 3);
    let service = Service::with(&invitation).await;
    service.harness.mailbox.refuse(address(1));
    // Another person's mail waits, so the message is retried.
    service.harness.dynamo.interfere({
        let waits = service.delivery(&invitation, 2)["sk"].as_str().unwrap().to_owned();
        move |call, body| (call == "UpdateItem" && body.contains(&waits)).then_some(Interference::Throttle)
    });
    let app = service.app();
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(30));
    assert_eq!(service.states(&invitation), ["sent", "failed", "queued"]);
    service.harness.dynamo.stop_interfering();
    service.wait(Duration::from_secs(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.states(&invitation), ["sent", "failed", "sent"]);
    assert_eq!(service.attempts(), 3);
}
