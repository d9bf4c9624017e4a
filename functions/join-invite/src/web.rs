//! The link in a browser: `/spaces/invites/{inviteId}/join`, or `/meet`, the page after it, `/joined`, the forms about mail, `/mail`,
//! and the meeting for calendars, `/invite.ics`.
//!
//! Without a session nothing is written: mail scanners and link previews open the link, too, and do not join.

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
    /// The page after joining, if there is no application to go to.
    Joined,
    /// The forms about mail. They have a path of their own: a release that does not know them joins nobody by them.
    Mail,
    /// The meeting as a file for calendars.
    Calendar,
}

/// The error of a path that is none of the link's pages.
#[derive(Debug, thiserror::Error)]
#[error("there is no such page")]
pub(crate) struct NoLinkPage;

/// The content of a form of ours that is sent to the link.
#[derive(Default)]
struct Form {
    /// They decline the invitation.
    declines: bool,
    password: Option<Password>,
}

/// The fields of a form.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the form is read by itself; this only describes it")]
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

    /// The route for the log: one for the link and the pages behind it.
    pub(crate) const fn route(self) -> &'static str {
        match self {
            Self::Join | Self::Meet | Self::Joined | Self::Mail => "/spaces/invites/{inviteId}/join",
            Self::Calendar => "/spaces/invites/{inviteId}/invite.ics",
        }
    }

    /// The path, made of what was read and not of what the client sent.
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
    /// What the link answers to any method.
    pub(crate) async fn web(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        match (call.method(), page) {
            (&Method::POST, LinkPage::Mail) => self.post_mail(call, id).await,
            (_, LinkPage::Mail) => Err(Problem::wrong_method("POST")),
            (&Method::GET | &Method::HEAD, LinkPage::Calendar) => self.calendar(call, id).await,
            (&Method::GET, LinkPage::Join | LinkPage::Meet) => self.open(call, id, page).await,
            (&Method::GET, LinkPage::Joined) => self.joined(call, id).await,
            // Also for somebody who is signed in: it asks what there is, and joins nobody.
            (&Method::HEAD, _) => self.login(call, id, page).await,
            (&Method::POST, LinkPage::Join | LinkPage::Meet) => self.post(call, id, page).await,
            (_, LinkPage::Join | LinkPage::Meet) => Err(Problem::wrong_method("GET, HEAD, POST")),
            (_, LinkPage::Joined | LinkPage::Calendar) => Err(Problem::wrong_method("GET, HEAD")),
        }
    }

    /// Brings in whoever is expected. Others are asked who they are, or for what they need to come in.
    async fn open(&self, call: &Call, id: &str, page: LinkPage) -> Result<Response<Body>, Problem> {
        // Nobody has asked for a picture or a prefetch of another site's page, whose cookies come along.
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
            // Somebody who means to decline, and turns out not to be invited, is not joined.
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

    /// The buttons of somebody with a session: joining as guest, with the password where one is wanted, and declining.
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

    /// Checks that a form is sent from a page of this service: another site's page could send the same form and so bring its visitors
    /// into a space of its choosing.
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

    /// The page of somebody whom nothing lets in: without a form.
    fn refused(&self, call: &Call, refusal: Refusal) -> Response<Body> {
        let notice = match refusal {
            Refusal::Closed => pages::Notice::Archived,
            Refusal::Removed => pages::Notice::Removed,
            Refusal::NotInvited | Refusal::MemberOnly => pages::Notice::InvitedOnly,
        };
        self.notice(call, StatusCode::FORBIDDEN, notice)
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
        let view =
            self.view(&visit.invitation, &visit.space, people(visit.members.len()), now).of(&visit.caller).of_invited();
        let mail = pages::MailActions { path: &view.mail, own: self.own_mail(&visit.caller).await? };
        let invitation = view.invitation();
        let came_by = Some((view.shown(&invitation), mail));
        Ok(self.in_space(call, &visit.space, came_by, &visit.caller, own, &visit.members))
    }

    /// The page for a problem, if it is a page that has failed.
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

/// The query of the link that asks whether to decline, where the plain link joins those who are on the invitation.
pub(crate) const DECLINING: &str = "answer=no";

/// Returns whether a link asks so. What a mail program has taken for a part of the link does not matter: joining instead would be the
/// opposite of what is meant.
pub(crate) fn asks_to_decline(call: &Call) -> bool {
    call.raw_query().is_some_and(declines)
}

/// The query of the link that says how somebody comes as a guest: from the guest form, or to the form though there is a session.
const GUEST: &str = "guest";
const LOGGED_IN: &str = "1";
const NEW_GUEST: &str = "new";

/// Returns whether opening the link is all that is needed: on the invitation, a member already, or a guest whom the form of this very
/// link has let in.
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
