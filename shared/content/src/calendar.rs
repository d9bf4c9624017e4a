//! An invitation as a calendar entry: a meeting request (RFC 5546 section 3.2.2), its cancellation (section 3.2.5) or a
//! published meeting (section 3.2.1).

use icalendar::{Calendar, Component, Event, EventLike, Property};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use spaces_model::{DEFAULT_LENGTH, EmailAddress, ItipMethod, Role};

use crate::words::{self, Words};
use crate::{Brand, Edition, InvitationView, Language, MailRecipient, Sender, clean};

/// All characters except those of RFC 6068's `atext` that need no encoding.
const NOT_IN_MAILTO: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~')
    .remove(b'+')
    .remove(b'!')
    .remove(b'$')
    .remove(b'*')
    .remove(b'\'');

/// Maximum length of a content line in octets, without its line break.
const MAX_LINE: usize = 75;

/// Returns the meeting request for one invitee, or its cancellation, with lines folded and terminated as in RFC 5545
/// section 3.1. Returns `None` if the invitation has no start, because a calendar entry needs one.
#[must_use]
pub fn calendar(
    invitation: &InvitationView<'_>,
    recipient: &MailRecipient<'_>,
    language: Language,
    sender: &Sender,
    edition: Edition,
) -> Option<String> {
    let words = Words::personal(invitation, recipient, language, &sender.brand, edition.what);
    let mut event = event(invitation, &words, language, edition)?;
    event.append_property(organizer(invitation, sender)).append_multi_property(attendee(
        invitation,
        recipient,
        sender,
        edition.what,
    ));
    Some(written(event, method(edition.what)))
}

/// Returns the meeting for anybody who has its link, without anybody's address. Returns `None` if the invitation has no
/// start.
///
/// The entry has the UID and the SEQUENCE of the mails, so a calendar that has both shows one meeting. Contrary to RFC
/// 5546 section 3.2.1 it has no ORGANIZER: that property is an address, programs treat an entry that has one as a
/// request and offer to answer it, and RFC 5545 section 3.8.4.3 forbids it in an entry of a single person's calendar.
/// The description names the inviter. It omits the description of the space, which is meant for the invitees and not
/// for everybody to whom the link was forwarded.
#[must_use]
pub fn published_calendar(
    invitation: &InvitationView<'_>,
    language: Language,
    brand: &Brand,
    sequence: u32,
    at: Timestamp,
) -> Option<String> {
    let invitation = InvitationView { description: "", ..invitation.without_address() };
    let edition = Edition { what: ItipMethod::Request, sequence, mailing: 0, at };
    let words = Words::new(&invitation, language, brand, edition.what);
    Some(written(event(&invitation, &words, language, edition)?, "PUBLISH"))
}

/// Returns the properties that all entries of a meeting have in common. Returns `None` if the invitation has no start.
fn event(invitation: &InvitationView<'_>, words: &Words<'_>, language: Language, edition: Edition) -> Option<Event> {
    let starts = invitation.starts?;
    let ends = invitation.ends.filter(|ends| *ends > starts);
    let ends = ends.unwrap_or_else(|| starts.checked_add(DEFAULT_LENGTH).unwrap_or(Timestamp::MAX));
    let mut event = Event::new();
    event
        .uid(&invitation.invite_id.to_string())
        .add_property("DTSTAMP", utc(edition.at))
        .add_property("DTSTART", utc(starts))
        .add_property("DTEND", utc(ends))
        .add_property("SEQUENCE", edition.sequence.to_string())
        .add_property("STATUS", status(edition.what))
        .summary(&words::whole_title(invitation, language))
        .description(&description(words));
    if edition.what == ItipMethod::Request {
        let link = invitation.link;
        event.location(link).add_property("URL", link).append_property(conference(link));
    }
    Some(event)
}

/// Serializes a calendar with one entry.
fn written(event: Event, method: &str) -> String {
    let calendar = Calendar::empty()
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Spaces//Invitations//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", method))
        .push(event)
        .done();
    folded(&calendar.to_string().replace("\r\n ", ""))
}

/// Returns the METHOD of a calendar (RFC 5546 section 3.2).
pub(crate) fn method(what: ItipMethod) -> &'static str {
    match what {
        ItipMethod::Request => "REQUEST",
        ItipMethod::Cancel => "CANCEL",
    }
}

fn status(what: ItipMethod) -> &'static str {
    match what {
        ItipMethod::Request => "CONFIRMED",
        ItipMethod::Cancel => "CANCELLED",
    }
}

