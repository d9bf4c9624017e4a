//! Rendering of the pages about an invitation and a space.

use jiff::Timestamp;
use spaces_api::store_problem;
use spaces_api::wire::MAX_MEMBERS;
use spaces_content::{InvitationView, pages};
use spaces_http::http::{Method, StatusCode};
use spaces_http::{Body, Call, Problem, Response};
use spaces_model::{Caller, Email, Invitation, InviteMode, Member, Space, SpaceId};

use crate::App;
use crate::web::LinkPage;

/// Everything that a page shows about an invitation, except the visitor's options.
pub(crate) struct View<'a> {
    invited: &'a Invitation,
    space: &'a Space,
    people: pages::People,
    /// The visitor's time zone, if their session names one.
    zone: Option<&'a str>,
    link: String,
    entry: String,
    /// The path that the mail forms post to.
    pub(crate) mail: String,
    /// False if the page must omit the space's description.
    is_described: bool,
    now: Timestamp,
}

impl<'a> View<'a> {
    /// Returns the content of the invitation, which [`View::shown`] borrows.
    pub(crate) fn invitation(&self) -> InvitationView<'_> {
        let invitation = InvitationView::of(self.invited, self.space, &self.link);
        if self.is_described { invitation } else { InvitationView { description: "", ..invitation } }
    }

    pub(crate) fn shown<'s>(&'s self, invitation: &'s InvitationView<'s>) -> pages::ShownInvitation<'s> {
        pages::ShownInvitation { invitation, now: self.now, zone: self.zone, people: self.people, entry: &self.entry }
    }

    /// Returns the view for a visitor with a session.
    pub(crate) fn of(self, caller: &'a Caller) -> Self {
        let zone = match caller {
            Caller::User(user) => user.zone.as_deref(),
            Caller::Guest(_) | Caller::ServiceApp(_) => None,
        };
        Self { zone, ..self }
    }

    /// Returns the view for a member or an invitee.
    pub(crate) fn of_invited(self) -> Self {
        Self { is_described: true, ..self }
    }
}

impl App {
    /// Returns the view of an invitation for people whom the link alone may not admit: they do not see the description
    /// of a space that requires a password or admits invited people only.
    pub(crate) fn view<'a>(
        &self,
        invited: &'a Invitation,
        space: &'a Space,
        people: pages::People,
        now: Timestamp,
    ) -> View<'a> {
        View {
            invited,
            space,
            people,
            zone: None,
            link: invited.links(&self.web.public_url, &space.title).plain,
            entry: LinkPage::Calendar.path(invited.id),
            mail: LinkPage::Mail.path(invited.id),
            is_described: !space.settings.wants_password() && !space.settings.invited_only,
            now,
        }
    }

    /// Returns the number of members for a visitor without a session, with one query. A HEAD request skips it.
    pub(crate) async fn people(&self, call: &Call, space: SpaceId) -> Result<pages::People, Problem> {
        if *call.method() == Method::HEAD {
            return Ok(pages::People::All(0));
        }
        let (count, is_all) = self.store.count_first_members(space, MAX_MEMBERS).await.map_err(store_problem)?;
        Ok(if is_all { pages::People::All(count) } else { pages::People::AtLeast(count) })
    }

    /// Returns the page of a space for a member, who may have joined by an invitation.
    pub(crate) fn in_space(
        &self,
        call: &Call,
        space: &Space,
        came_by: Option<(pages::ShownInvitation<'_>, pages::MailActions<'_>)>,
        caller: &Caller,
        own: &Member,
        members: &[Member],
    ) -> Response<Body> {
        let mut others: Vec<_> = members.iter().filter(|other| other.id != own.id).collect();
        others.sort_by_key(|member| (member.joined, member.id));
        let names: Vec<&str> = [own].into_iter().chain(others).map(|member| member.display_name.as_str()).collect();
        let (came_by, mail) = came_by.unzip();
        let meets = came_by.is_some_and(|shown| shown.invitation.mode == InviteMode::Meet);
        let back = came_by
            .map_or_else(|| format!("/spaces/{}", space.id), |shown| LinkPage::Join.path(shown.invitation.invite_id));
        let app = self.web.app_url(space.id, meets);
        let sign_in = self.web.sign_in_url(&back).filter(|_| matches!(caller, Caller::Guest(_)));
        let joined = pages::Joined {
            title: space.title.as_str(),
            came_by,
            role: own.role,
            names: &names,
            people: people(names.len()),
            app: app.as_deref(),
            sign_in: sign_in.as_deref(),
            mail,
        };
        self.page(call, StatusCode::OK, pages::joined(&joined, &self.frame(call)))
    }
}

/// Returns a visitor with a session, as the page presents them. `other` is the path for continuing as another guest.
pub(crate) fn visitor<'a>(caller: &'a Caller, other: &'a str) -> pages::Visitor<'a> {
    match caller {
        Caller::User(user) => pages::Visitor::Account {
            name: user.name.as_deref(),
            address: user.email.as_ref().map(Email::address),
            is_verified: user.email.as_ref().and_then(Email::verified).is_some(),
        },
        Caller::ServiceApp(_) => pages::Visitor::Account { name: None, address: None, is_verified: false },
        Caller::Guest(guest) => pages::Visitor::Guest { name: &guest.display_name, other },
    }
}

/// Returns the number of members, given the number read, which is at most [`MAX_MEMBERS`].
pub(crate) fn people(read: usize) -> pages::People {
    if read < MAX_MEMBERS { pages::People::All(read) } else { pages::People::AtLeast(MAX_MEMBERS) }
}
