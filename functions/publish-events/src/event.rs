//! The published events. `docs/events/` has a JSON Schema for each.

use jiff::Timestamp;
use serde::Serialize;
use spaces_model::{Channel, InviteMode, MailKind, MemberId, Role, SpaceId, SpaceKind, UserId, format_time};
use spaces_store::DeliveryState;

/// The source of all events.
pub const SOURCE: &str = "spaces.invitations";

/// The event types.
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

/// Version of the format. Adding a field keeps the version; removing one or changing its meaning requires a new
/// version.
const VERSION: &str = "1";

/// An event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    version: &'static str,
    /// Stays the same when the event is published again.
    id: String,
    time: String,
    #[serde(skip)]
    at: Timestamp,
    /// Orders events of the same kind about the same subject: the later event has the higher number.
    sequence: u64,
    space_id: SpaceId,
    #[serde(flatten)]
    news: News,
}

/// The subject of an event.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) space: SpaceId,
    /// A name that is unique among the subjects of the same event types.
    pub(crate) name: String,
    pub(crate) sequence: u64,
}

impl Event {
    /// Returns an event about a subject, at the time of the change.
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

/// The part of an event that is specific to its type.
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
        /// Absent for a meeting room, whose title is a person's name.
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
    /// The number of people on the invitation.
    pub(crate) invited: usize,
}

/// An invitee.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InviteeNews {
    pub(crate) invite_ref: String,
    pub(crate) invitee_ref: String,
    pub(crate) invitee_type: &'static str,
    /// The user's id; or the address, if the operator wants addresses in events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invitee: Option<String>,
    pub(crate) role: Role,
}

/// A member of a space.
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