/// Folds content lines at 75 octets, counting the space that begins a continuation line, and never within a character
/// (RFC 5545 section 3.1). The calendar library doesn't count that space on the last part of a line.
fn folded(calendar: &str) -> String {
    let mut folded = String::with_capacity(calendar.len() + calendar.len() / 16);
    for line in calendar.split_terminator("\r\n") {
        let mut octets = 0;
        for character in line.chars() {
            if octets + character.len_utf8() > MAX_LINE {
                folded.push_str("\r\n ");
                octets = 1;
            }
            folded.push(character);
            octets += character.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

/// Returns the entry's description: who invites to what and how to join, or who cancelled. Many calendars show nothing
/// else.
fn description(words: &Words<'_>) -> String {
    let mut lines = vec![words.lead.clone()];
    if !words.description.is_empty() {
        lines.push(String::new());
        lines.extend(words.description.text());
    }
    if words.description.is_marked() {
        lines.extend([String::new(), words.links_marked.clone()]);
    }
    if let Some(join) = &words.join {
        lines.extend([String::new(), join.label.clone(), join.link.to_owned()]);
    }
    clean::plain_spaces(&lines.join("\n"))
}

/// Formats a time in UTC, which every calendar reads without a time zone definition (RFC 5545 section 3.3.5, form 2).
fn utc(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The link as a CONFERENCE property (RFC 7986 section 5.11).
fn conference(link: &str) -> Property {
    Property::new("CONFERENCE", link).add_parameter("VALUE", "URI").done()
}

/// Returns the ORGANIZER, with SENT-BY (RFC 5545 section 3.2.18) unless the organizer is our own address.
///
/// It has the inviter's name only with the inviter's address or our own, never with the address of somebody else.
fn organizer(invitation: &InvitationView<'_>, sender: &Sender) -> Property {
    let (inviter, address) = (&invitation.inviter, invitation.organizer(sender));
    let is_ours = *address == sender.address;
    let mut organizer = Property::new("ORGANIZER", mailto(address));
    if (is_ours || inviter.email == Some(address))
        && let Some(name) = inviter.name.and_then(clean::name)
    {
        organizer.add_parameter("CN", &parameter(&name));
    }
    if !is_ours {
        organizer.add_parameter("SENT-BY", &mailto(&sender.address));
    }
    organizer.done()
}

/// Returns the ATTENDEE. Replies go to the organizer, so a request asks for a reply only if the organizer is the
/// inviter.
fn attendee(
    invitation: &InvitationView<'_>,
    recipient: &MailRecipient<'_>,
    sender: &Sender,
    what: ItipMethod,
) -> Property {
    let role = match recipient.role {
        Role::Admin => "CHAIR",
        Role::Member => "REQ-PARTICIPANT",
        Role::Guest => "OPT-PARTICIPANT",
    };
    let mut attendee = Property::new("ATTENDEE", mailto(recipient.address));
    attendee.add_parameter("CUTYPE", "INDIVIDUAL").add_parameter("ROLE", role);
    if what == ItipMethod::Request {
        let is_read = invitation.inviter.email == Some(invitation.organizer(sender));
        let answer = if is_read { "TRUE" } else { "FALSE" };
        attendee.add_parameter("PARTSTAT", "NEEDS-ACTION").add_parameter("RSVP", answer);
    }
    if let Some(name) = recipient.name.and_then(clean::name) {
        attendee.add_parameter("CN", &parameter(&name));
    }
    attendee.done()
}

/// Writes a name as a parameter value. It is always quoted, because some programs take a backslash before the next
/// parameter as an escape. A parameter value can't contain a quotation mark (RFC 5545 section 3.2), so it becomes an
/// apostrophe; a circumflex that would begin an escape is doubled (RFC 6868 section 3.1).
fn parameter(name: &str) -> String {
    let mut value = String::from("\"");
    let mut rest = name.chars().peekable();
    while let Some(character) = rest.next() {
        match (character, rest.peek()) {
            ('"', _) => value.push('\''),
            ('^', Some('n' | '^' | '\'' | '"')) => value.push_str("^^"),
            _ => value.push(character),
        }
    }
    value + "\""
}

/// Writes an address as a `mailto` URI (RFC 6068 section 2). A quoted local part may contain any printable character.
fn mailto(address: &EmailAddress) -> String {
    let address = address.to_ascii();
    let (local, domain) = address.rsplit_once('@').unwrap_or((&address, ""));
    format!("mailto:{}@{domain}", utf8_percent_encode(local, NOT_IN_MAILTO))
}
