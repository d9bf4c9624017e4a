//! Changes to an invitation: updating, resending and revoking it.

use std::collections::HashSet;

use jiff::Timestamp;
use unic_langid::LanguageIdentifier;

use crate::{
    Channel, Email, Invitation, InviteMode, Invitee, InviteeTarget, Inviter, Lifetime, MailKind, Mailing, ServiceAppId,
    User,
};

/// The person who creates or updates an invitation, and the service app that does so in their name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maker {
    /// The person.
    pub inviter: Inviter,
    /// The service app.
    pub acted_by: Option<ServiceAppId>,
}

/// New values of an invitation. Those that are `None` stay unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationUpdate {
    /// The complete new list of invitees.
    pub invitees: Vec<Invitee>,
    /// The start of the meeting; `Some(None)` removes it.
    pub starts: Option<Option<Timestamp>>,
    /// The end of the meeting; `Some(None)` removes it.
    pub ends: Option<Option<Timestamp>>,
    /// The target of the link.
    pub mode: Option<InviteMode>,
    /// The party that delivers the invitation to the invitees.
    pub channel: Option<Channel>,
    /// The language of mails and content for the invitees.
    pub language: Option<LanguageIdentifier>,
    /// The person who updates it.
    pub maker: Maker,
}

impl From<&User> for Inviter {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            name: user.name.clone(),
            email: user.email.as_ref().and_then(Email::verified).cloned(),
            zone: user.zone.clone(),
        }
    }
}

impl Invitation {
    /// Returns the invitation after an update.
    ///
    /// Its SEQUENCE rises by one if times or mode change or an invitee is removed. New times, and any update of an
    /// invitation that has an end time or has expired, give it the expiry of a new one.
    #[must_use]
    pub fn updated(&self, update: InvitationUpdate, lifetime: &Lifetime, now: Timestamp) -> Self {
        let InvitationUpdate { invitees, starts, ends, mode, channel, language, maker } = update;
        let (starts, ends) = (starts.unwrap_or(self.starts), ends.unwrap_or(self.ends));
        let mode = mode.unwrap_or(self.mode);
        let is_moved = (starts, ends) != (self.starts, self.ends);
        let is_news = is_moved || mode != self.mode;
        let sequence = self.sequence.saturating_add(u32::from(is_news || self.drops_an_invitee(&invitees)));
        let is_renewed = is_moved || ends.is_some() || now >= self.expires;
        Self {
            invitees,
            mode,
            channel: channel.unwrap_or(self.channel),
            language: language.or_else(|| self.language.clone()),
            starts,
            ends,
            inviter: maker.inviter,
            acted_by: maker.acted_by,
            updated: now,
            expires: if is_renewed { lifetime.expiry(now, ends) } else { self.expires },
            version: self.version.saturating_add(1),
            sequence,
            revised: if is_news { sequence } else { self.revised },
            mailing: self.next_mailing(MailKind::Update),
            ..self.clone()
        }
    }

    /// Returns the invitation after a resend, which gives it the expiry of a new one.
    #[must_use]
    pub fn resent(&self, lifetime: &Lifetime, now: Timestamp) -> Self {
        let expires = lifetime.renewed(self.updated, self.ends, now).max(self.expires);
        Self { expires, mailing: self.next_mailing(MailKind::Resend), ..self.clone() }
    }

    /// Returns the invitation after it is revoked.
    #[must_use]
    pub fn revoked(&self, now: Timestamp) -> Self {
        Self {
            revoked: Some(now),
            sequence: self.sequence.saturating_add(1),
            mailing: self.next_mailing(MailKind::Cancel),
            ..self.clone()
        }
    }

    /// Returns whether this service mails the invitation.
    #[must_use]
    pub fn is_mailed(&self) -> bool {
        self.channel == Channel::Server
    }

    /// Returns the strongest reason for another mail to those who were already invited `before` a change; none if there
    /// is no reason.
    #[must_use]
    pub fn news_since(&self, before: &Self) -> Option<MailKind> {
        let is_resend = self.mailing.number > before.mailing.number && self.mailing.kind == MailKind::Resend;
        if !before.is_mailed() {
            Some(MailKind::Invite)
        } else if (before.starts, before.ends, before.mode) != (self.starts, self.ends, self.mode) {
            Some(MailKind::Update)
        } else {
            is_resend.then_some(MailKind::Resend)
        }
    }

    /// Returns the number of people to whom a change since `before` sends a request. For a new invitation, these are
    /// all invitees; a resend goes to `resent` people.
    #[must_use]
    pub fn mails_since(&self, before: Option<&Self>, resent: usize) -> usize {
        if !self.is_mailed() {
            return 0;
        }
        let Some(before) = before else { return self.invitees.len() };
        let were: HashSet<&InviteeTarget> = before.invitees.iter().map(|invitee| &invitee.target).collect();
        let staying = self.invitees.iter().filter(|invitee| were.contains(&invitee.target)).count();
        let again = match self.news_since(before) {
            None => 0,
            Some(MailKind::Resend) => resent.min(staying),
            Some(MailKind::Invite | MailKind::Update | MailKind::Cancel) => staying,
        };
        self.invitees.len() - staying + again
    }

    /// Returns whether one of the invitees is missing from this list.
    fn drops_an_invitee(&self, invitees: &[Invitee]) -> bool {
        let stay: HashSet<&InviteeTarget> = invitees.iter().map(|invitee| &invitee.target).collect();
        self.invitees.iter().any(|invitee| !stay.contains(&invitee.target))
    }

