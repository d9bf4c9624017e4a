//! Pages with a single message: why there is nothing to join, or what a form has done.

use askama::Template;

use super::{Frame, FrameData, MailButtons, rendered};
use crate::InvitationView;
use crate::words::Localizer;

/// The message of a page that has only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// There is no such invitation.
    NotFound,
    /// The invitation has expired.
    Expired,
    /// The invitation was revoked.
    Revoked,
    /// The form wasn't sent from one of our pages.
    Forbidden,
    /// The visitor was removed from the space.
    Removed,
    /// The space is archived and admits nobody.
    Archived,
    /// The space admits only members and invitees.
    InvitedOnly,
    /// The visitor has declined the invitation.
    Declined,
    /// The visitor has entered too many wrong passwords.
    TooManyPasswords,
    /// The visitor has reported the invitation.
    Reported,
    /// Mail to the visitor's address is stopped.
    MailStopped,
    /// Mail to the visitor's address is allowed again.
    MailAllowed,
    /// The link for stopping mail is not ours or too old.
    StopUnknown,
    /// A dependency throttles requests or can't be reached.
    Busy,
    /// The service has a bug.
    Broken,
}

#[derive(Template)]
#[template(path = "pages/notice.html")]
struct NoticePage<'a> {
    frame: FrameData<'a>,
    title: String,
    /// The title of the space that the message is about.
    space: Option<&'a str>,
    hint: String,
    /// The path and label of the link for trying again.
    again: Option<(&'a str, String)>,
    /// The label and URL of the support link.
    support: Option<(String, &'a str)>,
    mail: Option<MailButtons<'a>>,
}

/// Returns a page with a single message.
#[must_use]
pub fn notice(notice: Notice, frame: &Frame<'_>) -> String {
    let (title, hint) = notice.messages();
    let is_done = matches!(notice, Notice::Declined | Notice::Reported | Notice::MailStopped | Notice::MailAllowed);
    rendered(&NoticePage {
        frame: frame.framed(),
        title: frame.message(title),
        space: None,
        hint: frame.message(hint),
        again: None,
        support: if is_done { None } else { frame.support() },
        mail: None,
    })
}

/// Returns the page of an expired or revoked invitation. It names the space and, if they have a name, the inviter, who
/// can be asked for a new invitation.
#[must_use]
pub fn gone(notice: Notice, invitation: &InvitationView<'_>, frame: &Frame<'_>) -> String {
    let localizer = Localizer::new(&invitation.without_address(), frame.language, frame.brand.product());
    rendered(&NoticePage {
        frame: frame.framed(),
        title: localizer.message(notice.messages().0),
        space: Some(&localizer.title),
        hint: localizer.message_with_inviter("page-ask"),
        again: None,
        support: frame.support(),
        mail: None,
    })
}

/// Returns the page for a guest whose browser rejected the form's cookie, with a link back to the form at `path`.
#[must_use]
pub fn no_cookie(path: &str, frame: &Frame<'_>) -> String {
    rendered(&NoticePage {
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
    /// Returns the ids of the title and of the hint.
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
