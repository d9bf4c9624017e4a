//! The pages that say one thing: why there is nothing to join, or what a form has done.

use askama::Template;
use fluent_bundle::FluentArgs;

use super::{Frame, Framed, rendered};
use crate::words::Speech;
use crate::{Invitation, resources};

/// The news of a page that says one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// No such invitation.
    NotFound,
    /// Its time is over.
    Expired,
    /// It was withdrawn.
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
    frame: Framed,
    title: String,
    /// The title of the space that it is about.
    space: Option<&'a str>,
    hint: String,
    /// The path and the label of the way to try again.
    again: Option<(&'a str, String)>,
}

/// The page that says one thing.
#[must_use]
pub fn notice(notice: Notice, frame: &Frame<'_>) -> String {
    let (title, hint) = notice.messages();
    let say = |id| resources::of(frame.language).message(id, &FluentArgs::new());
    rendered(&Noticed { frame: frame.with_style(), title: say(title), space: None, hint: say(hint), again: None })
}

/// The page of an invitation that has expired or was withdrawn: its space, and the inviter, if they have a name, as the one to ask for a new
/// one.
#[must_use]
pub fn gone(notice: Notice, invitation: &Invitation<'_>, frame: &Frame<'_>) -> String {
    let speech = Speech::new(&invitation.without_address(), frame.language, frame.product);
    let (title, hint) = (speech.say(notice.messages().0), speech.say_of_inviter("page-ask"));
    rendered(&Noticed { frame: frame.with_style(), title, space: Some(&speech.title), hint, again: None })
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

/// The page of a guest whose browser has refused the cookie of the form, with the way back to the form at this path.
#[must_use]
pub fn no_cookie(path: &str, frame: &Frame<'_>) -> String {
    let say = |id| resources::of(frame.language).message(id, &FluentArgs::new());
    let (title, hint) = (say("page-no-cookie"), say("page-no-cookie-hint"));
    rendered(&Noticed { frame: frame.with_style(), title, space: None, hint, again: Some((path, say("page-guest"))) })
}
