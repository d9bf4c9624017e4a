//! Mails about an invitation: the message that each person is due, given the last one that they were sent.
//!
//! Mails are driven by state, not by events. In whatever order and however often events arrive, the sender compares the
//! current state with the last message to the person and sends the difference. Repeated, late and reordered events are
//! therefore harmless.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Channel, EmailAddress, Invitation, SpaceStatus};

/// Time after which the sender gives up on a mail.
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(72);
/// Number of attempts after which the sender gives up on a mail.
pub const MAX_ATTEMPTS: u32 = 20;
/// Maximum number of requests that one person is sent about one invitation within an hour.
const MAX_REQUESTS_PER_HOUR: usize = 3;
/// Maximum number of requests that one person is sent about one invitation.
const MAX_REQUESTS: usize = 10;

/// Assumed length of a meeting without an end.
pub const DEFAULT_LENGTH: SignedDuration = SignedDuration::from_hours(1);

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// One round of mails about an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mailing {
    /// The number of the mailing within its invitation, from 0.
    pub number: u32,
    /// The reason for the mails.
    pub kind: MailKind,
}

impl Mailing {
    /// The mailing of a new invitation.
    pub const FIRST: Self = Self { number: 0, kind: MailKind::Invite };
}

/// The reason for a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailKind {
    /// A new invitation, or a new invitee.
    Invite,
    /// A change to the times or the mode.
    Update,
    /// The inviter asked to send the invitation again.
    Resend,
    /// The person is no longer invited, or the meeting is cancelled.
    Cancel,
}

/// A message about an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The iTIP method.
    #[serde(rename = "what")]
    pub method: ItipMethod,
    /// The SEQUENCE of its calendar entry (RFC 5545 section 3.8.7.4).
    pub sequence: u32,
    /// The number of its mailing.
    pub mailing: u32,
}

/// The iTIP method (RFC 5546) of a message: the METHOD of its calendar entry, if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItipMethod {
    /// The person is invited.
    Request,
    /// The person is no longer invited, or the meeting is cancelled.
    Cancel,
}

/// The messages about an invitation that one person has received or may have received.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The last message that SES accepted, or a later cancellation that may have been sent before its sender was
    /// killed.
    pub last_message: Option<Message>,
    /// The meeting that the person may have in their calendar. The sender sets it before it sends a request with times
    /// and clears it only when it records a cancellation, because a sender that was killed may already have sent its
    /// message.
    pub meeting: Option<Meeting>,
}

impl Known {
    /// Returns whether the last message is a request and the person has no meeting in their calendar that could be
    /// cancelled.
    #[must_use]
    pub fn is_without_meeting(&self) -> bool {
        self.meeting.is_none() && self.last_message.is_some_and(|last| last.method == ItipMethod::Request)
    }
}

/// A meeting as shown in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// The start.
    pub starts: Timestamp,
    /// The end, if one is known.
    pub ends: Option<Timestamp>,
    /// The address of the ORGANIZER that the calendar entry names; none if it was not recorded.
    pub organizer: Option<EmailAddress>,
}

impl Meeting {
    /// Returns the meeting of an invitation with this organizer; none if the invitation has no start, since a calendar
    /// can't show it.
    #[must_use]
    pub fn of(invitation: &Invitation, organizer: Option<&EmailAddress>) -> Option<Self> {
        Some(Self { starts: invitation.starts?, ends: invitation.ends, organizer: organizer.cloned() })
    }

    /// Returns the end that a calendar shows.
    fn end(&self) -> Timestamp {
        self.ends.unwrap_or_else(|| self.starts.saturating_add(DEFAULT_LENGTH).unwrap_or(Timestamp::MAX))
    }
}

/// The time at which a person may be sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// Now.
    Now,
    /// Not before this time, because three were sent within the hour.
    From(Timestamp),
    /// Never, because ten were sent.
    Never,
}

