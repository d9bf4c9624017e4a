//! Joining. The caller's identity decides the role; the link alone never does.

use std::sync::Arc;

use jiff::Timestamp;
use spaces_api::wire::MAX_MEMBERS;
use spaces_api::{Password, audit, record_use, store_problem};
use spaces_http::{Act, Body, Call, Code, Problem, Response, json};
use spaces_model::{
    Caller, Card, Door, Entry, Gone, Invitation, InviteId, Member, MemberId, Refusal, Role, RoleReason, Space, SpaceId,
    SpaceStatus, Standing, highest_grantable_role,
};
use spaces_store::Entrance;
use tokio::sync::oneshot;

use crate::App;
use crate::answer::JoinAnswer;

/// A caller with an open invitation, and everything that was read about them.
pub(crate) struct Visit {
    pub(crate) caller: Caller,
    pub(crate) invitation: Arc<Invitation>,
    /// The highest role that the invitation can give now.
    highest: Role,
    pub(crate) space: Space,
    /// The first members of the space, which may include the caller.
    pub(crate) members: Arc<Vec<Member>>,
    /// The caller's own membership.
    pub(crate) held: Option<Member>,
}

/// A space and its members that matter to a visit.
struct SpaceSnapshot {
    space: Space,
    members: Arc<Vec<Member>>,
    held: Option<Member>,
    maker: Option<Member>,
}

impl Visit {
    /// Returns the role that the invitation gives the caller now, and the reason.
    fn given(&self) -> (Role, RoleReason) {
        let (role, reason) = self.invitation.role_for(&self.caller);
        (role.min(self.highest), reason)
    }

    /// Returns whether the caller is a member now.
    pub(crate) fn is_member(&self) -> bool {
        self.held.as_ref().is_some_and(Member::is_present)
    }

    /// Returns what the caller needs in order to join, or the reason they may not.
    pub(crate) fn entry(&self) -> Result<Entry, Refusal> {
        let Entrance { made, names_them } = self.entrance();
        let door = Door::Invitation {
            names_them: self.given().1 == RoleReason::Invited,
            brings_back: names_them.then_some(made),
        };
        self.space.entry(self.held.as_ref(), door)
    }

    fn entrance(&self) -> Entrance {
        let names_them = self.given().1 == RoleReason::Invited && self.highest == Role::Admin;
        Entrance { made: self.invitation.updated, names_them }
    }
}

impl App {
    /// `GET /api/spaces/invites/{inviteId}/join`.
    pub(crate) async fn join(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        // Boxed, as in the pages, because the future is large.
        let visit = Box::pin(self.visit(caller, id, now)).await?;
        let (member, reason) = self.admit(call, &visit, Password::in_header(call), now).await?;
        let Visit { caller, invitation, space, members, .. } = visit;
        json(&JoinAnswer::new(&space, &members, &member, reason, &caller, &invitation))
    }

    /// Loads everything that decides whether, and with which role, the caller may join.
    ///
    /// While the inviter is blocked, the invitation counts as revoked for everybody but members.
    pub(crate) async fn visit(&self, caller: Caller, id: &str, now: Timestamp) -> Result<Visit, Problem> {
        let member = caller.member_id();
        let (opened, is_open) = oneshot::channel();
        let invited = async {
            let invitation = self.open_invitation(id, now).await?;
            // If the receiver is gone, the other half has already failed.
            let _ = opened.send(());
            let blocked = self.callers.is_blocked(invitation.inviter.id, now);
            let (found, blocked) = futures_util::try_join!(self.find(&invitation, member, now), blocked)?;
            Ok((invitation, found, blocked))
        };
        let known = async {
            let met = self.callers.look_up(caller).await?;
            // Nothing is stored about a caller whose link is not valid.
            is_open.await.map_err(|_| Problem::new(Code::NotFound))?;
            self.callers.decide(met, now).await
        };
        let ((invitation, found, is_blocked), caller) = futures_util::try_join!(invited, known)?;
        let found = if let Some(found) = found {
            found
        } else {
            // The request that created the space failed halfway.
            Box::pin(self.store.found(&invitation)).await.map_err(store_problem)?;
            let found = self.find(&invitation, member, now).await?;
            found.ok_or_else(|| Problem::new(Code::NotFound))?
        };
        let SpaceSnapshot { space, members, held, maker } = found;
        if is_blocked && !held.as_ref().is_some_and(Member::is_present) {
            return Err(Problem::new(Code::InviteRevoked));
        }
        check_kept(&invitation, &space)?;
        let raises_nobody = is_blocked || space.status == SpaceStatus::Archived;
        let highest = if raises_nobody { Role::Guest } else { highest_grantable_role(maker.as_ref()) };
        Ok(Visit { caller, invitation, highest, space, members, held })
    }

