//! An invitation as an Internet message (RFC 5322), ready for SES to send.

use std::fmt::Write as _;

use mail_builder::MessageBuilder;
use mail_builder::encoders::quoted_printable::QuotedPrintableEncoder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};
use sha2::{Digest, Sha256};
use spaces_model::EmailAddress;

use crate::calendar::method;
use crate::document::{LOGO, server_mail};
use crate::{Brand, Edition, InvitationView, Language, Logo, MailRecipient, Sender, calendar, clean, words};

/// Returns the whole message for one invitee: `multipart/alternative` with plain text and HTML (the latter with the
/// logo, if there is one). If the invitation has a start, a meeting request or its cancellation is a further
/// alternative, and is also attached as `invite.ics`.
///
/// The same arguments produce the same bytes. The `Message-ID` and the boundaries are derived from the invitation, the
/// address and the edition, so that receivers can recognize a repeated delivery as the same message and a resend as a
/// new one. (SES replaces the `Message-ID` with its own; other relays keep it.)
#[must_use]
pub fn mime(
    invitation: &InvitationView<'_>,
    recipient: &MailRecipient<'_>,
    language: Language,
    sender: &Sender,
    edition: Edition,
) -> Vec<u8> {
    let content = server_mail(invitation, recipient, language, sender, edition.what);
    let fingerprint = fingerprint(invitation, recipient, edition);
    let mut message = MessageBuilder::new()
        .date(edition.at.as_second())
        .from(from(invitation, language, sender))
        .to(mailbox(recipient.name, recipient.address))
        .subject(content.subject)
        .message_id(format!("{fingerprint}@{}", sender.address.domain()));
    if let Some(email) = invitation.inviter.email {
        message = message.reply_to(mailbox(invitation.inviter.name, email));
    }
    message = message
        // Asks for no automatic replies (RFC 3834 section 5).
        .header("Auto-Submitted", Raw::new("auto-generated"))
        // The URL that a mail program's unsubscribe button posts to (RFC 2369 section 3.2), with one click (RFC 8058
        // section 3.1). It is neither folded nor encoded, because not every mail program reverses that; it has no
        // spaces and is far below the line limit.
        .header("List-Unsubscribe", Raw::new(format!("<{}>", recipient.stop)))
        .header("List-Unsubscribe-Post", Raw::new("List-Unsubscribe=One-Click"))
        // The language of the message (RFC 3282).
        .header("Content-Language", Raw::new(language.tag()));
    let mut alternatives = vec![text("text/plain", &content.text), html(&content.html, &sender.brand, &fingerprint)];
    let body = match calendar(invitation, recipient, language, sender, edition) {
        None => several("alternative", &fingerprint, alternatives),
        Some(calendar) => {
            let kind = ContentType::new("text/calendar").attribute("charset", "utf-8");
            let kind = kind.attribute("method", method(edition.what));
            alternatives.push(text(kind.clone(), &calendar));
            let attached = text(kind, &calendar).attachment("invite.ics");
            several("mixed", &fingerprint, vec![several("alternative", &fingerprint, alternatives), attached])
        }
    };
    let mut written = Vec::new();
    message.body(body).serialize(&mut written);
    written
}

/// Returns the HTML part together with the logo that it shows (RFC 2387), so that the mail loads nothing.
fn html(html: &str, brand: &Brand, fingerprint: &str) -> MimePart<'static> {
    let html = text("text/html", html);
    let Some(logo) = brand.logo().map(Logo::bytes) else { return html };
    let logo = MimePart::new("image/png", BodyPart::Binary(logo.to_vec().into()));
    let logo =
        logo.cid(LOGO).header("Content-Disposition", ContentType::new("inline").attribute("filename", "logo.png"));
    let related = ContentType::new("multipart/related").attribute("type", "text/html");
    MimePart::new(related.attribute("boundary", format!("=_related_{fingerprint}")), vec![html, logo])
}

/// Returns a text part. It is always quoted-printable, which never contains `=_`, so no text can contain one of our
/// boundaries (RFC 2045 section 6.7).
fn text(kind: impl Into<ContentType<'static>>, text: &str) -> MimePart<'static> {
    let mut encoded = Vec::new();
    QuotedPrintableEncoder::new().preserve_line_breaks().encode_into(text.as_bytes(), &mut encoded);
    let kind = kind.into();
    let kind = if kind.attributes.is_empty() { kind.attribute("charset", "utf-8") } else { kind };
    MimePart::new(kind, BodyPart::Binary(encoded.into())).transfer_encoding("quoted-printable")
}

fn several(kind: &str, fingerprint: &str, parts: Vec<MimePart<'static>>) -> MimePart<'static> {
    let boundary = format!("=_{kind}_{fingerprint}");
    MimePart::new(ContentType::new(format!("multipart/{kind}")).attribute("boundary", boundary), parts)
}

/// Returns our own address under the inviter's name: "Alice via Spaces".
fn from(invitation: &InvitationView<'_>, language: Language, sender: &Sender) -> Address<'static> {
    Address::new_address(Some(words::sender_name(invitation, language, sender)), sender.address.to_ascii())
}

fn mailbox(name: Option<&str>, email: &EmailAddress) -> Address<'static> {
    Address::new_address(name.and_then(clean::name), email.to_ascii())
}

/// Returns an identifier of this message to this invitee. It is a hash, because mail servers log the `Message-ID` and
/// replies quote it, and anybody who knows the invitation's id can open the invitation.
fn fingerprint(invitation: &InvitationView<'_>, recipient: &MailRecipient<'_>, edition: Edition) -> String {
    let hash = Sha256::new()
        .chain_update(invitation.invite_id.to_string())
        .chain_update(method(edition.what))
        .chain_update(edition.sequence.to_be_bytes())
        .chain_update(edition.mailing.to_be_bytes())
        .chain_update(recipient.address.canonical())
        .finalize();
    hash.iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
