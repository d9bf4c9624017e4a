//! One person's mail: compares what the person was sent with the current state, acquires the lease, composes and sends
//! the mail, and records the result.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spaces_content::{Edition, Language, MailRecipient, mime};
use spaces_model::{
    Allowance, EmailAddress, GIVE_UP_AFTER, Invitee, InviteeTarget, ItipMethod, MAX_ATTEMPTS, MailKind, Mailing,
    Meeting, MemberId, Message, SpaceStatus, User, due_message,
};
use spaces_store::{Delivery, DeliveryState, Lease, NO_ADDRESS, StoreError};

use crate::App;
use crate::backoff::Obstacle;
use crate::facts::Facts;
use crate::lanes::Lane;
use crate::ses::{Certainty, Retryability};
use crate::tally::Tally;

/// Lease duration: longer than sending and recording a mail can take. After a crash, nobody sends the mail for this
/// long.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Sleep of a message whose space is archived: its mails are sent once the space is unarchived.
const ARCHIVED: Duration = Duration::from_mins(30);
/// Sleep of a message when another sender was faster, when no time is left, or when the person is due another mail.
const SOON: Duration = Duration::from_secs(2);

/// The recipient of a mail.
#[derive(Clone, Copy)]
struct Addressee<'a> {
    address: &'a EmailAddress,
    /// `None` if the directory does not know the person.
    user: Option<&'a User>,
    /// True if the person knows the inviter.
    knows_inviter: bool,
    /// The URL that stops further mail.
    stop: &'a str,
}

/// The request that a message carries.
#[derive(Clone, Copy)]
pub(crate) struct MailRequest {
    pub(crate) kind: MailKind,
    pub(crate) mailing: u32,
    /// The time when the message was sent.
    pub(crate) since: Option<Timestamp>,
    /// The time after which no further mail is started.
    pub(crate) last_start: Timestamp,
}

/// The outcome for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PersonOutcome {
    /// Nothing is left to do: the mail is sent, given up, or not wanted.
    Done,
    /// The person has to be checked again after this duration.
    Sleep(Duration, Option<Obstacle>),
}

