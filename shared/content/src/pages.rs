//! The pages that an invitation's link opens in a browser: self-contained HTML with inline style and no script.
//!
//! Everybody who has the link can read them, so they show no address except the visitor's own.

mod frame;
mod joined;
mod notice;
mod shown;
mod stop;

use askama::Template;
use spaces_model::EmailAddress;

use crate::words::Localizer;
use crate::{clean, domain};

pub use frame::Frame;
use frame::FrameData;
pub use joined::{Joined, joined};
pub use notice::{Notice, gone, no_cookie, notice};
use shown::Sheet;
pub use shown::{People, ShownInvitation};
pub use stop::{StopChange, StopState, stop};

/// The options of a visitor whom the link alone doesn't admit.
#[derive(Debug, Clone, Copy)]
pub struct JoinOptions<'a> {
    /// The path of the link, to which a guest is redirected and to which a signed-in stranger's button posts.
    pub path: &'a str,
    /// The URL for signing in and returning; `None` if no accounts service is configured.
    pub sign_in: Option<&'a str>,
    /// The URL for creating an account and returning.
    pub sign_up: Option<&'a str>,
    /// True if guests are admitted.
    pub guest: bool,
    /// The page that asks whether to decline; `None` if the visitor can't sign in on the way there.
    pub decline: Option<&'a str>,
}

/// The buttons for stopping mail and reporting abuse.
#[derive(Debug, Clone, Copy)]
pub struct MailActions<'a> {
    /// The path to which the buttons post.
    pub path: &'a str,
    /// The state of mail to the visitor's own address; `None` if they have no verified address.
    pub own: Option<OwnMail>,
}

/// The state of mail to a visitor's own address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnMail {
    /// Mail is sent.
    Allowed,
    /// The visitor has stopped it.
    Stopped,
}

/// A visitor with a session whom the link alone doesn't admit.
#[derive(Debug, Clone, Copy)]
pub enum Visitor<'a> {
    /// A signed-in visitor who isn't on the invitation.
    Account {
        /// The visitor's name, if known.
        name: Option<&'a str>,
        /// The visitor's own address, shown to nobody else.
        address: Option<&'a EmailAddress>,
        /// False if the address isn't verified, and thus can't be on the invitation.
        is_verified: bool,
    },
    /// A guest.
    Guest {
        /// The guest's name.
        name: &'a str,
        /// The page where a different guest enters a name.
        other: &'a str,
    },
}

/// The state of the password field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordField {
    /// The page has none, because no password is needed.
    Absent,
    /// The space's password is needed.
    Wanted,
    /// The space's password is needed, and the visitor entered a wrong one.
    Wrong,
}

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LoginPage<'a> {
    frame: FrameData<'a>,
    sheet: Sheet<'a>,
    options: &'a JoinOptions<'a>,
    sign_in: String,
    sign_up: String,
    guest: String,
    name: String,
    /// The page that declines; `None` for a meeting that is over.
    decline_url: Option<&'a str>,
    decline: String,
    ignore: String,
    mail: Option<MailButtons<'a>>,
}

#[derive(Template)]
#[template(path = "pages/stranger.html")]
struct StrangerPage<'a> {
    frame: FrameData<'a>,
    sheet: Sheet<'a>,
    options: &'a JoinOptions<'a>,
    /// The reason why the visitor isn't admitted: who they are, and that the invitation is for somebody else.
    lines: Vec<String>,
    password: Option<PasswordWords>,
    join: String,
    other: String,
    /// The URL and label of the link for a different guest.
    not_you: Option<(&'a str, String)>,
    mail: Option<MailButtons<'a>>,
}

/// The buttons for stopping mail and reporting abuse, as the templates need them.
struct MailButtons<'a> {
    path: &'a str,
    report: String,
    /// The value and label of the button for the visitor's own mail.
    own: Option<(&'static str, String)>,
}

struct PasswordWords {
    label: String,
    hint: String,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/decline.html")]
struct DeclinePage<'a> {
    frame: FrameData<'a>,
    sheet: Sheet<'a>,
    path: &'a str,
    hint: String,
    decline: String,
    join: String,
    mail: Option<MailButtons<'a>>,
}

#[derive(Template)]
#[template(path = "pages/space.html")]
struct SpaceSignInPage<'a> {
    frame: FrameData<'a>,
    heading: String,
    hint: String,
    sign_in_url: Option<&'a str>,
    sign_in: String,
    sign_up_url: Option<&'a str>,
    sign_up: String,
    mail: Option<MailButtons<'a>>,
}

