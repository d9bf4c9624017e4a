//! Tests of complaints: counted per receiver, as a share of a sender's mails of 30 days, until the operator lifts the
//! stop.

use jiff::{SignedDuration, Timestamp};
use spaces_model::{Invitation, ItipMethod, MailKind, MailSender, Message, UserId};
use spaces_store::{MailBudget, MailOrigin, MailRef, SenderMails, Spending, Store};

use crate::{invitation, now, table};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn alice() -> MailSender {
    MailSender::User(UserId::from_bytes([1; 12]))
}

fn app() -> MailSender {
    MailSender::App("calendar".parse().unwrap())
}

fn origin(store: &Store, sender: &MailSender, receiver: u32) -> MailOrigin {
    let receiver = store.address_ref(&format!("receiver{receiver}@example.com").parse().unwrap());
    MailOrigin { sender: sender.clone(), receiver }
}

/// Returns a mail that was started at this time.
async fn mail(store: &Store, begun: Timestamp) -> MailRef {
    let invitation = Invitation { channel: spaces_model::Channel::Server, ..invitation(1, "Plan") };
    store.put_deliveries(&invitation, &invitation.invitees, begun).await.unwrap();
    let delivery = store.deliveries(&invitation).await.unwrap().remove(&invitation.invitees[0].target).unwrap();
    // Each time gets its own mailing.
    let mailing = u32::try_from(begun.duration_since(now()).as_secs()).unwrap();
    let message = Message { method: ItipMethod::Request, sequence: 0, mailing };
    store.lease(&delivery, message, MailKind::Invite, None, begun, begun).await.unwrap().unwrap();
    let delivery = store.deliveries(&invitation).await.unwrap().remove(&invitation.invitees[0].target).unwrap();
    store.mail_of_tag(&store.mail_tag(&delivery).unwrap()).unwrap()
}

async fn spend(store: &Store, sender: &MailSender, mails: u32, at: Timestamp) -> Spending {
    let budget = MailBudget { sender, mails, per_sender: 100_000, space: None };
    store.spend_mails(&budget, at).await.unwrap()
}

/// Lets the receivers with these numbers complain about a mail sent now.
async fn complain(store: &Store, sender: &MailSender, receivers: std::ops::Range<u32>) -> SenderMails {
    let (mail, mut mails) = (mail(store, now()).await, SenderMails::default());
    for receiver in receivers {
        mails = store.count_complaint(&origin(store, sender, receiver), &mail, now()).await.unwrap();
    }
    mails
}

#[tokio::test]
async fn three_receivers_and_half_a_percent_stop_an_inviter_and_fewer_do_not() {
    for (mailed, receivers, is_stopped) in
        [(3, 2, false), (3, 3, true), (600, 3, true), (601, 3, false), (800, 4, true), (801, 4, false)]
    {
        let (_dynamo, store) = table().await;
        assert!(matches!(spend(&store, &alice(), mailed, now()).await, Spending::Spent(_)));
        let mails = complain(&store, &alice(), 0..receivers).await;
        assert_eq!(mails.stopped.is_some(), is_stopped, "{receivers} of {mailed}");
        assert_eq!(store.is_sender_stopped(&alice()).await.unwrap(), is_stopped);
        assert_eq!(matches!(spend(&store, &alice(), 1, now()).await, Spending::Stopped), is_stopped);
        let bob = MailSender::User(UserId::from_bytes([2; 12]));
        assert!(matches!(spend(&store, &bob, 1, now()).await, Spending::Spent(_)));
    }
}

#[tokio::test]
async fn a_receiver_counts_once_however_often_they_complain() {
    let (_dynamo, store) = table().await;
    let one = origin(&store, &alice(), 1);
    for seconds in [0, 0, 0, 5, 1, 9] {
        let mail = mail(&store, now() + SignedDuration::from_secs(seconds)).await;
        let mails = store.count_complaint(&one, &mail, now() + DAY).await.unwrap();
        assert_eq!((mails.complaints, mails.stopped), (1, None));
    }
}

#[tokio::test]
async fn mails_and_complaints_count_for_thirty_days() {
    let (_dynamo, store) = table().await;
    let later = now() + DAY * 30;
    spend(&store, &alice(), 1_000, now()).await;
    spend(&store, &alice(), 10, now() + DAY * 2).await;
    complain(&store, &alice(), 0..2).await;
    assert_eq!(store.sender_mails(&alice(), now() + DAY * 2).await.unwrap().mailed, 1_010);
    let mails = store.sender_mails(&alice(), later + DAY).await.unwrap();
    assert_eq!((mails.mailed, mails.complaints), (10, 0));
    // A complaint about an older mail does not count.
    let mail = mail(&store, now()).await;
    for receiver in 0..5 {
        let mails = store.count_complaint(&origin(&store, &alice(), receiver), &mail, later).await.unwrap();
        assert_eq!((mails.complaints, mails.stopped), (0, None));
    }
    // Older daily counts are removed when the count restarts.
    spend(&store, &alice(), 5, later + DAY).await;
    assert_eq!(store.sender_mails(&alice(), later + DAY).await.unwrap().mailed, 15);
}

#[tokio::test]
async fn complaints_never_stop_a_service_app() {
    let (_dynamo, store) = table().await;
    spend(&store, &app(), 100, now()).await;
    let mails = complain(&store, &app(), 0..10).await;
    assert_eq!((mails.is_over(), mails.complaints, mails.stopped), (true, 10, None));
    assert!(matches!(spend(&store, &app(), 100, now()).await, Spending::Spent(_)));
    assert!(!store.is_sender_stopped(&app()).await.unwrap());
    assert!(!store.is_sender_stopped(&alice()).await.unwrap(), "complaints about the app count only for the app");
}

#[tokio::test]
async fn complaints_from_before_a_lift_do_not_stop_the_sender_again() {
    let (dynamo, store) = table().await;
    let MailSender::User(alice) = alice() else { return };
    let sender = MailSender::User(alice);
    assert!(!store.lift_complaints(alice, now()).await.unwrap());
    complain(&store, &sender, 0..3).await;
    let stopped = dynamo.items().unwrap().into_iter().find(|item| item["stopped"].is_string()).unwrap();
    assert!(stopped.get("expires_at").is_none(), "a stop must not expire: {stopped}");
    assert!(store.lift_complaints(alice, now() + SignedDuration::from_secs(1)).await.unwrap());
    assert!(!store.is_sender_stopped(&sender).await.unwrap());
    let mails = complain(&store, &sender, 0..3).await;
    assert_eq!((mails.complaints, mails.stopped), (0, None));
    // New complaints count.
    let later = now() + DAY;
    let mail = mail(&store, later).await;
    for receiver in 1..=3 {
        store.count_complaint(&origin(&store, &sender, receiver), &mail, later).await.unwrap();
    }
    assert!(store.is_sender_stopped(&sender).await.unwrap());
}
