//! What the function does with a request, from top to bottom.

use jiff::Timestamp;
use spaces_api::idempotency::{self, Ids};
use spaces_api::{store_problem, user_acted_for};
use spaces_http::http::Method;
use spaces_http::{Body, Call, Code, Fault, Problem, Response, json};
use spaces_model::{Caller, Email, Founding, Invitation, Inviter, Mailing, Space, User};
use spaces_store::{Created, Limit};

use crate::App;
use crate::answer::Answer;
use crate::command::{Command, Draft};

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
        self.limit
            .count(&idempotency::name(&caller), now)
            .map_err(|seconds| Problem::new(Code::TooManyRequests).with_retry_after(seconds))?;
        let ids =
            idempotency::ids(call, &caller, acted_for.as_ref().map(|user| user.id), &self.index_secret, &self.sources)?;
        let text = call.text()?;
        let body = crate::body::read(&text).map_err(|error| {
            // Where it stopped helps the developer; what stood there is not repeated.
            let what = if error.is_data() { "has a field twice" } else { "is not JSON" };
            let place = format!("The request body {what} (line {}, column {}).", error.line(), error.column());
            Problem::new(Code::MalformedRequest).with_detail(place)
        })?;
        let request = Draft::read(body).finish(now).map_err(Problem::invalid)?;
        let hash = request.hash(acted_for.as_ref().map(|user| user.id));
        if let Some(fault) = request.overdue(now) {
            // A repeat may come after the meeting has ended. It gets its answer all the same.
            return match self.made_before(&ids).await? {
                Some((before, space)) => self.repeated(&before, &space, hash),
                None => Err(Problem::invalid(vec![fault])),
            };
        }
        let creator = self.creator(&caller, acted_for, now).await?;
        self.callers.check_allowed(&caller, now).await?;
        self.callers.check_user_allowed(creator.id, now).await?;
        let acquaintances = self.store.acquaintances(&creator, &request.users()).await.map_err(store_problem)?;
        let command = match request.command(&acquaintances) {
            Ok(command) => command,
            // Who was known when the request was made first may not be any more.
            Err(unknown) => {
                return match self.made_before(&ids).await? {
                    Some((before, space)) => self.repeated(&before, &space, hash),
                    None => Err(self.unknown_users(&caller, unknown, now).await),
                };
            }
        };
        let invitation = self.plan(command, &creator, &caller, &ids, hash, now);
        match self.store.create(&invitation).await.map_err(store_problem)? {
            Created::Now(space) => {
                call.count("InvitationsCreated", None);
                json(&Answer::of(&invitation, &space, &self.public_url))
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
        match self.callers.known(caller.clone(), now).await? {
            Caller::User(user) => Ok(user),
            Caller::ServiceApp(app) => Ok(User { email: Some(Email::Verified(app.email)), ..User::new(app.account) }),
            Caller::Guest(_) => Err(Problem::new(Code::Forbidden)),
        }
    }

    /// The answer to a request that invites users whom the caller may not know about: not more than a hundred an hour, so that
    /// nobody finds out ids by trying them.
    async fn unknown_users(&self, caller: &Caller, faults: Vec<Fault>, now: Timestamp) -> Problem {
        match self.store.use_once(Limit::UNKNOWN_USERS, &idempotency::name(caller), now).await {
            Ok(None) => Problem::invalid(faults),
            Ok(Some(rest)) => {
                let seconds = u32::try_from((rest.as_millis() + 999) / 1_000).unwrap_or(u32::MAX);
                Problem::new(Code::TooManyRequests).with_retry_after(seconds)
            }
            Err(error) => store_problem(error),
        }
    }

    /// What is to be written.
    fn plan(
        &self,
        command: Command,
        creator: &User,
        caller: &Caller,
        ids: &Ids,
        request_hash: [u8; 32],
        now: Timestamp,
    ) -> Invitation {
        let acted_by = match caller {
            Caller::ServiceApp(app) => Some(app.id.clone()),
            Caller::User(_) | Caller::Guest(_) => None,
        };
        let founding = Founding {
            title: command.title,
            description: command.description,
            creator: creator.id,
            creator_name: creator.display_name().to_owned(),
            acted_by: acted_by.clone(),
            member_only: self.default_member_only,
        };
        Invitation {
            id: ids.invite,
            space: ids.space,
            founds: Some(founding),
            invitees: command.invitees,
            mode: command.mode,
            channel: command.channel,
            language: command.language.or_else(|| creator.language.clone()),
            starts: command.starts,
            ends: command.ends,
            inviter: Inviter {
                id: creator.id,
                name: creator.name.clone(),
                email: creator.email.as_ref().and_then(Email::verified).cloned(),
                zone: creator.zone.clone(),
            },
            acted_by,
            created: now,
            updated: now,
            expires: self.lifetime.expiry(now, command.ends),
            revoked: None,
            version: 0,
            sequence: 0,
            revised: 0,
            mailing: Mailing::FIRST,
            request_hash,
        }
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
        json(&Answer::of(before, space, &self.public_url))
    }
}
