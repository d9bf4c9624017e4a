//! The link in a browser: `/spaces/invites/{inviteId}/join` or `/meet`, the page after joining, `/joined`, the mail
//! forms, `/mail`, and the calendar file, `/invite.ics`.
//!
//! Nothing is written without a session: mail scanners and link previews open the link as well, and must not join.

use std::str::FromStr;

use spaces_api::Password;
use spaces_content::{Language, pages};
use spaces_http::http::header::LOCATION;
use spaces_http::http::{HeaderValue, Method, StatusCode};
use spaces_http::{Body, Call, Code, Pages, Problem, Response};
use spaces_model::{Caller, Entry, InviteId, LinkMark, Refusal, RoleReason, SpaceStatus};

use crate::App;
use crate::join::Visit;
use crate::mangled::declines;
use crate::show::{people, visitor};

/// A page below an invitation's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkPage {
    /// The link to the space.
    Join,
    /// The link to its meeting.
    Meet,
    /// The page after joining, used if no application is configured.
    Joined,
    /// The mail forms. They have a path of their own, so that an older release rejects them instead of joining anybody.
    Mail,
    /// The meeting as a calendar file.
    Calendar,
}

/// The error for a path that is not one of the link's pages.
#[derive(Debug, thiserror::Error)]
#[error("there is no such page")]
pub(crate) struct NoLinkPage;

/// The content of a form that is posted to the link.
#[derive(Default)]
struct Form {
    /// True if the form declines the invitation.
    declines: bool,
    password: Option<Password>,
}

/// The fields of a form.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only describes the form, which is parsed by other code")]
pub(crate) struct LinkForm {
    /// `no` declines the invitation.
    #[schema(nullable = false)]
    answer: Option<String>,
    /// The password of the space.
    #[schema(nullable = false)]
    password: Option<String>,
}

impl LinkPage {
    pub(crate) const fn segment(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Meet => "meet",
            Self::Joined => "joined",
            Self::Mail => "mail",
            Self::Calendar => "invite.ics",
        }
    }

    /// Returns the route for the log: one for the link and its pages.
    pub(crate) const fn route(self) -> &'static str {
        match self {
            Self::Join | Self::Meet | Self::Joined | Self::Mail => "/spaces/invites/{inviteId}/join",
            Self::Calendar => "/spaces/invites/{inviteId}/invite.ics",
        }
    }

    /// Returns the path, built from the parsed id rather than the client's text.
    pub(crate) fn path(self, id: InviteId) -> String {
        format!("/spaces/invites/{id}/{}", self.segment())
    }
}

impl FromStr for LinkPage {
    type Err = NoLinkPage;

    fn from_str(text: &str) -> Result<Self, NoLinkPage> {
        [Self::Join, Self::Meet, Self::Joined, Self::Mail, Self::Calendar]
            .into_iter()
            .find(|page| page.segment() == text)
            .ok_or(NoLinkPage)
    }
}

impl Form {
    fn read(call: &Call) -> Result<Self, Problem> {
        let mut form = Self::default();
        for (name, value) in call.form()? {
            match name.as_str() {
                "answer" => form.declines = value == "no",
                "password" => form.password = Password::in_form(&value),
                _ => {}
            }
        }
        Ok(form)
    }
}

impl App {
    /// Handles a request for the link with any method.
    pub(crate) async fn web(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        match (call.method(), page) {
            (&Method::POST, LinkPage::Mail) => self.post_mail(call, id).await,
            (_, LinkPage::Mail) => Err(Problem::wrong_method("POST")),
            (&Method::GET | &Method::HEAD, LinkPage::Calendar) => self.calendar(call, id).await,
            (&Method::GET, LinkPage::Join | LinkPage::Meet) => self.open(call, id, page).await,
            (&Method::GET, LinkPage::Joined) => self.joined(call, id).await,
            // Also for visitors with a session: a HEAD request joins nobody.
            (&Method::HEAD, _) => self.login(call, id, page).await,
            (&Method::POST, LinkPage::Join | LinkPage::Meet) => self.post(call, id, page).await,
            (_, LinkPage::Join | LinkPage::Meet) => Err(Problem::wrong_method("GET, HEAD, POST")),
            (_, LinkPage::Joined | LinkPage::Calendar) => Err(Problem::wrong_method("GET, HEAD")),
        }
    }

