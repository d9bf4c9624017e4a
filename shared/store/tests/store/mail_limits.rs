//! Tests of mail limits: exact across all instances, refundable, and independent of each other.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use spaces_local::{Dynamo, Interference};
use spaces_model::{MailSender, SpaceId, UserId};
use spaces_store::{MailAxis, MailBudget, MailLimitExceeded, SpaceBudget, Spending, SpentMails, Store};

use crate::{now, table};

/// Suffix of the key of the space's mail count.
const SPACE: &str = "SPACE_MAILS#eeeeeeeeeeeeeeeeeeeeeeee";
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn user(byte: u8) -> MailSender {
    MailSender::User(UserId::from_bytes([byte; 12]))
}

fn space(member: Option<u8>) -> SpaceBudget {
    let member = member.map(|byte| UserId::from_bytes([byte; 12]));
    let space = SpaceId::from_bytes([0xee; 12]);
    SpaceBudget { space, created: now() - DAY, first_mails: 0, per_space: 2_000, member }
}

async fn spend_at(store: &Store, budget: &MailBudget<'_>, at: Timestamp) -> Result<SpentMails, MailLimitExceeded> {
    match store.spend_mails(budget, at).await.unwrap() {
        Spending::Spent(spent) => Ok(spent),
        Spending::Exceeded(over) => Err(over),
        Spending::Stopped => panic!("nothing has stopped anybody"),
    }
}

/// Spends mails of a sender without a space.
async fn spend(store: &Store, sender: &MailSender, mails: u32, at: Timestamp) -> Result<SpentMails, MailLimitExceeded> {
    spend_at(store, &MailBudget { sender, mails, per_sender: 100, space: None }, at).await
}

/// Spends mails about the space, caused by an admin or by a member who is not an admin.
async fn spend_in_space(store: &Store, by: u8, is_admin: bool, mails: u32) -> Result<(), MailLimitExceeded> {
    let (sender, member) = (user(by), (!is_admin).then_some(by));
    let budget = MailBudget { sender: &sender, mails, per_sender: 10_000, space: Some(space(member)) };
    spend_at(store, &budget, now()).await.map(drop)
}

/// Returns the used count in the item whose key has this suffix.
fn used(dynamo: &Dynamo, end: &str) -> u32 {
    let items = dynamo.items().unwrap();
    let item = items.iter().find(|item| item["pk"].as_str().unwrap().ends_with(end));
    item.map_or(0, |item| u32::try_from(item["used"].as_u64().unwrap()).unwrap())
}

#[tokio::test]
async fn of_concurrent_mails_exactly_those_within_the_senders_limit_are_counted() {
    for (mails, first, most) in [(1, 0, 100), (3, 0, 99), (7, 50, 99)] {
        let (dynamo, store) = table().await;
        if first > 0 {
            spend(&store, &user(1), first, now()).await.unwrap();
        }
        let spent = join_all((0..150).map(|_| async { spend(&store, &user(1), mails, now()).await.is_ok() })).await;
        let spent = u32::try_from(spent.into_iter().filter(|spent| *spent).count()).unwrap();
        assert_eq!(first + spent * mails, most, "{mails} each");
        assert_eq!(used(&dynamo, &user(1).to_string()), most);
        assert!(spend(&store, &user(2), 100, now()).await.is_ok(), "another sender's limit is untouched");
    }
}

#[tokio::test]
async fn of_concurrent_mails_members_spend_half_of_a_space_and_admins_the_rest() {
    let (dynamo, store) = table().await;
    // Ten members with 60 mails each and ten admins with 100 each, three times.
    let spent = join_all((0..20).flat_map(|by| (0..3).map(move |_| by)).map(|by| {
        let store = &store;
        async move {
            let (is_admin, mails) = (by >= 10, if by >= 10 { 100 } else { 60 });
            spend_in_space(store, by, is_admin, mails)
                .await
                .map_or((0, 0), |()| if is_admin { (0, mails) } else { (mails, 0) })
        }
    }))
    .await;
    let (by_members, by_admins) = spent.iter().fold((0, 0), |sum, spent| (sum.0 + spent.0, sum.1 + spent.1));
    assert!(by_members <= 1_000 && by_members + by_admins <= 2_000, "{by_members} {by_admins}");
    assert_eq!(used(&dynamo, SPACE), by_members + by_admins);
    // Rejected requests consume nothing of either part.
    for by in 30..60 {
        let _ = spend_in_space(&store, by, false, 10).await;
        let _ = spend_in_space(&store, by, true, 40).await;
    }
    assert_eq!(used(&dynamo, SPACE), 2_000);
}

