//! `POST /api/spaces/{id}/invite`: invites to an existing space.

use jiff::Timestamp;
use spaces_api::idempotency::{self, Ids};
use spaces_api::inviting::{
    InviteBody, InviteRejection, Invitees, NewInvitation, Request, acted_by, check_addresses, is_dry_run, unknown_users,
};
use spaces_api::wire::InvitationAnswer;
use spaces_api::{Permitted, Update, refund_unless_stored, store_problem};
use spaces_http::{Body, Call, Code, Faults, JsonBody, Problem, Response, json};
use spaces_model::{Invitation, InviteeTarget, Role, Space, SpaceKind, User};
use spaces_store::{SpentMails, wait_for_others};

use crate::App;
use crate::invitations::check_active;

/// A parsed and permitted request to invite.
struct Inviting {
    permitted: Permitted<Update>,
    ids: Ids,
    request: Request,
    hash: [u8; 32],
}

impl App {
    /// Creates an invitation to a space, or only checks it in a dry run.
    pub(crate) async fn invite(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let permitted = Permitted::<Update>::check(&self.callers, &self.store, call, id, now).await?;
        let caller = &permitted.caller;
        let is_dry_run = is_dry_run(call)?;
        let space = permitted.space.id.to_string();
        let ids = idempotency::ids(call, caller, None, &self.index_secret, &["invite", &space], &self.sources)?;
        // A dry run creates nothing that could be repeated.
        let ids = Ids { repeatable: ids.repeatable && !is_dry_run, ..ids };
        let over = self.limit.count(&idempotency::name(caller), now).err();
        let over = match over.map(|seconds| Problem::new(Code::TooManyRequests).with_retry_after(seconds)) {
            Some(problem) if !ids.repeatable => return Err(problem),
            over => over,
        };
        let request = read(&call.json()?, is_dry_run, now)?;
        let hash = request.hash(&["invite", &space], None);
        let inviting = Inviting { permitted, ids, request, hash };
        let judged = match over {
            Some(problem) => Err(InviteRejection::Problem(problem)),
            None => self.judge(&inviting, is_dry_run, now).await,
        };
        let (inviter, spent) = match judged {
            Ok(judged) => judged,
            Err(refusal) => return self.handle_replay(&inviting, refusal, now).await,
        };
        if is_dry_run {
            return self.check_only(inviting, now).await;
        }
        let Inviting { permitted, ids, request, hash } = inviting;
        let new = NewInvitation {
            id: ids.invite,
            space: permitted.space.id,
            founds: None,
            inviter: &inviter,
            acted_by: acted_by(&permitted.caller),
            request_hash: hash,
        };
        let invitation = request.into_terms().invitation(new, &self.lifetime, now);
        match self.store.invite(&invitation).await {
            Ok(None) => {}
            Ok(Some(before)) => {
                // Nobody else has a random id: the response to the first attempt was lost.
                if ids.repeatable {
                    self.store.refund_mails(spent).await;
                }
                return self.replay(&before, &permitted.space, hash);
            }
            Err(error) => {
                refund_unless_stored(&self.store, spent, &invitation).await;
                return Err(store_problem(error));
            }
        }
        call.count("InvitationsCreated", None);
        json(&InvitationAnswer::created(&invitation, &permitted.space, &self.public_url, &self.brand))
    }

    /// Checks everything about a request that depends on the space, the time and other users, and counts its mails.
    /// Returns the inviter and the counted mails.
    async fn judge(
        &self,
        inviting: &Inviting,
        is_dry_run: bool,
        now: Timestamp,
    ) -> Result<(User, SpentMails), InviteRejection> {
        let Inviting { permitted: Permitted { caller, space, member, .. }, request, .. } = inviting;
        check_active(space)?;
        if space.kind == SpaceKind::Direct {
            return Err(Problem::new(Code::Forbidden).with_detail("Direct spaces do not allow invitations.").into());
        }
        if !member.is_admin() && !request.terms().is_within(Role::Member) {
            return Err(Problem::new(Code::Forbidden).with_detail("Only admins can invite admins.").into());
        }
        if let Some(fault) = request.overdue(now) {
            return Err(Problem::invalid(vec![fault]).into());
        }
        let inviter = caller.clone().into_user().ok_or_else(|| Problem::new(Code::Forbidden))?;
        let known = self.store.acquaintances(&inviter, &request.users()).await.map_err(store_problem)?;
        // People who were known the first time may be unknown when the request is repeated.
        request.check_users(|id| known.contains_key(id)).map_err(InviteRejection::UnknownUsers)?;
        let mails = if is_dry_run { 0 } else { request.mails() };
        let spent = self.mail_limits.spend(&self.store, caller, (space, member), mails, now).await?;
        Ok((inviter, spent))
    }

    /// Handles a request that would be rejected now, but may repeat one that was accepted.
    async fn handle_replay(
        &self,
        inviting: &Inviting,
        refusal: InviteRejection,
        now: Timestamp,
    ) -> Result<Response<Body>, Problem> {
        let Inviting { permitted: Permitted { caller, space, .. }, ids, hash, .. } = inviting;
        let mut before = self.find_original(ids).await?;
        if before.is_none() && ids.repeatable && refusal.is_limit() {
            // A concurrent copy of this request may have spent the limit and may still be writing.
            wait_for_others().await;
            before = self.find_original(ids).await?;
        }
        match (before, refusal) {
            (Some(before), _) => self.replay(&before, space, *hash),
            (None, InviteRejection::Problem(problem)) => Err(problem),
            (None, InviteRejection::UnknownUsers(faults)) => Err(unknown_users(&self.store, caller, faults, now).await),
        }
    }

    /// Responds to a dry run with a verdict on each invitee. Only admins see who is a member.
    async fn check_only(&self, inviting: Inviting, now: Timestamp) -> Result<Response<Body>, Problem> {
        let Inviting { permitted: Permitted { caller, space, member, .. }, request, .. } = inviting;
        check_addresses(&self.store, &caller, &request, now).await?;
        let members = if member.is_admin() {
            let people: Vec<InviteeTarget> =
                request.terms().invitees.iter().map(|invitee| invitee.target.clone()).collect();
            self.store.members_among(space.id, &people).await.map_err(store_problem)?
        } else {
            std::collections::HashSet::new()
        };
        json(&InvitationAnswer::checked(request, |target| members.contains(target), now))
    }

    /// Returns the invitation that the original of a repeated request created.
    async fn find_original(&self, ids: &Ids) -> Result<Option<Invitation>, Problem> {
        if !ids.repeatable {
            return Ok(None);
        }
        self.store.invitation(ids.invite).await.map_err(store_problem)
    }

    /// Responds to a repeated request, provided that it matches the original.
    fn replay(&self, before: &Invitation, space: &Space, hash: [u8; 32]) -> Result<Response<Body>, Problem> {
        if before.request_hash != hash {
            return Err(Problem::new(Code::IdempotencyMismatch));
        }
        json(&InvitationAnswer::created(before, space, &self.public_url, &self.brand))
    }
}

/// Parses a body.
fn read(body: &JsonBody<'_>, is_dry_run: bool, now: Timestamp) -> Result<Request, Problem> {
    let mut faults = Faults::default();
    let body = body.read::<InviteBody<'_>>(&mut faults)?;
    let Some(body) = faults.body(body) else { return Err(Problem::invalid(faults)) };
    Request::read(body, Invitees::NonEmpty, is_dry_run, &mut faults).finish(faults, now)
}
