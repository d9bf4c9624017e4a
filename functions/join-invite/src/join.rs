//! Joining: who the caller is decides the role, never the link alone.

use std::sync::Arc;

use jiff::Timestamp;
use spaces_api::store_problem;
use spaces_api::wire::MAX_MEMBERS;
use spaces_http::{Body, Call, Code, Problem, Response, json};
use spaces_model::{
    Caller, Gone, Invitation, InviteId, Member, MemberId, Role, RoleReason, Space, SpaceId, Standing, keep_higher,
};
use spaces_store::Entrance;
use tokio::sync::oneshot;

use crate::App;
use crate::answer::Answer;

/// Somebody who comes with an invitation that is open, as far as everything about them is read.
pub(crate) struct Visit {
    pub(crate) caller: Caller,
    pub(crate) invitation: Arc<Invitation>,
    /// True while the operator blocks the inviter.
    pub(crate) is_suspended: bool,
    pub(crate) space: Space,
    /// The first members of the space, perhaps the caller among them.
    pub(crate) members: Vec<Member>,
    /// The caller's own membership.
    pub(crate) held: Option<Member>,
}

impl App {
    /// `GET /api/spaces/invites/{inviteId}/join`.
    pub(crate) async fn join(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        // Boxed, as in the pages: its state is large, and what it reads is not.
        let visit = Box::pin(self.visit(caller, id, now)).await?;
        let (member, reason) = self.admit(call, &visit, now).await?;
        let Visit { caller, invitation, space, members, .. } = visit;
        json(&Answer::new(&space, members, &member, reason, &caller, &invitation))
    }

    /// Loads everything that decides whether, and with which role, the caller may join.
    ///
    /// While its inviter is blocked, an invitation is as revoked for all but members.
    pub(crate) async fn visit(&self, caller: Caller, id: &str, now: Timestamp) -> Result<Visit, Problem> {
        let member = caller.member_id();
        let (opened, is_open) = oneshot::channel();
        let invited = async {
            let invitation = self.open_invitation(id, now).await?;
            // Without a receiver, the other half has failed already.
            let _ = opened.send(());
            let blocked = self.callers.is_blocked(invitation.inviter.id, now);
            let (read, blocked) = futures_util::try_join!(self.read(&invitation, member, now), blocked)?;
            Ok((invitation, read, blocked))
        };
        let known = async {
            let met = self.callers.look_up(caller).await?;
            // Nothing is stored about somebody whose link is none.
            is_open.await.map_err(|_| Problem::new(Code::NotFound))?;
            self.callers.decide(met, now).await
        };
        let ((invitation, read, is_suspended), caller) = futures_util::try_join!(invited, known)?;
        let (found, held) = match read {
            (Some(found), held) if held.is_some() || !is_founder(&invitation, member) => (found, held),
            // The request that created the space failed halfway.
            _ => {
                Box::pin(self.store.found(&invitation)).await.map_err(store_problem)?;
                let (found, held) = self.read(&invitation, member, now).await?;
                (found.ok_or_else(|| Problem::new(Code::NotFound))?, held)
            }
        };
        if is_suspended && !held.as_ref().is_some_and(Member::is_present) {
            return Err(Problem::new(Code::InviteRevoked));
        }
        let (space, members) = Arc::unwrap_or_clone(found);
        check_kept(&invitation, &space)?;
        Ok(Visit { caller, invitation, is_suspended, space, members, held })
    }

    /// The space with its first members and somebody's own membership, in one round trip.
    async fn read(
        &self,
        invitation: &Invitation,
        member: MemberId,
        now: Timestamp,
    ) -> Result<(Option<Arc<(Space, Vec<Member>)>>, Option<Member>), Problem> {
        let membership = self.store.membership(invitation.space, member);
        let (found, held) = futures_util::join!(self.space(invitation.space, now), membership);
        Ok((found?, held.map_err(store_problem)?))
    }

