//! Invitations to a space: their stewards, and how they are changed.

use std::collections::HashMap;
use std::marker::PhantomData;

use jiff::Timestamp;
use spaces_api::wire::{InvitationAnswer, InvitationObject};
use spaces_api::{Permission, Permitted, refund_unless_stored, store_problem};
use spaces_http::{Body, Call, Code, Problem, Response, json};
use spaces_model::{Caller, Invitation, InviteId, InviteeTarget, Member, MemberId, Role, Space, SpaceId, SpaceStatus};
use spaces_store::{Delivery, InvitationChange, PersonRef};

use crate::App;

/// Maximum number of attempts to change an invitation while concurrent changes conflict.
pub(crate) const MAX_ROUNDS: usize = 8;

/// The permission to read invitations to a space: all of them for admins, their own for members.
#[derive(Debug)]
pub(crate) enum ReadInvitations {}

impl Permission for ReadInvitations {
    const ROLE: Role = Role::Member;
    const IS_READING: bool = true;
}

/// A caller who manages an invitation: an admin of its space, or its creator while they are a member. Only the check
/// can construct one.
pub(crate) struct Steward {
    pub(crate) caller: Caller,
    pub(crate) space: Space,
    pub(crate) member: Member,
    pub(crate) invitation: Invitation,
    checked: PhantomData<()>,
}

/// Returns whether a member created an invitation.
pub(crate) fn is_own(invitation: &Invitation, member: &Member) -> bool {
    MemberId::User(invitation.creator) == member.id
}

/// Rejects a change in an archived space.
pub(crate) fn check_active(space: &Space) -> Result<(), Problem> {
    if space.status == SpaceStatus::Active {
        return Ok(());
    }
    Err(Problem::new(Code::Forbidden).with_detail("The space is archived."))
}

/// Rejects a change of a revoked invitation.
pub(crate) fn check_not_revoked(invitation: &Invitation) -> Result<(), Problem> {
    if invitation.revoked.is_some() { Err(Problem::new(Code::InviteRevoked)) } else { Ok(()) }
}

impl App {
    /// Checks that the caller is a steward of the invitation with this id, and has the permission `P` in its space.
    ///
    /// An unknown invitation, somebody else's and one to a deleted space fail alike, after the same reads.
    pub(crate) async fn steward<P: Permission>(
        &self,
        call: &Call,
        id: &str,
        now: Timestamp,
    ) -> Result<Steward, Problem> {
        let nothing = async |_: &Invitation| Ok(());
        self.steward_and::<P, ()>(call, id, now, nothing).await.map(|(steward, ())| steward)
    }

    /// Like [`App::steward`], but also reads something else of the invitation, concurrently with its space.
    pub(crate) async fn steward_and<P: Permission, T>(
        &self,
        call: &Call,
        id: &str,
        now: Timestamp,
        read: impl AsyncFnOnce(&Invitation) -> Result<T, Problem>,
    ) -> Result<(Steward, T), Problem> {
        let caller = self.callers.identify(call, now).await?;
        let id: InviteId = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
        let found = self.store.invitation(id).await.map_err(store_problem)?;
        // An id that no space has, and that nobody else can compute.
        let nowhere = || SpaceId::from_bytes(self.index_secret.id(&["space of no invitation", &id.to_string()]));
        let space = found.as_ref().map_or_else(nowhere, |invitation| invitation.space);
        let read = async |_, member: &Member| {
            let own = found.filter(|invitation| member.is_admin() || is_own(invitation, member));
            let invitation = own.ok_or_else(|| Problem::new(Code::Forbidden))?;
            let read = read(&invitation).await?;
            Ok((invitation, read))
        };
        let (Permitted { caller, space, member, .. }, (invitation, read)) =
            Permitted::<P>::of_caller_and(&self.callers, &self.store, caller, space, now, read).await?;
        Ok((Steward { caller, space, member, invitation, checked: PhantomData }, read))
    }

    /// Changes an invitation with one conditional write, and returns the result. A change that loses a race is applied
    /// again to the winner's version, so both take effect. If `change` returns `None`, the invitation stays as it is.
    pub(crate) async fn change(
        &self,
        invitation: Invitation,
        change: impl Fn(&Invitation) -> Result<Option<Invitation>, Problem>,
    ) -> Result<Invitation, Problem> {
        let mut held = invitation;
        for _ in 0..MAX_ROUNDS {
            let Some(wanted) = change(&held)? else { return Ok(held) };
            match self.store.change_invitation(&held, &wanted, None).await.map_err(store_problem)? {
                InvitationChange::Done => return Ok(wanted),
                InvitationChange::Conflict(by) => held = *by.ok_or_else(|| Problem::new(Code::Forbidden))?,
            }
        }
        Err(Problem::new(Code::Unavailable).caused_by("the invitation kept changing"))
    }

    /// Changes an invitation with one conditional write, and counts the mails that it causes; for a resend, only those
    /// to `resend_to`. If the change loses a race or fails, the mails are refunded.
    pub(crate) async fn change_and_mail(
        &self,
        steward: &Steward,
        [held, wanted]: [&Invitation; 2],
        resend_to: Option<&[PersonRef]>,
        now: Timestamp,
    ) -> Result<InvitationChange, Problem> {
        let mails = wanted.mails_since(Some(held), resend_to.map_or(0, <[_]>::len));
        let of = (&steward.space, &steward.member);
        let spent = self.mail_limits.spend(&self.store, &steward.caller, of, mails, now).await?;
        // Naming everybody is the same as naming nobody.
        let named = resend_to.filter(|people| people.len() < held.invitees.len());
        match self.store.change_invitation(held, wanted, named).await {
            Ok(InvitationChange::Done) => Ok(InvitationChange::Done),
            Ok(beaten) => {
                self.store.refund_mails(spent).await;
                Ok(beaten)
            }
            Err(error) => {
                refund_unless_stored(&self.store, spent, wanted).await;
                Err(store_problem(error))
            }
        }
    }

    /// Responds with an invitation and the state of each invitee.
    pub(crate) fn answer_with(
        &self,
        invitation: &Invitation,
        deliveries: &HashMap<InviteeTarget, Delivery>,
        space: &Space,
        now: Timestamp,
    ) -> Result<Response<Body>, Problem> {
        let object = InvitationObject::with_states(invitation, deliveries, space, &self.public_url, now);
        json(&InvitationAnswer::shown(object))
    }

    /// Responds with a changed invitation, the state of each invitee, and the content that the client has to send.
    pub(crate) fn answer_changed(
        &self,
        invitation: &Invitation,
        deliveries: &HashMap<InviteeTarget, Delivery>,
        space: &Space,
        now: Timestamp,
    ) -> Result<Response<Body>, Problem> {
        let object = InvitationObject::with_states(invitation, deliveries, space, &self.public_url, now);
        json(&InvitationAnswer::changed(object, invitation, space, &self.public_url, &self.brand))
    }
}
