//! The stored form of a delivery.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{
    EmailAddress, Invitation, Invitee, ItipMethod, Known, MailKind, Meeting, Message, Role, SpaceId, UserId,
};

use super::{Delivery, DeliveryState, LeaseTerm, PreviousMail};
use crate::item::{self, Attributes};
use crate::key::Key;
use crate::time::Time;
use crate::{IndexSecret, StoreError, invitations, key};

#[derive(Serialize, Deserialize)]
struct DeliveryItem {
    /// For consumers of the stream, which see only the delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    space: Option<SpaceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<DeliveryState>,
    at: Time,
    kind: MailKind,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting: Option<MeetingItem>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mailed: Vec<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease: Option<LeaseItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<PreviousMail>,
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct MeetingItem {
    starts: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organizer: Option<EmailAddress>,
}

#[derive(Serialize, Deserialize)]
struct LeaseItem {
    until: Time,
    #[serde(flatten)]
    message: Message,
}

/// Serializes the delivery to an invitee who has not been sent anything yet.
pub(crate) fn write_new(
    secret: &IndexSecret,
    invitation: &Invitation,
    invitee: &Invitee,
    now: Timestamp,
) -> Result<Attributes, StoreError> {
    let (email, user) = invitations::write_target(&invitee.target);
    let is_mailed = invitation.channel == spaces_model::Channel::Server;
    let item = DeliveryItem {
        space: Some(invitation.space),
        email,
        user,
        role: invitee.role,
        state: is_mailed.then_some(DeliveryState::Queued),
        at: Time(now),
        kind: MailKind::Invite,
        attempts: 0,
        meeting: None,
        mailed: Vec::new(),
        answered: None,
        joined: None,
        told: None,
        lease: None,
        refused: None,
        message_id: None,
        reason: None,
        mail: None,
        before: None,
        version: 0,
    };
    let mut item = item::write("delivery", key::delivery(secret, invitation.id, &invitee.target), &item)?;
    let expires_at = invitations::expires_at(invitation);
    item.insert("expires_at".to_owned(), AttributeValue::N(expires_at.to_string()));
    item.extend(key::gsi1(key::by_target(secret, &invitee.target, invitation.created, invitation.id)));
    Ok(item)
}

pub(crate) fn read_delivery(attributes: Attributes) -> Result<Delivery, StoreError> {
    let part = |name| item::text(&attributes, name).unwrap_or_default().to_owned();
    let key = Key { pk: part("pk"), sk: part("sk") };
    let item: DeliveryItem = item::read("delivery", attributes)?;
    let target = invitations::read_target(item.email, item.user)
        .ok_or_else(|| StoreError::corrupt("delivery", "it must have either an email or a user"))?;
    let lease = item.lease.map(|LeaseItem { until: Time(until), message }| LeaseTerm { until, message });
    let reported = reported(item.state, lease);
    let cancelled = lease.map(|lease| lease.message).filter(|message| message.method == ItipMethod::Cancel);
    let is_cancelled = reported.is_some_and(|message| message.method == ItipMethod::Cancel);
    let meeting = item.meeting.filter(|_| !is_cancelled).map(|MeetingItem { starts, ends, organizer }| Meeting {
        starts: starts.0,
        ends: ends.map(|Time(ends)| ends),
        organizer,
    });
    Ok(Delivery {
        space: item.space,
        invitee: Invitee { target, role: item.role },
        state: item.state,
        at: item.at.0,
        kind: item.kind,
        attempts: item.attempts,
        known: Known { last_message: reported.or(cancelled).or(item.told), meeting },
        lease,
        refused: item.refused,
        mailed: item.mailed.into_iter().map(|Time(at)| at).collect(),
        answered: item.answered.map(|Time(at)| at),
        joined: item.joined.map(|Time(at)| at),
        message_id: item.message_id,
        reason: item.reason,
        mail: item.mail.map(|Time(begun)| begun),
        previous: item.before,
        key,
        version: item.version,
    })
}

/// Returns the message of a lease if SES has reported about it: only a report gives a delivery such a state while the
/// lease exists.
pub(super) fn reported(state: Option<DeliveryState>, lease: Option<LeaseTerm>) -> Option<Message> {
    use DeliveryState::{Bounced, Complained, Delayed, Delivered};
    lease.filter(|_| matches!(state, Some(Delayed | Delivered | Bounced | Complained))).map(|lease| lease.message)
}

pub(super) fn write_message(message: Message) -> Result<AttributeValue, StoreError> {
    item::attributes("delivery", &message).map(AttributeValue::M)
}

pub(super) fn write_lease(LeaseTerm { until, message }: LeaseTerm) -> Result<AttributeValue, StoreError> {
    item::attributes("delivery", &LeaseItem { until: Time(until), message }).map(AttributeValue::M)
}

pub(super) fn write_meeting(meeting: &Meeting) -> Result<AttributeValue, StoreError> {
    let Meeting { starts, ends, organizer } = meeting;
    let item = MeetingItem { starts: Time(*starts), ends: ends.map(Time), organizer: organizer.clone() };
    item::attributes("delivery", &item).map(AttributeValue::M)
}

pub(super) fn times(times: impl Iterator<Item = Timestamp>) -> AttributeValue {
    AttributeValue::L(times.map(|at| Time(at).into()).collect())
}