    /// Makes the caller a member, or raises the role of one. Returns the membership as it is afterwards, and why.
    ///
    /// Somebody who was removed from the space comes in only if the invitation names them and was made after the removal.
    pub(crate) async fn admit(
        &self,
        call: &Call,
        visit: &Visit,
        now: Timestamp,
    ) -> Result<(Member, RoleReason), Problem> {
        self.callers.check_allowed(&visit.caller, now).await?;
        let given = if visit.is_suspended {
            // A member keeps what they have.
            (Role::Guest, RoleReason::NotInvited)
        } else {
            visit.invitation.role_for(&visit.caller)
        };
        let (role, reason) = match &visit.held {
            Some(held) if held.is_present() => keep_higher(held.role, given),
            _ => given,
        };
        let newcomer = Member {
            id: visit.caller.member_id(),
            role,
            role_set: None,
            display_name: visit.caller.display_name().to_owned(),
            joined: now,
            own_act: true,
            invite: Some(visit.invitation.id),
            standing: Standing::Present,
            version: 0,
        };
        let entrance = Entrance { made: visit.invitation.created, names_them: given.1 == RoleReason::Invited };
        let admitted = self.store.admit(visit.space.id, newcomer, visit.held.clone(), entrance).await;
        let removed = || Problem::new(Code::Forbidden).with_detail("You were removed from this space.");
        let member = admitted.map_err(store_problem)?.ok_or_else(removed)?;
        // Another join of the same person may have got in between and given more than this one does.
        let (_, reason) = keep_higher(member.role, (role, reason));
        call.count("Joins", Some(reason.as_str()));
        Ok((member, reason))
    }

    /// The invitation with this id, if there is one and it is open.
    pub(crate) async fn open_invitation(&self, id: &str, now: Timestamp) -> Result<Arc<Invitation>, Problem> {
        let id: InviteId = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
        let invitation = if let Some(invitation) = self.invitations.get(&id, now) {
            invitation
        } else {
            let invitation = self.store.invitation(id).await.map_err(store_problem)?;
            let invitation = Arc::new(invitation.ok_or_else(|| Problem::new(Code::NotFound))?);
            self.invitations.put(id, Arc::clone(&invitation), now);
            invitation
        };
        match invitation.check_open(now) {
            Ok(()) => Ok(invitation),
            Err(Gone::Expired) => Err(Problem::new(Code::InviteExpired)),
            Err(Gone::Revoked) => Err(Problem::new(Code::InviteRevoked)),
        }
    }

    /// The space as it is shown to somebody who has not said who they are.
    pub(crate) async fn announced_space(&self, invitation: &Invitation, now: Timestamp) -> Result<Space, Problem> {
        let space = async { self.store.space(invitation.space).await.map_err(store_problem) };
        let (space, is_suspended) =
            futures_util::try_join!(space, self.callers.is_blocked(invitation.inviter.id, now))?;
        if is_suspended {
            return Err(Problem::new(Code::InviteRevoked));
        }
        // Without a space, the request that created it failed halfway. Looking writes nothing, so it is put by who joins.
        let space = space.or_else(|| invitation.founded().map(|(space, _)| space));
        let space = space.ok_or_else(|| Problem::new(Code::NotFound))?;
        check_kept(invitation, &space)?;
        Ok(space)
    }

    /// The space and its first members.
    ///
    /// With more members than an answer shows they are an arbitrary hundred, so a crowded space may be remembered: when a
    /// crowd joins at once, this read is what would throttle its partition (`docs/performance.md`).
    async fn space(&self, id: SpaceId, now: Timestamp) -> Result<Option<Arc<(Space, Vec<Member>)>>, Problem> {
        if let Some(found) = self.crowded.get(&id, now) {
            return Ok(Some(found));
        }
        let found = self.store.space_with_members(id, MAX_MEMBERS).await.map_err(store_problem)?;
        let Some(found) = found.map(Arc::new) else { return Ok(None) };
        if found.1.len() >= MAX_MEMBERS {
            self.crowded.put(id, Arc::clone(&found), now);
        }
        Ok(Some(found))
    }
}

/// Refuses an invitation that a late repeat has put again after it had expired and been cleaned up.
fn check_kept(invitation: &Invitation, space: &Space) -> Result<(), Problem> {
    if invitation.founds_again(space) { Err(Problem::new(Code::InviteExpired)) } else { Ok(()) }
}

/// Returns whether somebody is the one for whom the invitation made its space.
fn is_founder(invitation: &Invitation, member: MemberId) -> bool {
    invitation.founds.as_ref().is_some_and(|founds| MemberId::User(founds.creator) == member)
}