    /// Reads in one round trip the space with its first members, and the memberships of the caller and of the
    /// invitation's inviter. Returns `None` if an item that the invitation founds is missing.
    async fn find(
        &self,
        invitation: &Invitation,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Option<SpaceSnapshot>, Problem> {
        let (id, maker) = (invitation.space, MemberId::User(invitation.inviter.id));
        let people = [member, maker];
        let in_space = async { self.store.space_with(id, &people).await.map_err(store_problem) };
        let ((space, memberships), members) = futures_util::try_join!(in_space, self.members(id, now))?;
        let membership_of = |id| memberships.iter().find(|member| member.id == id).cloned();
        let (held, made_by) = (membership_of(member), membership_of(maker));
        let is_missing = |member, held: &Option<Member>| held.is_none() && is_founder(invitation, member);
        let Some(space) = space.filter(|_| !is_missing(member, &held) && !is_missing(maker, &made_by)) else {
            return Ok(None);
        };
        Ok(Some(SpaceSnapshot { space, members, held, maker: made_by }))
    }

    /// Makes the caller a member, or raises an existing member's role. Returns the resulting membership and the reason
    /// for the role.
    pub(crate) async fn admit(
        &self,
        call: &Call,
        visit: &Visit,
        password: Option<Password>,
        now: Timestamp,
    ) -> Result<(Member, RoleReason), Problem> {
        let Visit { caller, invitation, space, held, .. } = visit;
        self.callers.check_allowed(caller, now).await?;
        if visit.entry().map_err(refused)? == Entry::Password {
            let password = password.ok_or_else(|| Problem::new(Code::PasswordRequired))?;
            password.check(&self.store, &self.index_secret, call, caller, space, now).await?;
        }
        let (role, reason) = visit.given();
        let newcomer = Member {
            id: caller.member_id(),
            role,
            role_set: None,
            display_name: caller.display_name().to_owned(),
            joined: now,
            own_act: true,
            invite: Some(invitation.id),
            standing: Standing::Present,
            card: Card::new(space.kind, now),
            version: 0,
        };
        let admitted = self.store.admit_or_raise(space.id, newcomer, held.clone(), visit.entrance()).await;
        // The caller may have been removed since the membership was read.
        let (member, is_raised) = admitted.map_err(store_problem)?.ok_or_else(|| refused(Refusal::Removed))?;
        if is_raised {
            audit(call, &self.index_secret, caller, Act::RoleSet(member.role), space.id, Some(member.id));
        }
        record_use(&self.store, space.id, &member, now).await;
        let reason = if member.role == role { reason } else { RoleReason::AlreadyMember };
        call.count("Joins", Some(reason.as_str()));
        Ok((member, reason))
    }

    /// Returns the invitation with this id, if it is open.
    pub(crate) async fn open_invitation(&self, id: &str, now: Timestamp) -> Result<Arc<Invitation>, Problem> {
        let invitation = self.invitation(id, now).await?;
        match invitation.check_open(now) {
            Ok(()) => Ok(invitation),
            Err(Gone::Expired) => Err(Problem::new(Code::InviteExpired)),
            Err(Gone::Revoked) => Err(Problem::new(Code::InviteRevoked)),
        }
    }

    /// Returns the invitation with this id, open or not.
    pub(crate) async fn invitation(&self, id: &str, now: Timestamp) -> Result<Arc<Invitation>, Problem> {
        let id: InviteId = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
        if let Some(invitation) = self.invitations.get(&id, now) {
            return Ok(invitation);
        }
        let invitation = self.store.invitation(id).await.map_err(store_problem)?;
        let invitation = Arc::new(invitation.ok_or_else(|| Problem::new(Code::NotFound))?);
        self.invitations.put(id, Arc::clone(&invitation), now);
        Ok(invitation)
    }

    /// Returns the space as shown to anonymous visitors.
    pub(crate) async fn announced_space(&self, invitation: &Invitation, now: Timestamp) -> Result<Space, Problem> {
        let space = async { self.store.space(invitation.space).await.map_err(store_problem) };
        let (space, is_blocked) = futures_util::try_join!(space, self.callers.is_blocked(invitation.inviter.id, now))?;
        if is_blocked {
            return Err(Problem::new(Code::InviteRevoked));
        }
        // If the space is missing, the request that created it failed halfway. A GET writes nothing; the space is put
        // when somebody joins.
        let space = space.or_else(|| invitation.founded().map(|(space, _)| space));
        let space = space.ok_or_else(|| Problem::new(Code::NotFound))?;
        check_kept(invitation, &space)?;
        Ok(space)
    }

    /// Returns the first members of a space.
    ///
    /// In a space with more members than a response shows, these are an arbitrary hundred, so they may be cached. When
    /// a crowd joins at once, this read is the first to exceed the partition's throughput (`docs/performance.md`).
    pub(crate) async fn members(&self, id: SpaceId, now: Timestamp) -> Result<Arc<Vec<Member>>, Problem> {
        if let Some(members) = self.crowded.get(&id, now) {
            return Ok(members);
        }
        let members = Arc::new(self.store.members(id, MAX_MEMBERS).await.map_err(store_problem)?);
        if members.len() >= MAX_MEMBERS {
            self.crowded.put(id, Arc::clone(&members), now);
        }
        Ok(members)
    }
}

/// Returns the problem for a caller whom the space does not admit.
fn refused(refusal: Refusal) -> Problem {
    let forbidden = |detail: &'static str| Problem::new(Code::Forbidden).with_detail(detail);
    match refusal {
        Refusal::Closed => forbidden("This space is archived."),
        Refusal::Removed => forbidden("You were removed from this space."),
        Refusal::NotInvited => Problem::new(Code::NotInvited),
        Refusal::MemberOnly => Problem::new(Code::Forbidden),
    }
}

/// Rejects an invitation whose space is deleted, and one that was put again by a late repeated request after it had
/// expired and been cleaned up.
fn check_kept(invitation: &Invitation, space: &Space) -> Result<(), Problem> {
    if space.status == SpaceStatus::Deleted {
        Err(Problem::new(Code::InviteRevoked))
    } else if invitation.founds_again(space) {
        Err(Problem::new(Code::InviteExpired))
    } else {
        Ok(())
    }
}

/// Returns whether the invitation created its space for this member.
fn is_founder(invitation: &Invitation, member: MemberId) -> bool {
    invitation.founds.as_ref().is_some_and(|founds| MemberId::User(founds.creator) == member)
}
