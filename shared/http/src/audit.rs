//! The audit log: one line for each change to permissions, membership or data of other people.
//!
//! Only this module writes to it. Its lines identify people by a keyed hash: lines can be counted and compared, but
//! only holders of the index secret can attribute them to a person.

use jiff::Timestamp;
use serde::Serialize;
use spaces_model::{Role, ServiceAppId, SpaceId};

/// The target of events that carry a line of the audit log. They are written at every log level.
pub(crate) const TARGET: &str = "spaces_audit";

/// A change that is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A service app created a space on behalf of a user.
    ActedFor,
    /// A person was added to a space with this role.
    MemberAdded(Role),
    /// A member was assigned this role.
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
    /// All stops on mail to an address were lifted.
    StopsLifted,
    /// An inviter who was stopped by complaints may send mail again.
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
    /// The change, which has been written to the table.
    pub act: Act,
    /// The keyed hash of the person who made the change.
    pub actor: &'a str,
    /// The service app that made the change.
    pub service_app: Option<&'a ServiceAppId>,
    /// The keyed hash of the person whom the change concerns.
    pub subject: Option<&'a str>,
    /// The space in which the change was made.
    pub space: Option<SpaceId>,
}

impl Audit<'_> {
    /// Writes the entry of a change made by the operator.
    pub fn write_for_operator(&self, now: Timestamp) {
        self.write(Circumstances { service: "operator", caller: "operator", request: None, now });
    }

    pub(crate) fn write(&self, circumstances: Circumstances<'_>) {
        let Circumstances { service, caller, request, now } = circumstances;
        let (function_request_id, correlation_id) = request.unzip();
        let line = AuditLine {
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
        // Serialization of strings cannot fail.
        if let Ok(document) = serde_json::to_string(&line) {
            tracing::info!(target: TARGET, document = document.as_str(), "audit");
        }
    }
}

/// The circumstances of an audited change.
#[derive(Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    pub(crate) service: &'static str,
    pub(crate) caller: &'static str,
    /// The invocation's id and the request's id.
    pub(crate) request: Option<(&'a str, &'a str)>,
    pub(crate) now: Timestamp,
}

/// The line, without its level.
#[derive(Serialize)]
struct AuditLine<'a> {
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
