//! Determines the noisy message groups and the order in which groups are served.
//!
//! Source: *How Amazon SQS fair queues work*, Amazon SQS developer guide, implemented as follows:
//!
//! - A group consists of all messages with the same `MessageGroupId`. A message without one is a quiet group of its
//!   own.
//! - A group is noisy if it has at least 30 messages in flight and more than a tenth of the queue's messages in flight,
//!   or if it used more than a tenth of the recent processing time.
//! - The processing time of a message runs from its receipt until it is deleted, its visibility is changed, or its
//!   visibility timeout ends. It counts when it ends, and is *recent* for five minutes. So a single slow group is noisy
//!   as soon as its first message is done. A message whose consumer extended its visibility timeout to wait uses no
//!   processing time while it waits, but is in flight.
//! - A group becomes quiet again when it has no message waiting (its processing time is then discarded), or when it was
//!   sent no message for five minutes.
//! - Quiet groups are served first, oldest message first, followed by the noisy groups in ascending order of their
//!   messages in flight.
//!
//! AWS calls its thresholds approximate and does not define *recent*.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

/// Minimum number of messages in flight of a noisy group.
const MANY_IN_FLIGHT: u64 = 30;

/// Inverse of the share of messages in flight, or of processing time, above which a group is noisy.
const SHARE: u64 = 10;

/// Window in which processing times count, and time after its last message for which a group stays noisy.
const RECENT: SignedDuration = SignedDuration::from_mins(5);

/// A message group of a queue at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MessageGroup {
    pub(super) name: String,
    /// Number of messages that can be received.
    pub(super) waiting: u64,
    pub(super) in_flight: u64,
    pub(super) last_sent: Timestamp,
}

/// The recent processing times of a queue's messages, by group.
#[derive(Debug, Default)]
pub(super) struct Processing {
    /// End, group and duration of each, oldest first.
    spans: VecDeque<(Timestamp, Option<String>, SignedDuration)>,
}

impl Processing {
    /// Adds the time from `since` until `now` to `group`.
    pub(super) fn add(&mut self, group: Option<String>, since: Timestamp, now: Timestamp) {
        self.spans.push_back((now, group, now.duration_since(since)));
    }

    fn forget_older(&mut self, now: Timestamp) {
        while self.spans.front().is_some_and(|(ended, ..)| now.duration_since(*ended) > RECENT) {
            self.spans.pop_front();
        }
    }

    /// Returns the total time of all messages and the total time of each group.
    fn totals(&self) -> (SignedDuration, HashMap<&str, SignedDuration>) {
        let mut all = SignedDuration::ZERO;
        let mut groups: HashMap<&str, SignedDuration> = HashMap::new();
        for (_, group, took) in &self.spans {
            all += *took;
            if let Some(group) = group {
                *groups.entry(group).or_default() += *took;
            }
        }
        (all, groups)
    }
}

/// Returns the names of the noisy groups in the order in which they are served when no quiet group has a message
/// waiting.
///
/// `in_flight` counts all messages of the queue, including those without a group.
pub(super) fn noisy(
    groups: &[MessageGroup],
    in_flight: u64,
    processing: &mut Processing,
    now: Timestamp,
) -> Vec<String> {
    processing.forget_older(now);
    let waiting = |name: &str| groups.iter().any(|group| group.name == name && group.waiting > 0);
    processing.spans.retain(|(_, group, _)| group.as_deref().is_none_or(waiting));

    let (all, totals) = processing.totals();
    let share = i32::try_from(SHARE).unwrap_or(i32::MAX);
    let is_noisy = |group: &&MessageGroup| {
        let crowds = group.in_flight >= MANY_IN_FLIGHT && group.in_flight * SHARE > in_flight;
        let is_slow = totals.get(group.name.as_str()).is_some_and(|took| *took * share > all);
        let sends = now.duration_since(group.last_sent) <= RECENT;
        group.waiting > 0 && sends && (crowds || is_slow)
    };
    let mut noisy: Vec<&MessageGroup> = groups.iter().filter(is_noisy).collect();
    noisy.sort_by_key(|group| group.in_flight);
    noisy.into_iter().map(|group| group.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_795_262_400, 0);

    fn ago(seconds: i64) -> Timestamp {
        NOW - SignedDuration::from_secs(seconds)
    }

    fn group(name: &str, waiting: u64, in_flight: u64) -> MessageGroup {
        MessageGroup { name: name.to_owned(), waiting, in_flight, last_sent: ago(1) }
    }

    fn at_rest(groups: &[MessageGroup], in_flight: u64) -> Vec<String> {
        noisy(groups, in_flight, &mut Processing::default(), NOW)
    }

    /// Records one message per group, which took the given number of seconds and ended just now.
    fn took(times: &[(&str, i64)]) -> Processing {
        let mut processing = Processing::default();
        for (name, seconds) in times {
            processing.add(Some((*name).to_owned()), ago(*seconds), NOW);
        }
        processing
    }

    #[test]
    fn a_group_with_thirty_in_flight_and_over_a_tenth_of_them_is_noisy() {
        assert_eq!(at_rest(&[group("a", 1, 30), group("b", 1, 29)], 59), ["a"]);
        assert_eq!(at_rest(&[group("a", 1, 30)], 299), ["a"]);
        assert!(at_rest(&[group("a", 1, 30)], 300).is_empty());
    }

    #[test]
    fn a_group_with_over_a_tenth_of_the_processing_time_is_noisy() {
        let mut processing = took(&[("a", 11), ("b", 10), ("c", 79)]);
        let groups = [group("a", 1, 0), group("b", 1, 0)];
        // c has no message waiting, so its processing time is discarded.
        assert_eq!(noisy(&groups, 0, &mut processing, NOW), ["a", "b"]);

        let mut processing = took(&[("a", 11), ("b", 10), ("c", 79)]);
        let groups = [group("a", 1, 0), group("b", 1, 0), group("c", 1, 1)];
        assert_eq!(noisy(&groups, 0, &mut processing, NOW), ["a", "c"]);
    }

    #[test]
    fn messages_without_a_group_count_only_towards_the_total() {
        let mut processing = took(&[("a", 10)]);
        processing.add(None, ago(90), NOW);
        assert!(noisy(&[group("a", 1, 0)], 0, &mut processing, NOW).is_empty());
    }

    #[test]
    fn processing_older_than_five_minutes_does_not_count() {
        let mut processing = Processing::default();
        processing.add(Some("a".to_owned()), ago(310), ago(301));
        assert!(noisy(&[group("a", 1, 0)], 0, &mut processing, NOW).is_empty());
    }

    #[test]
    fn a_group_without_a_backlog_or_recent_messages_is_quiet() {
        assert!(at_rest(&[group("a", 0, 100)], 100).is_empty());
        let silent = |seconds| MessageGroup { last_sent: ago(seconds), ..group("a", 1, 100) };
        assert_eq!(at_rest(&[silent(300)], 100), ["a"]);
        assert!(at_rest(&[silent(301)], 100).is_empty());
    }

    #[test]
    fn the_noisy_group_with_the_fewest_messages_in_flight_is_served_first() {
        assert_eq!(at_rest(&[group("a", 1, 50), group("b", 1, 40), group("c", 1, 45)], 135), ["b", "c", "a"]);
    }
}
