//! Reports about the mail before a further one that is not sent, and about a mail whose sender was killed.

use jiff::{SignedDuration, Timestamp};
use spaces_local::harness;
use spaces_model::Message;
use spaces_store::{Delivery, DeliveryState};

use crate::support::{REQUEST, Service, event};

const UPDATE: Message = Message { sequence: 1, mailing: 1, ..REQUEST };

fn later(seconds: i64) -> Timestamp {
    harness::now() + SignedDuration::from_secs(seconds)
}

async fn put_back(service: &Service) -> Delivery {
    let delivery = service.delivery().await;
    let before = delivery.previous.clone().unwrap();
    assert!(service.harness.store.put_back(&delivery, &before, false).await.unwrap());
    service.delivery().await
}

#[tokio::test]
async fn a_report_about_the_previous_mail_counts_if_the_further_one_is_not_sent() {
    // While the further mail is being sent, while it waits, and after it has ended.
    for place in 0..3 {
        let service = Service::start().await;
        let (app, store) = (service.app(), &service.harness.store);
        let first = service.send(REQUEST, harness::now()).await;
        service.track(&app, &[event("delivered", first.tag())]).await;
        let report = async |current| {
            if current == place {
                service.track(&app, &[event("bounced", first.tag()), event("delayed", first.tag())]).await;
            }
        };
        let second = service.lease(UPDATE, later(60)).await;
        report(0).await;
        store.release(&second, later(61), "TooManyRequestsException").await.unwrap();
        assert_eq!(service.state().await.0, "queued");
        report(1).await;
        // Started again, and rejected again.
        let again = service.lease(UPDATE, later(120)).await;
        store.release_uncounted(&again, later(121), "LimitExceededException").await.unwrap();
        put_back(&service).await;
        report(2).await;
        assert_eq!(service.state().await, ("bounced".to_owned(), Some("NoEmail".to_owned())), "{place}");
        assert_eq!(service.delivery().await.at, harness::now());
    }
}

#[tokio::test]
async fn restoring_the_previous_mail_does_not_overwrite_an_unread_report() {
    let service = Service::start().await;
    let (app, store) = (service.app(), &service.harness.store);
    let first = service.send(REQUEST, harness::now()).await;
    let second = service.lease(UPDATE, later(60)).await;
    store.release(&second, later(61), "TooManyRequestsException").await.unwrap();
    let read = service.delivery().await;
    service.track(&app, &[event("complained", first.tag())]).await;
    assert!(!store.put_back(&read, read.previous.as_ref().unwrap(), false).await.unwrap());
    assert_eq!(put_back(&service).await.state, Some(DeliveryState::Complained));
}

#[tokio::test]
async fn a_report_about_the_previous_mail_is_late_if_the_further_one_was_sent() {
    let service = Service::start().await;
    let first = service.send(REQUEST, harness::now()).await;
    service.send(UPDATE, later(60)).await;
    assert_eq!(service.delivery().await.previous, None);
    service.track(&service.app(), &[event("bounced", first.tag())]).await;
    assert_eq!(service.state().await, ("sent".to_owned(), None));
}

#[tokio::test]
async fn a_repetition_after_a_kill_has_the_tag_of_the_mail_that_may_have_been_sent() {
    let service = Service::start().await;
    let (app, store) = (service.app(), &service.harness.store);
    let killed = service.lease(REQUEST, harness::now()).await;
    let repeat = service.lease(REQUEST, later(120)).await;
    assert_eq!(killed.tag(), repeat.tag());
    assert!(repeat.at() > killed.at());
    // Before and after the rejection of the repeated mail.
    store.release(&repeat, later(121), "TooManyRequestsException").await.unwrap();
    let delivery = service.delivery().await;
    assert_eq!((delivery.state, delivery.attempts), (Some(DeliveryState::Sending), 2));
    assert!(delivery.lease.is_some_and(|lease| lease.until < later(121)));
    assert_eq!(delivery.mailed, [harness::now()]);
    let third = service.lease(REQUEST, later(240)).await;
    service.track(&app, &[event("delivered", killed.tag())]).await;
    store.release(&third, later(241), "TooManyRequestsException").await.unwrap();
    assert_eq!(service.state().await, ("delivered".to_owned(), None));
    let delivery = service.delivery().await;
    assert_eq!((delivery.known.last_message, delivery.lease), (Some(REQUEST), None));
}

#[tokio::test]
async fn a_report_corrects_a_mail_that_failed_after_a_sender_was_killed() {
    let service = Service::start().await;
    let killed = service.lease(REQUEST, harness::now()).await;
    let repeat = service.lease(REQUEST, later(120)).await;
    service.harness.store.record_failed(&repeat, later(121), "MessageRejected: no").await.unwrap();
    assert_eq!(service.state().await.0, "failed");
    service.track(&service.app(), &[event("delivered", killed.tag())]).await;
    assert_eq!(service.state().await, ("delivered".to_owned(), None));
}
