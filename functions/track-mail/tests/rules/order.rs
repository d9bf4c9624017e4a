//! Reports in any order, before and after the sender's record, and about earlier mails.

use jiff::{SignedDuration, Timestamp};
use spaces_local::harness;
use spaces_model::{ItipMethod, MailKind, Message};
use spaces_store::{DeliveryState, Lease, Store};

use crate::support::{REQUEST, Service, event};

/// The events of a mail, by file name, with the resulting states. Later ones outrank earlier ones.
const RANKS: [(&str, &str, Option<&str>); 5] = [
    ("delayed", "delayed", None),
    ("bounced-transiently", "delayed", Some("MailboxFull")),
    ("delivered", "delivered", None),
    ("bounced", "bounced", Some("NoEmail")),
    ("complained", "complained", Some("abuse")),
];

fn state_of(rank: usize) -> (String, Option<String>) {
    let (_, state, reason) = RANKS[rank];
    (state.to_owned(), reason.map(str::to_owned))
}

/// Returns every pair of ranks, in either order.
fn pairs() -> impl Iterator<Item = [usize; 2]> {
    (0..RANKS.len()).flat_map(|first| (0..RANKS.len()).map(move |second| [first, second]))
}

fn later(seconds: i64) -> Timestamp {
    harness::now() + SignedDuration::from_secs(seconds)
}

async fn record_sent(store: &Store, lease: &Lease) {
    store.record_sent(lease, harness::now(), "ses-1").await.unwrap();
}

#[tokio::test]
async fn the_higher_ranking_of_two_events_wins_in_either_order() {
    for [first, second] in pairs() {
        let service = Service::start().await;
        let (app, lease) = (service.app(), service.send(REQUEST, harness::now()).await);
        for rank in [first, second] {
            assert_eq!(service.track(&app, &[event(RANKS[rank].0, lease.tag())]).await, [0; 0]);
        }
        let expected = state_of(first.max(second));
        assert_eq!(service.state().await, expected, "{} before {}", RANKS[first].0, RANKS[second].0);
    }
}

#[tokio::test]
async fn the_higher_ranking_of_two_events_in_one_batch_wins() {
    for pair in pairs() {
        let service = Service::start().await;
        let lease = service.send(REQUEST, harness::now()).await;
        let events = pair.map(|rank| event(RANKS[rank].0, lease.tag()));
        service.track(&service.app(), &events).await;
        assert_eq!(service.state().await, state_of(pair[0].max(pair[1])), "{pair:?}");
    }
}

#[tokio::test]
async fn the_senders_record_does_not_lower_a_state() {
    for (rank, (name, ..)) in RANKS.iter().enumerate() {
        let service = Service::start().await;
        let lease = service.lease(REQUEST, harness::now()).await;
        service.track(&service.app(), &[event(name, lease.tag())]).await;
        assert_eq!(service.state().await, state_of(rank));
        record_sent(&service.harness.store, &lease).await;
        assert_eq!(service.state().await, state_of(rank));
        let delivery = service.delivery().await;
        assert_eq!((delivery.known.last_message, delivery.lease), (Some(REQUEST), None), "{name}");
        assert_eq!(delivery.message_id.as_deref(), Some("ses-1"));
    }
}

#[tokio::test]
async fn an_event_about_an_earlier_mail_changes_nothing() {
    let service = Service::start().await;
    let app = service.app();
    let first = service.send(REQUEST, harness::now()).await;
    let update = Message { sequence: 1, mailing: 1, ..REQUEST };
    let second = service.lease(update, later(60)).await;
    service.track(&app, &[event("complained", first.tag())]).await;
    assert_eq!(service.state().await, ("sending".to_owned(), None));
    record_sent(&service.harness.store, &second).await;
    service.track(&app, &[event("bounced", first.tag())]).await;
    assert_eq!(service.state().await, ("sent".to_owned(), None));
    service.track(&app, &[event("delivered", second.tag()), event("bounced", first.tag())]).await;
    assert_eq!(service.state().await, ("delivered".to_owned(), None));
}

#[tokio::test]
async fn a_further_mail_starts_at_the_lowest_rank() {
    let service = Service::start().await;
    let first = service.send(REQUEST, harness::now()).await;
    service.track(&service.app(), &[event("bounced", first.tag())]).await;
    let second = service.send(Message { sequence: 1, mailing: 1, ..REQUEST }, later(60)).await;
    assert_eq!(service.state().await, ("sent".to_owned(), None));
    assert_ne!(first.tag(), second.tag());
}

#[tokio::test]
async fn nothing_is_written_over_a_mail_that_was_never_accepted() {
    let service = Service::start().await;
    let (app, store) = (service.app(), &service.harness.store);
    let lease = service.lease(REQUEST, harness::now()).await;
    store.record_failed(&lease, harness::now(), "MessageRejected: no").await.unwrap();
    service.track(&app, &[event("complained", lease.tag())]).await;
    assert_eq!(service.state().await.0, "failed");
    assert_eq!(service.delivery().await.mail, None);
}

#[tokio::test]
async fn a_sender_that_read_before_a_report_does_not_overwrite_it() {
    let service = Service::start().await;
    let (app, store) = (service.app(), &service.harness.store);
    // The sender was killed before it recorded the mail.
    let lease = service.lease(REQUEST, harness::now()).await;
    let read = service.delivery().await;
    service.track(&app, &[event("bounced", lease.tag())]).await;
    let now = later(120);
    let ended =
        store.end_delivery(&read, DeliveryState::Failed, Some(REQUEST), false, now, Some("late")).await.unwrap();
    let leased = store.lease(&read, REQUEST, MailKind::Invite, None, now, later(180)).await.unwrap();
    assert!(!ended && leased.is_none());
    assert_eq!(service.state().await, state_of(3));
}

#[tokio::test]
async fn a_report_proves_a_mail_whose_sender_was_killed() {
    let service = Service::start().await;
    let lease = service.lease(REQUEST, harness::now()).await;
    assert_eq!(service.delivery().await.known.last_message, None);
    service.track(&service.app(), &[event("delivered", lease.tag())]).await;
    assert_eq!(service.delivery().await.known.last_message, Some(REQUEST));
    // The mail stays known when the next one is started and not sent.
    let update = service.lease(Message { sequence: 1, mailing: 1, ..REQUEST }, later(120)).await;
    service.harness.store.release(&update, later(121), "TooManyRequestsException").await.unwrap();
    assert_eq!(service.delivery().await.known.last_message, Some(REQUEST));
}

#[tokio::test]
async fn a_report_of_a_cancellation_whose_sender_was_killed_leaves_nothing_to_cancel() {
    let service = Service::start().await;
    let store = &service.harness.store;
    let meeting = spaces_model::Meeting { starts: later(9_000), ends: None, organizer: None };
    let delivery = service.delivery().await;
    let request = store.lease(&delivery, REQUEST, MailKind::Invite, Some(&meeting), harness::now(), later(60)).await;
    record_sent(store, &request.unwrap().unwrap()).await;
    let cancel = service.lease(Message { method: ItipMethod::Cancel, sequence: 1, mailing: 1 }, later(60)).await;
    assert!(service.delivery().await.known.meeting.is_some());
    service.track(&service.app(), &[event("delivered", cancel.tag())]).await;
    assert_eq!(service.delivery().await.known.meeting, None);
    // Nor does the next mail, which has no times, bring the meeting back.
    service.send(Message { sequence: 2, mailing: 2, ..REQUEST }, later(300)).await;
    assert_eq!(service.delivery().await.known.meeting, None);
}
