//! What the function does with a request, from top to bottom.

use jiff::Timestamp;
use spaces_api::idempotency::{self, Ids};
use spaces_api::{Callers, store_problem, user_acted_for};
use spaces_http::http::Method;
use spaces_http::{Body, Call, Code, Problem, Response, json};
use spaces_model::{Caller, Email, Founding, Invitation, Inviter, Mailing, Space, User};
use spaces_store::Created;

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
        let (command, creator) = self.completed(Draft::read(body), &caller, acted_for.clone(), now).await?;
        let hash = command.hash(acted_for.map(|user| user.id));
        if let Some(fault) = command.overdue(now) {
            // A repeat may come after the meeting has ended. It gets its answer all the same.
            return match self.made_before(&ids).await? {
                Some((before, space)) => self.repeated(&before, &space, hash),
                None => Err(Problem::invalid(vec![fault])),
            };
        }
        let invitation = self.plan(command, &creator, &caller, &ids, hash, now);
        let create = self.store.create(&invitation);
        let (created, ()) = futures_util::join!(create, self.callers.remember(&caller, now));
        match created.map_err(store_problem)? {
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

    /// The command and its creator, with what the directory knows about both: one round trip where users are invited by id, two
    /// where the token does not say who its user is, none otherwise.
    async fn completed(
        &self,
        draft: Draft,
        caller: &Caller,
        acted_for: Option<User>,
        now: Timestamp,
    ) -> Result<(Command, User), Problem> {
        let creator = match (acted_for, caller) {
            (Some(user), _) => user,
            (None, Caller::User(user)) => user.clone(),
            (None, Caller::ServiceApp(app)) => User {
                id: app.account,
                name: None,
                email: Some(Email::Verified(app.email.clone())),
                language: None,
                zone: None,
            },
            (None, Caller::Guest(_)) => return Err(Problem::new(Code::Forbidden)),
        };
        let invited: Vec<_> = draft.users().collect();
        let profile =
            async { if Callers::is_incomplete(&creator) { self.store.user(creator.id).await } else { Ok(None) } };
        let (known, profile) =
            futures_util::try_join!(self.store.known_users(&invited), profile).map_err(store_problem)?;
        let command = draft.finish(&known, now).map_err(Problem::invalid)?;
        Ok((command, Callers::completed(creator, profile)))
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
