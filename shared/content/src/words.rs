//! The words of an invitation in one language, sanitized but not escaped.

use fluent_bundle::FluentArgs;
use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;
use spaces_model::{InviteMode, ItipMethod, characters};

use crate::description::RenderedDescription;
use crate::resources::{self, Resources};
use crate::when::{self, When};
use crate::{Brand, Direction, InvitationView, InviterView, Language, MailRecipient, Sender, clean, domain};

/// The product's name if none is configured.
pub(crate) const PRODUCT: &str = "Spaces";

/// Everything that the documents say.
pub(crate) struct Words<'a> {
    pub(crate) language: Language,
    pub(crate) brand: &'a Brand,
    pub(crate) product: String,
    pub(crate) subject: String,
    pub(crate) greeting: Option<String>,
    /// The title, not shortened.
    pub(crate) title: String,
    pub(crate) lead: String,
    /// The inviter's initials, where the name is known.
    pub(crate) initials: Option<String>,
    /// Shown on a line of its own, so it needs no isolation from a sentence.
    pub(crate) inviter_address: Option<String>,
    pub(crate) label_when: String,
    pub(crate) when: Option<When>,
    /// The invitee's role; `None` in documents that are the same for everybody.
    pub(crate) role: Option<RoleWords>,
    pub(crate) description: RenderedDescription,
    /// The reason why links in the description are not clickable, for HTML and for plain text.
    pub(crate) links_plain: String,
    pub(crate) links_marked: String,
    /// `None` if the meeting is cancelled.
    pub(crate) join: Option<Join<'a>>,
    /// The small print: why the reader received this, and what to do with it.
    pub(crate) notes: Vec<String>,
    /// `None` if we don't send the mail ourselves.
    pub(crate) stop: Option<Link<'a>>,
    /// The help, privacy and support links.
    pub(crate) help: Vec<Link<'a>>,
}

/// The label and name of the invitee's role.
pub(crate) struct RoleWords {
    pub(crate) label: String,
    pub(crate) name: String,
}

/// A labelled link.
pub(crate) struct Link<'a> {
    pub(crate) label: String,
    pub(crate) link: &'a str,
}

impl Link<'_> {
    /// Returns the link as plain text shows it, with a `mailto` reduced to its address.
    pub(crate) fn text(&self) -> &str {
        self.link.strip_prefix("mailto:").unwrap_or(self.link)
    }
}

/// The way to join the space or its meeting.
pub(crate) struct Join<'a> {
    pub(crate) label: String,
    /// The link as text.
    pub(crate) link: &'a str,
    /// The link of the button.
    pub(crate) button: &'a str,
    pub(crate) hint: String,
    /// A sentence about who can join.
    pub(crate) access: String,
    /// A sentence about when the invitation expires.
    pub(crate) open_until: Option<String>,
}

impl<'a> Words<'a> {
    /// Creates the words of a document that is the same for every reader.
    pub(crate) fn new(invitation: &InvitationView<'a>, language: Language, brand: &'a Brand, what: ItipMethod) -> Self {
        let localizer = Localizer::new(invitation, language, brand.product());
        let mut words = localizer.words(invitation, brand, what, false);
        words.notes = vec![localizer.message("made-with")];
        words
    }

    /// Creates the words of a mail that we send to one invitee.
    pub(crate) fn personal(
        invitation: &InvitationView<'a>,
        recipient: &MailRecipient<'a>,
        language: Language,
        brand: &'a Brand,
        what: ItipMethod,
    ) -> Self {
        let mut localizer = Localizer::new(invitation, language, brand.product());
        localizer.set("address", domain::address(recipient.address));
        let name = recipient.name.and_then(clean::name);
        if let Some(name) = &name {
            localizer.set("name", name.clone());
        }
        let mut words = localizer.words(invitation, brand, what, recipient.knows_inviter);
        words.greeting = name.is_some().then(|| localizer.message("greeting"));
        words.notes = vec![match what {
            ItipMethod::Request => localizer.message_with_inviter("why"),
            // In some languages the other message says "is inviting", which is no longer true.
            ItipMethod::Cancel => localizer.message("why-unknown"),
        }];
        if localizer.inviter_known && invitation.inviter.email.is_some() {
            words.notes.push(localizer.message("reply"));
        }
        if what == ItipMethod::Request {
            words.role = Some(RoleWords {
                label: localizer.message("your-role"),
                name: localizer.message(role_name(recipient.role)),
            });
            words.notes.push(localizer.message("ignore"));
        }
        words.stop = Some(Link { label: localizer.message("stop"), link: recipient.stop });
        words
    }

