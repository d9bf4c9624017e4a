//! The page of a space for somebody who is in it.

use askama::Template;
use spaces_model::Role;

use super::shown::Sheet;
use super::{Frame, Framed, MailActions, MailButtons, People, ShownInvitation, rendered};
use crate::{clean, words};

/// The most members that the page names: a hundred long names alone would make it heavier than a page for a phone should be.
const MAX_NAMES: usize = 20;

/// A member's view of their space.
#[derive(Debug, Clone, Copy)]
pub struct Joined<'a> {
    /// The space's title.
    pub title: &'a str,
    /// The invitation that they came by.
    pub came_by: Option<ShownInvitation<'a>>,
    /// Their role.
    pub role: Role,
    /// The names of the members, their own first.
    pub names: &'a [&'a str],
    /// The number of all members.
    pub people: People,
    /// The application with the space open, if there is one.
    pub app: Option<&'a str>,
    /// The page where a guest signs in with an account, and which leads back.
    pub sign_in: Option<&'a str>,
    /// The buttons about mail and abuse.
    pub mail: Option<MailActions<'a>>,
}

#[derive(Template)]
#[template(path = "pages/joined.html")]
struct JoinedPage<'a> {
    frame: Framed<'a>,
    heading: String,
    title: &'a str,
    sheet: Option<Sheet<'a>>,
    next: String,
    app: Option<(&'a str, String)>,
    sign_in: Option<(&'a str, String)>,
    label_role: String,
    role: String,
    label_members: String,
    people: Option<String>,
    names: Vec<Named>,
    you: String,
    more: Option<String>,
    mail: Option<MailButtons<'a>>,
}

/// A member in the list.
struct Named {
    initials: Option<String>,
    name: String,
}

/// The page for somebody who is in: the space, the times of the invitation that they came by, their role, the way on and who else is
/// there.
#[must_use]
pub fn joined(joined: &Joined<'_>, frame: &Frame<'_>) -> String {
    let member = |name: &&str| clean::name(name).map(|name| Named { initials: words::initials(&name), name });
    let names: Vec<Named> = joined.names.iter().filter_map(member).take(MAX_NAMES).collect();
    rendered(&JoinedPage {
        frame: frame.framed(),
        heading: frame.message("page-joined"),
        title: &words::title(joined.title, frame.language),
        sheet: joined.came_by.as_ref().map(|shown| Sheet::new(shown, frame)),
        next: frame.message("page-next"),
        app: joined.app.map(|url| (url, frame.message_with_product("page-open"))),
        sign_in: joined.sign_in.map(|url| (url, frame.message("page-sign-in"))),
        label_role: frame.message("your-role"),
        role: frame.message(words::role_name(joined.role)),
        label_members: frame.message("page-members"),
        people: joined.people.joined_message(frame.language),
        more: joined.people.beyond(names.len()).map(|left| left.count_message("page-more", frame.language)),
        names,
        you: frame.message("page-you"),
        mail: joined.mail.map(|mail| mail.buttons(frame)),
    })
}