#[tokio::test]
async fn members_cannot_use_up_the_admins_share_nor_each_others() {
    let (dynamo, store) = table().await;
    let over = |of, most| Err(MailLimitExceeded { of, most, rest: DAY });
    assert_eq!(spend_in_space(&store, 1, false, 501).await, over(MailAxis::Member, 500));
    assert_eq!(spend_in_space(&store, 1, false, 500).await, Ok(()));
    assert_eq!(spend_in_space(&store, 1, false, 1).await, over(MailAxis::Member, 500));
    assert_eq!(spend_in_space(&store, 2, false, 500).await, Ok(()));
    assert_eq!(spend_in_space(&store, 3, false, 1).await, over(MailAxis::Space, 1_000));
    // A rejected request spends nothing, not even of the sender's own limit.
    assert_eq!(used(&dynamo, SPACE), 1_000);
    assert_eq!((used(&dynamo, &user(1).to_string()), used(&dynamo, &user(3).to_string())), (500, 0));
    assert_eq!(spend_in_space(&store, 4, true, 1_000).await, Ok(()));
    assert_eq!(spend_in_space(&store, 4, true, 1).await, over(MailAxis::Space, 2_000));
}

#[tokio::test]
async fn a_sender_over_their_own_limit_spends_nothing_of_a_space() {
    let (dynamo, store) = table().await;
    let sender = user(1);
    for is_member in [true, false] {
        let space = Some(space(is_member.then_some(1)));
        let budget = MailBudget { sender: &sender, mails: 60, per_sender: 50, space };
        assert_eq!(spend_at(&store, &budget, now()).await.unwrap_err().of, MailAxis::Sender);
        let budget = MailBudget { mails: 50, space: None, ..budget };
        let _ = spend_at(&store, &budget, now()).await;
        let budget = MailBudget { mails: 1, space, ..budget };
        assert_eq!(spend_at(&store, &budget, now()).await.unwrap_err().of, MailAxis::Sender);
    }
    assert_eq!(used(&dynamo, SPACE), 0);
}

#[tokio::test]
async fn a_limit_resets_24_hours_after_its_first_mail_and_reports_the_wait() {
    let (_dynamo, store) = table().await;
    spend(&store, &user(1), 60, now()).await.unwrap();
    spend(&store, &user(1), 40, now() + SignedDuration::from_hours(23)).await.unwrap();
    let last = now() + DAY - SignedDuration::from_millis(1);
    let rest = SignedDuration::from_millis(1);
    let over = MailLimitExceeded { of: MailAxis::Sender, most: 100, rest };
    assert_eq!(spend(&store, &user(1), 1, last).await.unwrap_err(), over);
    // The next mails restart the count; of concurrent requests, one restarts it.
    let spent = join_all((0..150).map(|_| async { spend(&store, &user(1), 1, now() + DAY).await.is_ok() })).await;
    assert_eq!(spent.into_iter().filter(|spent| *spent).count(), 100);
    assert_eq!(spend(&store, &user(1), 1, now() + DAY).await.unwrap_err(), MailLimitExceeded { rest: DAY, ..over });
}

#[tokio::test]
async fn refunded_mails_can_be_spent_again_and_a_late_refund_changes_nothing() {
    let (dynamo, store) = table().await;
    let spent = spend(&store, &user(1), 70, now()).await.unwrap();
    assert!(spend(&store, &user(1), 70, now()).await.is_err());
    store.refund_mails(spent).await;
    let spent = spend(&store, &user(1), 100, now()).await.unwrap();
    // The count has restarted by the time of the refund.
    spend(&store, &user(1), 30, now() + DAY).await.unwrap();
    store.refund_mails(spent).await;
    assert_eq!(used(&dynamo, &user(1).to_string()), 30);
    assert_eq!(store.sender_mails(&user(1), now() + DAY).await.unwrap().mailed, 130);
}

