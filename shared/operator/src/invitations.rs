//! Commands that show the state of invitations and their mails, and revoke invitations.

use std::fmt::Write;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use spaces_http::Act;
use spaces_model::{Channel, Gone, Invitation, InviteId, InviteeTarget, SpaceId, UserId, format_time};
use spaces_store::{Delivery, DeliveryState, Marking, Store};

use crate::OperatorError;
use crate::audit::{Auditor, Operator};

/// A command about invitations.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum InvitationCommand {
    /// Shows an invitation and the states of its mails, or lists invitations
    Show(Invitations),
    /// Revokes invitations, so that they admit nobody. Members of the space stay
    Revoke(Invitations),
}

/// The selected invitations, as given on the command line.
#[derive(Debug, PartialEq, Eq, Args)]
#[group(required = true, multiple = false)]
pub struct Invitations {
    /// One invitation
    id: Option<InviteId>,
    /// All invitations to a space
    #[arg(long, value_name = "ID")]
    space: Option<SpaceId>,
    /// All invitations that a user created or last updated, including those to spaces that they have left; reads the
    /// whole table
    #[arg(long, value_name = "USER_ID")]
    inviter: Option<UserId>,
}

impl Invitations {
    fn selection(&self) -> Result<Selection, OperatorError> {
        let one = self
            .id
            .map(Selection::One)
            .or(self.space.map(Selection::OfSpace))
            .or(self.inviter.map(Selection::OfInviter));
        one.ok_or_else(|| OperatorError::NotFound("invitation without a name".to_owned()))
    }
}

/// The selected invitations.
#[derive(Debug, PartialEq, Eq)]
enum Selection {
    /// The invitation with this id.
    One(InviteId),
    /// The invitations to this space.
    OfSpace(SpaceId),
    /// The invitations that this user created or last updated.
    OfInviter(UserId),
}

pub(crate) async fn run(
    command: &InvitationCommand,
    store: &Store,
    auditor: &Auditor,
    now: Timestamp,
) -> Result<String, OperatorError> {
    let unknown = || OperatorError::NotFound("invitation with this id".to_owned());
    let (is_revoked, selection) = match command {
        InvitationCommand::Show(invitations) => (false, invitations.selection()?),
        InvitationCommand::Revoke(invitations) => (true, invitations.selection()?),
    };
    match (is_revoked, selection) {
        (false, Selection::One(id)) => {
            let invitation = store.invitation(id).await?.ok_or_else(unknown)?;
            let deliveries = store.deliveries(&invitation).await?;
            Ok(shown(store, &invitation, &|target| deliveries.get(target), now))
        }
        (true, Selection::One(id)) => {
            let operator = auditor.operator()?;
            let invitation = store.invitation(id).await?.ok_or_else(unknown)?;
            revoke(store, &operator, &invitation, now).await?;
            Ok(format!("revoked. {REVOKED}"))
        }
        (false, selection) => Ok(listed(&selected(store, &selection).await?, now)),
        (true, selection) => {
            let operator = auditor.operator()?;
            let open: Vec<Invitation> = selected(store, &selection)
                .await?
                .into_iter()
                .filter(|invitation| invitation.revoked.is_none())
                .collect();
            for invitation in &open {
                revoke(store, &operator, invitation, now).await?;
            }
            Ok(format!("{} revoked. {REVOKED}", open.len()))
        }
    }
}

const REVOKED: &str = "Functions that have cached an invitation admit people for up to 5 more seconds. Queued mails are no \
                       longer sent, and people who were mailed a meeting are sent a cancellation.";

async fn revoke(
    store: &Store,
    operator: &Operator<'_>,
    invitation: &Invitation,
    now: Timestamp,
) -> Result<(), OperatorError> {
    if store.revoke_invitation(invitation.id, now).await? == Marking::Marked {
        operator.audit_space(Act::InvitationRevoked, invitation.space);
    }
    Ok(())
}

