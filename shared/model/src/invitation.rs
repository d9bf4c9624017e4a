//! Invitations: who is invited as what, how long, and who may claim it.

use jiff::{SignedDuration, Timestamp};
use unic_langid::LanguageIdentifier;

use crate::{
    Caller, Card, Channel, Description, EmailAddress, InviteId, InviteInfo, InviteLinks, InviteMode, Mailing, Member,
    MemberId, PublicUrl, Role, ServiceAppId, Settings, Space, SpaceId, SpaceKind, SpaceStatus, Standing, Title, UserId,
};

/// The most invitees that one invitation can have.
pub const MAX_INVITEES: usize = 1_000;

/// Duration for which an expired invitation is kept, so that its link answers "expired" and not "unknown", and a repeated
/// request finds it.
pub const KEPT_AFTER_EXPIRY: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An invitation to a space. All its invitees share one link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Which invitation. Whoever knows it holds the link.
    pub id: InviteId,
    /// The space that it leads to.
    pub space: SpaceId,
    /// The space that was made together with the invitation; none for an invitation into a space that was there.
    pub founds: Option<Founding>,
    /// Who is invited, each once.
    pub invitees: Vec<Invitee>,
    /// The target of the link.
    pub mode: InviteMode,
    /// The party that brings the invitation to the invitees.
    pub channel: Channel,
    /// The language asked for, or the inviter's; none means the default.
    pub language: Option<LanguageIdentifier>,
    /// When the meeting begins.
    pub starts: Option<Timestamp>,
    /// When the meeting ends.
    pub ends: Option<Timestamp>,
    /// The inviter: the person who made the invitation or updated it last. It gives no role that this person may not give.
    pub inviter: Inviter,
    /// The service app that made or updated the invitation in the inviter's name.
    pub acted_by: Option<ServiceAppId>,
    /// The person who made the invitation, whoever updated it since.
    pub creator: UserId,
    /// When the invitation was made.
    pub created: Timestamp,
    /// The time of its last update; that of its creation if it was never updated. Whatever happened to a membership before then is older than the
    /// invitation.
    pub updated: Timestamp,
    /// From when on it admits nobody.
    pub expires: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// The number of its updates.
    pub version: u32,
    /// The SEQUENCE of its calendar entry (RFC 5545 section 3.8.7.4).
    pub sequence: u32,
    /// The SEQUENCE of its last change of times or mode, which everybody on it has to be told. Taking somebody off raises
    /// `sequence` alone: those who stay need not hear of it.
    pub revised: u32,
    /// The last mailing that it asked for.
    pub mailing: Mailing,
    /// The SHA-256 of the request that made it: a repeat with the same key must ask for the same.
    pub request_hash: [u8; 32],
}

/// The space that an invitation was made with. It never changes, so the space and its creator's membership can be derived
/// from it at any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// The space's first title.
    pub title: Title,
    /// The space's first description.
    pub description: Description,
    /// The creator, who becomes the space's first admin.
    pub creator: UserId,
    /// The name under which the creator is a member.
    pub creator_name: String,
    /// The service app that acted for the creator.
    pub acted_by: Option<ServiceAppId>,
    /// The space's id alone admits nobody, until an admin changes that.
    pub member_only: bool,
}

/// Who invites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inviter {
    /// Who.
    pub id: UserId,
    /// The name that invitees see.
    pub name: Option<String>,
    /// Where answers to the mail go.
    pub email: Option<EmailAddress>,
    /// Their time zone, a name of the IANA database.
    pub zone: Option<String>,
}

/// Somebody who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Invitee {
    /// Who, as far as the inviter knows.
    pub target: InviteeTarget,
    /// As what.
    pub role: Role,
}

/// How an invitee is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum InviteeTarget {
    /// Whoever proves to own this address.
    Email(EmailAddress),
    /// The user with this id.
    User(UserId),
}

/// Why a caller has the role that they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(rename_all = "snake_case"))]
pub enum RoleReason {
    /// They proved to be on the invitation.
    Invited,
    /// They are a member with a higher role than the invitation gives them.
    AlreadyMember,
    /// They are not on the invitation.
    NotInvited,
    /// Their issuer does not say that their address is theirs.
    EmailNotVerified,
    /// They have no account.
    Anonymous,
}

impl RoleReason {
    /// The reason as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::AlreadyMember => "already_member",
            Self::NotInvited => "not_invited",
            Self::EmailNotVerified => "email_not_verified",
            Self::Anonymous => "anonymous",
        }
    }
}

/// Why an invitation admits nobody any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Gone {
    /// Its time is over.
    #[error("the invitation has expired")]
    Expired,
    /// It was revoked.
    #[error("the invitation has been revoked")]
    Revoked,
}

