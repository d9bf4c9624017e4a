//! The account's send rate, and the queues' shares of it.

use std::time::Duration;

use spaces_local::SesFailure;
use spaces_model::MailKind;
use tokio::time::Instant;

use crate::BULK;
use crate::support::{MAIL, Outcome, Service, invitation};

/// Starts with an account that has this send rate, which the function has to query.
async fn account_of(per_second: u32, concurrency: &'static str) -> Service {
    let mut service = Service::start().await;
    service.env.set("MAILS_PER_SECOND", "0");
    service.env.set("MAIL_CONCURRENCY", concurrency);
    service.env.set("BULK_MAIL_CONCURRENCY", concurrency);
    service.harness.mailbox.limit_rate(Some(per_second));
    service
}

fn asked(service: &Service) -> usize {
    service.harness.mailbox.calls().iter().filter(|call| *call == "GetAccount").count()
}

#[tokio::test]
async fn the_account_is_queried_once_in_five_minutes_however_many_mails_wait() {
    let service = account_of(100_000, "1").await;
    let app = service.app();
    for number in 2..6 {
        let invitation = invitation(number, 10);
        service.plant(&invitation).await;
        service.send(if number % 2 == 0 { MAIL } else { BULK }, &invitation, MailKind::Invite, 0);
    }
    let queues = [MAIL, BULK, MAIL, BULK];
    let outcomes = futures_util::future::join_all(queues.map(|queue| service.deliver(&app, queue))).await;
    assert_eq!(outcomes, [Outcome::Done; 4]);
    assert_eq!((asked(&service), service.attempts()), (1, 40));

    service.wait(Duration::from_secs(299));
    let late = invitation(6, 1);
    service.plant(&late).await;
    service.send(MAIL, &late, MailKind::Invite, 0);
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(asked(&service), 1);
    service.wait(Duration::from_secs(1));
    service.send(MAIL, &late, MailKind::Resend, 1);
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!((asked(&service), service.attempts()), (2, 42));
}

#[tokio::test]
async fn a_configured_rate_is_used_without_a_query() {
    let service = Service::with(&invitation(2, 10)).await;
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!((asked(&service), service.attempts()), (0, 10));
}

/// Returns the time that a queue takes for these messages about ten people each.
async fn duration(service: &Service, queue: &str, messages: u8) -> Duration {
    for number in 2..2 + messages {
        let invitation = invitation(number, 10);
        service.plant(&invitation).await;
        service.send(queue, &invitation, MailKind::Invite, 0);
    }
    let app = service.app();
    app.warm_up().await;
    tokio::time::pause();
    let started = Instant::now();
    for _ in 0..messages {
        assert_eq!(service.deliver(&app, queue).await, Outcome::Done);
    }
    let took = started.elapsed();
    tokio::time::resume();
    took
}

/// Checks the duration of 30 mails, the first of which starts at once.
fn is_29_mails_at(took: Duration, per_second: f64) {
    let rate = 29.0 / took.as_secs_f64();
    assert!((rate - per_second).abs() < per_second / 50.0, "{rate} a second instead of {per_second}");
}

#[tokio::test]
async fn each_queue_has_its_share_of_the_rate() {
    // 100 × 0.9 × 0.4 / 2 and 100 × 0.9 × 0.6 / 2
    let service = account_of(100, "2").await;
    is_29_mails_at(duration(&service, MAIL, 3).await, 18.0);
    let service = account_of(100, "2").await;
    is_29_mails_at(duration(&service, BULK, 3).await, 27.0);
    let service = account_of(100, "1").await;
    is_29_mails_at(duration(&service, MAIL, 3).await, 36.0);
}

#[tokio::test]
async fn a_configured_rate_is_used_in_full() {
    let mut service = Service::start().await;
    service.env.set("MAILS_PER_SECOND", "50");
    is_29_mails_at(duration(&service, MAIL, 3).await, 20.0);
}

#[tokio::test]
async fn an_unreadable_rate_falls_back_to_the_sandbox_rate_until_the_next_query() {
    let service = account_of(100, "1").await;
    service.harness.mailbox.fail_account(SesFailure::AccessDenied, usize::MAX);
    // 1 × 0.9 × 0.4
    is_29_mails_at(duration(&service, MAIL, 3).await, 0.36);
    assert_eq!(asked(&service), 1);
}

#[tokio::test]
async fn mails_at_the_accounts_rate_are_hardly_ever_throttled() {
    let service = account_of(14, "2").await;
    for number in 2..7 {
        let invitation = invitation(number, 50);
        service.plant(&invitation).await;
        service.send(if number < 4 { MAIL } else { BULK }, &invitation, MailKind::Invite, 0);
    }
    let instances = [MAIL, MAIL, BULK, BULK].map(|queue| (service.app(), queue));
    tokio::time::pause();
    let work = instances.iter().map(async |(app, queue)| {
        while !service.harness.queues.peek(queue).unwrap().is_empty() {
            if service.deliver(app, queue).await == Outcome::Nothing {
                // The other instance has the last message, or messages sleep. Time is paused, so this second passes at
                // once.
                let second = Duration::from_secs(1);
                tokio::time::sleep(second).await;
                service.harness.queues.advance(second);
            }
        }
    });
    let started = Instant::now();
    futures_util::future::join_all(work).await;
    let took = started.elapsed();
    tokio::time::resume();
    assert_eq!(service.harness.mailbox.messages().len(), 250);
    assert!(service.attempts() <= 255, "{} calls for 250 mails", service.attempts());
    // 14 × 0.9 a second.
    assert!((19..=22).contains(&took.as_secs()), "{took:?}");
}