impl Allowance {
    /// Returns when a person may be sent a request, given the times of earlier ones in ascending order.
    #[must_use]
    pub fn after(mailed: &[Timestamp], now: Timestamp) -> Self {
        if mailed.len() >= MAX_REQUESTS {
            return Self::Never;
        }
        let Some(at) = mailed.iter().rev().nth(MAX_REQUESTS_PER_HOUR - 1) else { return Self::Now };
        let from = at.saturating_add(HOUR).unwrap_or(Timestamp::MAX);
        if from > now { Self::From(from) } else { Self::Now }
    }
}

/// Returns the message that a person is due now; none if they are up to date.
///
/// `is_listed` says whether the invitation names the person. `asked` is the mailing that is being processed: a resend
/// is due even if an earlier request said the same.
///
/// A person who is still invited after the times were removed is due two messages: a cancellation, which removes the
/// meeting from their calendar, and once that is recorded, a request without times.
#[must_use]
pub fn due_message(
    invitation: &Invitation,
    space: SpaceStatus,
    is_listed: bool,
    known: &Known,
    asked: Mailing,
    now: Timestamp,
) -> Option<Message> {
    let is_deleted = space == SpaceStatus::Deleted;
    let is_invited = is_listed && invitation.revoked.is_none() && !is_deleted;
    let mailing = invitation.mailing.number;
    if let Some(meeting) = &known.meeting
        && !(is_invited && invitation.starts.is_some())
        // A meeting that was already over is not cancelled.
        && invitation.revoked.unwrap_or(now) < meeting.end()
    {
        // Deleting a space does not update its invitations, so SEQUENCE is raised here.
        let sequence = invitation.sequence.saturating_add(u32::from(is_deleted && invitation.revoked.is_none()));
        return Some(Message { method: ItipMethod::Cancel, sequence, mailing });
    }
    let is_due = is_invited
        && invitation.channel == Channel::Server
        && space == SpaceStatus::Active
        && invitation.check_open(now).is_ok();
    let is_known = known.last_message.is_some_and(|last| {
        last.method == ItipMethod::Request
            && last.sequence >= invitation.revised
            && (asked.kind != MailKind::Resend || last.mailing >= asked.number)
    });
    // A mail that is sent now covers every mailing so far.
    let mailing = mailing.max(asked.number);
    (is_due && !is_known).then_some(Message { method: ItipMethod::Request, sequence: invitation.sequence, mailing })
}

impl Message {
    /// Returns whether a refusal to send this message also applies to `other`, because `other` says nothing new.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.method == other.method && self.sequence >= other.sequence && self.mailing >= other.mailing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InviteId, InviteMode, Inviter, SpaceId, UserId};

    fn now() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn hours(hours: i64) -> SignedDuration {
        SignedDuration::from_hours(hours)
    }

    fn meeting() -> Invitation {
        Invitation {
            id: InviteId::from_bytes([1; 12]),
            space: SpaceId::from_bytes([2; 12]),
            founds: None,
            invitees: vec![],
            mode: InviteMode::Meet,
            channel: Channel::Server,
            language: None,
            starts: Some(now() + hours(1)),
            ends: Some(now() + hours(2)),
            inviter: Inviter { id: UserId::from_bytes([3; 12]), name: None, email: None, zone: None },
            acted_by: None,
            creator: UserId::from_bytes([3; 12]),
            created: now(),
            updated: now(),
            expires: now() + hours(26),
            revoked: None,
            version: 0,
            sequence: 4,
            revised: 4,
            mailing: Mailing { number: 2, kind: MailKind::Update },
            request_hash: [0; 32],
        }
    }

    const NOTHING: Known = Known { last_message: None, meeting: None };

    fn request(sequence: u32, mailing: u32) -> Message {
        Message { method: ItipMethod::Request, sequence, mailing }
    }

    fn cancel(sequence: u32) -> Message {
        Message { method: ItipMethod::Cancel, sequence, mailing: 2 }
    }