    /// Joins expected visitors. Others see a page with the ways to join.
    async fn open(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        // Embedded resources and prefetches of another site's page carry cookies, but the visitor did not request them.
        if !call.is_navigation() || call.query(GUEST) == Some(NEW_GUEST) {
            return self.login(call, id, page).await;
        }
        let now = self.sources.now();
        let Some(caller) = self.callers.session(call, now).await? else {
            if call.query(GUEST) == Some(LOGGED_IN) && call.is_from_own_page() {
                let path = page.path(self.open_invitation(id, now).await?.id);
                return Ok(self.page(call, StatusCode::FORBIDDEN, pages::no_cookie(&path, &self.frame(call))));
            }
            return self.login(call, id, page).await;
        };
        let visit = Box::pin(self.visit(caller, id, now)).await?;
        let declines = asks_to_decline(call);
        if declines && visit.may_decline() && visit.entry().is_ok() {
            return self.asked_to_decline(call, &visit, page).await;
        }
        match visit.entry() {
            Err(refusal) => Ok(self.refused(call, refusal)),
            // A visitor who means to decline, but turns out not to be invited, must not join.
            Ok(entry) if is_expected(&visit, entry) && (visit.is_member() || !declines) => {
                self.admit(call, &visit, None, now).await?;
                self.onward(&visit, page)
            }
            Ok(entry) => {
                let field = match entry {
                    Entry::Password => pages::PasswordField::Wanted,
                    Entry::Free | Entry::Member => pages::PasswordField::Absent,
                };
                self.stranger(call, StatusCode::OK, &visit, field, page).await
            }
        }
    }

    /// Handles the forms of visitors with a session: joining as a guest, with a password if one is required, and
    /// declining.
    async fn post(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        self.check_own_form(call)?;
        let form = Form::read(call)?;
        let now = self.sources.now();
        let Some(caller) = self.callers.session(call, now).await? else {
            // The session has ended since the page was shown.
            let path = page.path(self.open_invitation(id, now).await?.id);
            return self.see_other(&if form.declines { format!("{path}?{DECLINING}") } else { path });
        };
        let visit = Box::pin(self.visit(caller, id, now)).await?;
        let entry = visit.entry();
        if form.declines && (entry.is_ok() || !visit.may_decline()) {
            return self.decline(call, &visit, page, now).await;
        }
        if let Err(refusal) = entry {
            return Ok(self.refused(call, refusal));
        }
        let is_typed = form.password.is_some();
        match self.admit(call, &visit, form.password, now).await {
            Ok(_) => self.onward(&visit, page),
            Err(problem) if problem.code() == Code::PasswordRequired => {
                let field = if is_typed { pages::PasswordField::Wrong } else { pages::PasswordField::Wanted };
                self.stranger(call, problem.code().status(), &visit, field, page).await
            }
            Err(problem) => Err(problem),
        }
    }

    /// Checks that a form was sent from a page of this service: a page of another site could send the same form and
    /// make its visitors join a space of its choosing.
    pub(crate) fn check_own_form(&self, call: &Call) -> Result<(), Problem> {
        if call.is_same_origin(&self.web.own_urls) {
            return Ok(());
        }
        Err(Problem::new(Code::Forbidden).with_detail("This form can only be sent from a page of this service."))
    }

    pub(crate) fn onward(&self, visit: &Visit, page: LinkPage) -> Result<Response<Body>, Problem> {
        let app = self.web.app_url(visit.space.id, page == LinkPage::Meet);
        self.see_other(&app.unwrap_or_else(|| LinkPage::Joined.path(visit.invitation.id)))
    }

    async fn login(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let invitation = self.open_invitation(id, now).await?;
        let (space, people) =
            futures_util::try_join!(self.announced_space(&invitation, now), self.people(call, invitation.space))?;
        let path = page.path(invitation.id);
        let declining = format!("{path}?{DECLINING}");
        let declines = asks_to_decline(call);
        let back = if declines { &declining } else { &path };
        let (sign_in, sign_up) = (self.web.sign_in_url(back), self.web.sign_up_url(back));
        let options = pages::JoinOptions {
            path: &path,
            sign_in: sign_in.as_deref(),
            sign_up: sign_up.as_deref(),
            guest: space.status == SpaceStatus::Active && !space.settings.invited_only && !declines,
            decline: sign_in.is_some().then_some(declining.as_str()).filter(|_| !declines),
        };
        let view = self.view(&invitation, &space, people, now);
        let mail = pages::MailActions { path: &view.mail, own: None };
        let html = pages::login(&view.shown(&view.invitation()), &options, mail, &self.frame(call));
        Ok(self.page(call, StatusCode::OK, html))
    }

    async fn stranger(
        &self,
        call: &Call,
        status: StatusCode,
        visit: &Visit,
        password: pages::PasswordField,
        page: LinkPage,
    ) -> Result<Response<Body>, Problem> {
        let path = page.path(visit.invitation.id);
        let new_guest = format!("{path}?{GUEST}={NEW_GUEST}");
        let sign_in = match &visit.caller {
            Caller::User(_) | Caller::ServiceApp(_) => self.web.other_account_url(&path),
            Caller::Guest(_) => self.web.sign_in_url(&path),
        };
        let options =
            pages::JoinOptions { path: &path, sign_in: sign_in.as_deref(), sign_up: None, guest: true, decline: None };
        let view = self
            .view(&visit.invitation, &visit.space, people(visit.members.len()), self.sources.now())
            .of(&visit.caller);
        let mail = pages::MailActions { path: &view.mail, own: self.own_mail(&visit.caller).await? };
        let visitor = visitor(&visit.caller, &new_guest);
        let html =
            pages::stranger(&view.shown(&view.invitation()), visitor, password, &options, mail, &self.frame(call));
        Ok(self.page(call, status, html))
    }

