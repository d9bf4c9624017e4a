//! The audit log: a line for each change that somebody may have to answer for.
//!
//! All of its lines are written here. They say who it was by a keyed hash alone: it can be counted and compared, and only
//! somebody with the index secret can tell whose it is.

use jiff::Timestamp;
use serde::Serialize;
use spaces_model::{Role, ServiceAppId, SpaceId};

/// The target of the events that are lines of the audit log. They are written at any level.
pub(crate) const TARGET: &str = "spaces_audit";

/// A change that is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A service app created a space in the name of a user.
    ActedFor,
    /// Somebody was added to a space, with this role.
    MemberAdded(Role),
    /// A member got this role.
    RoleSet(Role),
    /// A member was removed by somebody else.
    MemberRemoved,
    /// A member left.
    MemberLeft,
    /// An invitation was revoked.
    InvitationRevoked,
    /// A space was deleted.
    SpaceDeleted,
    /// A user was blocked.
    UserBlocked,
    /// A user was unblocked.
    UserUnblocked,
    /// Everything that stopped mail to an address was lifted.
    StopsLifted,
    /// An inviter whom complaints had stopped may send mail again.
    ComplaintsLifted,
}

impl Act {
    const fn action(self) -> &'static str {
        match self {
            Self::ActedFor => "act_for",
            Self::MemberAdded(_) => "add_member",
            Self::RoleSet(_) => "set_role",
            Self::MemberRemoved | Self::MemberLeft => "end_membership",
            Self::InvitationRevoked => "revoke_invitation",
            Self::SpaceDeleted => "delete_space",
            Self::UserBlocked | Self::UserUnblocked => "block_user",
            Self::StopsLifted => "lift_stops",
            Self::ComplaintsLifted => "lift_complaints",
        }
    }

    const fn outcome(self) -> &'static str {
        match self {
            Self::ActedFor => "created",
            Self::MemberAdded(role) | Self::RoleSet(role) => role.as_str(),
            Self::MemberRemoved => "removed",
            Self::MemberLeft => "left",
            Self::InvitationRevoked => "revoked",
            Self::SpaceDeleted => "deleted",
            Self::UserBlocked => "blocked",
            Self::UserUnblocked => "unblocked",
            Self::StopsLifted | Self::ComplaintsLifted => "lifted",
        }
    }
}

/// An entry of the audit log, without its circumstances.
#[derive(Debug)]
pub struct Audit<'a> {
    /// The change. It has been written.
    pub act: Act,
    /// The keyed hash of the person who made it.
    pub actor: &'a str,
    /// The service app by which it was made.
    pub service_app: Option<&'a ServiceAppId>,
    /// The keyed hash of the person whom it concerns.
    pub subject: Option<&'a str>,
    /// The space in which it was made.
    pub space: Option<SpaceId>,
}

impl Audit<'_> {
    /// Writes the entry of a change that the operator made.
    pub fn write_for_operator(&self, now: Timestamp) {
        self.write(Circumstances { service: "operator", caller: "operator", request: None, now });
    }

    pub(crate) fn write(&self, circumstances: Circumstances<'_>) {
        let Circumstances { service, caller, request, now } = circumstances;
        let (function_request_id, correlation_id) = request.unzip();
        let line = Line {
            timestamp: format!("{now:.3}"),
            message: "audit",
            service,
            action: self.act.action(),
            outcome: self.act.outcome(),
            caller,
            actor: self.actor,
            service_app: self.service_app.map(ServiceAppId::as_str),
            subject: self.subject,
            space: self.space.map(|space| space.to_string()),
            function_request_id,
            correlation_id,
        };
        // Texts are always JSON.
        if let Ok(document) = serde_json::to_string(&line) {
            tracing::info!(target: TARGET, %document, "audit");
        }
    }
}

/// The circumstances of an audited change.
#[derive(Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    pub(crate) service: &'static str,
    pub(crate) caller: &'static str,
    /// The ids of the invocation and of the request.
    pub(crate) request: Option<(&'a str, &'a str)>,
    pub(crate) now: Timestamp,
}

/// The line, but for its level.
#[derive(Serialize)]
struct Line<'a> {
    timestamp: String,
    message: &'static str,
    service: &'static str,
    action: &'static str,
    outcome: &'static str,
    caller: &'static str,
    actor: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_app: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    space: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a str>,
}
