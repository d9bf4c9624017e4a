//! A space in a browser: `/spaces/{id}`, and its page for members, `/spaces/{id}/joined`.

use spaces_api::wire::MAX_MEMBERS;
use spaces_api::{record_use, store_problem};
use spaces_content::pages;
use spaces_http::http::{Method, StatusCode};
use spaces_http::{Body, Call, Code, Problem, Response};
use spaces_model::{Member, Space, SpaceId, SpaceStatus, Title};

use crate::App;

/// A page of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpaceRoute {
    /// The space's URL.
    Open,
    /// The page for members, used if no application is configured.
    Joined,
}

impl App {
    /// Handles a request, with any method, for the page of a space. The only write records that a member uses the
    /// space.
    ///
    /// Non-members see the same page for every space, and for an id that no space has, after the same reads.
    pub(crate) async fn space_page(&self, call: &Call, id: &str, page: SpaceRoute) -> Result<Response<Body>, Problem> {
        let id: SpaceId = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
        let path = format!("/spaces/{id}");
        match *call.method() {
            Method::HEAD => return Ok(self.space_login(call, &path, false)),
            Method::GET => {}
            _ => return Err(Problem::wrong_method("GET, HEAD")),
        }
        let now = self.sources.now();
        let Some(caller) = self.callers.session(call, now).await? else {
            return Ok(self.space_login(call, &path, false));
        };
        let (space, mut held) = self.store.space_with(id, &[caller.member_id()]).await.map_err(store_problem)?;
        let held = held.pop();
        let space = space.filter(|space| space.status != SpaceStatus::Deleted);
        let (Some(space), Some(own)) = (space, held.filter(Member::is_present)) else {
            return Ok(self.space_login(call, &path, true));
        };
        if page == SpaceRoute::Open {
            if !call.is_navigation() {
                return Ok(self.space_login(call, &path, true));
            }
            record_use(&self.store, id, &own, now).await;
            return self.see_other(&self.web.app_url(id, false).unwrap_or_else(|| format!("{path}/joined")));
        }
        let members = self.store.members(id, MAX_MEMBERS).await.map_err(store_problem)?;
        let title = Title::from_name(space.title_for(own.id, &members));
        let space = Space { title, ..space };
        Ok(self.in_space(call, &space, None, &caller, &own, &members))
    }

    /// Returns the sign-in page. A visitor with a session has to use another account.
    fn space_login(&self, call: &Call, path: &str, has_session: bool) -> Response<Body> {
        let sign_in = if has_session { self.web.other_account_url(path) } else { self.web.sign_in_url(path) };
        let sign_up = self.web.sign_up_url(path);
        let html = pages::space(sign_in.as_deref(), sign_up.as_deref(), &self.frame(call));
        self.page(call, StatusCode::OK, html)
    }
}
