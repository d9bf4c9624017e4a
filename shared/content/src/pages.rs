//! The pages that an invitation's link opens in a browser: HTML with its style in it, no script, nothing from elsewhere.
//!
//! They show no address of anybody: whoever holds the link reads them.

mod notice;
mod stop;

use askama::Template;
use fluent_bundle::FluentArgs;
use spaces_model::{InviteMode, Role};

use crate::style::{SOURCE, STYLE};
use crate::when::When;
use crate::words::{self, Speech};
use crate::{Invitation, Language, clean, resources};

pub use notice::{Notice, gone, no_cookie, notice};
pub use stop::{StopDone, StopWays, stop};

/// The most members that the page names: a hundred long names alone would make it heavier than a page for a phone should be.
const MAX_NAMES: usize = 20;

/// Who reads, and whose page it is.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// What the page is written in.
    pub language: Language,
    /// The product's name.
    pub product: &'a str,
}

/// The ways in, for somebody whom the link alone does not let in.
#[derive(Debug, Clone, Copy)]
pub struct Ways<'a> {
    /// The link's own path: where the guest goes on, and what the button of a signed-in stranger posts to.
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

/// The buttons about the mail that a visitor gets.
#[derive(Debug, Clone, Copy)]
pub struct MailWays<'a> {
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
    Account(Option<&'a str>),
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

/// What stands around every page.
struct Framed {
    language: Language,
    product: String,
    style: &'static str,
}

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LoginPage<'a> {
    frame: Framed,
    ways: &'a Ways<'a>,
    subject: String,
    title: &'a str,
    lead: String,
    label: String,
    when: Option<When>,
    account: String,
    sign_in: String,
    sign_up: String,
    guest: String,
    name: String,
    decline: String,
    ignore: String,
    mail: MailButtons<'a>,
}

#[derive(Template)]
#[template(path = "pages/stranger.html")]
struct StrangerPage<'a> {
    frame: Framed,
    ways: &'a Ways<'a>,
    subject: String,
    title: &'a str,
    lines: Vec<String>,
    label: String,
    when: Option<When>,
    password: Option<PasswordWords>,
    join: String,
    other: String,
    /// The page and the label of the link for somebody else.
    not_you: Option<(&'a str, String)>,
    mail: MailButtons<'a>,
}

/// The buttons about mail, as they are written.
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
    frame: Framed,
    path: &'a str,
    subject: String,
    title: &'a str,
    hint: String,
    label: String,
    when: Option<When>,
    decline: String,
    join: String,
    mail: MailButtons<'a>,
}

#[derive(Template)]
#[template(path = "pages/space.html")]
struct SpacePage<'a> {
    frame: Framed,
    heading: String,
    hint: String,
    sign_in_url: Option<&'a str>,
    sign_in: String,
    sign_up_url: Option<&'a str>,
    sign_up: String,
}

#[derive(Template)]
#[template(path = "pages/joined.html")]
struct Joined<'a> {
    frame: Framed,
    heading: String,
    title: &'a str,
    label: String,
    when: Option<When>,
    label_role: String,
    role: String,
    label_members: String,
    names: Vec<String>,
    more: Option<String>,
    mail: Option<MailButtons<'a>>,
}

/// For somebody who is not signed in: what they are invited to, and the ways in.
#[must_use]
pub fn login(invitation: &Invitation<'_>, ways: &Ways<'_>, mail: MailWays<'_>, frame: &Frame<'_>) -> String {
    let invitation = &invitation.without_address();
    let speech = Speech::new(invitation, frame.language, frame.product);
    rendered(&LoginPage {
        frame: frame.with_style(),
        ways,
        subject: subject(&speech, invitation.mode),
        title: &speech.title,
        lead: speech.say_of_inviter(lead(invitation.mode)),
        label: speech.say("when"),
        when: when(invitation, frame.language),
        account: speech.say("page-account"),
        sign_in: speech.say("page-sign-in"),
        sign_up: speech.say("page-sign-up"),
        guest: speech.say("page-guest"),
        name: speech.say("page-name"),
        decline: speech.say("page-decline"),
        ignore: speech.say("ignore"),
        mail: mail.buttons(frame.language),
    })
}

