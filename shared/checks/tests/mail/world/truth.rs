//! Checks the mails of a history against the truth.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Mail, PEOPLE, World};
use crate::calendar::{Calendar, Entry};

impl World {
    /// Returns the mails to each person, oldest first.
    pub(crate) fn mails(&self) -> BTreeMap<String, Vec<Mail>> {
        let mut mails: BTreeMap<String, Vec<Mail>> = BTreeMap::new();
        // The mailbox returns the newest first.
        for message in self.harness.mailbox.messages().into_iter().rev() {
            let message_id = message.raw.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned();
            let entry = message.calendar.as_deref().map(Entry::read);
            let mail = Mail { entry, subject: message.subject, message_id };
            mails.entry(message.to[0].clone()).or_default().push(mail);
        }
        mails
    }

    pub(crate) fn check(&self) {
        let mails = self.mails();
        for address in PEOPLE {
            let got = mails.get(address).cloned().unwrap_or_default();
            self.check_mails(address, &got);
            self.check_limits(&got);
            let is_shown = self.is_on(address) && !self.is_over() && self.invitation.starts.is_some();
            let entries: Vec<&Entry> = got.iter().filter_map(|mail| mail.entry.as_ref()).collect();
            let (mut calendar, mut late) = (Calendar::default(), Calendar::default());
            for entry in &entries {
                assert_eq!(entry.attendee, format!("mailto:{address}"));
                calendar.apply(entry);
            }
            // Mail can arrive in any order.
            entries.iter().rev().for_each(|entry| late.apply(entry));
            for calendar in [&calendar, &late] {
                let shown: Vec<_> = calendar.meetings().iter().map(|entry| (entry.starts, entry.ends)).collect();
                let meeting = [self.invitation.starts, self.invitation.ends].map(|time| time.map(Timestamp::as_second));
                let [Some(starts), Some(ends)] = meeting else {
                    assert!(shown.is_empty() || is_exhausted(&got), "{address} got {entries:?}");
                    continue;
                };
                let truth = if is_shown { vec![(starts, ends)] } else { vec![] };
                assert!(shown == truth || is_exhausted(&got), "{address} has {shown:?}, not {truth:?}: {entries:?}");
            }
        }
    }

    fn check_mails(&self, address: &str, got: &[Mail]) {
        let is_on = self.is_on(address) && !self.is_over();
        match got.last().map(|last| last.entry.as_ref()) {
            _ if is_exhausted(got) => {}
            Some(Some(last)) if is_on && self.invitation.starts.is_some() => {
                assert_eq!(last.method, "REQUEST", "{address} is invited, and got {got:?}");
                let current = self.invitation.revised..=self.invitation.sequence;
                assert!(current.contains(&last.sequence), "{address} got {got:?}");
            }
            Some(last) if is_on => {
                let is_plain = last.is_none() && self.invitation.starts.is_none();
                assert!(is_plain, "{address} is invited, and got {got:?}");
            }
            Some(Some(last)) => assert_eq!(last.method, "CANCEL", "{address} is not invited, and got {got:?}"),
            // An invitation without times is not cancelled.
            Some(None) => {}
            None => assert!(!is_on, "{address} is invited, and got nothing"),
        }
        let entries: Vec<&Entry> = got.iter().filter_map(|mail| mail.entry.as_ref()).collect();
        for pair in entries.windows(2) {
            assert!(pair[0].revision() < pair[1].revision(), "{address} got {got:?}");
        }
        // Until its meeting is cancelled, an entry has the organizer of the previous one.
        for pair in entries.windows(2).filter(|pair| !pair[0].is_cancelled()) {
            assert_eq!(pair[0].organizer, pair[1].organizer, "{address} got {got:?}");
        }
        if self.kills == 0 {
            assert!(entries.first().is_none_or(|first| !first.is_cancelled()), "{address} got {got:?}");
            let cancelled: Vec<u32> =
                entries.iter().filter(|entry| entry.is_cancelled()).map(|entry| entry.sequence).collect();
            assert!(cancelled.is_sorted_by(|one, next| one < next), "{address} got {got:?}");
        }
        let most = self.news.get(address).copied().unwrap_or_default() + self.kills;
        assert!(got.len() <= most, "{address} got {got:?} with {} kills", self.kills);
    }

    /// Asserts that nobody got more than three requests within an hour or ten in total, not counting those that a kill
    /// repeated.
    fn check_limits(&self, got: &[Mail]) {
        let requests: Vec<&Entry> =
            got.iter().filter_map(|mail| mail.entry.as_ref()).filter(|entry| !entry.is_cancelled()).collect();
        assert!(requests.len() <= 10 + self.kills, "{got:?}");
        for four in requests.windows(4) {
            // A DTSTAMP can be one second ahead.
            assert!(self.kills > 0 || four[3].stamp - four[0].stamp >= 3_599, "{got:?}");
        }
    }
}

/// Returns whether a person got the maximum number of requests.
fn is_exhausted(got: &[Mail]) -> bool {
    got.iter().filter(|mail| mail.entry.as_ref().is_none_or(|entry| !entry.is_cancelled())).count() >= 10
}
