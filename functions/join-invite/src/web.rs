//! The link in a browser: `/spaces/invites/{inviteId}/join`, or `/meet`, and the page after it, `/joined`.
//!
//! Without a session nothing is written, whoever opens the link: mail scanners and link previews do, and they are no joins.

use std::str::FromStr;

use spaces_content::{Invitation, Language, pages};
use spaces_http::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION,
    REFERRER_POLICY, RETRY_AFTER,
};
use spaces_http::http::{HeaderValue, Method, StatusCode};
use spaces_http::{Body, Call, Code, Problem, Response};
use spaces_model::{Caller, InviteId, Member, RoleReason};

use crate::App;
use crate::join::Visit;

/// A page below an invitation's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkPage {
    /// The link to the space.
    Join,
    /// The link to its meeting.
    Meet,
    /// The page after joining, if there is no application to go to.
    Joined,
}

/// The error of a path that is none of the link's pages.
#[derive(Debug, thiserror::Error)]
#[error("there is no such page")]
pub(crate) struct NoLinkPage;

impl LinkPage {
    const fn segment(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Meet => "meet",
            Self::Joined => "joined",
        }
    }

    /// The path, made of what was read and not of what the client sent.
    fn path(self, id: InviteId) -> String {
        format!("/spaces/invites/{id}/{}", self.segment())
    }
}

impl FromStr for LinkPage {
    type Err = NoLinkPage;

    fn from_str(text: &str) -> Result<Self, NoLinkPage> {
        [Self::Join, Self::Meet, Self::Joined].into_iter().find(|page| page.segment() == text).ok_or(NoLinkPage)
    }
}

impl App {
    /// What the link answers to any method.
    pub(crate) async fn web(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        match (call.method(), page) {
            (&Method::GET, LinkPage::Join | LinkPage::Meet) => self.open(call, id, page).await,
            (&Method::GET, LinkPage::Joined) => self.joined(call, id).await,
            // Also for somebody who is signed in: it asks what there is, and joins nobody.
            (&Method::HEAD, _) => self.login(call, id, page).await,
            (&Method::POST, LinkPage::Join | LinkPage::Meet) => self.join_as_guest(call, id, page).await,
            (_, LinkPage::Join | LinkPage::Meet) => Err(Problem::wrong_method("GET, HEAD, POST")),
            (_, LinkPage::Joined) => Err(Problem::wrong_method("GET, HEAD")),
        }
    }

    /// Whoever is expected is in; others are asked who they are or whether they want to come in as guests.
    async fn open(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let Some(caller) = self.callers.session(call, now).await? else {
            return self.login(call, id, page).await;
        };
        let visit = Box::pin(self.visit(caller, id, now)).await?;
        if is_expected(&visit) {
            self.admit(call, &visit, now).await?;
            self.onward(&visit, page)
        } else {
            Ok(self.wrong_account(call, &visit, page))
        }
    }

    /// The button of somebody who is signed in and not on the invitation.
    async fn join_as_guest(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        // Another site's page could send the same form and so bring its visitors into a space of its choosing.
        if !call.is_same_origin(self.web.public_url.as_str()) {
            return Err(
                Problem::new(Code::Forbidden).with_detail("This form can only be sent from a page of this service.")
            );
        }
        let now = self.sources.now();
        let Some(caller) = self.callers.session(call, now).await? else {
            // The session has ended since the page was shown.
            let invitation = self.open_invitation(id, now).await?;
            return self.see_other(&page.path(invitation.id));
        };
        let visit = Box::pin(self.visit(caller, id, now)).await?;
        self.admit(call, &visit, now).await?;
        self.onward(&visit, page)
    }

    fn onward(&self, visit: &Visit, page: LinkPage) -> Result<Response<Body>, Problem> {
        let app = self.web.app_url(visit.space.id, page == LinkPage::Meet);
        self.see_other(&app.unwrap_or_else(|| LinkPage::Joined.path(visit.invitation.id)))
    }

    async fn login(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let invitation = self.open_invitation(id, now).await?;
        let space = self.announced_space(&invitation, now).await?;
        let path = page.path(invitation.id);
        let (sign_in, sign_up) = (self.web.sign_in_url(&path), self.web.sign_up_url(&path));
        let ways = pages::Ways { path: &path, sign_in: sign_in.as_deref(), sign_up: sign_up.as_deref() };
        let html = pages::login(&Invitation::of(&invitation, &space, &path), &ways, &self.frame(call));
        Ok(self.page(call, StatusCode::OK, html))
    }

