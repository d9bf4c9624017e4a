//! The pages that say one thing: why there is nothing to join, or what a form has done.

use askama::Template;
use fluent_bundle::FluentArgs;

use super::{Frame, Framed, rendered};
use crate::resources;

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
    frame: Framed<'a>,
    title: String,
    hint: String,
    /// The path and the label of the way to try again.
    again: Option<(&'a str, String)>,
}

/// The page that says one thing.
#[must_use]
pub fn notice(notice: Notice, frame: &Frame<'_>) -> String {
    let (title, hint) = match notice {
        Notice::NotFound => ("page-not-found", "page-not-found-hint"),
        Notice::Expired => ("page-expired", "page-ask"),
        Notice::Revoked => ("page-revoked", "page-ask"),
        Notice::Forbidden => ("page-forbidden", "page-forbidden-hint"),
        Notice::Removed => ("page-removed", "page-removed-hint"),
        Notice::Archived => ("page-archived", "page-archived-hint"),
        Notice::InvitedOnly => ("page-invited-only", "page-invited-only-hint"),
        Notice::Declined => ("page-declined", "page-declined-hint"),
        Notice::TooManyPasswords => ("page-too-many", "page-too-many-hint"),
        Notice::Reported => ("page-stop-report", "page-reported"),
        Notice::MailStopped => ("page-stop-own", "page-stopped-all"),
        Notice::MailAllowed => ("page-stop-own-undo", "page-stop-undone"),
        Notice::StopUnknown => ("page-stop-unknown", "page-stop-unknown-hint"),
        Notice::Busy => ("page-busy", "page-busy-hint"),
        Notice::Broken => ("page-broken", "page-broken-hint"),
    };
    let say = |id| resources::of(frame.language).message(id, &FluentArgs::new());
    rendered(&Noticed { frame: frame.with_style(), title: say(title), hint: say(hint), again: None })
}

/// The page of a guest whose browser has refused the cookie of the form, with the way back to the form at this path.
#[must_use]
pub fn no_cookie(path: &str, frame: &Frame<'_>) -> String {
    let say = |id| resources::of(frame.language).message(id, &FluentArgs::new());
    let (title, hint) = (say("page-no-cookie"), say("page-no-cookie-hint"));
    rendered(&Noticed { frame: frame.with_style(), title, hint, again: Some((path, say("page-guest"))) })
}
