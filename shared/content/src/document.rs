//! The documents that the words stand in. The templates are generated from `templates/sources` (`shared/generate`).

use askama::Template;
use spaces_model::ItipMethod;

use crate::description::Piece;
use crate::words::Words;
use crate::{Brand, Content, Invitation, Language, Logo, Recipient, Sender, clean};

/// The `Content-ID` of the logo in a mail of ours (RFC 2392).
pub(crate) const LOGO: &str = "logo@spaces";

#[derive(Template)]
#[template(path = "mail.html")]
struct Mail<'w> {
    w: &'w Words<'w>,
    /// Width and height of the logo, where it is part of the message.
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

/// The whole mail, for a client that sends it itself.
#[must_use]
pub fn client_mail(invitation: &Invitation<'_>, language: Language, brand: &Brand) -> Content {
    let words = Words::new(invitation, language, brand, ItipMethod::Request);
    content(&words, &Mail { w: &words, logo: None })
}

/// The fragment for the body of an Outlook item: tables and inline styles only, which is what Outlook's Word engine knows.
#[must_use]
pub fn outlook_item(invitation: &Invitation<'_>, language: Language, brand: &Brand) -> Content {
    let words = Words::new(invitation, language, brand, ItipMethod::Request);
    content(&words, &Outlook { w: &words })
}

/// The whole mail to one invitee, whom it names: what [`mime`](crate::mime()) sends.
#[must_use]
pub fn server_mail(
    invitation: &Invitation<'_>,
    recipient: &Recipient<'_>,
    language: Language,
    sender: &Sender,
    what: ItipMethod,
) -> Content {
    let brand = &sender.brand;
    let words = Words::personal(invitation, recipient, language, brand, what);
    content(&words, &Mail { w: &words, logo: brand.logo().map(Logo::shown) })
}

fn content(words: &Words<'_>, html: &impl Template) -> Content {
    Content {
        subject: words.subject.clone(),
        text: clean::plain_blanks(&rendered(&PlainText { w: words })),
        html: rendered(html),
        language: words.language,
    }
}

/// Writing into a string fails only if a value's `Display` does, and none of ours can.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}