    fn wrong_account(&self, call: &Call, visit: &Visit, page: LinkPage) -> Response<Body> {
        let path = page.path(visit.invitation.id);
        let other_account = self.web.other_account_url(&path);
        let ways = pages::Ways { path: &path, sign_in: other_account.as_deref(), sign_up: None };
        let name = match &visit.caller {
            Caller::User(user) => user.name.as_deref(),
            Caller::Guest(guest) => Some(guest.display_name.as_str()),
            Caller::ServiceApp(_) => None,
        };
        let html = pages::wrong_account(
            &Invitation::of(&visit.invitation, &visit.space, &path),
            name,
            &ways,
            &self.frame(call),
        );
        self.page(call, StatusCode::OK, html)
    }

    /// Only shows: whoever is not in yet goes back to the link.
    async fn joined(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let Some(caller) = self.callers.session(call, now).await? else {
            let invitation = self.open_invitation(id, now).await?;
            return self.see_other(&LinkPage::Join.path(invitation.id));
        };
        let visit = Box::pin(self.visit(caller, id, now)).await?;
        let Some(own) = visit.held.as_ref().filter(|held| held.is_present()) else {
            return self.see_other(&LinkPage::Join.path(visit.invitation.id));
        };
        let others = visit.members.iter().filter(|other| other.id != own.id);
        let mut members: Vec<_> = std::iter::once(own).chain(others).collect();
        members.sort_by_key(|member| (member.joined, member.id));
        let names: Vec<&str> = members.iter().map(|member| member.display_name.as_str()).collect();
        let path = LinkPage::Joined.path(visit.invitation.id);
        let html =
            pages::joined(&Invitation::of(&visit.invitation, &visit.space, &path), own.role, &names, &self.frame(call));
        Ok(self.page(call, StatusCode::OK, html))
    }

    /// The page for a problem, if it is the link that has failed.
    pub(crate) fn failure_page(&self, call: &Call, problem: &Problem) -> Option<Response<Body>> {
        let ["spaces", "invites", ..] = call.segments().as_slice() else { return None };
        let html = pages::notice(notice(problem.code()), &self.frame(call));
        let mut response = self.page(call, problem.code().status(), html);
        if let Some(seconds) = problem.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = problem.allow().and_then(|methods| HeaderValue::from_str(methods).ok()) {
            response.headers_mut().insert(ALLOW, methods);
        }
        Some(response)
    }

    fn frame(&self, call: &Call) -> pages::Frame<'_> {
        let language = call.header("accept-language").map_or(Language::DEFAULT, Language::accepted);
        pages::Frame { language, product: &self.web.product }
    }

    fn page(&self, call: &Call, status: StatusCode, html: String) -> Response<Body> {
        let body = if call.method() == Method::HEAD { Body::Empty } else { Body::Text(html) };
        let mut response = self.guarded(Response::new(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(self.frame(call).language.tag()));
        response
    }

    fn see_other(&self, location: &str) -> Result<Response<Body>, Problem> {
        let location =
            HeaderValue::from_str(location).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let mut response = self.guarded(Response::new(Body::Empty));
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(LOCATION, location);
        Ok(response)
    }

    /// With the headers of every answer to the link. The path is a secret of sorts, so no other site is told it.
    fn guarded(&self, mut response: Response<Body>) -> Response<Body> {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(CONTENT_SECURITY_POLICY, self.web.policy.clone());
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
        response
    }
}

/// Whether opening the link is all that is needed: on the invitation, a member already, or a guest, who has just said so.
fn is_expected(visit: &Visit) -> bool {
    let (_, reason) = visit.invitation.role_for(&visit.caller);
    visit.held.as_ref().is_some_and(Member::is_present) || matches!(reason, RoleReason::Invited | RoleReason::Anonymous)
}

fn notice(code: Code) -> pages::Notice {
    match code {
        Code::NotFound | Code::MethodNotAllowed => pages::Notice::NotFound,
        Code::InviteExpired => pages::Notice::Expired,
        Code::InviteRevoked => pages::Notice::Revoked,
        Code::Forbidden | Code::Blocked | Code::PasswordRequired | Code::NotInvited | Code::ActAsDenied => {
            pages::Notice::Forbidden
        }
        Code::TooManyRequests | Code::Unavailable => pages::Notice::Busy,
        Code::MalformedRequest
        | Code::InvalidRequest
        | Code::Unauthenticated
        | Code::Conflict
        | Code::PayloadTooLarge
        | Code::IdempotencyMismatch
        | Code::Internal => pages::Notice::Broken,
    }
}
