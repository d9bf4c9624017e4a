//! What an invitation says, in a language: clean, not yet escaped for any place.

use fluent_bundle::FluentArgs;
use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;
use spaces_model::{InviteMode, What};

use crate::resources::{self, Resources};
use crate::when::When;
use crate::{Direction, Invitation, Inviter, Language, Recipient, Sender, clean};

/// What we are called where no configuration says otherwise.
pub(crate) const PRODUCT: &str = "Spaces";

/// Everything that the documents say.
pub(crate) struct Words<'a> {
    pub(crate) language: Language,
    pub(crate) product: String,
    pub(crate) subject: String,
    pub(crate) greeting: Option<String>,
    pub(crate) title: String,
    pub(crate) lead: String,
    /// On a line of its own, so that nothing has to keep it apart from a sentence.
    pub(crate) inviter_address: Option<String>,
    pub(crate) label_when: String,
    pub(crate) when: Option<When>,
    pub(crate) description: Vec<String>,
    /// None where the meeting is cancelled.
    pub(crate) join: Option<Join<'a>>,
    /// Small print: why the reader got this, what to do with it.
    pub(crate) notes: Vec<String>,
    /// None where we don't send the mail ourselves.
    pub(crate) stop: Option<Stop<'a>>,
}

/// The way to stop further mail.
pub(crate) struct Stop<'a> {
    pub(crate) label: String,
    pub(crate) link: &'a str,
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
}

impl<'a> Words<'a> {
    /// What is said to whoever reads it.
    pub(crate) fn new(invitation: &Invitation<'a>, language: Language, what: What) -> Self {
        let speech = Speech::new(invitation, language, PRODUCT);
        let mut words = speech.words(invitation, what);
        words.notes = vec![speech.say("made-with")];
        words
    }

    /// What is said to one invitee in a mail of ours.
    pub(crate) fn personal(
        invitation: &Invitation<'a>,
        recipient: &Recipient<'a>,
        language: Language,
        sender: &Sender,
        what: What,
    ) -> Self {
        let mut speech = Speech::new(invitation, language, &sender.product);
        speech.set("address", address_text(recipient.address.as_typed()));
        let name = recipient.name.and_then(clean::name);
        if let Some(name) = &name {
            speech.set("name", name.clone());
        }
        let mut words = speech.words(invitation, what);
        words.greeting = name.is_some().then(|| speech.say("greeting"));
        words.notes = vec![match what {
            What::Request => speech.say_of_inviter("why"),
            // Some languages say "is inviting", which no longer holds.
            What::Cancel => speech.say("why-unknown"),
        }];
        if speech.inviter_known && invitation.inviter.email.is_some() {
            words.notes.push(speech.say("reply"));
        }
        if what == What::Request {
            words.notes.push(speech.say("ignore"));
        }
        words.stop = Some(Stop { label: speech.say("stop"), link: recipient.stop });
        words
    }

    /// What a mail program shows beside the subject: the time if there is one, else who invites.
    pub(crate) fn preheader(&self) -> String {
        match self.when.as_ref().and_then(|when| when.lines.first()) {
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

/// The title as it stands in a sentence or on a page.
pub(crate) fn title(title: &str, language: Language) -> String {
    isolated(clean::name(title).unwrap_or_else(|| untitled(language)), language.direction())
}

fn untitled(language: Language) -> String {
    resources::of(language).message("untitled", &FluentArgs::new())
}

/// The name that our own address goes by: "Alice via Spaces".
pub(crate) fn sender_name(invitation: &Invitation<'_>, language: Language, sender: &Sender) -> String {
    let speech = Speech::new(invitation, language, &sender.product);
    if speech.inviter_known { speech.say("sender") } else { product(&sender.product) }
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
        speech.arguments.set("title", speech.title.clone());
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

    fn words<'a>(&self, invitation: &Invitation<'a>, what: What) -> Words<'a> {
        let (subject, lead) = match (what, invitation.mode) {
            (What::Request, InviteMode::Invite) => {
                (self.say_of_inviter("subject-invite"), self.say_of_inviter("lead-invite"))
            }
            (What::Request, InviteMode::Meet) => {
                (self.say_of_inviter("subject-meet"), self.say_of_inviter("lead-meet"))
            }
            (What::Cancel, _) => (self.say("subject-cancel"), self.say_of_inviter("lead-cancel")),
        };
        let (description, join) = match what {
            What::Request => (clean::lines(invitation.description), Some(self.join(invitation))),
            What::Cancel => (Vec::new(), None),
        };
        let Invitation { starts, ends, inviter, .. } = *invitation;
        let direction = self.language.direction();
        Words {
            language: self.language,
            product: self.product.clone(),
            subject,
            greeting: None,
            title: self.title.clone(),
            lead,
            inviter_address: inviter
                .email
                .filter(|_| inviter.name.and_then(clean::name).is_some())
                .map(|email| address_text(email.as_typed())),
            label_when: self.say("when"),
            when: When::new(starts, ends, inviter.zone, self.resources),
            description: description.into_iter().map(|line| isolated(line, direction)).collect(),
            join,
            notes: Vec::new(),
            stop: None,
        }
    }

    /// The words on the way into the space or its meeting.
    pub(crate) fn join_label(&self, mode: InviteMode) -> String {
        self.say(match mode {
            InviteMode::Invite => "join-invite",
            InviteMode::Meet => "join-meet",
        })
    }

    fn join<'a>(&self, invitation: &Invitation<'a>) -> Join<'a> {
        Join {
            label: self.join_label(invitation.mode),
            link: invitation.link,
            button: invitation.button,
            hint: self.say("link-hint"),
            access: self.say("access"),
        }
    }
}

/// What to call the inviter: the name, else the address.
fn inviter(inviter: &Inviter<'_>) -> Option<String> {
    let named = inviter.name.and_then(clean::name);
    named.or_else(|| inviter.email.map(|email| address_text(email.as_typed())))
}

/// An address to read. One that can be nothing but an address stays as it is, so that it can be copied; a quoted local part
/// may hold anything, a link as well.
pub(crate) fn address_text(address: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '@' | '\'');
    if address.chars().all(plain) { address.to_owned() } else { clean::address(address) }
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
