//! Invitations: their invitees and roles, their expiry, and the role that a caller may claim.

use jiff::{SignedDuration, Timestamp};
use unic_langid::LanguageIdentifier;

use crate::{
    Caller, Card, Channel, Description, EmailAddress, InviteId, InviteInfo, InviteLinks, InviteMode, Mailing, Member,
    MemberId, PublicUrl, Role, ServiceAppId, Settings, Space, SpaceId, SpaceKind, SpaceStatus, Standing, Title, UserId,
};

/// Maximum number of invitees of an invitation.
pub const MAX_INVITEES: usize = 1_000;

/// Time for which an expired invitation is kept, so that its link answers "expired" instead of "unknown" and a replayed
/// request finds it.
pub const KEPT_AFTER_EXPIRY: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An invitation to a space. All its invitees share one link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The invitation's id. Anyone who knows it has the link.
    pub id: InviteId,
    /// The space that it leads to.
    pub space: SpaceId,
    /// The space that is created together with the invitation; none for an invitation into an existing space.
    pub founds: Option<Founding>,
    /// The invitees, without duplicates.
    pub invitees: Vec<Invitee>,
    /// The target of the link.
    pub mode: InviteMode,
    /// The party that delivers the invitation to the invitees.
    pub channel: Channel,
    /// The requested language, else the inviter's; none means the default.
    pub language: Option<LanguageIdentifier>,
    /// The start of the meeting.
    pub starts: Option<Timestamp>,
    /// The end of the meeting.
    pub ends: Option<Timestamp>,
    /// The inviter: the person who created or last updated the invitation. The invitation gives no role that this
    /// person may not give.
    pub inviter: Inviter,
    /// The service app that created or last updated the invitation in the inviter's name.
    pub acted_by: Option<ServiceAppId>,
    /// The person who created the invitation, whether or not somebody else has updated it since.
    pub creator: UserId,
    /// The time of creation.
    pub created: Timestamp,
    /// The time of the last update, initially that of creation. A change to a membership before this time counts as
    /// older than the invitation.
    pub updated: Timestamp,
    /// The time of expiry, from which the invitation admits nobody.
    pub expires: Timestamp,
    /// The time of revocation; none if the invitation is not revoked.
    pub revoked: Option<Timestamp>,
    /// The number of updates.
    pub version: u32,
    /// The SEQUENCE of its calendar entry (RFC 5545 section 3.8.7.4).
    pub sequence: u32,
    /// The SEQUENCE of the last change to the times or the mode, which is mailed to every invitee. Removing an invitee
    /// raises `sequence` alone, because the remaining invitees are not mailed about it.
    pub revised: u32,
    /// The last requested mailing.
    pub mailing: Mailing,
    /// The SHA-256 of the request that created the invitation. A replayed request with the same key must have the same
    /// hash.
    pub request_hash: [u8; 32],
}

/// The initial state of a space that is created together with an invitation. It never changes, so the space and its
/// creator's membership can be derived from it at any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// The initial title.
    pub title: Title,
    /// The initial description.
    pub description: Description,
    /// The creator, who becomes the space's first admin.
    pub creator: UserId,
    /// The creator's name as a member.
    pub creator_name: String,
    /// The service app that acted for the creator.
    pub acted_by: Option<ServiceAppId>,
    /// True if nobody can join with the space's id alone, until an admin changes that.
    pub member_only: bool,
}

/// The person who invites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inviter {
    /// The user's id.
    pub id: UserId,
    /// The name that invitees see.
    pub name: Option<String>,
    /// The address for replies to the mail.
    pub email: Option<EmailAddress>,
    /// Their time zone, a name of the IANA database.
    pub zone: Option<String>,
}

/// A person who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Invitee {
    /// The person, as identified by the inviter.
    pub target: InviteeTarget,
    /// The role that the person is invited to have.
    pub role: Role,
}

/// The identification of an invitee.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum InviteeTarget {
    /// The person who proves that they own this address.
    Email(EmailAddress),
    /// The user with this id.
    User(UserId),
}

/// The reason for a caller's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(rename_all = "snake_case"))]
pub enum RoleReason {
    /// The caller has proven that they are an invitee.
    Invited,
    /// The caller is already a member, with a higher role than the invitation gives.
    AlreadyMember,
    /// The caller is not an invitee.
    NotInvited,
    /// The caller's address is not proven to be theirs.
    EmailNotVerified,
    /// The caller has no account.
    Anonymous,
}

impl RoleReason {
    /// Returns the reason as the wire spells it.
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

/// The reason why an invitation no longer admits anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Gone {
    /// It has expired.
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
    /// [`Gone`] if it has expired or was revoked.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Gone> {
        if self.revoked.is_some() {
            Err(Gone::Revoked)
        } else if now >= self.expires {
            Err(Gone::Expired)
        } else {
            Ok(())
        }
    }

    /// Returns the space that was created together with the invitation and the membership of its creator, as first
    /// stored.
    ///
    /// None for an invitation into an existing space.
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
            first_mails: u32::try_from(self.mails_since(None, 0)).unwrap_or(u32::MAX),
            version: 0,
        };
        let creator = Member {
            id: MemberId::User(founding.creator),
            role: Role::Admin,
            role_set: None,
            display_name: founding.creator_name,
            joined: self.created,
            // A user for whom a service app acts has not joined by an act of their own until they open the space.
            own_act: founding.acted_by.is_none(),
            invite: None,
            standing: Standing::Present,
            card: Card::new(SpaceKind::Group, self.created),
            version: 0,
        };
        Some((space, creator))
    }

    /// Returns whether the space was created with an earlier invitation with the same id, which has since been deleted:
    /// the request was replayed long after its invitation expired. Nothing is mailed for such an invitation.
    ///
    /// An invitation is kept for at least [`KEPT_AFTER_EXPIRY`], so a younger space comes from a creation that failed
    /// halfway.
    #[must_use]
    pub fn founds_again(&self, space: &Space) -> bool {
        self.founds.is_some() && self.created.duration_since(space.created) >= KEPT_AFTER_EXPIRY
    }

    /// Returns the links of the invitation, with `title` as the name of the space.
    #[must_use]
    pub fn links(&self, public_url: &PublicUrl, title: &Title) -> InviteLinks {
        let info = InviteInfo {
            space_name: title.as_str().to_owned(),
            inviter_name: self.inviter.name.clone().unwrap_or_default(),
            inviter_email: self.inviter.email.as_ref().map(|address| address.as_typed().to_owned()).unwrap_or_default(),
        };
        public_url.invite_links(self.id, self.mode, &info)
    }

    /// Returns the role that the invitation gives this caller, and the reason.
    ///
    /// Only a proven identity gets the role of an invitee: the user id of a verified token, or a verified address.
    /// Everybody else who has the link is a guest. An unverified address gets the same result whether or not it is
    /// invited, so nobody can find out who is invited by claiming addresses.
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

    /// Returns the invitees whose identity this caller has proven: by user id, by address, or by both.
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
    fn a_space_and_its_admin_are_derived_from_the_invitation_that_founds_it() {
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
    fn an_unverified_address_makes_a_guest_and_does_not_reveal_who_is_invited() {
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
