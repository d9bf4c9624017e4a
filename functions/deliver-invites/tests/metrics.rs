//! The log and the metrics in it, as written to standard output.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use std::time::Duration;

use deliver_invites::App;
use serde_json::Value;
use spaces_local::{Log, SesFailure, harness};
use spaces_model::{Invitation, MailKind};
use spaces_store::StopWay;

use crate::support::{DEAD_LETTERS, MAIL, Outcome, Service, address, invitation};

/// The function's own metrics. Each is omitted if it is 0.
const NAMES: [&str; 6] =
    ["MailsSent", "MailsFailed", "MessagesWaiting", "MailStopped", "MessagesDeadLettered", "ColdStart"];

/// Delivers one message, and returns the log.
async fn log_of(service: &Service, app: &App, log: &Log) -> (Outcome, Vec<Value>) {
    let outcome = service.deliver(app, MAIL).await;
    let text = log.text();
    assert!(!text.contains("invitee"), "an address is in {text}");
    (outcome, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// Delivers one message, and returns the numbers on the metrics line, in the order of [`NAMES`].
async fn deliver(service: &Service, app: &App, log: &Log) -> (Outcome, [u64; 6]) {
    let (outcome, mut lines) = log_of(service, app, log).await;
    lines.retain(|line| line.get("_aws").is_some());
    assert!(lines.len() <= 1 && lines.iter().all(|line| line["service"] == "deliver-invites"), "{lines:?}");
    let line = lines.pop().unwrap_or_default();
    assert!(!line.to_string().contains('@'), "{line}");
    (outcome, NAMES.map(|name| line[name].as_u64().unwrap_or(0)))
}

#[tokio::test]
async fn the_mails_of_a_batch_are_summed_on_one_line() {
    let service = Service::start().await;
    let invitation = invitation(2, 4);
    service.plant(&invitation).await;
    service.send(MAIL, &invitation, MailKind::Invite, 0);
    service.harness.mailbox.refuse(address(1));
    // At this level the line about a mail is not written, but its metrics are.
    let (app, log) = (service.app(), Log::at_level("WARN"));
    assert_eq!(deliver(&service, &app, &log).await, (Outcome::Done, [3, 1, 0, 0, 0, 1]));
    // With nothing to send, there is nothing to count.
    service.send(MAIL, &invitation, MailKind::Invite, 0);
    assert_eq!(deliver(&service, &app, &log).await, (Outcome::Done, [0; 6]));
}

#[tokio::test]
async fn waiting_and_stopped_messages_are_counted_separately() {
    let service = Service::start().await;
    let invitation = invitation(2, 1);
    service.plant(&invitation).await;
    service.send(MAIL, &invitation, MailKind::Invite, 0);
    let (app, log) = (service.app(), Log::at_level("INFO"));
    for (failure, stopped) in [
        (SesFailure::RateExceeded, 0),
        (SesFailure::QuotaExceeded, 0),
        (SesFailure::ServerError, 0),
        (SesFailure::SendingPaused, 1),
        (SesFailure::AccountSuspended, 1),
        (SesFailure::AccessDenied, 1),
        (SesFailure::DomainNotVerified, 1),
    ] {
        service.harness.mailbox.fail(failure, 1);
        let (outcome, numbers) = deliver(&service, &app, &log).await;
        assert!(matches!(outcome, Outcome::Sleeps(_)), "{failure:?}: {outcome:?}");
        assert_eq!(numbers[..5], [0, 0, 1, stopped, 0], "{failure:?}");
        service.wait(Duration::from_mins(15));
    }
    assert_eq!(deliver(&service, &app, &log).await, (Outcome::Done, [1, 0, 0, 0, 0, 0]));
}

#[tokio::test]
async fn quota_use_is_reported_when_it_is_read() {
    let mut service = Service::start().await;
    service.env.set("MAILS_PER_SECOND", "0");
    service.harness.mailbox.limit_day(Some(10));
    let (app, log) = (service.app(), Log::at_level("INFO"));
    for (number, people, used) in [(2, 9, Value::Null), (3, 1, Value::from(90))] {
        let invitation = invitation(number, people);
        service.plant(&invitation).await;
        service.send(MAIL, &invitation, MailKind::Invite, 0);
        let (_, lines) = log_of(&service, &app, &log).await;
        let counted = lines.iter().find_map(|line| line.get("MailQuotaUsed")).cloned().unwrap_or_default();
        assert_eq!(counted, used, "{people}: {lines:?}");
        service.wait(Duration::from_mins(5));
    }
}

#[tokio::test]
async fn messages_behind_an_open_breaker_are_counted_as_stopped() {
    let service = Service::start().await;
    for number in 2..4 {
        let invitation = invitation(number, 1);
        service.plant(&invitation).await;
        service.send(MAIL, &invitation, MailKind::Invite, 0);
    }
    service.harness.mailbox.fail(SesFailure::SendingPaused, 1);
    let (app, log) = (service.app(), Log::at_level("WARN"));
    assert_eq!(deliver(&service, &app, &log).await, (Outcome::Sleeps(300), [0, 0, 1, 1, 0, 1]));
    assert_eq!(deliver(&service, &app, &log).await, (Outcome::Sleeps(300), [0, 0, 1, 1, 0, 0]));
}

#[tokio::test]
async fn dead_letters_are_counted() {
    let service = Service::start().await;
    service.send_body(MAIL, "{");
    let (app, log) = (service.app(), Log::at_level("WARN"));
    assert_eq!(deliver(&service, &app, &log).await, (Outcome::Done, [0, 0, 0, 0, 1, 1]));
    assert_eq!(service.harness.queues.peek(DEAD_LETTERS).unwrap().len(), 1);
}

#[tokio::test]
async fn mails_wait_while_the_table_is_unreachable() {
    let service = Service::start().await;
    let invitation = invitation(2, 3);
    service.plant(&invitation).await;
    service.send(MAIL, &invitation, MailKind::Invite, 0);
    service.harness.dynamo.throttle(usize::MAX);
    let (app, log) = (service.app(), Log::at_level("WARN"));
    assert_eq!(deliver(&service, &app, &log).await, (Outcome::Sleeps(30), [0, 0, 1, 0, 0, 1]));
}

#[tokio::test]
async fn mails_given_up_after_the_expiry_are_counted() {
    let service = Service::start().await;
    let invitation = Invitation { expires: service.now(), ..invitation(2, 2) };
    service.plant(&invitation).await;
    service.send(MAIL, &invitation, MailKind::Invite, 0);
    let (app, log) = (service.app(), Log::at_level("WARN"));
    assert_eq!(deliver(&service, &app, &log).await, (Outcome::Done, [0, 2, 0, 0, 0, 1]));
}

#[tokio::test]
async fn a_message_about_an_unknown_invitation_logs_a_warning() {
    let service = Service::start().await;
    service.send(MAIL, &invitation(2, 1), MailKind::Invite, 0);
    let (app, log) = (service.app(), Log::at_level("WARN"));
    let (outcome, lines) = log_of(&service, &app, &log).await;
    let warning = |line: &Value| line["level"] == "WARN" && line["message"] == "a message names an unknown invitation";
    assert!(outcome == Outcome::Done && lines.iter().any(warning), "{lines:?}");
}

#[tokio::test]
async fn a_queue_that_is_not_configured_is_an_error() {
    let mut service = Service::start().await;
    service.send(MAIL, &invitation(2, 1), MailKind::Invite, 0);
    service.env.set("MAIL_QUEUE_ARN", "arn:aws:sqs:local:000000000000:Another");
    let (app, log) = (service.app(), Log::at_level("WARN"));
    let (outcome, lines) = log_of(&service, &app, &log).await;
    let error = |line: &Value| line["level"] == "ERROR" && line["queue"] == "arn:aws:sqs:local:000000000000:MailQueue";
    assert!(outcome == Outcome::Stays && lines.iter().any(error), "{lines:?}");
}

#[tokio::test]
async fn a_suppressed_mail_is_counted_and_the_log_does_not_identify_its_recipient() {
    let service = Service::start().await;
    let (invitation, store) = (invitation(2, 2), &service.harness.store);
    service.plant(&invitation).await;
    service.send(MAIL, &invitation, MailKind::Invite, 0);
    let stopped = store.address_ref(&address(1).parse().unwrap());
    store.stop_all_mail(&stopped, StopWay::OneClick, harness::now()).await.unwrap();
    let (app, log) = (service.app(), Log::at_level("INFO"));
    let (outcome, lines) = log_of(&service, &app, &log).await;
    assert_eq!(outcome, Outcome::Done);
    let metrics = lines.iter().find(|line| line.get("_aws").is_some()).unwrap();
    assert_eq!((&metrics["MailsSuppressed"], &metrics["MailsSent"]), (&Value::from(1), &Value::from(1)));
}
