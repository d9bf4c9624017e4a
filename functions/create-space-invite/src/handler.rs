//! What the function does with a request, from top to bottom.

use jiff::Timestamp;
use spaces_api::idempotency::{self, Ids};
use spaces_api::inviting::{
    InviteBody, Invitees, NewInvitation, Request, acted_by, check_addresses, is_dry_run, unknown_users,
};
use spaces_api::wire::InvitationAnswer;
use spaces_api::{store_problem, user_acted_for};
use spaces_http::http::Method;
use spaces_http::{Body, Call, Code, Faults, Problem, Response, json, read_json};
use spaces_model::{Caller, Description, Founding, Invitation, Space, Title, User};
use spaces_store::Created;

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
        // A dry run is no request that could be repeated.
        let ids = Ids { repeatable: ids.repeatable && !is_dry_run, ..ids };
        let over = match over {
            Some(problem) if !ids.repeatable => return Err(problem),
            over => over,
        };
        let text = call.json()?;
        let (space, request) = read(&text, is_dry_run, now)?;
        let hash = request.hash(&[space.0.as_str(), space.1.as_str()], acting_for);
        let refusal = over.or_else(|| request.overdue(now).map(|fault| Problem::invalid(vec![fault])));
        if let Some(refusal) = refusal {
            // A repeat may come over the limit, or after the meeting has ended. It gets its answer all the same.
            return match self.made_before(&ids).await? {
                Some((before, space)) => self.repeated(&before, &space, hash),
                None => Err(refusal),
            };
        }
        let creator = self.creator(&caller, acted_for, now).await?;
        self.callers.check_allowed(&caller, now).await?;
        self.callers.check_user_allowed(creator.id, now).await?;
        let acquaintances = self.store.acquaintances(&creator, &request.users()).await.map_err(store_problem)?;
        if let Err(unknown) = request.check_users(|id| acquaintances.contains_key(id)) {
            // Who was known when the request was made first may not be any more.
            return match self.made_before(&ids).await? {
                Some((before, space)) => self.repeated(&before, &space, hash),
                None => Err(unknown_users(&self.store, &caller, unknown, now).await),
            };
        }
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
        match self.store.create(&invitation).await.map_err(store_problem)? {
            Created::Now(space) => {
                call.count("InvitationsCreated", None);
                json(&InvitationAnswer::created(&invitation, &space, &self.public_url))
            }
            Created::Before { invitation, space } => self.repeated(&invitation, &space, hash),
            Created::Forgotten => Err(Problem::new(Code::InviteExpired)
                .with_detail("This Idempotency-Key was used for an invitation that has expired since.")),
        }
    }

    /// The user in whose name the caller acts, if the header asks for that.
    async fn acted_for(&self, call: &Call, caller: &Caller) -> Result<Option<User>, Problem> {
        const HEADER: &str = "x-avaya-act-as";
        if !call.headers().contains_key(HEADER) {
            return Ok(None);
        }
        let address = call.header(HEADER).unwrap_or_default();
        user_acted_for(&self.store, caller, address).await.map(Some)
    }

    /// The person in whose name the space is created, as the directory knows them.
    async fn creator(&self, caller: &Caller, acted_for: Option<User>, now: Timestamp) -> Result<User, Problem> {
        if let Some(user) = acted_for {
            return Ok(user);
        }
        let caller = self.callers.known(caller.clone(), now).await?;
        caller.into_user().ok_or_else(|| Problem::new(Code::Forbidden))
    }

    /// The invitation that this very request has made, if it is a repeat, and its space.
    async fn made_before(&self, ids: &Ids) -> Result<Option<(Invitation, Space)>, Problem> {
        if !ids.repeatable {
            return Ok(None);
        }
        let Some(invitation) = self.store.invitation(ids.invite).await.map_err(store_problem)? else { return Ok(None) };
        // The request that made the invitation may have failed halfway.
        let space = self.store.found(&invitation).await.map_err(store_problem)?;
        Ok(space.filter(|space| !invitation.founds_again(space)).map(|space| (invitation, space)))
    }

    /// The answer to a repeat, provided that it asks for the same.
    fn repeated(&self, before: &Invitation, space: &Space, hash: [u8; 32]) -> Result<Response<Body>, Problem> {
        if before.request_hash != hash {
            return Err(Problem::new(Code::IdempotencyMismatch));
        }
        json(&InvitationAnswer::created(before, space, &self.public_url))
    }
}

/// Reads a body: the space and whom to invite.
fn read(text: &str, is_dry_run: bool, now: Timestamp) -> Result<((Title, Description), Request), Problem> {
    let (create, invite) = (read_json::<CreateBody<'_>>(text)?, read_json::<InviteBody<'_>>(text)?);
    let mut faults = Faults::default();
    let (Some(create), Some(invite)) = (faults.body(create), invite.present()) else {
        return Err(Problem::invalid(Vec::from(faults)));
    };
    let space = create.space(&mut faults);
    let request = Request::read(invite, Invitees::Any, is_dry_run, &mut faults).finish(faults, now)?;
    // Without a space there is a fault.
    space.map(|space| (space, request)).ok_or_else(|| Problem::new(Code::Internal))
}
