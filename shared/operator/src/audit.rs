//! The audit log of the operator's commands.

use jiff::Timestamp;
use spaces_http::{Act, Audit, ConfigError, Env};
use spaces_model::{EmailAddress, MemberId, SpaceId, UserId};
use spaces_store::IndexSecret;

use crate::{OperatorError, connection};

/// Writes the operator's changes to the audit log.
pub(crate) struct Auditor {
    secret: IndexSecret,
    /// The hash of the operator's name. Only commands that change something need it.
    operator: Result<String, ConfigError>,
    now: Timestamp,
}

/// An operator whose name is known.
pub(crate) struct Operator<'a> {
    auditor: &'a Auditor,
    name: &'a str,
}

impl Auditor {
    /// Reads `INDEX_SECRET` and `OPERATOR`.
    pub(crate) fn from_env(env: &Env, now: Timestamp) -> Result<Self, OperatorError> {
        let secret = connection::index_secret(env)?;
        let operator = env.required("OPERATOR").map(|name| secret.audit_operator(name));
        Ok(Self { secret, operator, now })
    }

    /// Returns the operator. Must be called before anything is changed.
    pub(crate) fn operator(&self) -> Result<Operator<'_>, OperatorError> {
        match &self.operator {
            Ok(name) => Ok(Operator { auditor: self, name }),
            Err(error) => Err(OperatorError::Environment(error.to_string())),
        }
    }

    /// Returns the name of a user in the audit log.
    pub(crate) fn user(&self, user: UserId) -> String {
        self.secret.audit_member(MemberId::User(user))
    }
}

impl Operator<'_> {
    /// Records that a user was blocked or unblocked, or that complaints about them were lifted.
    pub(crate) fn audit_user(&self, act: Act, user: UserId) {
        self.write(act, Some(&self.auditor.user(user)), None);
    }

    /// Records that an invitation to a space was revoked, or that the space was deleted.
    pub(crate) fn audit_space(&self, act: Act, space: SpaceId) {
        self.write(act, None, Some(space));
    }

    /// Records that the stops of an address were lifted.
    pub(crate) fn audit_lifted_stops(&self, address: &EmailAddress) {
        self.write(Act::StopsLifted, Some(&self.auditor.secret.audit_address(address)), None);
    }

    fn write(&self, act: Act, subject: Option<&str>, space: Option<SpaceId>) {
        let audit = Audit { act, actor: self.name, service_app: None, subject, space };
        audit.write_for_operator(self.auditor.now);
    }
}
