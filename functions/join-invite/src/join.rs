//! Joining: who the caller is decides the role, never the link alone.

use std::sync::Arc;

use jiff::Timestamp;
use spaces_callers::{Callers, store_problem};
use spaces_http::{Body, Call, Code, Problem, Response, json};
use spaces_model::{Caller, Gone, Invitation, InviteId, Member, MemberId, Space, User, keep_higher};

use crate::App;
use crate::answer::{Answer, MAX_MEMBERS};

/// The name shown for a user of whom none is known.
const NAMELESS: &str = "User";

impl App {
    pub(crate) async fn join(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        let known = self.known(&caller);
        let (invitation, known) = futures_util::try_join!(self.open_invitation(id, now), known)?;
        let said = caller.clone();
        let caller = match caller {
            Caller::User(user) => Caller::User(Callers::completed(user, known)),
            other => other,
        };
        let (found, ()) = futures_util::join!(self.space_for(&invitation, &caller), self.remember(&said, now));
        let (space, members, held) = found?;
        let (role, reason) = invitation.role_for(&caller);
        let (role, reason) = match &held {
            Some(held) => keep_higher(held.role, (role, reason)),
            None => (role, reason),
        };
        let newcomer = Member {
            id: member_id(&caller),
            role,
            display_name: display_name(&caller),
            joined: now,
            invite: Some(invitation.id),
        };
        let member = self.store.admit(space.id, newcomer, held).await.map_err(store_problem)?;
        // Another join of the same person may have got in between and given more than this one does.
        let (_, reason) = keep_higher(member.role, (role, reason));
        json(&Answer::new(&space, members, &member, reason, &invitation))
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
        match invitation.is_open(now) {
            Ok(()) => Ok(invitation),
            Err(Gone::Expired) => Err(Problem::new(Code::InviteExpired)),
            Err(Gone::Revoked) => Err(Problem::new(Code::InviteRevoked)),
        }
    }

    /// What the directory knows about a user whose token says too little.
    async fn known(&self, caller: &Caller) -> Result<Option<User>, Problem> {
        match caller {
            Caller::User(user) if Callers::is_incomplete(user) => self.store.user(user.id).await.map_err(store_problem),
            _ => Ok(None),
        }
    }

    async fn space_for(
        &self,
        invitation: &Invitation,
        caller: &Caller,
    ) -> Result<(Space, Vec<Member>, Option<Member>), Problem> {
        let found = self.store.space_for(invitation.space, member_id(caller), MAX_MEMBERS).await;
        found.map_err(store_problem)?.ok_or_else(|| Problem::new(Code::NotFound))
    }

    async fn remember(&self, caller: &Caller, now: Timestamp) {
        if let Caller::User(user) = caller {
            self.callers.remember(user, now).await;
        }
    }
}

fn member_id(caller: &Caller) -> MemberId {
    match caller {
        Caller::User(User { id, .. }) => MemberId::User(*id),
        Caller::ServiceApp(app) => MemberId::User(app.account),
        Caller::Guest(guest) => MemberId::Guest(guest.id),
    }
}

fn display_name(caller: &Caller) -> String {
    match caller {
        Caller::User(user) => user.name.clone().unwrap_or_else(|| NAMELESS.to_owned()),
        Caller::ServiceApp(app) => app.id.to_string(),
        Caller::Guest(guest) => guest.display_name.clone(),
    }
}