/// The page for somebody with a session whom the link alone does not let in: who they are, and the ways in.
#[must_use]
pub fn stranger(
    invitation: &Invitation<'_>,
    visitor: Visitor<'_>,
    password: PasswordField,
    ways: &Ways<'_>,
    mail: MailWays<'_>,
    frame: &Frame<'_>,
) -> String {
    let invitation = &invitation.without_address();
    let mut speech = Speech::new(invitation, frame.language, frame.product);
    let name = match visitor {
        Visitor::Account(name) => name.and_then(clean::name),
        Visitor::Guest { name, .. } => clean::name(name),
    };
    let is_named = name.is_some();
    if let Some(name) = name {
        speech.set("name", name);
    }
    let (lines, join, other) = match visitor {
        Visitor::Account(_) => {
            let signed_in = if is_named { "page-signed-in" } else { "page-signed-in-unknown" };
            (vec![speech.say(signed_in), speech.say("page-wrong-account")], "page-guest", "page-other-account")
        }
        Visitor::Guest { .. } => {
            let lead = speech.say_of_inviter(lead(invitation.mode));
            (vec![lead], if is_named { "page-continue" } else { "page-guest" }, "page-sign-in")
        }
    };
    rendered(&StrangerPage {
        frame: frame.with_style(),
        ways,
        subject: subject(&speech, invitation.mode),
        title: &speech.title,
        lines,
        label: speech.say("when"),
        when: when(invitation, frame.language),
        password: (password != PasswordField::Absent).then(|| PasswordWords {
            label: speech.say("page-password"),
            hint: speech.say("page-password-hint"),
            wrong: (password == PasswordField::Wrong).then(|| speech.say("page-password-wrong")),
        }),
        join: speech.say(join),
        other: speech.say(other),
        not_you: match visitor {
            Visitor::Guest { other, .. } if is_named => Some((other, speech.say("page-not-you"))),
            Visitor::Guest { .. } | Visitor::Account(_) => None,
        },
        mail: mail.buttons(frame.language),
    })
}

/// The page that asks somebody on the invitation whether to decline it.
#[must_use]
pub fn decline(invitation: &Invitation<'_>, path: &str, mail: MailWays<'_>, frame: &Frame<'_>) -> String {
    let invitation = &invitation.without_address();
    let speech = Speech::new(invitation, frame.language, frame.product);
    rendered(&DeclinePage {
        frame: frame.with_style(),
        path,
        subject: subject(&speech, invitation.mode),
        title: &speech.title,
        hint: speech.say("page-decline-hint"),
        label: speech.say("when"),
        when: when(invitation, frame.language),
        decline: speech.say("page-decline"),
        join: speech.join_label(invitation.mode),
        mail: mail.buttons(frame.language),
    })
}

/// The page of a space for everybody who is not in it. It is the same for every space, and for an id that no space has.
#[must_use]
pub fn space(sign_in: Option<&str>, sign_up: Option<&str>, frame: &Frame<'_>) -> String {
    let say = |id| resources::of(frame.language).message(id, &FluentArgs::new());
    rendered(&SpacePage {
        frame: frame.with_style(),
        heading: say("page-space"),
        hint: say("page-space-hint"),
        sign_in_url: sign_in,
        sign_in: say("page-sign-in"),
        sign_up_url: sign_up,
        sign_up: say("page-sign-up"),
    })
}

/// For somebody who is in: the space, the times of the invitation that they came by, their role and who else is there.
#[must_use]
pub fn joined(
    space_title: &str,
    invitation: Option<&Invitation<'_>>,
    role: Role,
    names: &[&str],
    mail: Option<MailWays<'_>>,
    frame: &Frame<'_>,
) -> String {
    let say = |id| resources::of(frame.language).message(id, &FluentArgs::new());
    rendered(&Joined {
        frame: frame.with_style(),
        heading: say("page-joined"),
        title: &words::title(space_title, frame.language),
        label: say("when"),
        when: invitation.and_then(|invitation| when(invitation, frame.language)),
        label_role: say("page-role"),
        role: say(match role {
            Role::Admin => "role-admin",
            Role::Member => "role-member",
            Role::Guest => "role-guest",
        }),
        label_members: say("page-members"),
        names: names.iter().filter_map(|name| clean::name(name)).take(MAX_NAMES).collect(),
        more: (names.len() > MAX_NAMES).then(|| say("page-more")),
        mail: mail.map(|mail| mail.buttons(frame.language)),
    })
}

/// What `style-src` of a Content Security Policy has to allow, and nothing else: the pages' style sheet by its hash.
#[must_use]
pub fn style_source() -> &'static str {
    &SOURCE
}

impl<'a> MailWays<'a> {
    fn buttons(self, language: Language) -> MailButtons<'a> {
        let say = |id| resources::of(language).message(id, &FluentArgs::new());
        let own = self.own.map(|own| match own {
            OwnMail::Allowed => ("stop", say("page-stop-own")),
            OwnMail::Stopped => ("undo", say("page-stop-own-undo")),
        });
        MailButtons { path: self.path, report: say("page-stop-report"), own }
    }
}

impl Frame<'_> {
    fn with_style(&self) -> Framed {
        let product = words::isolated(words::product(self.product), self.language.direction());
        Framed { language: self.language, product, style: &STYLE }
    }
}

fn subject(speech: &Speech, mode: InviteMode) -> String {
    speech.say_of_inviter(match mode {
        InviteMode::Invite => "subject-invite",
        InviteMode::Meet => "subject-meet",
    })
}

const fn lead(mode: InviteMode) -> &'static str {
    match mode {
        InviteMode::Invite => "lead-invite",
        InviteMode::Meet => "lead-meet",
    }
}

fn when(invitation: &Invitation<'_>, language: Language) -> Option<When> {
    When::new(invitation.starts, invitation.ends, invitation.inviter.zone, resources::of(language))
}

/// Writing into a string fails only if a value's `Display` does, and none of ours can.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}
