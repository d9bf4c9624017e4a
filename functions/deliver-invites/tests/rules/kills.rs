//! A sender that is killed at each of its calls, including that to SES: no mail is lost, and a kill repeats at most one
//! mail per person.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use spaces_local::{Interference, SesFailure};
use spaces_model::MailKind;
use tokio::sync::Notify;

use crate::support::{MAIL, Outcome, Service, address};
use crate::{meeting, until};

/// Delivers a message, and kills the sender at one of its calls to the table, before or after the call is carried out.
/// Returns whether the sender got that far.
async fn is_killed_at(service: &Service, call: usize, is_carried_out: bool) -> bool {
    let (reached, calls) = (Arc::new(Notify::new()), AtomicUsize::new(0));
    let dynamo = &service.harness.dynamo;
    dynamo.interfere({
        let reached = Arc::clone(&reached);
        let interference = if is_carried_out { Interference::DropResponse } else { Interference::DropRequest };
        move |_, _| {
            (calls.fetch_add(1, Ordering::SeqCst) == call).then(|| {
                reached.notify_one();
                interference
            })
        }
    });
    let app = service.app();
    let is_killed = tokio::select! {
        outcome = service.deliver(&app, MAIL) => {
            assert_eq!(outcome, Outcome::Done);
            false
        }
        () = async {
            reached.notified().await;
            // A call whose response is lost is carried out before its caller is killed.
            until(|| !is_carried_out || dynamo.calls().iter().any(|call| call == "answer lost")).await;
        } => true,
    };
    dynamo.stop_interfering();
    is_killed
}

/// Kills a sender at each of its calls in turn, and returns the number of calls.
async fn kill_at_each_call(people: usize, is_carried_out: bool) -> usize {
    for call in 0.. {
        let meeting = meeting(people);
        let service = Service::with(&meeting).await;
        let is_killed = is_killed_at(&service, call, is_carried_out).await;
        service.deliver_all().await;
        assert!(service.states(&meeting).iter().all(|state| state == "sent"), "killed at call {call}");
        for number in 0..people {
            let got = &service.mails()[&address(number)];
            assert!(got.len() <= 1 + usize::from(is_killed), "killed at call {call}: {got:?}");
        }
        // Everybody who knows about the meeting gets one cancellation.
        service.revoke(&meeting);
        service.send(MAIL, &meeting, MailKind::Cancel, 1);
        service.deliver_all().await;
        for number in 0..people {
            let got = service.mails()[&address(number)].clone();
            assert_eq!(got.iter().filter(|method| *method == "CANCEL").count(), 1, "killed at call {call}: {got:?}");
        }
        if !is_killed {
            return call;
        }
    }
    unreachable!("it makes fewer calls")
}

#[tokio::test]
async fn a_sender_killed_before_a_call_to_the_table_loses_nothing() {
    // Invitation and delivery; space and inviter; the stops for the address; the address's owner in two calls for
    // everybody; the count of the recipient's mails; lease; record.
    assert_eq!(kill_at_each_call(1, false).await, 8);
    assert_eq!(kill_at_each_call(3, false).await, 16);
}

#[tokio::test]
async fn a_sender_killed_after_a_call_to_the_table_loses_nothing() {
    assert_eq!(kill_at_each_call(1, true).await, 8);
    assert_eq!(kill_at_each_call(3, true).await, 16);
}

#[tokio::test]
async fn a_canceller_killed_at_any_call_repeats_at_most_one_cancellation() {
    for call in 0..5 {
        for is_carried_out in [false, true] {
            let meeting = meeting(1);
            let service = Service::with(&meeting).await;
            service.deliver_all().await;
            service.revoke(&meeting);
            service.send(MAIL, &meeting, MailKind::Cancel, 1);
            assert!(is_killed_at(&service, call, is_carried_out).await);
            service.deliver_all().await;
            let got = &service.mails()[&address(0)];
            let cancellations = got.iter().filter(|method| *method == "CANCEL").count();
            assert!((1..=2).contains(&cancellations), "killed at call {call}: {got:?}");
        }
    }
}

#[tokio::test]
async fn a_mail_whose_sender_was_killed_during_the_call_to_ses_is_sent_when_the_lease_expires() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    service.harness.mailbox.fail(SesFailure::Silence, 1);
    let app = service.app();
    tokio::select! {
        outcome = service.deliver(&app, MAIL) => panic!("it ended before it was killed: {outcome:?}"),
        () = until(|| service.attempts() > 0) => {}
    }
    assert_eq!(service.states(&meeting), ["sending"]);
    service.deliver_all().await;
    assert_eq!((service.attempts(), service.mails()[&address(0)].len()), (2, 1));
    assert_eq!(service.states(&meeting), ["sent"]);
}

#[tokio::test]
async fn a_sender_killed_after_the_call_to_ses_repeats_one_mail() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    let app = service.app();
    tokio::select! {
        biased;
        () = until(|| !service.harness.mailbox.messages().is_empty()) => {}
        outcome = service.deliver(&app, MAIL) => panic!("it ended before it was killed: {outcome:?}"),
    }
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)].len(), 2);
    let mails = service.harness.mailbox.messages();
    let uid = |calendar: &str| calendar.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    let [one, other] = [0, 1].map(|number| mails[number].calendar.as_deref().map(uid));
    assert_eq!(one, other, "a calendar shows the meeting once");
}
