//! Tests of limits: exact across all instances, and reset when their window ends.

use jiff::SignedDuration;
use spaces_store::{Limit, Store};

use crate::{now, table};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn use_at(store: &Store, by: &str, after: SignedDuration) -> Option<SignedDuration> {
    store.use_once(Limit::UNKNOWN_USERS, by, now() + after).await.unwrap()
}

#[tokio::test]
async fn of_concurrent_uses_exactly_those_within_the_limit_succeed() {
    let (_dynamo, store) = table().await;
    let uses = (0..130).map(|_| use_at(&store, "a", SignedDuration::ZERO));
    let refused = futures_util::future::join_all(uses).await.into_iter().flatten().count();
    assert_eq!(refused, 30);
    assert_eq!(use_at(&store, "b", SignedDuration::ZERO).await, None);
}

#[tokio::test]
async fn a_limit_resets_an_hour_after_its_first_use_and_reports_the_wait() {
    let (_dynamo, store) = table().await;
    for half_minutes in 0..100 {
        let after = SignedDuration::from_secs(30 * half_minutes);
        assert_eq!(use_at(&store, "a", after).await, None);
    }
    let almost = HOUR - SignedDuration::from_millis(1);
    assert_eq!(use_at(&store, "a", almost).await, Some(SignedDuration::from_millis(1)));
    for _ in 0..100 {
        assert_eq!(use_at(&store, "a", HOUR).await, None);
    }
    assert_eq!(use_at(&store, "a", HOUR).await, Some(HOUR));
}
