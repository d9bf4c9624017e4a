//! Handles the calls under `/api` that no other function handles, preflight requests for every path, and unknown paths,
//! which get 404.
//!
//! API Gateway is deployed without a CORS configuration, and pages of other origins could not read its own 404, so a
//! function handles both.

mod attendee;
mod colleagues;
mod colleagues_by_address;
mod direct;
mod edit;
mod invitation;
mod invitation_list;
mod invitation_update;
mod invitations;
mod invitations_to_me;
mod invite;
mod join_by_id;
mod me;
mod meeting_room;
mod members;
mod my_spaces;
#[cfg(feature = "openapi")]
pub mod openapi;
mod preference;
mod removal;
mod resend;
mod routes;
mod space;
mod update;
mod with_direct;

use spaces_api::inviting::lifetime_from_env;
use spaces_api::{Backend, Callers, MailLimits, RateLimit};
use spaces_content::Brand;
use spaces_http::{Body, Boundary, Call, ConfigError, Env, Found, Problem, Request, Response, Sources};
use spaces_model::{Lifetime, PublicUrl};
use spaces_store::{IndexSecret, Store};

use crate::routes::{Action, ROUTES};

/// The function with its configuration and clients.
pub struct App {
    boundary: Boundary,
    callers: Callers,
    store: Store,
    index_secret: IndexSecret,
    public_url: PublicUrl,
    brand: Brand,
    lifetime: Lifetime,
    default_member_only: bool,
    limit: RateLimit,
    mail_limits: MailLimits,
    sources: Sources,
}

impl App {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let Backend { store, callers, public_url, index_secret } = Backend::from_env(env)?;
        let brand =
            Brand::read(|name| env.text(name)).map_err(|wrong| ConfigError::wrong(wrong.variable, wrong.reason))?;
        Ok(Self {
            boundary: Boundary::from_env("manage-spaces", env)?,
            callers,
            store,
            index_secret,
            public_url,
            brand,
            lifetime: lifetime_from_env(env)?,
            default_member_only: env.parsed("DEFAULT_MEMBER_ONLY")?.unwrap_or(true),
            limit: RateLimit::per_minute(env.parsed("CREATES_PER_MINUTE")?.unwrap_or(120)),
            mail_limits: MailLimits::from_env(env)?,
            sources,
        })
    }

    /// Opens connections and loads keys before the first request.
    pub async fn warm_up(&self) {
        futures_util::join!(self.store.warm_up(), self.callers.warm_up(self.sources.now()));
    }

    /// Answers a request. The boundary handles preflight requests.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        // Boxed, because the future is as large as that of the largest action.
        let handle = async |call: &Call| Box::pin(self.handle(call)).await;
        self.boundary.answer(request, self.sources.now(), handle).await
    }

    async fn handle(&self, call: &Call) -> Result<Response<Body>, Problem> {
        let found = ROUTES.find(call)?;
        match found.action {
            Action::Space => self.space(call, found.parameter("id")?).await,
            Action::Update => self.update(call, found.parameter("id")?).await,
            Action::Delete => self.delete(call, found.parameter("id")?).await,
            Action::Archive => self.archive(call, found.parameter("id")?).await,
            Action::Unarchive => self.unarchive(call, found.parameter("id")?).await,
            Action::Members => self.members(call, found.parameter("id")?).await,
            Action::Attend => {
                let [id, kind, whom] = attendee_path(&found)?;
                self.attend(call, id, kind, whom).await
            }
            Action::Remove => {
                let [id, kind, whom] = attendee_path(&found)?;
                self.remove(call, id, kind, whom).await
            }
            Action::Invite => self.invite(call, found.parameter("id")?).await,
            Action::Invitations => self.invitations(call, found.parameter("id")?).await,
            Action::Invitation => self.invitation(call, found.parameter("inviteId")?).await,
            Action::UpdateInvitation => Box::pin(self.update_invitation(call, found.parameter("inviteId")?)).await,
            Action::Resend => self.resend(call, found.parameter("inviteId")?).await,
            Action::Revoke => self.revoke(call, found.parameter("inviteId")?).await,
            Action::JoinById => self.join_by_id(call, found.parameter("id")?).await,
            Action::Direct => self.direct(call, found.parameter("type")?, found.parameter("memberId")?).await,
            Action::MeetingRoom => self.meeting_room(call, found.parameter("email")?).await,
            Action::WithDirect => self.with_direct(call, found.parameter("u")?).await,
            Action::Me => self.me(call).await,
            Action::Colleagues => self.colleagues(call, found.parameter("u")?).await,
            Action::ColleaguesByAddress => self.colleagues_by_address(call).await,
            Action::InvitationsToMe => self.invitations_to_me(call).await,
            Action::MySpaces => self.my_spaces(call).await,
            Action::Prefer => self.prefer(call, found.parameter("id")?).await,
        }
    }
}

/// Returns the space, the kind of attendee and the attendee in a path.
fn attendee_path<'a>(found: &Found<'a, Action>) -> Result<[&'a str; 3], Problem> {
    Ok([found.parameter("id")?, found.parameter("type")?, found.parameter("memberId")?])
}
