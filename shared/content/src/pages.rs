//! The pages that an invitation's link opens in a browser: HTML with its style in it, no script, nothing from elsewhere.
//!
//! They show no address of anybody but the visitor: everybody who holds the link reads them.

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
use frame::Framed;
pub use joined::{Joined, joined};
pub use notice::{Notice, gone, no_cookie, notice};
use shown::Sheet;
pub use shown::{People, ShownInvitation};
pub use stop::{StopChange, StopState, stop};

/// The ways in, for somebody whom the link alone does not let in.
#[derive(Debug, Clone, Copy)]
pub struct JoinOptions<'a> {
    /// The link's own path: where a guest is redirected, and what the button of a signed-in stranger posts to.
    pub path: &'a str,
    /// Where one signs in and comes back from. None where no accounts service is configured.
    pub sign_in: Option<&'a str>,
    /// Where one makes an account and comes back from.
    pub sign_up: Option<&'a str>,
    /// True if guests may come in.
    pub guest: bool,
    /// The page that asks whether to decline. None where nobody could sign in on the way to it.
    pub decline: Option<&'a str>,
}

/// The buttons about mail and abuse that a visitor gets.
#[derive(Debug, Clone, Copy)]
pub struct MailActions<'a> {
    /// The path that the buttons post to.
    pub path: &'a str,
    /// The mail to the visitor's own address; none if no proven one is known.
    pub own: Option<OwnMail>,
}

/// The mail to a visitor's own address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnMail {
    /// It is sent.
    Allowed,
    /// They have stopped it.
    Stopped,
}

/// Somebody with a session whom the link alone does not let in.
#[derive(Debug, Clone, Copy)]
pub enum Visitor<'a> {
    /// Signed in, with this name if it is known, and not on the invitation.
    Account {
        /// Their name.
        name: Option<&'a str>,
        /// Their own address, shown to themselves.
        address: Option<&'a EmailAddress>,
        /// False if they have not proven the address to be theirs: it cannot be on the invitation.
        is_verified: bool,
    },
    /// A guest.
    Guest {
        /// Their name.
        name: &'a str,
        /// The page where somebody else says their own.
        other: &'a str,
    },
}

/// The password that a visitor needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordField {
    /// None.
    Absent,
    /// That of the space.
    Wanted,
    /// That of the space; they have tried another one.
    Wrong,
}

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LoginPage<'a> {
    frame: Framed<'a>,
    sheet: Sheet<'a>,
    options: &'a JoinOptions<'a>,
    sign_in: String,
    sign_up: String,
    guest: String,
    name: String,
    /// The page that declines; none for a meeting that is over.
    decline_url: Option<&'a str>,
    decline: String,
    ignore: String,
    mail: Option<MailButtons<'a>>,
}

#[derive(Template)]
#[template(path = "pages/stranger.html")]
struct StrangerPage<'a> {
    frame: Framed<'a>,
    sheet: Sheet<'a>,
    options: &'a JoinOptions<'a>,
    /// The reason why they are not in yet: who they are, and that the invitation is for somebody else.
    lines: Vec<String>,
    password: Option<PasswordWords>,
    join: String,
    other: String,
    /// The page and the label of the link for somebody else.
    not_you: Option<(&'a str, String)>,
    mail: Option<MailButtons<'a>>,
}

/// The buttons about mail and abuse, as they are written.
struct MailButtons<'a> {
    path: &'a str,
    report: String,
    /// The value and the label of the button about one's own mail.
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
    frame: Framed<'a>,
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
    frame: Framed<'a>,
    heading: String,
    hint: String,
    sign_in_url: Option<&'a str>,
    sign_in: String,
    sign_up_url: Option<&'a str>,
    sign_up: String,
    mail: Option<MailButtons<'a>>,
}

/// The page for somebody who is not signed in: what they are invited to, and the ways in.
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

/// The page for somebody with a session whom the link alone does not let in: who they are, and the ways in.
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

/// The page that asks somebody on the invitation whether to decline it.
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

/// The page of a space for everybody who is not in it. It is the same for every space, and for an id that no space has.
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

/// Writing into a string fails only if a value's `Display` does, and none of ours can.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}
