//! Sample invitations for the preview, the checks and tests.

use jiff::Timestamp;
use spaces_content::pages::{People, ShownInvitation};
use spaces_content::{Brand, Edition, InvitationView, InviterView, MailRecipient, Sender};
use spaces_model::{EmailAddress, InviteId, InviteMode, ItipMethod, Role};

/// A time some days before the sample's meeting.
pub(crate) const BEFORE: &str = "2026-11-24T09:00:00Z";

/// The URL that stops further mail.
pub(crate) const STOP: &str = "https://spaces.example.com/mail/stop/c3RvcA";

/// The URLs in the footer.
pub(crate) const SUPPORT: &str = "mailto:help@spaces.example";
pub(crate) const PRIVACY: &str = "https://spaces.example/privacy";

/// An invitation and one of its invitees, with owned data.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) inviter: Option<String>,
    pub(crate) inviter_address: Option<EmailAddress>,
    pub(crate) zone: Option<String>,
    pub(crate) mode: InviteMode,
    pub(crate) starts: Option<Timestamp>,
    pub(crate) ends: Option<Timestamp>,
    pub(crate) address: EmailAddress,
    pub(crate) recipient: Option<String>,
    pub(crate) role: Role,
    pub(crate) knows_inviter: bool,
    pub(crate) link: String,
    pub(crate) button: String,
}

pub(crate) const INVITE_ID: &str = "59039e47e2cda45e3bbbfc7f";

impl Sample {
    /// Returns an ordinary meeting.
    pub(crate) fn meeting() -> Self {
        Self {
            name: "meeting",
            title: "Quarterly planning".to_owned(),
            description: "We go through the plan for the next quarter.\n\nPlease bring your numbers & ideas."
                .to_owned(),
            inviter: Some("Alice Example".to_owned()),
            inviter_address: Some("alice@avaya.com".parse().unwrap()),
            zone: Some("Europe/Berlin".to_owned()),
            mode: InviteMode::Meet,
            starts: Some("2026-11-27T13:30:00Z".parse().unwrap()),
            ends: Some("2026-11-27T15:00:00Z".parse().unwrap()),
            address: "han@falcon.example".parse().unwrap(),
            recipient: Some("Han Solo".to_owned()),
            role: Role::Member,
            knows_inviter: true,
            link: link("meet"),
            button: button("meet"),
        }
    }

    /// Returns an invitation to a space by an inviter without a name, with no times.
    pub(crate) fn plain() -> Self {
        Self {
            name: "plain",
            description: String::new(),
            inviter: None,
            inviter_address: None,
            zone: None,
            mode: InviteMode::Invite,
            starts: None,
            ends: None,
            recipient: None,
            link: link("join"),
            button: button("join"),
            ..Self::meeting()
        }
    }

    /// Returns an invitation with every text at its maximum length, with letters of both directions, over several days.
    pub(crate) fn long() -> Self {
        Self {
            name: "long",
            title: "Rückblick auf das Geschäftsjahr – מפגש שנתי עם כל הצוותים ועוד הרבה מאוד דברים".to_owned(),
            description: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft\n".repeat(6)
                + "اجتماع سنوي <b>für alle</b> – https://evil.example/spaces/invites/000000000000000000000000/join",
            inviter: Some("محمد عبد الرحمن بن عبد العزيز".to_owned()),
            zone: Some("America/Argentina/Buenos_Aires".to_owned()),
            ends: Some("2026-11-29T17:00:00Z".parse().unwrap()),
            recipient: Some("Wolfeschlegelsteinhausenbergerdorff".to_owned()),
            role: Role::Guest,
            knows_inviter: false,
            ..Self::meeting()
        }
    }

    /// Returns one sample of each kind.
    pub(crate) fn all() -> Vec<Self> {
        vec![Self::meeting(), Self::plain(), Self::long()]
    }

    pub(crate) fn invitation(&self) -> InvitationView<'_> {
        InvitationView {
            invite_id: INVITE_ID.parse::<InviteId>().unwrap(),
            space_title: &self.title,
            description: &self.description,
            inviter: InviterView {
                name: self.inviter.as_deref(),
                email: self.inviter_address.as_ref(),
                zone: self.zone.as_deref(),
            },
            organizer: None,
            mode: self.mode,
            link: &self.link,
            button: &self.button,
            starts: self.starts,
            ends: self.ends,
            expires: Some("2026-12-21T09:00:00Z".parse().unwrap()),
        }
    }

    /// Returns the invitation for a page at this time.
    pub(crate) fn shown<'a>(invitation: &'a InvitationView<'a>, now: &str) -> ShownInvitation<'a> {
        ShownInvitation {
            invitation,
            now: now.parse().unwrap(),
            zone: None,
            people: People::All(3),
            entry: "/spaces/invites/59039e47e2cda45e3bbbfc7f/invite.ics",
        }
    }

    pub(crate) fn recipient(&self) -> MailRecipient<'_> {
        MailRecipient {
            address: &self.address,
            name: self.recipient.as_deref(),
            role: self.role,
            knows_inviter: self.knows_inviter,
            stop: STOP,
        }
    }
}

/// Returns the brand of the samples.
pub(crate) fn brand() -> Brand {
    Brand::read(|name| match name {
        "SUPPORT_URL" => Some(SUPPORT),
        "PRIVACY_URL" => Some(PRIVACY),
        _ => None,
    })
    .unwrap()
}

/// Returns a sender with another name, colour and logo.
pub(crate) fn acme() -> Sender {
    let brand = Brand::read(|name| match name {
        "PRODUCT_NAME" => Some("Acme Rooms"),
        "BRAND_COLOR" => Some("#f2b705"),
        "BRAND_LOGO" => Some(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/content/logo.png")),
        "HELP_URL" => Some("https://acme.example/help"),
        "PRIVACY_URL" => Some(PRIVACY),
        "SUPPORT_URL" => Some(SUPPORT),
        _ => None,
    });
    Sender { brand: brand.unwrap(), ..sender() }
}

/// Returns the sender of the samples.
pub(crate) fn sender() -> Sender {
    Sender { address: "invitations@spaces.example".parse().unwrap(), brand: brand() }
}

/// Returns the first message about an invitation, or its cancellation some days later.
pub(crate) fn edition(what: ItipMethod) -> Edition {
    let (number, at) = match what {
        ItipMethod::Request => (0, "2026-11-21T09:00:00Z"),
        ItipMethod::Cancel => (1, "2026-11-25T16:00:00Z"),
    };
    Edition { what, sequence: number, mailing: number, at: at.parse().unwrap() }
}

fn link(segment: &str) -> String {
    format!("https://spaces.example/spaces/invites/{INVITE_ID}/{segment}")
}

fn button(segment: &str) -> String {
    let info = "eyJzcGFjZU5hbWUiOiJRdWFydGVybHkgcGxhbm5pbmciLCJpbnZpdGVyTmFtZSI6IkFsaWNlIEV4YW1wbGUifQ%3D%3D";
    format!("{}?inviteInfo={info}", link(segment))
}
