//! A sender that is killed, at each of its calls and around SES: nothing is lost, and a kill repeats one mail to a person at most.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use spaces_local::{Interference, SesFailure};
use spaces_model::MailKind;
use tokio::sync::Notify;

use crate::support::{Fate, MAIL, Service, address};
use crate::{meeting, until};

/// Delivers a message, and kills the sender at one of its calls of the table: before the call is carried out, or behind it.
/// Returns whether it made as many calls.
async fn is_killed_at(service: &Service, call: usize, is_carried_out: bool) -> bool {
    let (reached, calls) = (Arc::new(Notify::new()), AtomicUsize::new(0));
    let dynamo = &service.harness.dynamo;
    dynamo.interfere({
        let reached = Arc::clone(&reached);
        let interference = if is_carried_out { Interference::LoseAnswer } else { Interference::Swallow };
        move |_, _| {
            (calls.fetch_add(1, Ordering::SeqCst) == call).then(|| {
                reached.notify_one();
                interference
            })
        }
    });
    let app = service.app();
    let is_killed = tokio::select! {
        fate = service.deliver(&app, MAIL) => {
            assert_eq!(fate, Fate::Done);
            false
        }
        () = async {
            reached.notified().await;
            // A call whose answer is lost is carried out before its caller is gone.
            until(|| !is_carried_out || dynamo.calls().iter().any(|call| call == "answer lost")).await;
        } => true,
    };
    dynamo.let_through();
    is_killed
}

/// Kills a sender at each of its calls in turn, and returns how many calls it made.
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
        // Who knows of the meeting hears once that it is off.
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
async fn a_sender_killed_before_a_call_of_the_table_loses_nothing() {
    // Invitation and delivery, space, whether the inviter is blocked or stopped, what stops mail, who owns the address in two calls for all,
    // the count of the receiver's mails, lease, record.
    assert_eq!(kill_at_each_call(1, false).await, 8);
    assert_eq!(kill_at_each_call(3, false).await, 16);
}

#[tokio::test]
async fn a_sender_killed_behind_a_call_of_the_table_loses_nothing() {
    assert_eq!(kill_at_each_call(1, true).await, 8);
    assert_eq!(kill_at_each_call(3, true).await, 16);
}

#[tokio::test]
async fn a_canceller_killed_at_any_call_repeats_one_cancellation_at_most() {
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
async fn a_sender_killed_while_ses_is_asked_sends_it_when_the_lease_ends() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    service.harness.mailbox.fail(SesFailure::Silence, 1);
    let app = service.app();
    tokio::select! {
        fate = service.deliver(&app, MAIL) => panic!("it ended before it was killed: {fate:?}"),
        () = until(|| service.attempts() > 0) => {}
    }
    assert_eq!(service.states(&meeting), ["sending"]);
    service.deliver_all().await;
    assert_eq!((service.attempts(), service.mails()[&address(0)].len()), (2, 1));
    assert_eq!(service.states(&meeting), ["sent"]);
}

#[tokio::test]
async fn a_sender_killed_when_ses_has_the_mail_repeats_one_mail() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    let app = service.app();
    tokio::select! {
        biased;
        () = until(|| !service.harness.mailbox.messages().is_empty()) => {}
        fate = service.deliver(&app, MAIL) => panic!("it ended before it was killed: {fate:?}"),
    }
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)].len(), 2);
    let mails = service.harness.mailbox.messages();
    let uid = |calendar: &str| calendar.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    let [one, other] = [0, 1].map(|number| mails[number].calendar.as_deref().map(uid));
    assert_eq!(one, other, "a calendar shows it once");
}
