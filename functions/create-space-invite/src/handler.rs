//! Handling of a request, from top to bottom.

use futures_util::future::join;
use jiff::Timestamp;
use spaces_api::idempotency::{self, Ids};
use spaces_api::inviting::{
    InviteBody, InviteRejection, Invitees, NewInvitation, Request, acted_by, check_addresses, is_dry_run, unknown_users,
};
use spaces_api::wire::InvitationAnswer;
use spaces_api::{audit, refund_unless_stored, store_problem, user_acted_for};
use spaces_http::http::Method;
use spaces_http::{Act, Body, Call, Code, Faults, JsonBody, Problem, Response, json};
use spaces_model::{Caller, Description, Founding, Invitation, MemberId, Space, SpaceId, Title, User, UserId};
use spaces_store::{Created, SpentMails, wait_for_others};

use crate::App;
use crate::body::CreateBody;

impl App {
    pub(crate) async fn handle(&self, call: &Call) -> Result<Response<Body>, Problem> {
        match (call.method(), call.segments().as_slice()) {
            (&Method::POST, ["api", "spaces" | "topics", "invite"]) => {
                call.log_route("POST /api/spaces/invite");
                self.create(call).await
            }
            (_, ["api", "spaces" | "topics", "invite"]) => Err(Problem::wrong_method("POST")),
            _ => Err(Problem::new(Code::NotFound)),
        }
    }