    /// Returns the text that mail programs show next to the subject: the time if there is one, otherwise who invites.
    pub(crate) fn preheader(&self) -> String {
        match self.when.as_ref().and_then(|when| when.lines.first()) {
            Some(line) if line.zone.is_empty() => line.when.clone(),
            Some(line) => format!("{} ({})", line.when, line.zone),
            None => self.lead.clone(),
        }
    }

    /// Returns the side on which lines begin.
    pub(crate) fn start(&self) -> &'static str {
        match self.language.direction() {
            Direction::LeftToRight => "left",
            Direction::RightToLeft => "right",
        }
    }
}

/// Returns the title, not shortened, for use outside a sentence.
pub(crate) fn whole_title(invitation: &InvitationView<'_>, language: Language) -> String {
    clean::title(invitation.space_title).unwrap_or_else(|| untitled(language))
}

/// Returns the title, not shortened, as a page shows it.
pub(crate) fn title(title: &str, language: Language) -> String {
    isolated(clean::title(title).unwrap_or_else(|| untitled(language)), language.direction())
}

fn untitled(language: Language) -> String {
    resources::of(language).message("untitled", &FluentArgs::new())
}

pub(crate) fn role_name(role: spaces_model::Role) -> &'static str {
    match role {
        spaces_model::Role::Admin => "role-admin",
        spaces_model::Role::Member => "role-member",
        spaces_model::Role::Guest => "role-guest",
    }
}

/// Returns the display name of our own address: "Alice via Spaces".
pub(crate) fn sender_name(invitation: &InvitationView<'_>, language: Language, sender: &Sender) -> String {
    let localizer = Localizer::new(invitation, language, sender.brand.product());
    if localizer.inviter_known { localizer.message("sender") } else { product(sender.brand.product()) }
}

pub(crate) fn product(name: &str) -> String {
    clean::name(name).unwrap_or_else(|| PRODUCT.to_owned())
}

/// The messages of one language, with the names that they mention.
pub(crate) struct Localizer {
    language: Language,
    resources: &'static Resources,
    arguments: FluentArgs<'static>,
    inviter_known: bool,
    pub(crate) product: String,
    /// The title, not shortened; messages use a shortened one.
    pub(crate) title: String,
}

