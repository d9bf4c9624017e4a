//! Message groups, served like those of fair queues.

use super::{MAIL, World, bodies, seconds};

#[tokio::test]
async fn messages_of_quiet_groups_overtake_those_of_a_noisy_one() {
    let world = World::new().await;
    let send = |group: &str, count: usize| {
        for number in 0..count {
            world.queues.send(MAIL, &format!("{group}{number}"), Some(group)).unwrap();
        }
    };
    send("a", 40);
    for _ in 0..3 {
        assert_eq!(world.receive().await.len(), 10);
    }
    send("b", 2);
    world.send(&["c"]);
    assert_eq!(bodies(&world.receive_from(&world.url, 4).await), ["b0", "b1", "c", "a30"]);
}

#[tokio::test]
async fn messages_of_quiet_groups_overtake_those_of_a_slow_one() {
    let world = World::new().await;
    for body in ["a0", "a1", "a2"] {
        world.queues.send(MAIL, body, Some("a")).unwrap();
    }
    let first = world.receive_from(&world.url, 1).await.remove(0);
    world.queues.send(MAIL, "b0", Some("b")).unwrap();
    world.queues.advance(seconds(20));
    // No processing has ended so far, so `a` does not count as slow yet.
    assert_eq!(bodies(&world.receive_from(&world.url, 1).await), ["a1"]);
    world.delete(&first).await;
    assert_eq!(bodies(&world.receive().await), ["b0", "a2"]);
}

#[tokio::test]
async fn a_hidden_message_uses_no_processing_time() {
    let world = World::new().await;
    for (body, group) in [("a0", "a"), ("b0", "b"), ("b1", "b"), ("a1", "a")] {
        world.queues.send(MAIL, body, Some(group)).unwrap();
    }
    let received = world.receive_from(&world.url, 2).await;
    world.queues.advance(seconds(1));
    let sleep = world.client.change_message_visibility().queue_url(&world.url).visibility_timeout(100);
    sleep.receipt_handle(received[0].receipt_handle.as_deref().unwrap()).send().await.unwrap();
    world.queues.advance(seconds(29));
    world.delete(&received[1]).await;
    world.queues.advance(seconds(72));
    assert_eq!(bodies(&world.receive_from(&world.url, 1).await), ["a0"]);
    assert_eq!(bodies(&world.receive().await), ["a1", "b1"]);
}
