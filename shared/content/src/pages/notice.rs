//! The pages that say one thing: why there is nothing to join, or what a form has done.

use askama::Template;

use super::{Frame, Framed, MailButtons, rendered};
use crate::InvitationView;
use crate::words::Localizer;

/// The news of a page that says one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// No such invitation.
    NotFound,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
    /// The form does not come from our page.
    Forbidden,
    /// They were removed from the space.
    Removed,
    /// Nobody joins the space, as it is archived.
    Archived,
    /// The space admits only people on an invitation.
    InvitedOnly,
    /// They have declined the invitation.
    Declined,
    /// Too many wrong passwords.
    TooManyPasswords,
    /// They have reported the invitation.
    Reported,
    /// No mail goes to their address any more.
    MailStopped,
    /// Mail goes to their address again.
    MailAllowed,
    /// Nobody has made this link that stops mail, or too long ago.
    StopUnknown,
    /// Something that we depend on is throttled or out of reach.
    Busy,
    /// Our bug.
    Broken,
}

#[derive(Template)]
#[template(path = "pages/notice.html")]
struct Noticed<'a> {
    frame: Framed<'a>,
    title: String,
    /// The title of the space that it is about.
    space: Option<&'a str>,
    hint: String,
    /// The path and the label of the way to try again.
    again: Option<(&'a str, String)>,
    /// The label and the URL of those who can help.
    support: Option<(String, &'a str)>,
    mail: Option<MailButtons<'a>>,
}

/// The page that says one thing.
#[must_use]
pub fn notice(notice: Notice, frame: &Frame<'_>) -> String {
    let (title, hint) = notice.messages();
    let is_done = matches!(notice, Notice::Declined | Notice::Reported | Notice::MailStopped | Notice::MailAllowed);
    rendered(&Noticed {
        frame: frame.framed(),
        title: frame.message(title),
        space: None,
        hint: frame.message(hint),
        again: None,
        support: if is_done { None } else { frame.support() },
        mail: None,
    })
}

/// The page of an invitation that has expired or was revoked: its space, and the inviter, if they have a name, as the one to ask for a new
/// one.
#[must_use]
pub fn gone(notice: Notice, invitation: &InvitationView<'_>, frame: &Frame<'_>) -> String {
    let localizer = Localizer::new(&invitation.without_address(), frame.language, frame.brand.product());
    rendered(&Noticed {
        frame: frame.framed(),
        title: localizer.message(notice.messages().0),
        space: Some(&localizer.title),
        hint: localizer.message_with_inviter("page-ask"),
        again: None,
        support: frame.support(),
        mail: None,
    })
}

/// The page of a guest whose browser has refused the cookie of the form, with the way back to the form at this path.
#[must_use]
pub fn no_cookie(path: &str, frame: &Frame<'_>) -> String {
    rendered(&Noticed {
        frame: frame.framed(),
        title: frame.message("page-no-cookie"),
        space: None,
        hint: frame.message("page-no-cookie-hint"),
        again: Some((path, frame.message("page-guest"))),
        support: frame.support(),
        mail: None,
    })
}

impl Notice {
    /// The messages of its title and of what to do.
    const fn messages(self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("page-not-found", "page-not-found-hint"),
            Self::Expired => ("page-expired", "page-ask-unknown"),
            Self::Revoked => ("page-revoked", "page-ask-unknown"),
            Self::Forbidden => ("page-forbidden", "page-forbidden-hint"),
            Self::Removed => ("page-removed", "page-removed-hint"),
            Self::Archived => ("page-archived", "page-archived-hint"),
            Self::InvitedOnly => ("page-invited-only", "page-invited-only-hint"),
            Self::Declined => ("page-declined", "page-declined-hint"),
            Self::TooManyPasswords => ("page-too-many", "page-too-many-hint"),
            Self::Reported => ("page-stop-report", "page-reported"),
            Self::MailStopped => ("page-stop-own", "page-stopped-all"),
            Self::MailAllowed => ("page-stop-own-undo", "page-stop-undone"),
            Self::StopUnknown => ("page-stop-unknown", "page-stop-unknown-hint"),
            Self::Busy => ("page-busy", "page-busy-hint"),
            Self::Broken => ("page-broken", "page-broken-hint"),
        }
    }
}
