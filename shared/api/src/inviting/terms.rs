//! The terms of an invitation, and the invitation that is created from them.

use jiff::{SignedDuration, Timestamp};
use spaces_http::{ConfigError, Env, Fault};
use spaces_model::{
    Caller, Channel, Founding, Invitation, InvitationUpdate, InviteId, InviteMode, Invitee, Inviter, Lifetime, Mailing,
    Maker, Role, ServiceAppId, SpaceId, User,
};
use std::num::NonZeroU16;
use unic_langid::LanguageIdentifier;

use super::request::{end_before_start, overdue};

/// The requested terms of an invitation. Those that are `None` were not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The invitees, without duplicates.
    pub invitees: Vec<Invitee>,
    /// The start of the meeting; `Some(None)` if the request says that it has none.
    pub starts: Option<Option<Timestamp>>,
    /// The end of the meeting; `Some(None)` if the request says that it has none.
    pub ends: Option<Option<Timestamp>>,
    /// The party that delivers the invitation to the invitees.
    pub channel: Option<Channel>,
    /// The target of the link.
    pub mode: Option<InviteMode>,
    /// The language of mails and content for the invitees.
    pub language: Option<LanguageIdentifier>,
}

/// The parts of a new invitation apart from its terms.
pub struct NewInvitation<'a> {
    /// Its id.
    pub id: InviteId,
    /// The space that it leads to.
    pub space: SpaceId,
    /// The space that is created together with it.
    pub founds: Option<Founding>,
    /// The person who invites.
    pub inviter: &'a User,
    /// The service app that acts in their name.
    pub acted_by: Option<ServiceAppId>,
    /// The hash of the request.
    pub request_hash: [u8; 32],
}

impl Terms {
    /// Returns whether nobody is invited with a higher role than `role`.
    #[must_use]
    pub fn is_within(&self, role: Role) -> bool {
        self.invitees.iter().all(|invitee| invitee.role <= role)
    }

    /// Creates a new invitation.
    #[must_use]
    pub fn invitation(self, new: NewInvitation<'_>, lifetime: &Lifetime, now: Timestamp) -> Invitation {
        let NewInvitation { id, space, founds, inviter, acted_by, request_hash } = new;
        let ends = self.ends.flatten();
        Invitation {
            id,
            space,
            founds,
            invitees: self.invitees,
            mode: self.mode.unwrap_or_default(),
            channel: self.channel.unwrap_or_default(),
            language: self.language.or_else(|| inviter.language.clone()),
            starts: self.starts.flatten(),
            ends,
            inviter: Inviter::from(inviter),
            acted_by,
            creator: inviter.id,
            created: now,
            updated: now,
            expires: lifetime.expiry(now, ends),
            revoked: None,
            version: 0,
            sequence: 0,
            revised: 0,
            mailing: Mailing::FIRST,
            request_hash,
        }
    }

    /// Returns the update that gives an invitation these terms.
    #[must_use]
    pub fn update(self, inviter: &User, acted_by: Option<ServiceAppId>) -> InvitationUpdate {
        let Self { invitees, starts, ends, channel, mode, language } = self;
        let maker = Maker { inviter: Inviter::from(inviter), acted_by };
        InvitationUpdate { invitees, starts, ends, mode, channel, language, maker }
    }

    /// Returns the faults of an update of this invitation that depend on its present times.
    #[must_use]
    pub fn faults_for(&self, held: &Invitation, now: Timestamp) -> Vec<Fault> {
        let (starts, ends) = (self.starts.unwrap_or(held.starts), self.ends.unwrap_or(held.ends));
        end_before_start(starts, ends).into_iter().chain(overdue(ends, now)).collect()
    }
}

/// Returns the id of the caller if it is a service app.
#[must_use]
pub fn acted_by(caller: &Caller) -> Option<ServiceAppId> {
    match caller {
        Caller::ServiceApp(app) => Some(app.id.clone()),
        Caller::User(_) | Caller::Guest(_) => None,
    }
}

/// Reads `INVITE_LIFETIME_DAYS`, `INVITE_GRACE_HOURS` and `INVITE_MAX_DAYS`. The days must not be 0, so that no
/// invitation is created already expired.
///
/// # Errors
///
/// [`ConfigError`] naming the variable that is wrong.
pub fn lifetime_from_env(env: &Env) -> Result<Lifetime, ConfigError> {
    let days = |name, default| {
        let days = env.parsed::<NonZeroU16>(name)?.map_or(default, NonZeroU16::get);
        Ok(SignedDuration::from_hours(i64::from(days) * 24))
    };
    let grace = env.parsed::<u16>("INVITE_GRACE_HOURS")?.unwrap_or(24);
    Ok(Lifetime {
        without_end: days("INVITE_LIFETIME_DAYS", 30)?,
        after_end: SignedDuration::from_hours(grace.into()),
        longest: days("INVITE_MAX_DAYS", 400)?,
    })
}
