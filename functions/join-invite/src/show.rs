//! The pages about an invitation and a space, made of what was read.

use jiff::Timestamp;
use spaces_api::wire::MAX_MEMBERS;
use spaces_content::{Invitation, pages};
use spaces_http::http::StatusCode;
use spaces_http::{Body, Call, Response};
use spaces_model::{Caller, Email, Invitation as Invited, InviteMode, Member, Space};

use crate::App;
use crate::web::LinkPage;

/// Everything that a page says about an invitation, but for what the visitor may do.
pub(crate) struct View<'a> {
    invited: &'a Invited,
    space: &'a Space,
    people: pages::People,
    /// The time zone of the visitor, if they have a session that says it.
    zone: Option<&'a str>,
    link: String,
    entry: String,
    /// The path that the forms about mail post to.
    pub(crate) mail: String,
    now: Timestamp,
}

impl<'a> View<'a> {
    /// The content of the invitation, which [`View::shown`] refers to.
    pub(crate) fn invitation(&self) -> Invitation<'_> {
        Invitation::of(self.invited, self.space, &self.link)
    }

    pub(crate) fn shown<'s>(&'s self, invitation: &'s Invitation<'s>) -> pages::Shown<'s> {
        pages::Shown { invitation, now: self.now, zone: self.zone, people: self.people, entry: &self.entry }
    }

    /// The view of a visitor with a session.
    pub(crate) fn of(self, caller: &'a Caller) -> Self {
        let zone = match caller {
            Caller::User(user) => user.zone.as_deref(),
            Caller::Guest(_) | Caller::ServiceApp(_) => None,
        };
        Self { zone, ..self }
    }
}

impl App {
    /// The view of an invitation into a space with these members.
    pub(crate) fn view<'a>(
        &self,
        invited: &'a Invited,
        space: &'a Space,
        members: &[Member],
        now: Timestamp,
    ) -> View<'a> {
        View {
            invited,
            space,
            people: people(members.len()),
            zone: None,
            link: invited.links(&self.web.public_url, &space.title).plain,
            entry: LinkPage::Calendar.path(invited.id),
            mail: LinkPage::Mail.path(invited.id),
            now,
        }
    }

    /// The page of a space for a member, who may have come by an invitation.
    pub(crate) fn in_space(
        &self,
        call: &Call,
        space: &Space,
        came_by: Option<(pages::Shown<'_>, pages::MailWays<'_>)>,
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

/// A visitor with a session, as the page names them to themselves. The other page is that of another guest.
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

/// The number of members, of whom no more are read than an answer shows.
fn people(read: usize) -> pages::People {
    if read < MAX_MEMBERS { pages::People::All(read) } else { pages::People::AtLeast(MAX_MEMBERS) }
}