async fn selected(store: &Store, selection: &Selection) -> Result<Vec<Invitation>, OperatorError> {
    Ok(match selection {
        Selection::One(id) => store.invitation(*id).await?.into_iter().collect(),
        Selection::OfSpace(space) => of_space(store, *space).await?,
        Selection::OfInviter(user) => store.invitations_by(*user).await?,
    })
}

/// Reads the invitations to a space, oldest first.
pub(crate) async fn of_space(store: &Store, space: SpaceId) -> Result<Vec<Invitation>, OperatorError> {
    let mut invitations = Vec::new();
    for invite in store.invitations_of(space).await? {
        invitations.extend(store.invitation_of(&invite).await?);
    }
    Ok(invitations)
}

/// Formats each invitation as a line.
pub(crate) fn listed(invitations: &[Invitation], now: Timestamp) -> String {
    let line = |invitation: &Invitation| {
        let Invitation { id, space, created, invitees, inviter, .. } = invitation;
        let (created, invitees, state) = (format_time(*created), invitees.len(), state(invitation, now));
        format!("{id}  space {space}  by {}  created {created}  invitees {invitees}  {state}", inviter.id)
    };
    if invitations.is_empty() {
        return "none".to_owned();
    }
    invitations.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn state(invitation: &Invitation, now: Timestamp) -> String {
    match (invitation.check_open(now), invitation.revoked) {
        (Ok(()), _) => "open".to_owned(),
        (Err(Gone::Expired), _) => "expired".to_owned(),
        (Err(Gone::Revoked), at) => format!("revoked {}", at.map(format_time).unwrap_or_default()),
    }
}

fn shown<'a>(
    store: &Store,
    invitation: &'a Invitation,
    delivery: &impl Fn(&'a InviteeTarget) -> Option<&'a Delivery>,
    now: Timestamp,
) -> String {
    let state = state(invitation, now);
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
            Channel::Server => {
                let delivery = delivery(&invitee.target);
                let tag = delivery.and_then(|delivery| store.mail_tag(delivery));
                progress(delivery, now) + &tag.map(|tag| format!("  m={tag}")).unwrap_or_default()
            }
            Channel::Client | Channel::Outlook => String::new(),
        };
        let line = format!("  {}  {}  {state}", masked(&invitee.target), invitee.role);
        // Writing to a String does not fail.
        let _ = write!(text, "\n{}", line.trim_end());
    }
    text
}

/// Returns the state of a mail in words.
pub(crate) fn progress(delivery: Option<&Delivery>, now: Timestamp) -> String {
    let Some(delivery) = delivery else { return "not started".to_owned() };
    let attempts = delivery.attempts;
    let cause = delivery.reason.as_deref().map(|error| format!(", {}", code(error))).unwrap_or_default();
    let Some(state) = delivery.state else { return "not mailed by us".to_owned() };
    match state {
        DeliveryState::Failed => format!("failed, attempt {attempts}{cause}"),
        DeliveryState::Sending if delivery.lease.is_some_and(|lease| lease.until > now) => {
            format!("being sent, attempt {attempts}")
        }
        DeliveryState::Sending | DeliveryState::Queued => format!("not sent, attempt {attempts}{cause}"),
        DeliveryState::Sent => format!("sent, attempt {attempts}"),
        DeliveryState::Delayed => format!("sent and delayed, attempt {attempts}{cause}"),
        DeliveryState::Delivered => format!("delivered, attempt {attempts}"),
        DeliveryState::Bounced => format!("bounced, attempt {attempts}{cause}"),
        DeliveryState::Complained => format!("marked as spam, attempt {attempts}{cause}"),
        DeliveryState::Suppressed => "suppressed".to_owned(),
        DeliveryState::Cancelled => "cancelled before the first attempt".to_owned(),
    }
}

/// Returns SES's error code, which precedes the colon. The message after it may quote addresses.
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
