//! Messages that cannot be handled, and failures of queues, tables and deadlines.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use spaces_local::Interference;
use spaces_local::harness;

use crate::BULK;
use crate::support::{DEAD_LETTERS, GROUP, MAIL, Outcome, Service, address, invitation};
use crate::{partition, until};

#[tokio::test]
async fn a_message_about_an_item_that_cannot_be_read_is_dead_lettered_after_twenty_receives() {
    let invitation = invitation(2, 2);
    let service = Service::with(&invitation).await;
    let body = service.harness.queues.peek(MAIL).unwrap()[0].body.clone();
    service.harness.dynamo.corrupt(&partition(&invitation), "INVITE", "mode").unwrap();
    let app = service.app();
    for _ in 0..20 {
        assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(30));
        service.wait(Duration::from_secs(30));
    }
    // Until the copy is in the dead-letter queue, the message stays in its own.
    service.harness.queues.throttle(usize::MAX);
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Stays);
    service.harness.queues.throttle(0);
    service.wait(Duration::from_mins(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert!(service.harness.queues.peek(MAIL).unwrap().is_empty());
    let letters = service.harness.queues.peek(DEAD_LETTERS).unwrap();
    assert_eq!((letters.len(), &letters[0].body, letters[0].group.as_deref()), (1, &body, Some(GROUP)));

    // The operator repairs the item and moves the message back.
    service.change(&partition(&invitation), "INVITE", |item| item["mode"]["S"] = json!("invite"));
    service.send_body(MAIL, &body);
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.mails().len(), 2);
}

#[tokio::test]
async fn an_unreadable_item_makes_the_message_sleep_and_sends_nothing() {
    for sk in ["INVITE", "SPACE", "TO"] {
        let invitation = invitation(2, 1);
        let service = Service::with(&invitation).await;
        let (pk, sk, attribute) = match sk {
            "INVITE" => (partition(&invitation), sk.to_owned(), "channel"),
            "SPACE" => (format!("SPACE#{}", invitation.space), sk.to_owned(), "status"),
            _ => (partition(&invitation), service.delivery(&invitation, 0)["sk"].as_str().unwrap().to_owned(), "state"),
        };
        service.harness.dynamo.corrupt(&pk, &sk, attribute).unwrap();
        assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Sleeps(30), "{sk}");
        assert_eq!(service.attempts(), 0);
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_dead_lettered_at_once() {
    let service = Service::start().await;
    let app = service.app();
    for body in ["{\"invite\":", "{\"invite\":\"00\",\"mailing\":0,\"kind\":\"party\",\"people\":[]}"] {
        service.send_body(BULK, body);
        assert_eq!(service.deliver(&app, BULK).await, Outcome::Done);
    }
    let letters = service.harness.queues.peek("BulkMailDeadLetters").unwrap();
    assert_eq!(letters.len(), 2);
    assert!(service.harness.queues.peek(DEAD_LETTERS).unwrap().is_empty());
}

#[tokio::test]
async fn a_message_about_an_unknown_invitation_is_dropped() {
    let known = invitation(2, 1);
    let service = Service::with(&known).await;
    service.harness.dynamo.remove(&partition(&known), "INVITE").unwrap();
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert!(service.harness.queues.peek(DEAD_LETTERS).unwrap().is_empty());
}

#[tokio::test]
async fn a_message_of_a_queue_that_is_not_configured_stays_there() {
    let invitation = invitation(2, 1);
    let mut service = Service::with(&invitation).await;
    service.env.set("MAIL_QUEUE_ARN", "arn:aws:sqs:local:000000000000:Another");
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Stays);
    assert!(service.harness.queues.calls().is_empty() && service.harness.dynamo.calls().is_empty());
}

#[tokio::test]
async fn a_message_is_not_lost_when_sqs_does_not_hide_it() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.harness.mailbox.throttle(usize::MAX);
    service.harness.queues.throttle(usize::MAX);
    let app = service.app();
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Stays);
    service.harness.queues.throttle(0);
    service.harness.mailbox.throttle(0);
    // The queue's own visibility timeout ends.
    service.wait(Duration::from_mins(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)].len(), 1);
}

#[tokio::test]
async fn a_message_is_not_lost_when_sqs_never_responds() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.harness.mailbox.throttle(1);
    service.harness.queues.fall_silent(usize::MAX);
    let app = service.app();
    let mut delivering = std::pin::pin!(service.deliver(&app, MAIL));
    tokio::select! {
        outcome = &mut delivering => panic!("it ended before SQS was asked: {outcome:?}"),
        () = until(|| !service.harness.queues.calls().is_empty()) => {}
    }
    // From here on it only waits, so let its timeouts pass at once.
    tokio::time::pause();
    assert_eq!(delivering.await, Outcome::Stays);
    tokio::time::resume();
    service.harness.queues.fall_silent(0);
    service.wait(Duration::from_mins(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)].len(), 1);
}

#[tokio::test]
async fn a_throttled_table_sends_nothing_and_loses_nothing() {
    let invitation = invitation(2, 2);
    let service = Service::with(&invitation).await;
    let app = service.app();
    service.harness.dynamo.throttle(usize::MAX);
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(30));
    assert_eq!(service.attempts(), 0);
    service.harness.dynamo.throttle(0);
    service.wait(Duration::from_secs(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.mails().len(), 2);
}

#[tokio::test]
async fn a_failed_write_of_the_record_repeats_one_mail() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    let app = service.app();
    let is_record = |call: &str, body: &str| call == "UpdateItem" && body.contains("message_id");
    service.harness.dynamo.interfere(move |call, body| is_record(call, body).then_some(Interference::Throttle));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(30));
    service.harness.dynamo.stop_interfering();
    service.wait(Duration::from_secs(30));
    // As after a crash, the lease has to expire.
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(31));
    service.wait(Duration::from_secs(31));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!((service.mails()[&address(0)].len(), service.states(&invitation)), (2, vec!["sent".into()]));
}

#[tokio::test]
async fn a_missing_table_dead_letters_nothing_however_often_it_is_asked() {
    let invitation = invitation(2, 1);
    let mut service = Service::with(&invitation).await;
    service.env.set("TABLE_NAME", "another-table");
    let app = service.app();
    for _ in 0..25 {
        assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(30));
        service.wait(Duration::from_secs(30));
    }
    service.env.set("TABLE_NAME", service.harness.dynamo.table());
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!(service.mails().len(), 1);
}

#[tokio::test]
async fn no_mail_is_started_within_35_seconds_of_the_deadline() {
    let invitation = invitation(2, 2);
    let service = Service::with(&invitation).await;
    let app = service.app();
    let in_seconds = |seconds| harness::now() + SignedDuration::from_secs(seconds);
    assert_eq!(service.deliver_until(&app, MAIL, in_seconds(35)).await, Outcome::Sleeps(2));
    assert_eq!((service.attempts(), service.states(&invitation)), (0, vec!["queued".into(), "queued".into()]));
    assert_eq!(service.delivery(&invitation, 0)["attempts"], json!(0));
    service.wait(Duration::from_secs(2));
    assert_eq!(service.deliver_until(&app, MAIL, in_seconds(38)).await, Outcome::Done);
    assert_eq!(service.mails().len(), 2);
}
