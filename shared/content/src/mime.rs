//! An invitation as an Internet message (RFC 5322) for SES to send as it is.

use std::fmt::Write as _;
use std::time::SystemTime;

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use spaces_model::EmailAddress;

use crate::calendar::method;
use crate::document::server_mail;
use crate::{Edition, Invitation, Language, Recipient, Sender, calendar, clean, words};

/// Why there is no message.
#[derive(Debug, thiserror::Error)]
pub enum MimeError {
    /// The MIME library refuses our headers together.
    #[error("the message cannot be built")]
    Message(#[from] lettre::error::Error),
    /// A media type of ours is none.
    #[error("a media type cannot be written")]
    MediaType(#[from] lettre::message::header::ContentTypeErr),
}

/// The whole message for one invitee: `multipart/alternative` with text and HTML and, where the invitation has a start, a
/// meeting request or its cancellation inside the alternative and attached as `invite.ics`.
///
/// The same arguments give the same bytes: the `Message-ID` and the boundaries are derived from the invitation, the address and
/// the edition, so a repeated delivery is recognised as the same message by those who look, and a resend is another. (SES puts a
/// `Message-ID` of its own in its place; other relays keep it.)
///
/// # Errors
///
/// If the MIME library refuses a header.
pub fn mime(
    invitation: &Invitation<'_>,
    recipient: &Recipient<'_>,
    language: Language,
    sender: &Sender,
    edition: Edition,
) -> Result<Vec<u8>, MimeError> {
    let content = server_mail(invitation, recipient, language, sender, edition.what);
    let fingerprint = fingerprint(invitation, recipient, edition);
    let mut message = Message::builder()
        // SES takes the addresses of the envelope from its own request; given here, the builder doesn't read them back from
        // the headers, where it stumbles over quoted local parts.
        .envelope(Envelope::new(None, vec![address(recipient.address)])?)
        .date(SystemTime::from(edition.at))
        .from(from(invitation, language, sender))
        .to(mailbox(recipient.name, recipient.address))
        .subject(content.subject)
        .message_id(Some(format!("<{fingerprint}@{}>", sender.address.domain())))
        .header(AutoSubmitted)
        .header(ListUnsubscribe(recipient.stop.to_owned()))
        .header(ListUnsubscribePost)
        .header(ContentLanguage(language));
    if let Some(email) = invitation.inviter.email {
        message = message.reply_to(mailbox(invitation.inviter.name, email));
    }
    let mut alternative = MultiPart::alternative()
        .boundary(format!("=_alternative_{fingerprint}"))
        .singlepart(part(ContentType::TEXT_PLAIN, content.text))
        .singlepart(part(ContentType::TEXT_HTML, content.html));
    let Some(calendar) = calendar(invitation, recipient, language, sender, edition) else {
        return Ok(message.multipart(alternative)?.formatted());
    };
    let kind = ContentType::parse(&format!("text/calendar; charset=utf-8; method={}", method(edition.what)))?;
    alternative = alternative.singlepart(part(kind.clone(), calendar.clone()));
    let mixed = MultiPart::mixed()
        .boundary(format!("=_mixed_{fingerprint}"))
        .multipart(alternative)
        .singlepart(Attachment::new("invite.ics".to_owned()).body(quoted_printable(calendar), kind));
    Ok(message.multipart(mixed)?.formatted())
}

fn part(kind: ContentType, text: String) -> SinglePart {
    SinglePart::builder().content_type(kind).body(quoted_printable(text))
}

/// Always quoted-printable, which never has `=_` in it: no text can hold our boundaries (RFC 2045 section 6.7).
fn quoted_printable(text: String) -> Body {
    Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable).unwrap_or_else(Body::new)
}

/// Ourselves, under the name of the inviter: "Alice via Spaces".
fn from(invitation: &Invitation<'_>, language: Language, sender: &Sender) -> Mailbox {
    let name = words::sender_name(invitation, language, sender);
    Mailbox::new(Some(name), address(&sender.address))
}

fn mailbox(name: Option<&str>, email: &EmailAddress) -> Mailbox {
    Mailbox::new(name.and_then(clean::name), address(email))
}

/// The library's own check refuses the backslashes of quoted local parts, which RFC 5321 has and SES takes.
fn address(email: &EmailAddress) -> Address {
    Address::new_dangerous(email.local_part(), email.domain())
}

/// What stands for this message to this invitee. Hashed, because a `Message-ID` is logged by mail servers and quoted in
/// replies, and who knows the invitation's id can open it.
fn fingerprint(invitation: &Invitation<'_>, recipient: &Recipient<'_>, edition: Edition) -> String {
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

/// No holiday notice, please (RFC 3834 section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The URL that a mail program's button posts to (RFC 2369 section 3.2). Neither folded nor encoded, which not every mail program undoes; a
/// URL is ASCII, and far shorter than a line may be.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.trim_matches(['<', '>']).to_owned()))
    }

    fn display(&self) -> HeaderValue {
        let value = format!("<{}>", self.0);
        HeaderValue::dangerous_new_pre_encoded(Self::name(), value.clone(), value)
    }
}

/// One click is enough (RFC 8058 section 3.1).
#[derive(Clone)]
struct ListUnsubscribePost;

impl Header for ListUnsubscribePost {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

/// The language of the text (RFC 3282).
#[derive(Clone)]
struct ContentLanguage(Language);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(Language::DEFAULT))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.tag().to_owned())
    }
}
