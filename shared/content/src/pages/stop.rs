//! The page behind the link in each mail that stops further ones. It names neither the address nor the space.

use askama::Template;

use super::{Frame, Framed, MailButtons, rendered};

/// The mail that its receiver can stop or has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopState {
    /// They have stopped the mail of this inviter.
    pub inviter: bool,
    /// They have stopped the mail of everybody.
    pub all: bool,
    /// They may let it through again by the page.
    pub undo: bool,
}

/// The change that a form of the page has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopChange {
    /// The inviter mails them no more.
    Inviter,
    /// Nobody mails them any more.
    All,
    /// They stop no mail any more. It may still not come: a bounce is no stop of theirs.
    Undone,
    /// The invitation is reported.
    Reported,
}

#[derive(Template)]
#[template(path = "pages/stop.html")]
struct StopPage<'a> {
    frame: Framed<'a>,
    title: String,
    /// The change that was made, or the present state.
    status: Option<String>,
    hint: String,
    /// Values and labels.
    buttons: Vec<(&'static str, String)>,
    mail: Option<MailButtons<'a>>,
}

/// The page of somebody who has a mail: stop the inviter first, then everybody; report; undo. Its forms post to the address of the page
/// itself, so the token is not in it.
#[must_use]
pub fn stop(state: StopState, done: Option<StopChange>, frame: &Frame<'_>) -> String {
    let message = |id| frame.message_with_product(id);
    let status = match done {
        Some(StopChange::Inviter) => Some("page-stopped-inviter"),
        Some(StopChange::All) => Some("page-stopped-all"),
        Some(StopChange::Undone) => Some("page-stop-undone"),
        Some(StopChange::Reported) => Some("page-reported"),
        None if state.all => Some("page-stopped-all"),
        None if state.inviter => Some("page-stopped-inviter"),
        None => None,
    };
    let buttons = [
        ("inviter", "page-stop-inviter", !state.all && !state.inviter),
        ("all", "page-stop-all", !state.all),
        ("undo", "page-stop-undo", state.undo),
        ("report", "page-stop-report", done != Some(StopChange::Reported)),
    ];
    rendered(&StopPage {
        frame: frame.framed(),
        title: message("page-stop"),
        status: status.map(message),
        hint: message("page-stop-hint"),
        buttons: buttons
            .into_iter()
            .filter(|(.., shown)| *shown)
            .map(|(value, label, _)| (value, message(label)))
            .collect(),
        mail: None,
    })
}
