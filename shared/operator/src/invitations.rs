//! One invitation: how far its mails have come, and revoking it.

use std::fmt::Write;

use jiff::Timestamp;
use spaces_model::{Channel, Gone, Invitation, InviteId, InviteeTarget, format_time};
use spaces_store::{Delivery, DeliveryState, Store};

use crate::OperatorError;

/// What to do about an invitation.
#[derive(Debug, PartialEq, Eq)]
pub enum InvitationCommand {
    /// Show it.
    Show(InviteId),
    /// Let it admit nobody any more.
    Revoke(InviteId),
}

pub(crate) async fn run(command: &InvitationCommand, store: &Store, now: Timestamp) -> Result<String, OperatorError> {
    let unknown = || OperatorError::NotFound("invitation with this id".to_owned());
    match command {
        InvitationCommand::Show(id) => {
            let invitation = store.invitation(*id).await?.ok_or_else(unknown)?;
            let deliveries = store.deliveries(&invitation).await?;
            Ok(shown(&invitation, &|target| deliveries.get(target), now))
        }
        InvitationCommand::Revoke(id) => {
            let found = store.revoke_invitation(*id, now).await?;
            let text = "revoked. Functions that have it in memory admit people for 5 seconds more. Mails that wait are not sent \
                        any more, and the people who were mailed a meeting are sent its cancellation.";
            found.then(|| text.to_owned()).ok_or_else(unknown)
        }
    }
}

fn shown<'a>(
    invitation: &'a Invitation,
    delivery: &impl Fn(&'a InviteeTarget) -> Option<&'a Delivery>,
    now: Timestamp,
) -> String {
    let state = match (invitation.check_open(now), invitation.revoked) {
        (Ok(()), _) => "open".to_owned(),
        (Err(Gone::Expired), _) => "expired".to_owned(),
        (Err(Gone::Revoked), at) => format!("revoked {}", at.map(format_time).unwrap_or_default()),
    };
    let channel = match invitation.channel {
        Channel::Server => "server: mailed by us",
        Channel::Client => "client: mailed by the client",
        Channel::Outlook => "outlook: mailed by the client",
    };
    let mut text = format!(
        "space     {}\nstate     {state}\ncreated   {}\nexpires   {}\nchannel   {channel}\ninvitees  {}",
        invitation.space,
        format_time(invitation.created),
        format_time(invitation.expires),
        invitation.invitees.len(),
    );
    for invitee in &invitation.invitees {
        let state = match invitation.channel {
            Channel::Server => progress(delivery(&invitee.target), now),
            Channel::Client | Channel::Outlook => String::new(),
        };
        let line = format!("  {}  {}  {state}", masked(&invitee.target), invitee.role);
        // Writing to a String does not fail.
        let _ = write!(text, "\n{}", line.trim_end());
    }
    text
}

/// How far a mail has come, for people.
pub(crate) fn progress(delivery: Option<&Delivery>, now: Timestamp) -> String {
    let Some(delivery) = delivery else { return "not begun".to_owned() };
    let attempts = delivery.attempts;
    let cause = delivery.reason.as_deref().map(|error| format!(", {}", code(error))).unwrap_or_default();
    let Some(state) = delivery.state else { return "not mailed by us".to_owned() };
    match state {
        DeliveryState::Failed => format!("refused for good, attempt {attempts}{cause}"),
        DeliveryState::Sending if delivery.lease.is_some_and(|lease| lease.until > now) => {
            format!("being sent, attempt {attempts}")
        }
        DeliveryState::Sending | DeliveryState::Queued => format!("not sent, attempt {attempts}{cause}"),
        DeliveryState::Sent => format!("sent, attempt {attempts}"),
        DeliveryState::Delayed => format!("sent and delayed, attempt {attempts}"),
        DeliveryState::Delivered => format!("delivered, attempt {attempts}"),
        DeliveryState::Bounced => format!("bounced, attempt {attempts}{cause}"),
        DeliveryState::Complained => format!("delivered and called spam, attempt {attempts}"),
        DeliveryState::Suppressed => "suppressed".to_owned(),
        DeliveryState::Cancelled => "cancelled before the first attempt".to_owned(),
    }
}

/// SES's words may quote addresses; its code, which comes before the colon, does not.
fn code(error: &str) -> &str {
    let code = error.split_once(':').map_or(error, |(code, _)| code);
    if code.contains('@') { "see the item" } else { code }
}

fn masked(target: &InviteeTarget) -> String {
    match target {
        InviteeTarget::Email(address) => address.masked(),
        InviteeTarget::User(id) => id.to_string(),
    }
}