impl Invitation {
    /// Checks that the invitation still admits people.
    ///
    /// # Errors
    ///
    /// [`Gone`], if it does not.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Gone> {
        if self.revoked.is_some() {
            Err(Gone::Revoked)
        } else if now >= self.expires {
            Err(Gone::Expired)
        } else {
            Ok(())
        }
    }

    /// The space that was made together with the invitation, and the membership of its creator, as they were first stored.
    ///
    /// None for an invitation into a space that was there before.
    #[must_use]
    pub fn founded(&self) -> Option<(Space, Member)> {
        let founding = self.founds.clone()?;
        let space = Space {
            id: self.space,
            kind: SpaceKind::Group,
            title: founding.title,
            description: founding.description,
            status: SpaceStatus::Active,
            creator: founding.creator,
            acted_by: founding.acted_by.clone(),
            created: self.created,
            settings: Settings::of_new_space(founding.member_only),
            between: None,
            version: 0,
        };
        let creator = Member {
            id: MemberId::User(founding.creator),
            role: Role::Admin,
            role_set: None,
            display_name: founding.creator_name,
            joined: self.created,
            // A service app that acts for somebody does not bring them in: they come once they open the space.
            own_act: founding.acted_by.is_none(),
            invite: None,
            standing: Standing::Present,
            card: Card::new(SpaceKind::Group, self.created),
            version: 0,
        };
        Some((space, creator))
    }

    /// Returns whether the space was founded by an earlier invitation of the same id, which has been cleaned up since: a request
    /// was repeated long after its invitation had expired. Nothing is mailed for such an invitation.
    ///
    /// An invitation is kept for at least [`KEPT_AFTER_EXPIRY`], so a space that is younger is the result of a creation that
    /// failed halfway.
    #[must_use]
    pub fn founds_again(&self, space: &Space) -> bool {
        self.founds.is_some() && self.created.duration_since(space.created) >= KEPT_AFTER_EXPIRY
    }

    /// Returns the link that brings its invitees into the space with this title.
    #[must_use]
    pub fn links(&self, public_url: &PublicUrl, title: &Title) -> InviteLinks {
        let info = InviteInfo {
            space_name: title.as_str().to_owned(),
            inviter_name: self.inviter.name.clone().unwrap_or_default(),
            inviter_email: self.inviter.email.as_ref().map(|address| address.as_typed().to_owned()).unwrap_or_default(),
        };
        public_url.invite_links(self.id, self.mode, &info)
    }

    /// The role that the invitation gives this caller, and why.
    ///
    /// Only a proven identity gets the role of an invitee: the user id of a verified token, or an address that the issuer
    /// says it has verified. Holding the link alone makes a guest. An unverified address gets the same answer whether or
    /// not it is on the list, so nobody finds out who is invited by claiming addresses.
    #[must_use]
    pub fn role_for(&self, caller: &Caller) -> (Role, RoleReason) {
        match (self.invitees_who_are(caller).map(|invitee| invitee.role).max(), caller) {
            (Some(role), _) => (role, RoleReason::Invited),
            (None, Caller::Guest(_)) => (Role::Guest, RoleReason::Anonymous),
            (None, Caller::User(user)) if user.email.is_some() && caller.address().is_none() => {
                (Role::Guest, RoleReason::EmailNotVerified)
            }
            (None, _) => (Role::Guest, RoleReason::NotInvited),
        }
    }

    /// Returns the invitees who this caller has proven to be: by user id, by address, or by both.
    pub fn invitees_who_are(&self, caller: &Caller) -> impl Iterator<Item = &Invitee> {
        let (id, address) = (caller.member_id(), caller.address());
        self.invitees.iter().filter(move |invitee| match &invitee.target {
            InviteeTarget::User(invited) => MemberId::User(*invited) == id,
            InviteeTarget::Email(invited) => Some(invited) == address,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Email, Guest, GuestId, ServiceApp, User};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn invitation(invitees: Vec<Invitee>) -> Invitation {
        Invitation {
            id: InviteId::from_bytes([1; 12]),
            space: SpaceId::from_bytes([2; 12]),
            founds: None,
            invitees,
            mode: InviteMode::Invite,
            channel: Channel::Server,
            language: None,
            starts: None,
            ends: None,
            inviter: Inviter { id: UserId::from_bytes([3; 12]), name: None, email: None, zone: None },
            acted_by: None,
            creator: UserId::from_bytes([3; 12]),
            created: at("2026-01-01T00:00:00Z"),
            updated: at("2026-01-01T00:00:00Z"),
            expires: at("2026-01-31T00:00:00Z"),
            revoked: None,
            version: 0,
            sequence: 0,
            revised: 0,
            mailing: Mailing::FIRST,
            request_hash: [0; 32],
        }
    }

    #[test]
    fn an_invitation_that_founds_a_space_tells_what_the_space_and_its_admin_are() {
        let mut invitation = invitation(vec![]);
        assert_eq!(invitation.founded(), None);
        invitation.founds = Some(Founding {
            title: Title::new("Planning").unwrap(),
            description: Description::default(),
            creator: UserId::from_bytes([3; 12]),
            creator_name: "Han".to_owned(),
            acted_by: Some("calendar".parse().unwrap()),
            member_only: true,
        });
        let (space, creator) = invitation.founded().unwrap();
        assert_eq!((space.id, space.title.as_str(), space.created), (invitation.space, "Planning", invitation.created));
        assert_eq!((space.creator, creator.id), (UserId::from_bytes([3; 12]), MemberId::User(space.creator)));
        assert!(creator.is_admin() && !creator.own_act, "an app acted for them");
        invitation.founds.as_mut().unwrap().acted_by = None;
        assert!(invitation.founded().unwrap().1.own_act);
    }

    fn email(address: &str, role: Role) -> Invitee {
        Invitee { target: InviteeTarget::Email(address.parse().unwrap()), role }
    }

    fn user(email: Option<Email>) -> Caller {
        Caller::User(User { email, ..User::new(UserId::from_bytes([9; 12])) })
    }

    fn verified(address: &str) -> Caller {
        user(Some(Email::Verified(address.parse().unwrap())))
    }

    #[test]
    fn a_verified_address_on_the_list_gets_its_role() {
        let invitation = invitation(vec![email("Han@BÜCHER.example", Role::Admin)]);
        assert_eq!(invitation.role_for(&verified("han@xn--bcher-kva.example")), (Role::Admin, RoleReason::Invited));
    }

    #[test]
    fn a_user_id_on_the_list_gets_its_role_without_an_address() {
        let target = InviteeTarget::User(UserId::from_bytes([9; 12]));
        let invitation = invitation(vec![Invitee { target, role: Role::Member }]);
        assert_eq!(invitation.role_for(&user(None)), (Role::Member, RoleReason::Invited));
    }

    #[test]
    fn somebody_on_the_list_twice_gets_the_higher_role() {
        let target = InviteeTarget::User(UserId::from_bytes([9; 12]));
        let invitation = invitation(vec![Invitee { target, role: Role::Guest }, email("han@a.example", Role::Admin)]);
        assert_eq!(invitation.role_for(&verified("han@a.example")), (Role::Admin, RoleReason::Invited));
    }

    #[test]
    fn an_unverified_address_makes_a_guest_and_does_not_tell_who_is_invited() {
        let invitation = invitation(vec![email("han@a.example", Role::Admin)]);
        for address in ["han@a.example", "somebody@else.example"] {
            let caller = user(Some(Email::Unverified(address.parse().unwrap())));
            assert_eq!(invitation.role_for(&caller), (Role::Guest, RoleReason::EmailNotVerified));
        }
    }

    #[test]
    fn strangers_and_guests_are_guests() {
        let invitation = invitation(vec![email("han@a.example", Role::Admin)]);
        assert_eq!(invitation.role_for(&verified("leia@a.example")), (Role::Guest, RoleReason::NotInvited));
        assert_eq!(invitation.role_for(&user(None)), (Role::Guest, RoleReason::NotInvited));
        let guest = Guest { id: GuestId::from_bytes([9; 12]), display_name: "Han".into(), came_by: None };
        assert_eq!(invitation.role_for(&Caller::Guest(guest)), (Role::Guest, RoleReason::Anonymous));
    }

    #[test]
    fn a_service_app_is_invited_by_the_address_of_its_account() {
        let app = Caller::ServiceApp(ServiceApp {
            id: "sync".parse().unwrap(),
            account: UserId::from_bytes([8; 12]),
            email: "bot@a.example".parse().unwrap(),
            scopes: BTreeSet::new(),
            mails: 1,
        });
        let on_list = invitation(vec![email("bot@a.example", Role::Member)]);
        assert_eq!(on_list.role_for(&app), (Role::Member, RoleReason::Invited));
        assert_eq!(invitation(vec![]).role_for(&app), (Role::Guest, RoleReason::NotInvited));
    }

    #[test]
    fn an_invitation_is_open_until_the_instant_it_expires_and_not_once_it_is_revoked() {
        let mut invitation = invitation(vec![]);
        assert_eq!(invitation.check_open(at("2026-01-30T23:59:59.999Z")), Ok(()));
        assert_eq!(invitation.check_open(at("2026-01-31T00:00:00Z")), Err(Gone::Expired));
        invitation.revoked = Some(at("2026-01-02T00:00:00Z"));
        assert_eq!(invitation.check_open(at("2026-01-02T00:00:00Z")), Err(Gone::Revoked));
    }
}
