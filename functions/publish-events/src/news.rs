//! The events derived from a change of an item.

use jiff::Timestamp;
use serde_json::Value;
use spaces_model::{Invitation, InviteeTarget, Member, Space, SpaceId, SpaceKind, SpaceStatus, Standing, format_time};
use spaces_store::{Delivery, DeliveryState, IndexSecret, InvitationRef, ItemChange, PersonRef, StoreError, Versions};
use spaces_stream::UnreadableRecord;

use crate::event::{Event, InvitationNews, InviteeNews, MemberNews, News, Subject};

/// The reason why a record can never be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
    #[error("its time is out of range")]
    Time(#[from] jiff::Error),
    #[error(transparent)]
    Item(#[from] StoreError),
}

/// Names the subjects of events.
pub(crate) struct Naming {
    pub(crate) secret: IndexSecret,
    /// True if events also contain invitees' addresses.
    pub(crate) shows_addresses: bool,
}

impl Naming {
    /// Returns the events derived from a record: usually none, at most two.
    pub(crate) fn events_of(&self, record: &Value) -> Result<Vec<Event>, Unreadable> {
        let change = spaces_stream::change(record)?;
        let time = Timestamp::from_millisecond(change.approximate_creation_date_time.timestamp_millis())?;
        let news = match ItemChange::from_images(change.old_image, change.new_image)? {
            None => Vec::new(),
            Some(ItemChange::Invitation(invitation)) => Vec::from_iter(self.of_invitation(&invitation)),
            Some(ItemChange::Delivery { invite, person, delivery }) => self.of_delivery(&invite, &person, &delivery),
            Some(ItemChange::Member { space, member }) => Vec::from_iter(self.of_member(space, &member)),
            Some(ItemChange::Space(space)) => Vec::from_iter(of_space(&space)),
        };
        Ok(news.into_iter().map(|(subject, news)| self.event(&subject, time, news)).collect())
    }

    fn event(&self, subject: &Subject, time: Timestamp, news: News) -> Event {
        let id = self.secret.event_id(news.detail_type(), &subject.name, subject.sequence);
        Event::new(subject, id, time, news)
    }

    fn of_invitation(&self, Versions { before, after }: &Versions<Invitation>) -> Option<(Subject, News)> {
        let invite_ref = self.secret.invite_ref(&InvitationRef::of(after));
        // Every change of an invitation has its own mailing number.
        let sequence = after.mailing.number.into();
        let subject = Subject { space: after.space, name: invite_ref.clone(), sequence };
        let invitation = InvitationNews {
            invite_ref,
            inviter_id: after.inviter.id,
            invite_mode: after.mode,
            inform_channel: after.channel,
            start_date_time: after.starts.map(format_time),
            end_date_time: after.ends.map(format_time),
            expires: format_time(after.expires),
            invited: after.invitees.len(),
        };
        let Some(before) = before else { return Some((subject, News::InvitationCreated(invitation))) };
        if after.revoked.is_some() {
            let is_news = before.revoked.is_none();
            return is_news.then_some((subject, News::InvitationRevoked { invite_ref: invitation.invite_ref }));
        }
        let changed = names([
            ("invitees", before.invitees != after.invitees),
            ("inviterId", before.inviter.id != after.inviter.id),
            ("inviteMode", before.mode != after.mode),
            ("informChannel", before.channel != after.channel),
            ("inviteContentLanguage", before.language != after.language),
            ("startDateTime", before.starts != after.starts),
            ("endDateTime", before.ends != after.ends),
            ("expires", before.expires != after.expires),
        ])?;
        Some((subject, News::InvitationUpdated { invitation, changed }))
    }

    /// Returns the events derived from a delivery. Deliveries that earlier releases put do not name their space, and
    /// have no events.
    fn of_delivery(
        &self,
        invite: &InvitationRef,
        person: &PersonRef,
        Versions { before, after }: &Versions<Delivery>,
    ) -> Vec<(Subject, News)> {
        let Some(space) = after.space else { return Vec::new() };
        let invitee_ref = self.secret.invitee_ref(invite, person);
        let subject = |sequence| Subject { space, name: invitee_ref.clone(), sequence };
        let invitee = || self.invitee(invite, &invitee_ref, after);
        let mut news = Vec::new();
        if let Some(answered) =
            after.answered.filter(|at| before.as_ref().and_then(|before| before.answered) != Some(*at))
        {
            // The sequence is the time, because an answer does not change the delivery's version.
            let sequence = u64::try_from(answered.as_millisecond()).unwrap_or_default();
            news.push((subject(sequence), News::InvitationDeclined(invitee())));
        }
        if let Some(state) = shown_state(after)
            && before.as_ref().and_then(shown) != shown(after)
        {
            let (kind, reason) = (after.kind, after.shown_reason().map(str::to_owned));
            news.push((subject(after.sequence()), News::MailStateChanged { invitee: invitee(), state, kind, reason }));
        }
        news
    }

    fn invitee(&self, invite: &InvitationRef, invitee_ref: &str, delivery: &Delivery) -> InviteeNews {
        let (invitee_type, invitee) = match &delivery.invitee.target {
            InviteeTarget::Email(address) => ("email", self.shows_addresses.then(|| address.as_typed().to_owned())),
            InviteeTarget::User(id) => ("userId", Some(id.to_string())),
        };
        InviteeNews {
            invite_ref: self.secret.invite_ref(invite),
            invitee_ref: invitee_ref.to_owned(),
            invitee_type,
            invitee,
            role: delivery.invitee.role,
        }
    }

    fn of_member(&self, space: SpaceId, Versions { before, after }: &Versions<Member>) -> Option<(Subject, News)> {
        // Direct conversations are private.
        if after.card.kind == SpaceKind::Direct {
            return None;
        }
        let member = MemberNews::new(after.id, after.role);
        let name = format!("{space}/{}/{}", after.id.kind(), after.id);
        let subject = Subject { space, name, sequence: after.version.into() };
        let news = match (before.as_ref().filter(|before| before.is_present()), after.is_present()) {
            (None, true) => {
                let invite = after.invite.map(|invite| self.secret.invite_ref(&InvitationRef::of_id(invite)));
                News::MemberJoined { member, invite_ref: invite }
            }
            (Some(before), true) if before.role != after.role => {
                News::MemberRoleChanged { member, previous_role: before.role }
            }
            (Some(_), false) => {
                News::MemberLeft { member, removed: matches!(after.standing, Standing::Removed { .. }) }
            }
            (Some(_), true) | (None, false) => return None,
        };
        Some((subject, news))
    }
}

fn of_space(Versions { before, after }: &Versions<Space>) -> Option<(Subject, News)> {
    let before = before.as_ref()?;
    if after.kind == SpaceKind::Direct {
        return None;
    }
    let subject = Subject { space: after.id, name: after.id.to_string(), sequence: after.version.into() };
    if after.status == SpaceStatus::Deleted {
        return (before.status != SpaceStatus::Deleted).then_some((subject, News::SpaceDeleted {}));
    }
    let changed = names([
        ("title", before.title != after.title),
        ("description", before.description != after.description),
        ("status", before.status != after.status),
        ("settings", before.settings != after.settings),
    ])?;
    let title = (after.kind == SpaceKind::Group).then(|| after.title.as_str().to_owned());
    Some((subject, News::SpaceUpdated { r#type: after.kind, title, status: after.status.code(), changed }))
}

/// Returns the names of the changed fields, or `None` if nothing changed.
fn names<const N: usize>(changes: [(&'static str, bool); N]) -> Option<Vec<&'static str>> {
    let names: Vec<_> = changes.into_iter().filter_map(|(name, is_new)| is_new.then_some(name)).collect();
    (!names.is_empty()).then_some(names)
}

/// Returns a mail's state as events show it: the seconds in which a sender holds the lease count as queued.
fn shown_state(delivery: &Delivery) -> Option<DeliveryState> {
    delivery.state.map(|state| if state == DeliveryState::Sending { DeliveryState::Queued } else { state })
}

fn shown(delivery: &Delivery) -> Option<(DeliveryState, Option<&str>)> {
    Some((shown_state(delivery)?, delivery.shown_reason()))
}
