//! The documents that contain the words. Their templates are generated from `templates/sources` (`shared/generate`).

use askama::Template;
use spaces_model::ItipMethod;

use crate::description::Piece;
use crate::words::Words;
use crate::{Brand, Content, InvitationView, Language, Logo, MailRecipient, Sender, clean};

/// The `Content-ID` of the logo in mails that we send (RFC 2392).
pub(crate) const LOGO: &str = "logo@spaces";

#[derive(Template)]
#[template(path = "mail.html")]
struct Mail<'w> {
    w: &'w Words<'w>,
    /// The width and height of the logo, if it is part of the message.
    logo: Option<(u32, u32)>,
}

#[derive(Template)]
#[template(path = "outlook.html")]
struct Outlook<'w> {
    w: &'w Words<'w>,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct PlainText<'w> {
    w: &'w Words<'w>,
}

/// Returns the whole mail for a client that sends it itself.
#[must_use]
pub fn client_mail(invitation: &InvitationView<'_>, language: Language, brand: &Brand) -> Content {
    let words = Words::new(invitation, language, brand, ItipMethod::Request);
    content(&words, &Mail { w: &words, logo: None })
}

/// Returns the fragment for the body of an Outlook item: tables and inline styles only, which is all that Outlook's
/// Word engine supports.
#[must_use]
pub fn outlook_item(invitation: &InvitationView<'_>, language: Language, brand: &Brand) -> Content {
    let words = Words::new(invitation, language, brand, ItipMethod::Request);
    content(&words, &Outlook { w: &words })
}

/// Returns the whole mail to one invitee, addressed by name, as [`mime`](crate::mime()) sends it.
#[must_use]
pub fn server_mail(
    invitation: &InvitationView<'_>,
    recipient: &MailRecipient<'_>,
    language: Language,
    sender: &Sender,
    what: ItipMethod,
) -> Content {
    let brand = &sender.brand;
    let words = Words::personal(invitation, recipient, language, brand, what);
    content(&words, &Mail { w: &words, logo: brand.logo().map(Logo::display_size) })
}

fn content(words: &Words<'_>, html: &impl Template) -> Content {
    Content {
        subject: words.subject.clone(),
        text: clean::plain_spaces(&rendered(&PlainText { w: words })),
        html: rendered(html),
        language: words.language,
    }
}

/// Renders a template. Writing into a string fails only if a value's `Display` does, and none of ours can.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}
