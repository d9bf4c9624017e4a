//! Lets people join by an invitation: `GET /api/spaces/invites/{inviteId}/join`, and the link in a browser.

mod answer;
mod calendar;
mod config;
mod decline;
mod gone;
mod join;
mod mail;
mod mangled;
#[cfg(feature = "openapi")]
pub mod openapi;
mod show;
mod space_page;
mod web;

use std::sync::Arc;

use jiff::SignedDuration;
use spaces_api::{Backend, Callers, TtlCache};
use spaces_http::http::Method;
use spaces_http::{Body, Boundary, Call, Code, ConfigError, Env, Problem, Request, Response, Sources};
use spaces_model::{Invitation, InviteId, Member, SpaceId};
use spaces_store::{IndexSecret, Store};

use crate::config::WebConfig;
use crate::space_page::SpaceRoute;
use crate::web::LinkPage;

/// Duration for which an invitation is cached: it is the hot item when a whole meeting joins. A revoked invitation
/// admits people for at most this long.
const INVITATION_FRESH: SignedDuration = SignedDuration::from_secs(5);

/// Duration for which the first hundred members of a larger space are cached. Admission never depends on them.
const CROWDED_FRESH: SignedDuration = SignedDuration::from_secs(5);

/// Maximum number of cached invitations, and of crowded spaces. An entry may take hundreds of kilobytes, and few are
/// requested often enough for caching to help.
const HOT: usize = 100;

/// The function with its configuration and clients.
pub struct App {
    boundary: Boundary,
    callers: Callers,
    store: Store,
    index_secret: IndexSecret,
    invitations: TtlCache<InviteId, Arc<Invitation>>,
    /// Members of spaces that have more members than a response shows.
    crowded: TtlCache<SpaceId, Arc<Vec<Member>>>,
    sources: Sources,
    web: WebConfig,
}

impl App {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        let Backend { store, callers, public_url, index_secret } = Backend::from_env(env)?;
        let boundary = Boundary::from_env("join-invite", env)?;
        let web = WebConfig::from_env(env, public_url)?;
        let (invitations, crowded) = (TtlCache::new(INVITATION_FRESH, HOT), TtlCache::new(CROWDED_FRESH, HOT));
        Ok(Self { boundary, callers, store, index_secret, invitations, crowded, sources, web })
    }

    /// Opens connections and loads keys before the first request.
    pub async fn warm_up(&self) {
        futures_util::join!(self.store.warm_up(), self.callers.warm_up(self.sources.now()));
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        let handler = async |call: &Call| self.handle(call).await;
        let failed = async |call: &Call, problem: &Problem| self.failure_page(call, problem).await;
        self.boundary.answer_or(request, self.sources.now(), handler, failed).await
    }

    async fn handle(&self, call: &Call) -> Result<Response<Body>, Problem> {
        match (call.method(), call.segments().as_slice()) {
            (&Method::GET, ["api", "spaces" | "topics", "invites", id, "join"]) => {
                call.log_route("GET /api/spaces/invites/{inviteId}/join");
                self.join(call, id).await
            }
            (_, ["api", "spaces" | "topics", "invites", _, "join"]) => Err(Problem::wrong_method("GET")),
            (_, ["spaces", "invites", id, page]) => {
                let page = page.parse::<LinkPage>().ok().filter(|_| id.parse::<InviteId>().is_ok());
                call.log_route(page.unwrap_or(LinkPage::Join).route());
                match page {
                    Some(page) => self.web(call, id, page).await,
                    None => self.redirect_to_intended(call),
                }
            }
            (_, ["spaces", id]) if id.parse::<SpaceId>().is_ok() => {
                call.log_route("/spaces/{id}");
                self.space_page(call, id, SpaceRoute::Open).await
            }
            (_, ["spaces", id, "joined"]) if id.parse::<SpaceId>().is_ok() => {
                call.log_route("/spaces/{id}/joined");
                self.space_page(call, id, SpaceRoute::Joined).await
            }
            (_, ["spaces", ..]) => {
                call.log_route("/spaces/{proxy+}");
                self.redirect_to_intended(call)
            }
            _ => Err(Problem::new(Code::NotFound)),
        }
    }
}