    fn next_mailing(&self, kind: MailKind) -> Mailing {
        Mailing { number: self.mailing.number.saturating_add(1), kind }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::{InviteId, Role, SpaceId, UserId};

    const LIFETIME: Lifetime = Lifetime {
        without_end: SignedDuration::from_hours(30 * 24),
        after_end: SignedDuration::from_hours(24),
        longest: SignedDuration::from_hours(400 * 24),
    };

    fn now() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn hours(hours: i64) -> SignedDuration {
        SignedDuration::from_hours(hours)
    }

    fn people(names: &[&str]) -> Vec<Invitee> {
        let target = |name| InviteeTarget::Email(format!("{name}@example.com").parse().unwrap());
        names.iter().map(|name| Invitee { target: target(name), role: Role::Member }).collect()
    }

    fn inviter(byte: u8) -> Inviter {
        Inviter { id: UserId::from_bytes([byte; 12]), name: None, email: None, zone: None }
    }

    fn meeting() -> Invitation {
        Invitation {
            id: InviteId::from_bytes([1; 12]),
            space: SpaceId::from_bytes([2; 12]),
            founds: None,
            invitees: people(&["han", "leia"]),
            mode: InviteMode::Invite,
            channel: Channel::Server,
            language: None,
            starts: Some(now() + hours(1)),
            ends: Some(now() + hours(2)),
            inviter: inviter(3),
            acted_by: None,
            creator: UserId::from_bytes([3; 12]),
            created: now(),
            updated: now(),
            expires: now() + hours(26),
            revoked: None,
            version: 0,
            sequence: 4,
            revised: 2,
            mailing: Mailing { number: 7, kind: MailKind::Update },
            request_hash: [0; 32],
        }
    }

    /// Returns an update of the list of invitees alone.
    fn listing(names: &[&str]) -> InvitationUpdate {
        InvitationUpdate {
            invitees: people(names),
            starts: None,
            ends: None,
            mode: None,
            channel: None,
            language: None,
            maker: Maker { inviter: inviter(9), acted_by: Some("sync".parse().unwrap()) },
        }
    }

    fn updated(update: InvitationUpdate) -> Invitation {
        meeting().updated(update, &LIFETIME, now() + hours(1))
    }

    #[test]
    fn an_update_changes_only_what_it_names_and_the_updater_becomes_the_maker() {
        let after = updated(listing(&["han", "leia"]));
        let expected = Invitation {
            inviter: inviter(9),
            acted_by: Some("sync".parse().unwrap()),
            updated: now() + hours(1),
            version: 1,
            mailing: Mailing { number: 8, kind: MailKind::Update },
            ..meeting()
        };
        assert_eq!(after, expected);
    }

    #[test]
    fn the_sequence_rises_once_for_all_changes_that_concern_the_invitees() {
        let sequences = |update| {
            let after = updated(update);
            (after.sequence, after.revised)
        };
        let everybody = || listing(&["han", "leia"]);
        assert_eq!(sequences(listing(&["han", "leia", "rey"])), (4, 2));
        assert_eq!(sequences(listing(&["han"])), (5, 2));
        assert_eq!(sequences(InvitationUpdate { starts: Some(None), ..everybody() }), (5, 5));
        assert_eq!(sequences(InvitationUpdate { mode: Some(InviteMode::Meet), ..everybody() }), (5, 5));
        let all = InvitationUpdate { starts: Some(None), mode: Some(InviteMode::Meet), ..listing(&["rey"]) };
        assert_eq!(sequences(all), (5, 5));
        let quiet = InvitationUpdate {
            channel: Some(Channel::Outlook),
            language: Some("de".parse().unwrap()),
            starts: Some(meeting().starts),
            ..everybody()
        };
        assert_eq!(sequences(quiet), (4, 2));
    }

    #[test]
    fn new_times_and_an_update_after_the_expiry_give_the_expiry_of_a_new_invitation() {
        let at = now() + hours(1);
        let later = InvitationUpdate { ends: Some(Some(now() + hours(50))), ..listing(&[]) };
        assert_eq!(meeting().updated(later, &LIFETIME, at).expires, now() + hours(74));
        let without = InvitationUpdate { starts: Some(None), ends: Some(None), ..listing(&[]) };
        assert_eq!(meeting().updated(without, &LIFETIME, at).expires, at + hours(720));
        let endless = Invitation { starts: None, ends: None, ..meeting() };
        assert_eq!(endless.updated(listing(&[]), &LIFETIME, at).expires, endless.expires);
        let late = endless.expires;
        assert_eq!(endless.updated(listing(&[]), &LIFETIME, late).expires, late + hours(720));
    }

    #[test]
    fn a_resend_renews_the_expiry_and_says_nothing_new() {
        let endless = Invitation { starts: None, ends: None, ..meeting() };
        let at = endless.expires + hours(5);
        let mailing = Mailing { number: 8, kind: MailKind::Resend };
        assert_eq!(endless.resent(&LIFETIME, at), Invitation { expires: at + hours(720), mailing, ..endless.clone() });
        let old = at + hours(400 * 24);
        assert_eq!(endless.resent(&LIFETIME, old).expires, now() + hours(400 * 24));
        // An earlier configuration gave it a later expiry.
        let long = Invitation { expires: at + hours(9_000), ..endless };
        assert_eq!(long.resent(&LIFETIME, at).expires, long.expires);
    }

    #[test]
    fn revoking_raises_the_sequence_and_requests_a_mailing() {
        let after = meeting().revoked(now());
        let mailing = Mailing { number: 8, kind: MailKind::Cancel };
        assert_eq!(after, Invitation { revoked: Some(now()), sequence: 5, mailing, ..meeting() });
    }
}
