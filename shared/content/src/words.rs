//! What an invitation says, in a language: clean, not yet escaped for any place.

use fluent_bundle::FluentArgs;
use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;
use spaces_model::{InviteMode, ItipMethod, characters};

use crate::description::Description;
use crate::resources::{self, Resources};
use crate::when::{self, When};
use crate::{Brand, Direction, Invitation, Inviter, Language, Recipient, Sender, clean, domain};

/// What we are called where no configuration says otherwise.
pub(crate) const PRODUCT: &str = "Spaces";

/// Everything that the documents say.
pub(crate) struct Words<'a> {
    pub(crate) language: Language,
    pub(crate) brand: &'a Brand,
    pub(crate) product: String,
    pub(crate) subject: String,
    pub(crate) greeting: Option<String>,
    /// The whole title.
    pub(crate) title: String,
    pub(crate) lead: String,
    /// The inviter's initials, where the name is known.
    pub(crate) initials: Option<String>,
    /// On a line of its own, so that nothing has to keep it apart from a sentence.
    pub(crate) inviter_address: Option<String>,
    pub(crate) label_when: String,
    pub(crate) when: Option<When>,
    /// The role of the invitee. None where everybody reads the same.
    pub(crate) role: Option<Role>,
    pub(crate) description: Description,
    /// The reasons that links of the description are none, in HTML and in plain text.
    pub(crate) links_plain: String,
    pub(crate) links_marked: String,
    /// None where the meeting is cancelled.
    pub(crate) join: Option<Join<'a>>,
    /// Small print: why the reader got this, what to do with it.
    pub(crate) notes: Vec<String>,
    /// None where we don't send the mail ourselves.
    pub(crate) stop: Option<Link<'a>>,
    /// The ways to those who answer questions.
    pub(crate) help: Vec<Link<'a>>,
}

/// The role in the space.
pub(crate) struct Role {
    pub(crate) label: String,
    pub(crate) name: String,
}

/// A link under words of ours.
pub(crate) struct Link<'a> {
    pub(crate) label: String,
    pub(crate) link: &'a str,
}

impl Link<'_> {
    /// The link as plain text has it: an address alone.
    pub(crate) fn text(&self) -> &str {
        self.link.strip_prefix("mailto:").unwrap_or(self.link)
    }
}

/// The way into the space or its meeting.
pub(crate) struct Join<'a> {
    pub(crate) label: String,
    /// The link as it is read.
    pub(crate) link: &'a str,
    /// The link of the button.
    pub(crate) button: &'a str,
    pub(crate) hint: String,
    /// Who may join.
    pub(crate) access: String,
    /// For how long.
    pub(crate) open_until: Option<String>,
}

impl<'a> Words<'a> {
    /// What is said to whoever reads it.
    pub(crate) fn new(invitation: &Invitation<'a>, language: Language, brand: &'a Brand, what: ItipMethod) -> Self {
        let speech = Speech::new(invitation, language, brand.product());
        let mut words = speech.words(invitation, brand, what, false);
        words.notes = vec![speech.say("made-with")];
        words
    }

    /// What is said to one invitee in a mail of ours.
    pub(crate) fn personal(
        invitation: &Invitation<'a>,
        recipient: &Recipient<'a>,
        language: Language,
        brand: &'a Brand,
        what: ItipMethod,
    ) -> Self {
        let mut speech = Speech::new(invitation, language, brand.product());
        speech.set("address", domain::address(recipient.address));
        let name = recipient.name.and_then(clean::name);
        if let Some(name) = &name {
            speech.set("name", name.clone());
        }
        let mut words = speech.words(invitation, brand, what, recipient.knows_inviter);
        words.greeting = name.is_some().then(|| speech.say("greeting"));
        words.notes = vec![match what {
            ItipMethod::Request => speech.say_of_inviter("why"),
            // Some languages say "is inviting", which no longer holds.
            ItipMethod::Cancel => speech.say("why-unknown"),
        }];
        if speech.inviter_known && invitation.inviter.email.is_some() {
            words.notes.push(speech.say("reply"));
        }
        if what == ItipMethod::Request {
            words.role = Some(Role { label: speech.say("your-role"), name: speech.say(role_name(recipient.role)) });
            words.notes.push(speech.say("ignore"));
        }
        words.stop = Some(Link { label: speech.say("stop"), link: recipient.stop });
        words
    }

    /// What a mail program shows beside the subject: the time if there is one, else who invites.
    pub(crate) fn preheader(&self) -> String {
        match self.when.as_ref().and_then(|when| when.lines.first()) {
            Some(line) if line.zone.is_empty() => line.when.clone(),
            Some(line) => format!("{} ({})", line.when, line.zone),
            None => self.lead.clone(),
        }
    }

    /// Where lines begin.
    pub(crate) fn start(&self) -> &'static str {
        match self.language.direction() {
            Direction::LeftToRight => "left",
            Direction::RightToLeft => "right",
        }
    }
}

/// The whole title as a text of its own, without marks for a sentence around it.
pub(crate) fn whole_title(invitation: &Invitation<'_>, language: Language) -> String {
    clean::title(invitation.space_title).unwrap_or_else(|| untitled(language))
}

/// The whole title as it stands on a page.
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

/// The name that our own address goes by: "Alice via Spaces".
pub(crate) fn sender_name(invitation: &Invitation<'_>, language: Language, sender: &Sender) -> String {
    let speech = Speech::new(invitation, language, sender.brand.product());
    if speech.inviter_known { speech.say("sender") } else { product(sender.brand.product()) }
}

