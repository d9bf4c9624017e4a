//! Crashes during creation, and of the relay itself.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use spaces_local::Interference;

use crate::support::{BULK, MAIL, Service};
use crate::{insert, invitation, modify, read, sequence_numbers};

#[tokio::test]
async fn a_crash_during_creation_is_repaired_before_the_first_message() {
    let service = Service::start().await;
    let image = invitation(1, 1);
    let records = [insert(&image)];
    service.harness.store.create(&read(&image)).await.unwrap();
    let whole = service.harness.dynamo.snapshot().unwrap();
    let created = service.harness.dynamo.items().unwrap();
    let founded: Vec<[String; 2]> = created
        .iter()
        .map(|item| ["pk", "sk"].map(|key| item[key].as_str().unwrap().to_owned()))
        .filter(|[pk, _]| *pk == "SPACE#e10000000000000000000001")
        .collect();
    assert_eq!(founded.len(), 2);
    for missing in [vec![], vec![&founded[0]], vec![&founded[1]], vec![&founded[0], &founded[1]]] {
        service.harness.dynamo.restore(&whole).unwrap();
        for [pk, sk] in &missing {
            service.harness.dynamo.remove(pk, sk).unwrap();
        }
        // No message can be sent, but the missing items are there.
        service.queues.throttle(usize::MAX);
        assert_eq!(service.relay(&records).await, sequence_numbers(&records));
        let items = service.harness.dynamo.items().unwrap();
        assert!(created.iter().all(|item| items.contains(item)), "{missing:?}");
        service.queues.throttle(0);
    }
    // While the item cannot be put, no message is sent.
    service.harness.dynamo.remove(&founded[0][0], &founded[0][1]).unwrap();
    service.harness.dynamo.interfere(|call, _| (call == "PutItem").then_some(Interference::Throttle));
    assert_eq!(service.relay(&records).await, sequence_numbers(&records));
    assert!(service.queued(MAIL).is_empty());
}

#[tokio::test]
async fn a_relay_killed_at_any_call_to_the_table_loses_nobody_after_redelivery() {
    let mut service = Service::start().await;
    let records = [insert(&invitation(1, 3))];
    let empty = service.harness.dynamo.snapshot().unwrap();
    assert!(service.relay(&records).await.is_empty());
    let (calls, items) = (service.harness.dynamo.calls().len(), service.items_but_limits());
    assert!(calls > 7);
    for interference in [Interference::DropRequest, Interference::DropResponse] {
        for fatal in 0..calls {
            service.reset(&empty).await;
            let so_far = AtomicUsize::new(0);
            let is_fatal = move || so_far.fetch_add(1, Ordering::Relaxed) == fatal;
            service.harness.dynamo.interfere(move |_, _| is_fatal().then_some(interference));
            let is_dead = || {
                let calls = service.harness.dynamo.calls();
                let is_lost = calls.iter().any(|call| call == "answer lost");
                if interference == Interference::DropRequest { calls.len() > fatal } else { is_lost }
            };
            service.kill(&records, is_dead).await;
            service.harness.dynamo.stop_interfering();
            assert!(service.relay(&records).await.is_empty());
            assert_eq!(service.people(MAIL).len(), 3, "killed at call {fatal} of {calls}");
            assert_eq!(service.items_but_limits(), items);
        }
    }
}

#[tokio::test]
async fn a_relay_killed_at_any_call_to_sqs_loses_nobody_after_redelivery() {
    let mut service = Service::start().await;
    let before = invitation(1, 110);
    let mut after = before.clone();
    after["mailing"] = json!({"M": {"number": {"N": "1"}, "kind": {"S": "resend"}}});
    let records = [modify(&before, &after)];
    let empty = service.harness.dynamo.snapshot().unwrap();
    // Before and after SQS carries out the first of the two calls, then the second.
    for (queued, is_carried_out) in [(0, false), (10, true), (10, false), (11, true)] {
        service.reset(&empty).await;
        let number = || service.queues.peek(BULK).unwrap().len();
        let is_dead = || {
            if is_carried_out {
                return number() == queued;
            }
            if number() == queued {
                service.queues.fall_silent(1);
            }
            service.queues.calls().len() > queued / 10
        };
        service.kill(&records, is_dead).await;
        service.queues.fall_silent(0);
        assert_eq!(number(), queued);
        assert!(service.relay(&records).await.is_empty());
        assert_eq!(service.people(BULK).len(), 110);
    }
}
