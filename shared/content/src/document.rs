//! The words of an invitation and the documents that they stand in.

use jiff::Timestamp;
use spaces_model::InviteMode;

use crate::{Content, Invitation, Language, Recipient, clean};

/// What an invitation says, clean but not escaped.
pub(crate) struct Words {
    pub(crate) title: String,
    inviter: Option<String>,
    description: Vec<String>,
    when: Option<String>,
    meet: bool,
}

/// The whole mail, for a client that sends it itself.
#[must_use]
pub fn client_mail(invitation: &Invitation<'_>, language: Language) -> Content {
    content(invitation, language)
}

/// The fragment for the body of an Outlook item.
#[must_use]
pub fn outlook_item(invitation: &Invitation<'_>, language: Language) -> Content {
    content(invitation, language)
}

/// The whole mail to one invitee, whom it names.
pub(crate) fn server_mail(invitation: &Invitation<'_>, _: &Recipient<'_>, language: Language) -> Content {
    content(invitation, language)
}

fn content(invitation: &Invitation<'_>, language: Language) -> Content {
    let words = Words::new(invitation, language);
    let mut paragraphs = vec![words.sentence()];
    paragraphs.extend(words.when.clone());
    if !words.description.is_empty() {
        paragraphs.push(words.description.join("\n"));
    }
    let text = format!("{}\n\n{}\n", paragraphs.join("\n\n"), invitation.link);
    let escaped: Vec<String> = paragraphs.iter().map(|p| escape(p).replace('\n', "<br>")).collect();
    let escaped = format!("<p>{}</p>", escaped.join("</p><p>"));
    let link = escape(invitation.link);
    let html = format!("{escaped}<p><a href=\"{link}\">{link}</a></p>");
    Content { subject: words.sentence(), text, html, language }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

impl Words {
    pub(crate) fn new(invitation: &Invitation<'_>, _: Language) -> Self {
        let time = |time: Timestamp| time.strftime("%Y-%m-%d %H:%M").to_string();
        let when = match (invitation.starts, invitation.ends) {
            (Some(starts), Some(ends)) => Some(format!("{} – {} UTC", time(starts), time(ends))),
            (Some(starts), None) => Some(format!("{} UTC", time(starts))),
            (None, Some(ends)) => Some(format!("Until {} UTC", time(ends))),
            (None, None) => None,
        };
        Self {
            title: clean::name(invitation.space_title).unwrap_or_else(|| "Space".to_owned()),
            inviter: invitation.inviter.name.and_then(clean::name),
            description: clean::lines(invitation.description),
            when,
            meet: invitation.mode == InviteMode::Meet,
        }
    }

    pub(crate) fn sender_name(&self, product: &str) -> String {
        self.inviter.as_ref().map_or_else(|| product.to_owned(), |inviter| format!("{inviter} via {product}"))
    }

    pub(crate) fn calendar_description(&self) -> String {
        self.description.join("\n")
    }

    fn sentence(&self) -> String {
        let what = if self.meet { "to meet in" } else { "to" };
        match &self.inviter {
            Some(inviter) => format!("{inviter} invites you {what} “{}”", self.title),
            None => format!("You are invited {what} “{}”", self.title),
        }
    }
}