/// Returns the page for a visitor who isn't signed in, with the invitation and the options to join.
#[must_use]
pub fn login(
    shown: &ShownInvitation<'_>,
    options: &JoinOptions<'_>,
    mail: MailActions<'_>,
    frame: &Frame<'_>,
) -> String {
    let sheet = Sheet::new(shown, frame);
    rendered(&LoginPage {
        frame: frame.framed(),
        decline_url: options.decline.filter(|_| !sheet.is_over()),
        sheet,
        options,
        sign_in: frame.message("page-sign-in"),
        sign_up: frame.message("page-sign-up"),
        guest: frame.message("page-guest"),
        name: frame.message("page-name"),
        decline: frame.message("page-decline"),
        ignore: frame.message("ignore"),
        mail: Some(mail.buttons(frame)),
    })
}

/// Returns the page for a visitor with a session whom the link alone doesn't admit: who they are, and the options to
/// join.
#[must_use]
pub fn stranger(
    shown: &ShownInvitation<'_>,
    visitor: Visitor<'_>,
    password: PasswordField,
    options: &JoinOptions<'_>,
    mail: MailActions<'_>,
    frame: &Frame<'_>,
) -> String {
    let mut localizer = Localizer::new(shown.invitation, frame.language, frame.brand.product());
    let name = match visitor {
        Visitor::Account { name, .. } => name.and_then(clean::name),
        Visitor::Guest { name, .. } => clean::name(name),
    };
    let is_named = name.is_some();
    if let Some(name) = &name {
        localizer.set("name", name.clone());
    }
    let (lines, join, other) = match visitor {
        Visitor::Account { address, is_verified, .. } => {
            if let Some(address) = address {
                let address = domain::address(address);
                let signed_in = name.map_or_else(|| address.clone(), |name| format!("{name} ({address})"));
                localizer.set("address", address);
                localizer.set("name", signed_in);
            }
            let is_known = is_named || address.is_some();
            let signed_in = if is_known { "page-signed-in" } else { "page-signed-in-unknown" };
            let reason = if address.is_some() && !is_verified { "page-unverified" } else { "page-wrong-account" };
            (vec![localizer.message(signed_in), localizer.message(reason)], "page-guest", "page-other-account")
        }
        Visitor::Guest { .. } => (Vec::new(), if is_named { "page-continue" } else { "page-guest" }, "page-sign-in"),
    };
    rendered(&StrangerPage {
        frame: frame.framed(),
        sheet: Sheet::new(shown, frame),
        options,
        lines,
        password: (password != PasswordField::Absent).then(|| PasswordWords {
            label: localizer.message("page-password"),
            hint: localizer.message("page-password-hint"),
            wrong: (password == PasswordField::Wrong).then(|| localizer.message("page-password-wrong")),
        }),
        join: localizer.message(join),
        other: localizer.message(other),
        not_you: match visitor {
            Visitor::Guest { other, .. } if is_named => Some((other, localizer.message("page-not-you"))),
            Visitor::Guest { .. } | Visitor::Account { .. } => None,
        },
        mail: Some(mail.buttons(frame)),
    })
}

/// Returns the page that asks an invitee whether to decline.
#[must_use]
pub fn decline(shown: &ShownInvitation<'_>, path: &str, mail: MailActions<'_>, frame: &Frame<'_>) -> String {
    let localizer = Localizer::new(&shown.invitation.without_address(), frame.language, frame.brand.product());
    rendered(&DeclinePage {
        frame: frame.framed(),
        sheet: Sheet::new(shown, frame),
        path,
        hint: localizer.message_with_inviter("page-decline-hint"),
        decline: localizer.message("page-decline"),
        join: localizer.join_label(shown.invitation.mode),
        mail: Some(mail.buttons(frame)),
    })
}

/// Returns the page of a space for everybody who isn't in it. It is the same for every space and for ids that no space
/// has.
#[must_use]
pub fn space(sign_in: Option<&str>, sign_up: Option<&str>, frame: &Frame<'_>) -> String {
    rendered(&SpaceSignInPage {
        frame: frame.framed(),
        heading: frame.message("page-space"),
        hint: frame.message("page-space-hint"),
        sign_in_url: sign_in,
        sign_in: frame.message("page-sign-in"),
        sign_up_url: sign_up,
        sign_up: frame.message("page-sign-up"),
        mail: None,
    })
}

impl<'a> MailActions<'a> {
    fn buttons(self, frame: &Frame<'_>) -> MailButtons<'a> {
        let own = self.own.map(|own| match own {
            OwnMail::Allowed => ("stop", frame.message("page-stop-own")),
            OwnMail::Stopped => ("undo", frame.message("page-stop-own-undo")),
        });
        MailButtons { path: self.path, report: frame.message("page-stop-report"), own }
    }
}

/// Renders a template. Writing into a string fails only if a value's `Display` does, and none of ours can.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}
