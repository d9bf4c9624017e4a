//! The events as their readers get them. `docs/events/` has a JSON Schema of each.

use jiff::Timestamp;
use serde::Serialize;
use spaces_model::{Channel, InviteMode, MailKind, MemberId, Role, SpaceId, SpaceKind, UserId, format_time};
use spaces_store::DeliveryState;

/// The source of all events.
pub const SOURCE: &str = "spaces.invitations";

/// The types of events.
pub const DETAIL_TYPES: [&str; 10] = [
    "InvitationCreated",
    "InvitationDeclined",
    "InvitationRevoked",
    "InvitationUpdated",
    "MailStateChanged",
    "MemberJoined",
    "MemberLeft",
    "MemberRoleChanged",
    "SpaceDeleted",
    "SpaceUpdated",
];

/// The version of the format. Fields are added without a new one; one that goes or changes its meaning takes a new one.
const VERSION: &str = "1";

/// An event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    version: &'static str,
    /// The same whenever the event is published again.
    id: String,
    time: String,
    #[serde(skip)]
    at: Timestamp,
    /// Says which of two events of the same kind about the same subject is later.
    sequence: u64,
    space_id: SpaceId,
    #[serde(flatten)]
    news: News,
}

/// The subject of an event.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) space: SpaceId,
    /// A name that no other subject of the same types of events has.
    pub(crate) name: String,
    pub(crate) sequence: u64,
}

impl Event {
    /// An event about a subject, at the time of the change.
    pub(crate) fn new(subject: &Subject, id: String, time: Timestamp, news: News) -> Self {
        Self {
            version: VERSION,
            id,
            time: format_time(time),
            at: time,
            sequence: subject.sequence,
            space_id: subject.space,
            news,
        }
    }

    pub(crate) fn detail_type(&self) -> &'static str {
        self.news.detail_type()
    }

    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }
}

/// The part of an event that its type has to itself.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum News {
    InvitationCreated(InvitationNews),
    InvitationUpdated {
        #[serde(flatten)]
        invitation: InvitationNews,
        changed: Vec<&'static str>,
    },
    #[serde(rename_all = "camelCase")]
    InvitationRevoked {
        invite_ref: String,
    },
    InvitationDeclined(InviteeNews),
    MailStateChanged {
        #[serde(flatten)]
        invitee: InviteeNews,
        state: DeliveryState,
        kind: MailKind,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    #[serde(rename_all = "camelCase")]
    MemberJoined {
        #[serde(flatten)]
        member: MemberNews,
        #[serde(skip_serializing_if = "Option::is_none")]
        invite_ref: Option<String>,
    },
    #[serde(rename_all = "camelCase")]
    MemberRoleChanged {
        #[serde(flatten)]
        member: MemberNews,
        previous_role: Role,
    },
    MemberLeft {
        #[serde(flatten)]
        member: MemberNews,
        removed: bool,
    },
    SpaceUpdated {
        r#type: SpaceKind,
        /// Of a meeting room none: it is a person's name.
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        status: u8,
        changed: Vec<&'static str>,
    },
    SpaceDeleted {},
}

impl News {
    pub(crate) const fn detail_type(&self) -> &'static str {
        match self {
            Self::InvitationCreated(_) => "InvitationCreated",
            Self::InvitationUpdated { .. } => "InvitationUpdated",
            Self::InvitationRevoked { .. } => "InvitationRevoked",
            Self::InvitationDeclined(_) => "InvitationDeclined",
            Self::MailStateChanged { .. } => "MailStateChanged",
            Self::MemberJoined { .. } => "MemberJoined",
            Self::MemberRoleChanged { .. } => "MemberRoleChanged",
            Self::MemberLeft { .. } => "MemberLeft",
            Self::SpaceUpdated { .. } => "SpaceUpdated",
            Self::SpaceDeleted {} => "SpaceDeleted",
        }
    }
}

/// An invitation, without its invitees.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvitationNews {
    pub(crate) invite_ref: String,
    pub(crate) inviter_id: UserId,
    pub(crate) invite_mode: InviteMode,
    pub(crate) inform_channel: Channel,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_date_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_date_time: Option<String>,
    pub(crate) expires: String,
    /// The number of people on it.
    pub(crate) invited: usize,
}

/// Somebody who is invited.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InviteeNews {
    pub(crate) invite_ref: String,
    pub(crate) invitee_ref: String,
    pub(crate) invitee_type: &'static str,
    /// The user's id, or the address where the operator wants addresses in events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invitee: Option<String>,
    pub(crate) role: Role,
}

/// Somebody in a space.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberNews {
    member_type: &'static str,
    member: String,
    role: Role,
}

impl MemberNews {
    pub(crate) fn new(member: MemberId, role: Role) -> Self {
        Self { member_type: member.kind(), member: member.to_string(), role }
    }
}
