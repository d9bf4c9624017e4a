//! The page of a space for its members.

use askama::Template;
use spaces_model::Role;

use super::shown::Sheet;
use super::{Frame, FrameData, MailActions, MailButtons, People, ShownInvitation, rendered};
use crate::{clean, words};

/// Maximum number of members that the page names. A hundred long names would make it too heavy for a phone.
const MAX_NAMES: usize = 20;

/// A member's view of their space.
#[derive(Debug, Clone, Copy)]
pub struct Joined<'a> {
    /// The space's title.
    pub title: &'a str,
    /// The invitation by which they joined.
    pub came_by: Option<ShownInvitation<'a>>,
    /// Their role.
    pub role: Role,
    /// The names of the members, their own first.
    pub names: &'a [&'a str],
    /// The number of all members.
    pub people: People,
    /// The URL that opens the space in the application, if there is one.
    pub app: Option<&'a str>,
    /// The page on which a guest signs in with an account, and which leads back here.
    pub sign_in: Option<&'a str>,
    /// The buttons for stopping mail and reporting abuse.
    pub mail: Option<MailActions<'a>>,
}

#[derive(Template)]
#[template(path = "pages/joined.html")]
struct JoinedPage<'a> {
    frame: FrameData<'a>,
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
    names: Vec<ListedMember>,
    you: String,
    more: Option<String>,
    mail: Option<MailButtons<'a>>,
}

/// A member in the list.
struct ListedMember {
    initials: Option<String>,
    name: String,
}

/// Returns the page for a member: the space, the times of the invitation by which they joined, their role, the next
/// step and the other members.
#[must_use]
pub fn joined(joined: &Joined<'_>, frame: &Frame<'_>) -> String {
    let member = |name: &&str| clean::name(name).map(|name| ListedMember { initials: words::initials(&name), name });
    let names: Vec<ListedMember> = joined.names.iter().filter_map(member).take(MAX_NAMES).collect();
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