    async fn create(&self, call: &Call) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        let acted_for = self.acted_for(call, &caller).await?;
        if matches!(caller, Caller::Guest(_)) {
            return Err(Problem::new(Code::Forbidden).with_detail("Guests cannot create spaces."));
        }
        let over = self.limit.count(&idempotency::name(&caller), now).err();
        let over = over.map(|seconds| Problem::new(Code::TooManyRequests).with_retry_after(seconds));
        let acting_for = acted_for.as_ref().map(|user| user.id);
        let ids = idempotency::ids(call, &caller, acting_for, &self.index_secret, &["create"], &self.sources)?;
        let is_dry_run = is_dry_run(call)?;
        // A dry run creates nothing that could be repeated.
        let ids = Ids { repeatable: ids.repeatable && !is_dry_run, ..ids };
        let over = match over {
            Some(problem) if !ids.repeatable => return Err(problem),
            over => over,
        };
        let (space, request) = read(&call.json()?, is_dry_run, now)?;
        let hash = request.hash(&[space.0.as_str(), space.1.as_str()], acting_for);
        let refusal = over.or_else(|| request.overdue(now).map(|fault| Problem::invalid(vec![fault])));
        if let Some(refusal) = refusal {
            // A repeated request gets its response even over the limit or after the meeting has ended.
            return match self.find_original(&ids).await? {
                Some((before, space)) => self.replay(&before, &space, hash),
                None => Err(refusal),
            };
        }
        let mails = if is_dry_run { 0 } else { request.mails() };
        // The mails are counted while the directory is read. If the request is rejected below, they are refunded.
        let (judged, spent) = join(
            Box::pin(self.judge(&caller, acted_for, &request, now)),
            Box::pin(self.mail_limits.spend_for_new_space(&self.store, &caller, mails, now)),
        )
        .await;
        let (creator, spent) = match self.within_limits(judged, spent, now).await? {
            Ok(judged) => judged,
            Err(refusal) => {
                // A request that was allowed the first time may be rejected when it is repeated.
                let mut before = self.find_original(&ids).await?;
                if before.is_none() && ids.repeatable && refusal.is_limit() {
                    // A concurrent copy of this request may have spent the limit and may still be writing.
                    wait_for_others().await;
                    before = self.find_original(&ids).await?;
                }
                return match (before, refusal) {
                    (Some((before, space)), _) => self.replay(&before, &space, hash),
                    (None, InviteRejection::Problem(problem)) => Err(problem),
                    (None, InviteRejection::UnknownUsers(unknown)) => {
                        Err(unknown_users(&self.store, &caller, unknown, now).await)
                    }
                };
            }
        };
        if is_dry_run {
            check_addresses(&self.store, &caller, &request, now).await?;
            return json(&InvitationAnswer::checked(request, |_| false, now));
        }
        let (title, description) = space;
        let founding = Founding {
            title,
            description,
            creator: creator.id,
            creator_name: creator.display_name().to_owned(),
            acted_by: acted_by(&caller),
            member_only: self.default_member_only,
        };
        let new = NewInvitation {
            id: ids.invite,
            space: ids.space,
            founds: Some(founding),
            inviter: &creator,
            acted_by: acted_by(&caller),
            request_hash: hash,
        };
        let invitation = request.into_terms().invitation(new, &self.lifetime, now);
        match self.put(&invitation, ids.repeatable, spent).await? {
            // A random id can only have been written by this request: the response to its first attempt was lost.
            Created::Existing { space, .. } if !ids.repeatable => {
                self.count_created(call, &caller, acting_for, space.id);
                json(&InvitationAnswer::created(&invitation, &space, &self.public_url, &self.brand))
            }
            Created::New(space) => {
                self.count_created(call, &caller, acting_for, space.id);
                json(&InvitationAnswer::created(&invitation, &space, &self.public_url, &self.brand))
            }
            Created::Existing { invitation, space } => self.replay(&invitation, &space, hash),
            Created::CleanedUp => Err(Problem::new(Code::InviteExpired)
                .with_detail("This Idempotency-Key was used for an invitation that has since expired.")),
        }
    }

    fn count_created(&self, call: &Call, caller: &Caller, acting_for: Option<UserId>, space: SpaceId) {
        call.count("InvitationsCreated", None);
        if let Some(user) = acting_for {
            let subject = Some(MemberId::User(user));
            audit(call, &self.index_secret, caller, Act::ActedFor, space, subject);
        }
    }

    /// Checks everything about a request that depends on the directory and on other users. Returns the creator, and the
    /// caller as the directory knows them.
    async fn judge(
        &self,
        caller: &Caller,
        acted_for: Option<User>,
        request: &Request,
        now: Timestamp,
    ) -> Result<(User, Caller), InviteRejection> {
        let known = self.callers.known(caller.clone(), now).await?;
        let creator = acted_for.or_else(|| known.clone().into_user());
        let creator = creator.ok_or_else(|| Problem::new(Code::Forbidden))?;
        self.callers.check_allowed(caller, now).await?;
        self.callers.check_user_allowed(creator.id, now).await?;
        let acquaintances = self.store.acquaintances(&creator, &request.users()).await.map_err(store_problem)?;
        request.check_users(|id| acquaintances.contains_key(id)).map_err(InviteRejection::UnknownUsers)?;
        Ok((creator, known))
    }

    /// Combines the results of the concurrent checks and of the mail limit. Mails that will not be sent are refunded.
    /// An outer error is final, even for a repeated request.
    async fn within_limits(
        &self,
        judged: Result<(User, Caller), InviteRejection>,
        spent: Result<SpentMails, Problem>,
        now: Timestamp,
    ) -> Result<Result<(User, SpentMails), InviteRejection>, Problem> {
        let (creator, caller) = match judged {
            Ok(judged) => judged,
            Err(refusal) => {
                if let Ok(spent) = spent {
                    self.store.refund_mails(spent).await;
                }
                return match refusal {
                    InviteRejection::Problem(problem) => Err(problem),
                    unknown @ InviteRejection::UnknownUsers(_) => Ok(Err(unknown)),
                };
            }
        };
        let spent = match spent {
            Ok(spent) => spent,
            Err(over) => return Ok(Err(over.into())),
        };
        match self.mail_limits.check_verified(&caller, &spent, now) {
            Ok(()) => Ok(Ok((creator, spent))),
            Err(over) => {
                self.store.refund_mails(spent).await;
                Ok(Err(over.into()))
            }
        }
    }

    /// Puts everything that a request creates. Refunds the mails if an earlier request already created the invitation.
    async fn put(&self, invitation: &Invitation, is_repeatable: bool, spent: SpentMails) -> Result<Created, Problem> {
        let created = match self.store.create(invitation).await {
            Ok(created) => created,
            Err(error) => {
                refund_unless_stored(&self.store, spent, invitation).await;
                return Err(store_problem(error));
            }
        };
        match &created {
            Created::New(_) => {}
            // Nobody else has a random id: the response to the first attempt was lost.
            Created::Existing { .. } if !is_repeatable => {}
            Created::Existing { .. } | Created::CleanedUp => self.store.refund_mails(spent).await,
        }
        Ok(created)
    }

    /// Returns the user for whom the caller acts, if the header names one.
    async fn acted_for(&self, call: &Call, caller: &Caller) -> Result<Option<User>, Problem> {
        const HEADER: &str = "x-avaya-act-as";
        if !call.headers().contains_key(HEADER) {
            return Ok(None);
        }
        let address = call.header(HEADER).unwrap_or_default();
        user_acted_for(&self.store, caller, address).await.map(Some)
    }

    /// Returns the invitation and space that the original of a repeated request created.
    async fn find_original(&self, ids: &Ids) -> Result<Option<(Invitation, Space)>, Problem> {
        if !ids.repeatable {
            return Ok(None);
        }
        let Some(invitation) = self.store.invitation(ids.invite).await.map_err(store_problem)? else { return Ok(None) };
        // The request that created the invitation may have failed halfway.
        let space = self.store.found(&invitation).await.map_err(store_problem)?;
        Ok(space.filter(|space| !invitation.founds_again(space)).map(|space| (invitation, space)))
    }

    /// Responds to a repeated request, provided that it matches the original.
    fn replay(&self, before: &Invitation, space: &Space, hash: [u8; 32]) -> Result<Response<Body>, Problem> {
        if before.request_hash != hash {
            return Err(Problem::new(Code::IdempotencyMismatch));
        }
        json(&InvitationAnswer::created(before, space, &self.public_url, &self.brand))
    }
}

/// Parses a body: the space, and the people to invite.
fn read(body: &JsonBody<'_>, is_dry_run: bool, now: Timestamp) -> Result<((Title, Description), Request), Problem> {
    let mut faults = Faults::default();
    let (create, invite) = body.read_both::<CreateBody<'_>, InviteBody<'_>>(&mut faults)?;
    let (Some(create), Some(invite)) = (faults.body(create), invite.present()) else {
        return Err(Problem::invalid(Vec::from(faults)));
    };
    let space = create.space(&mut faults);
    let request = Request::read(invite, Invitees::Any, is_dry_run, &mut faults).finish(faults, now)?;
    // If there is no space, there is a fault.
    space.map(|space| (space, request)).ok_or_else(|| Problem::new(Code::Internal))
}