#[tokio::test]
async fn a_service_app_whose_id_looks_like_a_users_has_its_own_limit() {
    let (_dynamo, store) = table().await;
    let app = MailSender::App(user(1).to_string().parse().unwrap());
    spend(&store, &app, 100, now()).await.unwrap();
    spend(&store, &user(1), 100, now()).await.unwrap();
    assert!(spend(&store, &app, 1, now()).await.is_err());
}

#[tokio::test]
async fn a_spaces_limit_includes_its_first_mails_until_24_hours_after_its_creation() {
    let (dynamo, store) = table().await;
    let sender = user(1);
    let spend = async |mails, first_mails, at| {
        let space = SpaceBudget { created: now(), first_mails, ..space(None) };
        let budget = MailBudget { sender: &sender, mails, per_sender: 10_000, space: Some(space) };
        spend_at(&store, &budget, at).await
    };
    let later = now() + SignedDuration::from_hours(20);
    let over = MailLimitExceeded { of: MailAxis::Space, most: 2_000, rest: SignedDuration::from_hours(4) };
    // Nothing is counted yet, and the first mails alone may exceed the limit.
    for (mails, first_mails) in [(501, 1_500), (1, 2_000), (1, 3_000)] {
        assert_eq!(spend(mails, first_mails, later).await.unwrap_err(), over);
        assert_eq!(used(&dynamo, SPACE), 0);
    }
    let counted = spend(500, 1_500, later).await.unwrap();
    assert_eq!(used(&dynamo, SPACE), 2_000);
    assert_eq!(spend(1, 1_500, later).await.unwrap_err(), over);
    store.refund_mails(counted).await;
    assert_eq!(used(&dynamo, SPACE), 1_500);
    // The first mails are no longer counted, whether or not the space has a count.
    spend(2_000, 1_500, now() + DAY).await.unwrap();
    assert_eq!(used(&dynamo, SPACE), 2_000);
}

#[tokio::test]
async fn of_concurrent_mails_the_first_count_the_first_mails_of_a_space_once() {
    let (dynamo, store) = table().await;
    let spent = join_all((0..50).map(|_| async {
        let space = SpaceBudget { created: now(), first_mails: 1_500, ..space(None) };
        let budget = MailBudget { sender: &user(1), mails: 20, per_sender: 10_000, space: Some(space) };
        spend_at(&store, &budget, now()).await.is_ok()
    }));
    assert_eq!(spent.await.into_iter().filter(|spent| *spent).count(), 25);
    assert_eq!(used(&dynamo, SPACE), 2_000);
}

#[tokio::test]
async fn the_hourly_mail_count_of_the_relay_is_in_the_same_item_as_the_daily_one() {
    let (dynamo, store) = table().await;
    for round in 1..=3 {
        assert_eq!(store.count_mails_this_hour(&user(1), 10, now()).await.unwrap(), 10 * round);
        spend(&store, &user(1), 20, now()).await.unwrap();
    }
    assert!(spend(&store, &user(1), 41, now()).await.is_err());
    let senders = dynamo.items().unwrap().iter().filter(|item| item["sk"] == "LIMIT").count();
    assert_eq!(senders, 1);
}

#[tokio::test]
async fn mails_are_refunded_once_even_if_the_response_is_lost() {
    let (dynamo, store) = table().await;
    let sender = user(7);
    let caused = spend(&store, &sender, 30, now()).await.unwrap();
    let not_caused = spend(&store, &sender, 15, now()).await.unwrap();
    let times = AtomicUsize::new(0);
    dynamo.interfere(move |operation, _| {
        (operation == "UpdateItem" && times.fetch_add(1, Ordering::Relaxed) == 0).then_some(Interference::DropResponse)
    });
    store.refund_mails(not_caused).await;
    dynamo.stop_interfering();
    let used = || dynamo.items().unwrap().into_iter().find_map(|item| item["used"].as_i64());
    assert_eq!(used(), Some(30));
    store.refund_mails(caused).await;
    assert_eq!(used(), Some(0));
}
