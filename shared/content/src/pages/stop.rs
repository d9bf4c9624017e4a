//! The page behind the unsubscribe link of every mail. It names neither the address nor the space.

use askama::Template;

use super::{Frame, FrameData, MailButtons, rendered};

/// The mail that its recipient has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopState {
    /// True if mail from this inviter is stopped.
    pub inviter: bool,
    /// True if mail from everybody is stopped.
    pub all: bool,
    /// True if the page offers to undo this.
    pub undo: bool,
}

/// The change that a form of the page has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopChange {
    /// Mail from the inviter was stopped.
    Inviter,
    /// Mail from everybody was stopped.
    All,
    /// Mail is no longer stopped. It may still not be sent, for example because of a bounce.
    Undone,
    /// The invitation was reported.
    Reported,
}

#[derive(Template)]
#[template(path = "pages/stop.html")]
struct StopPage<'a> {
    frame: FrameData<'a>,
    title: String,
    /// The change that was made, or the current state.
    status: Option<String>,
    hint: String,
    /// The values and labels of the buttons.
    buttons: Vec<(&'static str, String)>,
    mail: Option<MailButtons<'a>>,
}

/// Returns the page for the recipient of a mail, with buttons to stop the inviter, to stop everybody, to undo either,
/// and to report the invitation. Its forms post to the page's own URL, so the token isn't in the HTML.
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