impl App {
    /// Brings one person's mail up to date with the table.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub(crate) async fn bring_up_to_date(
        &self,
        lane: &Lane,
        facts: &Facts,
        request: MailRequest,
        delivery: &Delivery,
        tally: &Tally,
    ) -> Result<PersonOutcome, StoreError> {
        let now = self.sources.now();
        if let Some(lease) = delivery.lease
            && lease.until > now
        {
            return Ok(PersonOutcome::Sleep(until(lease.until, now), None));
        }
        let Some(message) = self.wanted(facts, request, delivery, now).await? else {
            return self.settle(facts, delivery, now, tally).await;
        };
        // A message that is retried for the sake of others, or arrives late, does not repeat a mail that was rejected
        // or withheld.
        if !matches!(delivery.state, Some(DeliveryState::Queued | DeliveryState::Sending))
            && delivery.refused.is_some_and(|refused| refused.covers(message))
        {
            return self.fence(delivery, false).await;
        }
        let kind =
            if message.method == ItipMethod::Cancel { MailKind::Cancel } else { kind_of(request.kind, delivery) };
        let attempts = delivery.attempts_at(message, kind);
        let is_late = request.since.is_some_and(|at| now.duration_since(at) > GIVE_UP_AFTER);
        if is_late && delivery.state == Some(DeliveryState::Failed) {
            return self.fence(delivery, false).await;
        }
        if attempts >= MAX_ATTEMPTS || is_late {
            // A message that is too late does not rule out a later one that asks for the same mail.
            let refused = (!is_late).then_some(message);
            let reason = delivery.reason.as_deref().unwrap_or("it could not be sent within 72 hours");
            tracing::warn!(to = masked(&delivery.invitee), attempts, "gave up on a mail");
            if !self.store.end_delivery(delivery, DeliveryState::Failed, refused, false, now, Some(reason)).await? {
                return Ok(PersonOutcome::Sleep(SOON, None));
            }
            tally.failed();
            return Ok(PersonOutcome::Done);
        }
        if message.method == ItipMethod::Request {
            if facts.space.status == SpaceStatus::Archived {
                return Ok(PersonOutcome::Sleep(ARCHIVED, None));
            }
            match Allowance::after(delivery.mailed_before(message), now) {
                Allowance::Now => {}
                Allowance::From(at) => return Ok(PersonOutcome::Sleep(until(at, now), None)),
                Allowance::Never => return self.settle(facts, delivery, now, tally).await,
            }
        }
        // The wait precedes the lease, which must not expire while a mail waits for its slot.
        let rate = self.rate.per_second(&self.ses, &self.sources).await * lane.share;
        let left = Duration::try_from(request.last_start.duration_since(self.sources.now())).unwrap_or_default();
        if !lane.pace.wait(rate, left).await {
            return Ok(PersonOutcome::Sleep(SOON, None));
        }
        let now = self.sources.now();
        if let Some(obstacle) = self.breaker.obstacle(now) {
            return Ok(PersonOutcome::Sleep(obstacle.sleep(self.sources.random()), Some(obstacle)));
        }
        // Checked as late as possible, because the mail may have waited for its slot.
        let mut knows_inviter = false;
        if let Some((address, _)) = facts.recipient(delivery) {
            if !self.may_receive(facts, delivery, address, message.method, now).await? {
                return self.suppress(delivery, message, kind, now, tally).await;
            }
            // This only affects how a description is shown, and cancellations have none.
            knows_inviter = message.method == ItipMethod::Request
                && !facts.space.description.as_str().is_empty()
                && self.knows_inviter(facts, delivery, address).await?;
        }
        let end = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let meeting = Meeting::of(&facts.invitation, Some(facts.content(delivery).organizer(&self.sender)));
        match self.store.lease(delivery, message, kind, meeting.as_ref(), now, end).await? {
            Some(lease) => {
                let outcome = self.send(facts, delivery, message, &lease, knows_inviter, tally).await?;
                // A person whose meeting no longer has times is still invited: they get an invitation after the
                // cancellation.
                let is_more = message.method == ItipMethod::Cancel
                    && outcome == PersonOutcome::Done
                    && facts.is_invited(delivery);
                Ok(if is_more { PersonOutcome::Sleep(SOON, None) } else { outcome })
            }
            // Another sender has written the delivery since it was read: check again.
            None => Ok(PersonOutcome::Sleep(SOON, None)),
        }
    }

    /// Returns the mail that the person should get now, if any. An archived space counts as active: its mails wait.
    async fn wanted(
        &self,
        facts: &Facts,
        request: MailRequest,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<Option<Message>, StoreError> {
        let Facts { invitation, space, .. } = facts;
        let status = if space.status == SpaceStatus::Archived { SpaceStatus::Active } else { space.status };
        let message = |kind| {
            let asked = Mailing { number: request.mailing, kind };
            due_message(invitation, status, facts.is_listed(delivery), &delivery.known, asked, now)
        };
        let is_invited = !facts.is_blocked && !delivery.is_declined();
        let wanted = message(request.kind).filter(|message| message.method == ItipMethod::Cancel || is_invited);
        if let Some(Message { method: ItipMethod::Cancel, .. }) = wanted
            && self.has_meeting_by_another_target(facts, delivery).await?
        {
            return Ok(None);
        }
        // Members do not need the link again.
        if wanted.is_some() && message(MailKind::Update).is_none() && self.is_member(facts, delivery).await? {
            return Ok(None);
        }
        Ok(wanted)
    }

    /// Returns whether a person who was removed from the invitation is still invited to the meeting in the same
    /// mailbox: by address instead of user id, or vice versa.
    async fn has_meeting_by_another_target(&self, facts: &Facts, delivery: &Delivery) -> Result<bool, StoreError> {
        if facts.is_listed(delivery) || facts.is_over() || facts.invitation.starts.is_none() {
            return Ok(false);
        }
        let other = match &delivery.invitee.target {
            InviteeTarget::Email(address) => {
                self.store.user_by_email(address).await?.map(|user| InviteeTarget::User(user.id))
            }
            InviteeTarget::User(_) => facts.recipient(delivery).map(|(own, _)| InviteeTarget::Email(own.clone())),
        };
        Ok(other.is_some_and(|other| facts.lists(&other)))
    }

    async fn is_member(&self, facts: &Facts, delivery: &Delivery) -> Result<bool, StoreError> {
        let user = match &delivery.invitee.target {
            InviteeTarget::User(id) => Some(*id),
            InviteeTarget::Email(address) => self.store.user_by_email(address).await?.map(|user| user.id),
        };
        let Some(user) = user else { return Ok(false) };
        let held = self.store.membership(facts.space.id, MemberId::User(user)).await?;
        Ok(held.is_some_and(|held| held.is_present()))
    }

    /// Ends a queued mail that is no longer needed.
    async fn settle(
        &self,
        facts: &Facts,
        delivery: &Delivery,
        now: Timestamp,
        tally: &Tally,
    ) -> Result<PersonOutcome, StoreError> {
        // A person who was removed, and has no meeting that could be cancelled, is invited again if they are added
        // back.
        let is_forgotten = delivery.known.is_without_meeting() && !facts.is_listed(delivery);
        if !matches!(delivery.state, Some(DeliveryState::Queued | DeliveryState::Sending)) {
            return self.fence(delivery, is_forgotten).await;
        }
        if let (None, Some(before)) = (delivery.lease, &delivery.previous) {
            let is_current = self.store.put_back(delivery, before, is_forgotten).await?;
            return Ok(if is_current { PersonOutcome::Done } else { PersonOutcome::Sleep(SOON, None) });
        }
        let (state, reason) = match (delivery.attempts, facts.invitation.check_open(now)) {
            // A sender was killed after it had started: the mail may have been sent.
            _ if delivery.lease.is_some() => (DeliveryState::Sent, None),
            // A later mail was not sent. An earlier release queued it, and did not keep the previous mail's state.
            _ if delivery.known.last_message.is_some() => (DeliveryState::Sent, None),
            (0, Err(spaces_model::Gone::Expired)) => (DeliveryState::Failed, Some("the invitation has expired")),
            (0, _) => (DeliveryState::Cancelled, None),
            _ => (DeliveryState::Failed, Some("the invitation ended before the mail could be sent")),
        };
        if !self.store.end_delivery(delivery, state, None, is_forgotten, now, reason).await? {
            return Ok(PersonOutcome::Sleep(SOON, None));
        }
        if state == DeliveryState::Failed {
            tally.failed();
        }
        Ok(PersonOutcome::Done)
    }

    /// Ends a mail to an address whose owner has stopped mail or complained, that bounced, or that has received enough
    /// mails from strangers.
    ///
    /// A person who received, or may have received, a mail keeps its state: `suppressed` never overwrites `sent`, and
    /// is never shown for a cancellation, which counts against no limit.
    async fn suppress(
        &self,
        delivery: &Delivery,
        message: Message,
        kind: MailKind,
        now: Timestamp,
        tally: &Tally,
    ) -> Result<PersonOutcome, StoreError> {
        tally.suppressed();
        let is_further = !delivery.mailed.is_empty()
            || delivery.known.last_message.is_some()
            || delivery.lease.is_some()
            || delivery.previous.is_some();
        let is_current = if message.method == ItipMethod::Cancel || is_further {
            self.store.withhold(delivery, message, kind, now).await?
        } else {
            self.store.end_delivery(delivery, DeliveryState::Suppressed, None, false, now, None).await?
        };
        Ok(if is_current { PersonOutcome::Done } else { PersonOutcome::Sleep(SOON, None) })
    }

    /// Settles a person who should get no mail, and fences off other senders: one that read an earlier state and is
    /// waiting for its slot must not send its mail, since no later message would correct it.
    async fn fence(&self, delivery: &Delivery, is_forgotten: bool) -> Result<PersonOutcome, StoreError> {
        let is_current = self.store.fence(delivery, is_forgotten).await?;
        Ok(if is_current { PersonOutcome::Done } else { PersonOutcome::Sleep(SOON, None) })
    }

    async fn send(
        &self,
        facts: &Facts,
        delivery: &Delivery,
        message: Message,
        lease: &Lease,
        knows_inviter: bool,
        tally: &Tally,
    ) -> Result<PersonOutcome, StoreError> {
        let Some((address, user)) = facts.recipient(delivery) else {
            return self.give_up(delivery, lease, "NoAddress", NO_ADDRESS, tally).await;
        };
        let Some(token) = self.store.stop_token(address, &facts.invitation, lease.at()) else {
            return self.give_up(delivery, lease, "NoMessage", "its stop token could not be created", tally).await;
        };
        let Some(origin) = self.store.origin_tag(&facts.sender, address) else {
            return self.give_up(delivery, lease, "NoMessage", "its tag could not be created", tally).await;
        };
        let stop = format!("{}/mail/stop/{token}", self.public_url.as_str());
        let to = Addressee { address, user, knows_inviter, stop: &stop };
        let mail = self.write(facts, delivery, message, lease, to);
        let sent = self.ses.send(address, facts.space.id, [lease.tag(), &origin], mail).await;
        let now = self.sources.now();
        match sent {
            Ok(message_id) => {
                self.store.record_sent(lease, now, &message_id).await?;
                tally.sent();
                Ok(PersonOutcome::Done)
            }
            Err(error) => match error.retryability {
                Retryability::Final => self.give_up(delivery, lease, &error.code, &error.reason, tally).await,
                Retryability::Later(obstacle, certainty) => {
                    tracing::warn!(
                        to = masked(&delivery.invitee),
                        attempt = lease.attempt(),
                        code = error.code,
                        obstacle = ?obstacle,
                        "a mail is deferred"
                    );
                    let rest = obstacle.sleep_after(lease.attempt(), self.sources.random());
                    if obstacle.stops_all_mail() {
                        self.breaker.open(obstacle, now, rest);
                    }
                    // Without a response the mail may have been sent: the lease stays until it expires, as after a
                    // crash.
                    match certainty {
                        Certainty::Unsent if obstacle.concerns_account() => {
                            self.store.release_uncounted(lease, now, &error.reason).await?;
                        }
                        Certainty::Unsent => self.store.release(lease, now, &error.reason).await?,
                        Certainty::Unknown => {}
                    }
                    Ok(PersonOutcome::Sleep(rest, Some(obstacle)))
                }
            },
        }
    }

    async fn give_up(
        &self,
        delivery: &Delivery,
        lease: &Lease,
        code: &str,
        reason: &str,
        tally: &Tally,
    ) -> Result<PersonOutcome, StoreError> {
        tracing::warn!(
            to = masked(&delivery.invitee),
            attempt = lease.attempt(),
            code,
            "a mail was rejected permanently"
        );
        self.store.record_failed(lease, self.sources.now(), reason).await?;
        tally.failed();
        Ok(PersonOutcome::Done)
    }

    fn write(&self, facts: &Facts, delivery: &Delivery, message: Message, lease: &Lease, to: Addressee<'_>) -> Vec<u8> {
        let invitation = &facts.invitation;
        let Addressee { address, user, knows_inviter, stop } = to;
        let own = user.and_then(|user| user.language.as_ref());
        let language = own.or(invitation.language.as_ref()).map_or(Language::DEFAULT, Language::choose);
        let listed = invitation.invitees.iter().find(|invitee| invitee.target == delivery.invitee.target);
        let role = listed.map_or(delivery.invitee.role, |invitee| invitee.role);
        let name = user.and_then(|user| user.name.as_deref());
        let recipient = MailRecipient { address, name, role, knows_inviter, stop };
        let mut content = facts.content(delivery);
        let Message { method, sequence, mailing } = message;
        if let (ItipMethod::Cancel, Some(meeting)) = (method, &delivery.known.meeting) {
            // The times that the person knows: the invitation may have other times by now, or none.
            (content.starts, content.ends) = (Some(meeting.starts), meeting.ends);
        }
        let edition = Edition { what: method, sequence, mailing, at: lease.at() };
        mime(&content, &recipient, language, &self.sender, edition)
    }
}

/// Returns the time from now until `at`, plus one second, so that `at` has passed by then.
fn until(at: Timestamp, now: Timestamp) -> Duration {
    at.duration_since(now).unsigned_abs() + Duration::from_secs(1)
}

/// Returns the kind of a request mail: a new invitation if the person has been sent nothing yet.
fn kind_of(asked: MailKind, delivery: &Delivery) -> MailKind {
    match (asked, delivery.known.last_message) {
        (_, None) | (MailKind::Cancel, Some(_)) => MailKind::Invite,
        (asked, Some(_)) => asked,
    }
}

fn masked(invitee: &Invitee) -> String {
    match &invitee.target {
        InviteeTarget::Email(address) => address.masked(),
        InviteeTarget::User(id) => id.to_string(),
    }
}