impl Localizer {
    pub(crate) fn new(invitation: &InvitationView<'_>, language: Language, product_name: &str) -> Self {
        let inviter = inviter(&invitation.inviter);
        let mut localizer = Self {
            language,
            resources: resources::of(language),
            arguments: FluentArgs::new(),
            inviter_known: inviter.is_some(),
            product: product(product_name),
            title: title(invitation.space_title, language),
        };
        localizer.set("title", clean::name(invitation.space_title).unwrap_or_else(|| untitled(language)));
        localizer.set("product", localizer.product.clone());
        if let Some(inviter) = inviter {
            localizer.set("inviter", inviter);
        }
        localizer
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    pub(crate) fn set(&mut self, name: &'static str, value: String) {
        self.arguments.set(name, isolated(value, self.language.direction()));
    }

    pub(crate) fn message(&self, id: &str) -> String {
        self.resources.message(id, &self.arguments)
    }

    /// Returns the message that names the inviter, or its counterpart that doesn't.
    pub(crate) fn message_with_inviter(&self, id: &str) -> String {
        if self.inviter_known { self.message(id) } else { self.message(&format!("{id}-unknown")) }
    }

    fn words<'a>(
        &self,
        invitation: &InvitationView<'a>,
        brand: &'a Brand,
        what: ItipMethod,
        is_trusted: bool,
    ) -> Words<'a> {
        let subject = match (what, invitation.mode) {
            (ItipMethod::Request, InviteMode::Invite) => self.message_with_inviter("subject-invite"),
            (ItipMethod::Request, InviteMode::Meet) => self.message_with_inviter("subject-meet"),
            (ItipMethod::Cancel, _) => self.message("subject-cancel"),
        };
        let (description, join) = match what {
            ItipMethod::Request => {
                (RenderedDescription::new(invitation.description, is_trusted), Some(self.join(invitation)))
            }
            ItipMethod::Cancel => (RenderedDescription::default(), None),
        };
        let InvitationView { starts, ends, inviter, .. } = *invitation;
        let when = When::new(starts, ends, inviter.zone, self.resources);
        let subject = when.as_ref().map_or_else(|| subject.clone(), |when| format!("{subject} · {}", when.short));
        let help = [("help", brand.help()), ("privacy", brand.privacy()), ("support", brand.support())];
        Words {
            language: self.language,
            brand,
            product: self.product.clone(),
            subject: clean::plain_spaces(&subject),
            greeting: None,
            title: self.title.clone(),
            lead: self.lead(what, invitation.mode),
            initials: inviter.name.and_then(initials),
            inviter_address: inviter
                .email
                .filter(|_| inviter.name.and_then(clean::name).is_some())
                .map(domain::address),
            label_when: self.message("when"),
            when,
            role: None,
            description,
            links_plain: self.message("links-plain"),
            links_marked: self.message("links-marked"),
            join,
            notes: Vec::new(),
            stop: None,
            help: help
                .into_iter()
                .filter_map(|(id, link)| Some(Link { label: self.message(id), link: link? }))
                .collect(),
        }
    }

    /// Returns the sentence about who invites, or that the inviter has cancelled.
    pub(crate) fn lead(&self, what: ItipMethod, mode: InviteMode) -> String {
        self.message_with_inviter(match (what, mode) {
            (ItipMethod::Request, InviteMode::Invite) => "lead-invite",
            (ItipMethod::Request, InviteMode::Meet) => "lead-meet",
            (ItipMethod::Cancel, _) => "lead-cancel",
        })
    }

    /// Returns the label of the button that joins.
    pub(crate) fn join_label(&self, mode: InviteMode) -> String {
        self.message(match mode {
            InviteMode::Invite => "join-invite",
            InviteMode::Meet => "join-meet",
        })
    }

    fn join<'a>(&self, invitation: &InvitationView<'a>) -> Join<'a> {
        let zone = invitation.inviter.zone;
        let until = invitation.expires.and_then(|expires| when::moment(expires, zone, self.resources));
        Join {
            label: self.join_label(invitation.mode),
            link: invitation.link,
            button: invitation.button,
            hint: self.message("link-hint"),
            access: self.message("access"),
            open_until: until.map(|until| {
                let mut arguments = FluentArgs::new();
                arguments.set("when", until);
                self.resources.message("open-until", &arguments)
            }),
        }
    }
}

/// Returns the initials of a name's first and last word, or of the first word alone in a script without capital
/// letters.
pub(crate) fn initials(name: &str) -> Option<String> {
    let name = clean::name(name)?;
    let is_letter = |letter: &&str| letter.starts_with(char::is_alphabetic);
    let mut letters = name.split(' ').filter_map(|word| characters(word).next()).filter(is_letter);
    let first = letters.next()?;
    let is_cased = first.chars().any(|letter| letter.is_uppercase() || letter.is_lowercase());
    let last = letters.next_back().filter(|_| is_cased).unwrap_or_default();
    Some([first, last].concat().to_uppercase())
}

/// Returns the inviter's name, or the address of an inviter without one.
fn inviter(inviter: &InviterView<'_>) -> Option<String> {
    let named = inviter.name.and_then(clean::name);
    named.or_else(|| inviter.email.map(domain::address))
}

/// Isolates text from the sentence around it if it contains letters of the opposite direction (UAX 9 section 2.6),
/// which would move quotation marks and full stops to the wrong side.
pub(crate) fn isolated(text: String, around: Direction) -> String {
    let classes = CodePointMapData::<BidiClass>::new();
    let other = |character| match (around, classes.get(character)) {
        (Direction::LeftToRight, class) => {
            matches!(class, BidiClass::RightToLeft | BidiClass::ArabicLetter | BidiClass::ArabicNumber)
        }
        (Direction::RightToLeft, class) => matches!(class, BidiClass::LeftToRight | BidiClass::EuropeanNumber),
    };
    if text.chars().any(other) { format!("\u{2068}{text}\u{2069}") } else { text }
}
