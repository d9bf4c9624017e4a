//! The pages that an invitation's link opens in a browser: HTML with its style in it, no script, nothing from elsewhere.
//!
//! They show no address of anybody: whoever holds the link reads them.

use askama::Template;
use fluent_bundle::FluentArgs;
use spaces_model::{InviteMode, Role};

use crate::style::{SOURCE, STYLE};
use crate::when::When;
use crate::words::{self, Speech};
use crate::{Invitation, Inviter, Language, clean, resources};

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
}

/// Why there is nothing to join.
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
    /// Something that we depend on is throttled or out of reach.
    Busy,
    /// Our bug.
    Broken,
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
    ignore: String,
}

#[derive(Template)]
#[template(path = "pages/wrong_account.html")]
struct WrongAccountPage<'a> {
    frame: Framed,
    ways: &'a Ways<'a>,
    subject: String,
    title: &'a str,
    signed_in: String,
    explanation: String,
    label: String,
    when: Option<When>,
    guest: String,
    other_account: String,
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
}

#[derive(Template)]
#[template(path = "pages/notice.html")]
struct Noticed {
    frame: Framed,
    title: String,
    hint: String,
}

/// For somebody who is not signed in: what they are invited to, and the ways in.
#[must_use]
pub fn login(invitation: &Invitation<'_>, ways: &Ways<'_>, frame: &Frame<'_>) -> String {
    let invitation = &without_address(invitation);
    let speech = Speech::new(invitation, frame.language, frame.product);
    rendered(&LoginPage {
        frame: frame.with_style(),
        ways,
        subject: subject(&speech, invitation.mode),
        title: &speech.title,
        lead: speech.say_of_inviter(match invitation.mode {
            InviteMode::Invite => "lead-invite",
            InviteMode::Meet => "lead-meet",
        }),
        label: speech.say("when"),
        when: when(invitation, frame.language),
        account: speech.say("page-account"),
        sign_in: speech.say("page-sign-in"),
        sign_up: speech.say("page-sign-up"),
        guest: speech.say("page-guest"),
        name: speech.say("page-name"),
        ignore: speech.say("ignore"),
    })
}

/// The page for somebody who is signed in, with this name if it is known, but is not on the invitation.
#[must_use]
pub fn wrong_account(invitation: &Invitation<'_>, name: Option<&str>, ways: &Ways<'_>, frame: &Frame<'_>) -> String {
    let invitation = &without_address(invitation);
    let mut speech = Speech::new(invitation, frame.language, frame.product);
    let signed_in = match name.and_then(clean::name) {
        Some(name) => {
            speech.set("name", name);
            speech.say("page-signed-in")
        }
        None => speech.say("page-signed-in-unknown"),
    };
    rendered(&WrongAccountPage {
        frame: frame.with_style(),
        ways,
        subject: subject(&speech, invitation.mode),
        title: &speech.title,
        signed_in,
        explanation: speech.say("page-wrong-account"),
        label: speech.say("when"),
        when: when(invitation, frame.language),
        guest: speech.say("page-guest"),
        other_account: speech.say("page-other-account"),
    })
}

/// For somebody who is in: the space, their role in it and who else is there.
#[must_use]
pub fn joined(invitation: &Invitation<'_>, role: Role, names: &[&str], frame: &Frame<'_>) -> String {
    let speech = Speech::new(&without_address(invitation), frame.language, frame.product);
    rendered(&Joined {
        frame: frame.with_style(),
        heading: speech.say("page-joined"),
        title: &speech.title,
        label: speech.say("when"),
        when: when(invitation, frame.language),
        label_role: speech.say("page-role"),
        role: speech.say(match role {
            Role::Admin => "role-admin",
            Role::Member => "role-member",
            Role::Guest => "role-guest",
        }),
        label_members: speech.say("page-members"),
        names: names.iter().filter_map(|name| clean::name(name)).take(MAX_NAMES).collect(),
        more: (names.len() > MAX_NAMES).then(|| speech.say("page-more")),
    })
}

/// For everybody else.
#[must_use]
pub fn notice(notice: Notice, frame: &Frame<'_>) -> String {
    let (title, hint) = match notice {
        Notice::NotFound => ("page-not-found", "page-not-found-hint"),
        Notice::Expired => ("page-expired", "page-ask"),
        Notice::Revoked => ("page-revoked", "page-ask"),
        Notice::Forbidden => ("page-forbidden", "page-forbidden-hint"),
        Notice::Busy => ("page-busy", "page-busy-hint"),
        Notice::Broken => ("page-broken", "page-broken-hint"),
    };
    let say = |id| resources::of(frame.language).message(id, &FluentArgs::new());
    rendered(&Noticed { frame: frame.with_style(), title: say(title), hint: say(hint) })
}

/// What `style-src` of a Content Security Policy has to allow, and nothing else: the pages' style sheet by its hash.
#[must_use]
pub fn style_source() -> &'static str {
    &SOURCE
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

fn when(invitation: &Invitation<'_>, language: Language) -> Option<When> {
    When::new(invitation.starts, invitation.ends, invitation.inviter.zone, resources::of(language))
}

/// The invitation by somebody who is known by name or not at all.
fn without_address<'a>(invitation: &Invitation<'a>) -> Invitation<'a> {
    Invitation { inviter: Inviter { email: None, ..invitation.inviter }, ..*invitation }
}

/// Writing into a string fails only if a value's `Display` does, and none of ours can.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}