    fn sent(message: Message) -> Known {
        Known {
            last_message: Some(message),
            meeting: Meeting::of(&meeting(), None).filter(|_| message.method == ItipMethod::Request),
        }
    }

    const INVITE: Mailing = Mailing::FIRST;

    fn due(invitation: &Invitation, is_listed: bool, known: &Known) -> Option<Message> {
        due_message(invitation, SpaceStatus::Active, is_listed, known, INVITE, now())
    }

    #[test]
    fn an_invitee_is_mailed_once_and_again_when_the_meeting_changes() {
        let invitation = meeting();
        assert_eq!(due(&invitation, true, &NOTHING), Some(request(4, 2)));
        assert_eq!(due(&invitation, true, &sent(request(4, 0))), None);
        assert_eq!(due(&invitation, true, &sent(request(3, 1))), Some(request(4, 2)));
        assert_eq!(due(&invitation, true, &sent(cancel(4))), Some(request(4, 2)));
    }

    #[test]
    fn removing_an_invitee_mails_nobody_else() {
        let invitation = Invitation { sequence: 5, ..meeting() };
        assert_eq!(due(&invitation, true, &sent(request(4, 0))), None);
        assert_eq!(due(&invitation, true, &sent(request(3, 0))), Some(request(5, 2)));
        assert_eq!(due(&invitation, false, &sent(request(4, 0))), Some(cancel(5)));
    }

    #[test]
    fn a_resend_is_due_once_and_not_after_a_later_mailing() {
        let ask = |kind, number, known| {
            due_message(&meeting(), SpaceStatus::Active, true, &known, Mailing { number, kind }, now())
        };
        let resend = |known| ask(MailKind::Resend, 2, known);
        assert_eq!(resend(sent(request(4, 0))), Some(request(4, 2)));
        assert_eq!(resend(sent(request(4, 2))), None);
        assert_eq!(resend(sent(request(4, 3))), None);
        let update = ask(MailKind::Update, 3, sent(request(3, 0)));
        assert_eq!(update, Some(request(4, 3)));
        assert_eq!(resend(sent(update.unwrap())), None);
    }

    #[test]
    fn a_refusal_covers_messages_that_say_nothing_new() {
        let refused = request(4, 2);
        assert!(refused.covers(request(4, 2)) && refused.covers(request(4, 0)) && refused.covers(request(3, 2)));
        assert!(!refused.covers(request(5, 2)) && !refused.covers(request(4, 3)) && !refused.covers(cancel(4)));
    }

    #[test]
    fn a_cancellation_is_due_to_everybody_who_may_have_the_meeting() {
        let revoked = Invitation { revoked: Some(now()), sequence: 5, ..meeting() };
        let gone = |known: &Known| due_message(&meeting(), SpaceStatus::Deleted, true, known, INVITE, now());
        assert_eq!(due(&revoked, true, &sent(request(4, 0))), Some(cancel(5)));
        assert_eq!(due(&meeting(), false, &sent(request(3, 0))), Some(cancel(4)));
        assert_eq!(gone(&sent(request(4, 0))), Some(cancel(5)));
        // The sender was killed, so the message may have been sent.
        let perhaps = Known { last_message: None, ..sent(request(4, 0)) };
        assert_eq!(due(&revoked, true, &perhaps), Some(cancel(5)));
        assert_eq!(due(&meeting(), true, &perhaps), Some(request(4, 2)));
        for known in [NOTHING, sent(cancel(4)), Known { meeting: None, ..sent(request(4, 0)) }] {
            assert_eq!(due(&revoked, true, &known), None);
            assert_eq!(gone(&known), None);
        }
    }

