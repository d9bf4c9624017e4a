use mail_parser::{Address, MessageParser, MimeHeaders};
use serde::{Deserialize, Serialize};

/// A message that the mailbox accepted, parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxMessage {
    /// The `MessageId` returned to the sender.
    pub id: String,
    /// The From header: `Name <address>`, or the bare address.
    pub from: String,
    /// The recipients, as bare addresses.
    pub to: Vec<String>,
    /// The decoded subject.
    pub subject: String,
    /// The plain text part, if there is one.
    pub text: Option<String>,
    /// The HTML part, if there is one.
    pub html: Option<String>,
    /// The `text/calendar` part or attachment.
    pub calendar: Option<String>,
    /// The unparsed message.
    pub raw: String,
    /// Time of arrival, in RFC 3339.
    pub received: String,
    /// The tags of the SES call, as `(name, value)`.
    #[serde(default)]
    pub tags: Vec<(String, String)>,
    /// The configuration set of the SES call.
    #[serde(default, rename = "configurationSet")]
    pub configuration_set: Option<String>,
}

/// The parameters of the SES call other than the message.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    /// Recipients; if empty, the headers' recipients apply.
    pub(super) to: Vec<String>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) configuration_set: Option<String>,
}

impl MailboxMessage {
    /// Parses the message in `raw`. Returns `None` if it is not a MIME message with a From header and a recipient,
    /// which SES rejects too.
    pub(super) fn parse(raw: &[u8], envelope: Envelope, received: String) -> Option<Self> {
        let parsed = MessageParser::default().parse(raw)?;
        let from = display(parsed.from()?)?;
        let to = if envelope.to.is_empty() {
            [parsed.to(), parsed.cc(), parsed.bcc()].into_iter().flatten().flat_map(bare).collect()
        } else {
            envelope.to
        };
        let message = Self {
            id: String::new(),
            from,
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text: body(&parsed, "plain"),
            html: body(&parsed, "html"),
            calendar: body(&parsed, "calendar"),
            raw: String::from_utf8_lossy(raw).into_owned(),
            received,
            tags: envelope.tags,
            configuration_set: envelope.configuration_set,
            to,
        };
        (!message.to.is_empty()).then_some(message)
    }

    /// Returns the sender's name, or the bare address without one.
    pub(super) fn sender(&self) -> &str {
        self.from.split_once(" <").map_or(&self.from, |(name, _)| name)
    }

    /// Returns the URL that a mail program's button posts to, which stops further mail (RFC 8058). Only the service's
    /// own path is accepted: a mail can name any URL, and the button would post to it.
    pub(super) fn one_click(&self) -> Option<String> {
        let headers = self.headers();
        let value = |name: &str| headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str());
        value("List-Unsubscribe-Post").filter(|post| *post == "List-Unsubscribe=One-Click")?;
        let url = value("List-Unsubscribe")?.strip_prefix('<')?.strip_suffix('>')?;
        let (_, path) = url.split_once("://")?.1.split_once('/')?;
        let token = path.strip_prefix("mail/stop/")?;
        token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)).then(|| url.to_owned())
    }

    /// Returns all headers of the message in their order, unfolded but not decoded.
    pub(super) fn headers(&self) -> Vec<(String, String)> {
        let parsed = MessageParser::default().parse_headers(self.raw.as_bytes());
        let headers = parsed.iter().flat_map(|message| message.headers_raw().collect::<Vec<_>>());
        headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
    }
}

/// Returns the first `text/<subtype>` part. Parts that only the parser derives, such as text from HTML, do not count.
fn body(message: &mail_parser::Message<'_>, subtype: &str) -> Option<String> {
    let part = message.parts.iter().find(|part| match part.content_type() {
        Some(kind) => {
            kind.c_type.eq_ignore_ascii_case("text") && kind.subtype().unwrap_or("plain").eq_ignore_ascii_case(subtype)
        }
        // A part without a Content-Type is plain text (RFC 2045, section 5.2).
        None => subtype == "plain" && part.is_text(),
    })?;
    // The parser decodes only text to UTF-8, and does not treat a calendar as text.
    Some(part.text_contents().map_or_else(|| String::from_utf8_lossy(part.contents()).into_owned(), str::to_owned))
}

fn display(address: &Address<'_>) -> Option<String> {
    let first = address.first()?;
    let bare = first.address()?;
    Some(first.name().map_or_else(|| bare.to_owned(), |name| format!("{name} <{bare}>")))
}

fn bare(address: &Address<'_>) -> Vec<String> {
    address.iter().filter_map(|one| one.address().map(str::to_owned)).collect()
}
