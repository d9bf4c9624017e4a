//! Noisy message groups, and the order in which groups are served.
//!
//! Source: *How Amazon SQS fair queues work*, Amazon SQS developer guide. This is its reading here:
//!
//! - A group is all messages with one `MessageGroupId`. A message without one is a group of its own, and quiet.
//! - A group is noisy if it holds over a tenth of the queue's messages in flight and at least 30 of them, or if it took over a
//!   tenth of the recent processing time.
//! - The processing time of a message runs from its receipt until it is deleted, its visibility is changed, or its visibility
//!   timeout ends. It counts when it ends; *recent* is the last five minutes. So a single slow group is noisy as soon as its
//!   first message is done, and a message that a consumer put to sleep takes no processing time while it sleeps, but is in
//!   flight.
//! - A group is quiet again when it has no message waiting (its processing time is forgotten then), or has sent none for five
//!   minutes.
//! - Quiet groups are served first, oldest message first; then the noisy ones, that with the fewest messages in flight first.
//!
//! AWS calls its thresholds approximate and says nothing about how long *recent* is.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

/// The least number of messages in flight that make a group noisy.
const MANY_IN_FLIGHT: u64 = 30;

/// The share beyond which a group is noisy is one of this many.
const SHARE: u64 = 10;

/// The window of the processing time, and how long ago a noisy group has sent last at most.
const RECENT: SignedDuration = SignedDuration::from_mins(5);

/// A message group of a queue at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) name: String,
    /// Messages that can be received.
    pub(super) waiting: u64,
    pub(super) in_flight: u64,
    pub(super) last_sent: Timestamp,
}

/// The processing times of a queue's recent messages, by group.
#[derive(Debug, Default)]
pub(super) struct Processing {
    /// The end, the group and the duration of each; oldest first.
    spans: VecDeque<(Timestamp, Option<String>, SignedDuration)>,
}

impl Processing {
    /// Counts the time from `since` until `now` for `group`.
    pub(super) fn add(&mut self, group: Option<String>, since: Timestamp, now: Timestamp) {
        self.spans.push_back((now, group, now.duration_since(since)));
    }

    fn forget_older(&mut self, now: Timestamp) {
        while self.spans.front().is_some_and(|(ended, ..)| now.duration_since(*ended) > RECENT) {
            self.spans.pop_front();
        }
    }

    /// The total of a group's time; `None` is the total of all groups.
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

/// The names of the noisy groups, in the order in which they are served when no quiet group has a message waiting.
///
/// `in_flight` counts all messages of the queue, those without a group included.
pub(super) fn noisy(groups: &[Group], in_flight: u64, processing: &mut Processing, now: Timestamp) -> Vec<String> {
    processing.forget_older(now);
    let waiting = |name: &str| groups.iter().any(|group| group.name == name && group.waiting > 0);
    processing.spans.retain(|(_, group, _)| group.as_deref().is_none_or(waiting));

    let (all, totals) = processing.totals();
    let share = i32::try_from(SHARE).unwrap_or(i32::MAX);
    let is_noisy = |group: &&Group| {
        let crowds = group.in_flight >= MANY_IN_FLIGHT && group.in_flight * SHARE > in_flight;
        let is_slow = totals.get(group.name.as_str()).is_some_and(|took| *took * share > all);
        let sends = now.duration_since(group.last_sent) <= RECENT;
        group.waiting > 0 && sends && (crowds || is_slow)
    };
    let mut noisy: Vec<&Group> = groups.iter().filter(is_noisy).collect();
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

    fn group(name: &str, waiting: u64, in_flight: u64) -> Group {
        Group { name: name.to_owned(), waiting, in_flight, last_sent: ago(1) }
    }

    fn at_rest(groups: &[Group], in_flight: u64) -> Vec<String> {
        noisy(groups, in_flight, &mut Processing::default(), NOW)
    }

    /// One message per group, which took as many seconds and ended just now.
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
        // c has nothing waiting and is forgotten, with its share.
        assert_eq!(noisy(&groups, 0, &mut processing, NOW), ["a", "b"]);

        let mut processing = took(&[("a", 11), ("b", 10), ("c", 79)]);
        let groups = [group("a", 1, 0), group("b", 1, 0), group("c", 1, 1)];
        assert_eq!(noisy(&groups, 0, &mut processing, NOW), ["a", "c"]);
    }

    #[test]
    fn messages_without_a_group_count_for_the_total_alone() {
        let mut processing = took(&[("a", 10)]);
        processing.add(None, ago(90), NOW);
        assert!(noisy(&[group("a", 1, 0)], 0, &mut processing, NOW).is_empty());
    }

    #[test]
    fn processing_older_than_five_minutes_counts_no_more() {
        let mut processing = Processing::default();
        processing.add(Some("a".to_owned()), ago(310), ago(301));
        assert!(noisy(&[group("a", 1, 0)], 0, &mut processing, NOW).is_empty());
    }

    #[test]
    fn a_group_is_quiet_again_without_backlog_and_after_five_minutes_without_sending() {
        assert!(at_rest(&[group("a", 0, 100)], 100).is_empty());
        let silent = |seconds| Group { last_sent: ago(seconds), ..group("a", 1, 100) };
        assert_eq!(at_rest(&[silent(300)], 100), ["a"]);
        assert!(at_rest(&[silent(301)], 100).is_empty());
    }

    #[test]
    fn of_several_noisy_groups_that_with_the_fewest_in_flight_is_served_first() {
        assert_eq!(at_rest(&[group("a", 1, 50), group("b", 1, 40), group("c", 1, 45)], 135), ["b", "c", "a"]);
    }
}