    #[test]
    fn a_meeting_that_is_over_is_not_cancelled() {
        let late = now() + hours(3);
        let known = sent(request(4, 0));
        let revoked = |at| Invitation { revoked: Some(at), ..meeting() };
        let due = |invitation: &Invitation| due_message(invitation, SpaceStatus::Active, true, &known, INVITE, late);
        assert_eq!(due(&revoked(late)), None);
        assert!(due(&revoked(now())).is_some());
    }

    #[test]
    fn a_meeting_without_an_end_is_over_after_an_hour() {
        let endless = Invitation { ends: None, ..meeting() };
        let known = Known { meeting: Meeting::of(&endless, None), ..sent(request(4, 0)) };
        let due = |minutes| {
            let at = now() + SignedDuration::from_mins(minutes);
            due_message(
                &Invitation { revoked: Some(at), ..endless.clone() },
                SpaceStatus::Active,
                true,
                &known,
                INVITE,
                at,
            )
        };
        assert!(due(119).is_some());
        assert_eq!(due(120), None);
    }

    #[test]
    fn removing_the_times_sends_a_cancellation_and_then_a_request() {
        let without = Invitation { starts: None, ends: None, sequence: 5, revised: 5, ..meeting() };
        assert_eq!(due(&without, true, &sent(request(4, 0))), Some(cancel(5)));
        assert_eq!(due(&without, true, &sent(cancel(5))), Some(request(5, 2)));
        let plain = Known { meeting: None, ..sent(request(5, 2)) };
        assert_eq!(due(&without, true, &plain), None);
        // The times are set again, or the person never had the meeting in their calendar.
        let again = Invitation { sequence: 6, revised: 6, ..meeting() };
        assert_eq!(due(&again, true, &plain), Some(request(6, 2)));
        assert_eq!(due(&without, true, &Known { meeting: None, ..sent(request(4, 0)) }), Some(request(5, 2)));
        // The client delivers the invitation, but this service still has to cancel the meeting.
        let moved = Invitation { channel: Channel::Client, ..without };
        assert_eq!(due(&moved, true, &sent(request(4, 0))), Some(cancel(5)));
        assert_eq!(due(&moved, true, &sent(cancel(5))), None);
    }

    #[test]
    fn a_person_is_sent_three_requests_an_hour_and_ten_in_all() {
        let minutes = |minutes: &[i64]| {
            let mailed: Vec<_> = minutes.iter().map(|ago| now() - SignedDuration::from_mins(*ago)).collect();
            Allowance::after(&mailed, now())
        };
        assert_eq!(minutes(&[]), Allowance::Now);
        assert_eq!(minutes(&[90, 1, 0]), Allowance::Now);
        assert_eq!(minutes(&[90, 59, 1, 0]), Allowance::From(now() + SignedDuration::from_mins(1)));
        assert_eq!(minutes(&[60, 1, 0]), Allowance::Now);
        assert_eq!(minutes(&[900; 9]), Allowance::Now);
        assert_eq!(minutes(&[900; 10]), Allowance::Never);
    }

    #[test]
    fn no_request_is_due_for_an_invitation_that_admits_nobody() {
        let closed = [
            Invitation { channel: Channel::Client, ..meeting() },
            Invitation { expires: now(), ..meeting() },
            Invitation { revoked: Some(now()), ..meeting() },
        ];
        for invitation in closed {
            assert_eq!(due(&invitation, true, &NOTHING), None);
        }
        assert_eq!(due_message(&meeting(), SpaceStatus::Archived, true, &NOTHING, INVITE, now()), None);
        assert_eq!(due(&meeting(), false, &NOTHING), None);
    }

    #[test]
    fn a_mailed_meeting_is_cancelled_whatever_the_channel_is_now() {
        let revoked = Invitation { channel: Channel::Client, revoked: Some(now()), ..meeting() };
        assert!(due(&revoked, true, &sent(request(4, 0))).is_some());
        let moved = Invitation { channel: Channel::Client, ..meeting() };
        assert_eq!(due(&moved, true, &sent(request(4, 0))), None);
    }
}