pub(crate) fn product(name: &str) -> String {
    clean::name(name).unwrap_or_else(|| PRODUCT.to_owned())
}

/// A language with the names that its messages speak of.
pub(crate) struct Speech {
    language: Language,
    resources: &'static Resources,
    arguments: FluentArgs<'static>,
    inviter_known: bool,
    pub(crate) product: String,
    /// The whole title; sentences have it cut.
    pub(crate) title: String,
}

impl Speech {
    pub(crate) fn new(invitation: &Invitation<'_>, language: Language, product_name: &str) -> Self {
        let inviter = inviter(&invitation.inviter);
        let mut speech = Self {
            language,
            resources: resources::of(language),
            arguments: FluentArgs::new(),
            inviter_known: inviter.is_some(),
            product: product(product_name),
            title: title(invitation.space_title, language),
        };
        speech.set("title", clean::name(invitation.space_title).unwrap_or_else(|| untitled(language)));
        speech.set("product", speech.product.clone());
        if let Some(inviter) = inviter {
            speech.set("inviter", inviter);
        }
        speech
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    pub(crate) fn set(&mut self, name: &'static str, value: String) {
        self.arguments.set(name, isolated(value, self.language.direction()));
    }

    pub(crate) fn say(&self, id: &str) -> String {
        self.resources.message(id, &self.arguments)
    }

    /// The message that names the inviter, or its counterpart that doesn't.
    pub(crate) fn say_of_inviter(&self, id: &str) -> String {
        if self.inviter_known { self.say(id) } else { self.say(&format!("{id}-unknown")) }
    }

    fn words<'a>(
        &self,
        invitation: &Invitation<'a>,
        brand: &'a Brand,
        what: ItipMethod,
        is_trusted: bool,
    ) -> Words<'a> {
        let subject = match (what, invitation.mode) {
            (ItipMethod::Request, InviteMode::Invite) => self.say_of_inviter("subject-invite"),
            (ItipMethod::Request, InviteMode::Meet) => self.say_of_inviter("subject-meet"),
            (ItipMethod::Cancel, _) => self.say("subject-cancel"),
        };
        let (description, join) = match what {
            ItipMethod::Request => (Description::new(invitation.description, is_trusted), Some(self.join(invitation))),
            ItipMethod::Cancel => (Description::default(), None),
        };
        let Invitation { starts, ends, inviter, .. } = *invitation;
        let when = When::new(starts, ends, inviter.zone, self.resources);
        let subject = when.as_ref().map_or_else(|| subject.clone(), |when| format!("{subject} · {}", when.short));
        let help = [("help", brand.help()), ("privacy", brand.privacy()), ("support", brand.support())];
        Words {
            language: self.language,
            brand,
            product: self.product.clone(),
            subject: clean::plain_blanks(&subject),
            greeting: None,
            title: self.title.clone(),
            lead: self.lead(what, invitation.mode),
            initials: inviter.name.and_then(initials),
            inviter_address: inviter
                .email
                .filter(|_| inviter.name.and_then(clean::name).is_some())
                .map(domain::address),
            label_when: self.say("when"),
            when,
            role: None,
            description,
            links_plain: self.say("links-plain"),
            links_marked: self.say("links-marked"),
            join,
            notes: Vec::new(),
            stop: None,
            help: help.into_iter().filter_map(|(id, link)| Some(Link { label: self.say(id), link: link? })).collect(),
        }
    }

    /// The inviter, who may have cancelled.
    pub(crate) fn lead(&self, what: ItipMethod, mode: InviteMode) -> String {
        self.say_of_inviter(match (what, mode) {
            (ItipMethod::Request, InviteMode::Invite) => "lead-invite",
            (ItipMethod::Request, InviteMode::Meet) => "lead-meet",
            (ItipMethod::Cancel, _) => "lead-cancel",
        })
    }

    /// The label of the way into the space.
    pub(crate) fn join_label(&self, mode: InviteMode) -> String {
        self.say(match mode {
            InviteMode::Invite => "join-invite",
            InviteMode::Meet => "join-meet",
        })
    }

    fn join<'a>(&self, invitation: &Invitation<'a>) -> Join<'a> {
        let zone = invitation.inviter.zone;
        let until = invitation.expires.and_then(|expires| when::moment(expires, zone, self.resources));
        Join {
            label: self.join_label(invitation.mode),
            link: invitation.link,
            button: invitation.button,
            hint: self.say("link-hint"),
            access: self.say("access"),
            open_until: until.map(|until| {
                let mut arguments = FluentArgs::new();
                arguments.set("when", until);
                self.resources.message("open-until", &arguments)
            }),
        }
    }
}

/// The first letters of a name's first and last word; of a name in a script without capital letters the first alone.
pub(crate) fn initials(name: &str) -> Option<String> {
    let name = clean::name(name)?;
    let is_letter = |letter: &&str| letter.starts_with(char::is_alphabetic);
    let mut letters = name.split(' ').filter_map(|word| characters(word).next()).filter(is_letter);
    let first = letters.next()?;
    let is_cased = first.chars().any(|letter| letter.is_uppercase() || letter.is_lowercase());
    let last = letters.next_back().filter(|_| is_cased).unwrap_or_default();
    Some([first, last].concat().to_uppercase())
}

/// What to call the inviter: the name, else the address.
fn inviter(inviter: &Inviter<'_>) -> Option<String> {
    let named = inviter.name.and_then(clean::name);
    named.or_else(|| inviter.email.map(domain::address))
}

/// The text, isolated from the sentence around it if it has letters of the other direction (UAX 9 section 2.6): else they
/// would pull quotation marks and full stops to the wrong side.
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