    /// Returns the page for a visitor whom the space does not admit: it has no form.
    fn refused(&self, call: &Call, refusal: Refusal) -> Response<Body> {
        let notice = match refusal {
            Refusal::Closed => pages::Notice::Archived,
            Refusal::Removed => pages::Notice::Removed,
            Refusal::NotInvited | Refusal::MemberOnly => pages::Notice::InvitedOnly,
        };
        self.notice(call, StatusCode::FORBIDDEN, notice)
    }

    /// Shows the page after joining. Visitors who are not members are sent back to the link.
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
        let view =
            self.view(&visit.invitation, &visit.space, people(visit.members.len()), now).of(&visit.caller).of_invited();
        let mail = pages::MailActions { path: &view.mail, own: self.own_mail(&visit.caller).await? };
        let invitation = view.invitation();
        let came_by = Some((view.shown(&invitation), mail));
        Ok(self.in_space(call, &visit.space, came_by, &visit.caller, own, &visit.members))
    }

    /// Returns the page for a problem, if the request was for a page.
    pub(crate) async fn failure_page(&self, call: &Call, problem: &Problem) -> Option<Response<Body>> {
        let ["spaces", ..] = call.segments().as_slice() else { return None };
        let (code, notice) = (problem.code(), notice(problem.code()));
        let gone = match notice {
            pages::Notice::Expired | pages::Notice::Revoked => self.gone(call, notice).await,
            _ => None,
        };
        let html = gone.unwrap_or_else(|| pages::notice(notice, &self.frame(call)));
        Some(Pages::for_problem(self.page(call, code.status(), html), problem))
    }

    pub(crate) fn notice(&self, call: &Call, status: StatusCode, notice: pages::Notice) -> Response<Body> {
        self.page(call, status, pages::notice(notice, &self.frame(call)))
    }

    pub(crate) fn frame(&self, call: &Call) -> pages::Frame<'_> {
        let language = call.header("accept-language").map_or(Language::DEFAULT, Language::accepted);
        pages::Frame { language, brand: &self.web.brand }
    }

    pub(crate) fn page(&self, call: &Call, status: StatusCode, html: String) -> Response<Body> {
        self.web.pages.page(call, status, self.frame(call).language.tag(), html)
    }

    pub(crate) fn see_other(&self, location: &str) -> Result<Response<Body>, Problem> {
        let location =
            HeaderValue::from_str(location).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let mut response = self.web.pages.guarded(Response::new(Body::Empty));
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(LOCATION, location);
        Ok(response)
    }
}

/// The query that makes the link ask whether to decline. Without it, the link joins invitees.
pub(crate) const DECLINING: &str = "answer=no";

/// Returns whether a request's query declines, tolerating what mail programs append to links: joining instead would be
/// the opposite of the visitor's intention.
pub(crate) fn asks_to_decline(call: &Call) -> bool {
    call.raw_query().is_some_and(declines)
}

/// The query parameter for guests: `1` after the guest form, `new` to show the form in spite of a session.
const GUEST: &str = "guest";
const LOGGED_IN: &str = "1";
const NEW_GUEST: &str = "new";

/// Returns whether opening the link suffices to join: for invitees, members, and guests admitted by the form of this
/// very link.
fn is_expected(visit: &Visit, entry: Entry) -> bool {
    match entry {
        Entry::Member => true,
        Entry::Free => match &visit.caller {
            Caller::Guest(guest) => guest.came_by == Some(LinkMark::new(visit.invitation.id, guest.id)),
            caller => visit.invitation.role_for(caller).1 == RoleReason::Invited,
        },
        Entry::Password => false,
    }
}

fn notice(code: Code) -> pages::Notice {
    match code {
        Code::NotFound | Code::MethodNotAllowed => pages::Notice::NotFound,
        Code::InviteExpired => pages::Notice::Expired,
        Code::InviteRevoked => pages::Notice::Revoked,
        Code::InvalidRequest | Code::Forbidden | Code::Blocked | Code::PasswordRequired | Code::ActAsDenied => {
            pages::Notice::Forbidden
        }
        Code::NotInvited => pages::Notice::InvitedOnly,
        Code::TooManyRequests => pages::Notice::TooManyPasswords,
        Code::Unavailable => pages::Notice::Busy,
        Code::MalformedRequest
        | Code::Unauthenticated
        | Code::Conflict
        | Code::PayloadTooLarge
        | Code::MailLimit
        | Code::IdempotencyMismatch
        | Code::Internal => pages::Notice::Broken,
    }
}
