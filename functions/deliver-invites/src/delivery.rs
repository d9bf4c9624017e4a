//! One invitee's mail: take the lease, write, send, record.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use spaces_content::{Language, Recipient, mime};
use spaces_model::{Email, EmailAddress, Invitation, Invitee, InviteeTarget, Space, User, UserId};
use spaces_store::{Delivery, DeliveryState, Lease, LeaseOutcome, StoreError};

use crate::ses::SesError;
use crate::{App, LAST_START};

/// How long a sender has a mail for itself: longer than sending it can take. After a crash, nobody sends it for so long.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// What became of one mail in this round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// SES has it.
    Sent,
    /// SES will never take it.
    Failed,
    /// It is to be tried again.
    Retry,
    /// Another sender has settled it meanwhile.
    AlreadySettled,
}

/// One attempt at an invitation's mails.
pub(crate) struct Round<'a> {
    pub(crate) app: &'a App,
    pub(crate) invitation: &'a Invitation,
    pub(crate) space: &'a Space,
    pub(crate) link: &'a str,
    pub(crate) users: &'a HashMap<UserId, User>,
    pub(crate) deadline: Timestamp,
}

/// Whether a mail is neither sent nor refused for good.
pub(crate) fn is_due(delivery: Option<&Delivery>) -> bool {
    delivery
        .is_none_or(|delivery| matches!(delivery.state, None | Some(DeliveryState::Queued | DeliveryState::Sending)))
}

/// Everything that is read about an invitation before its mails are sent.
pub(crate) struct Facts {
    pub(crate) space: Space,
    pub(crate) deliveries: HashMap<InviteeTarget, Delivery>,
    pub(crate) users: HashMap<UserId, User>,
}

impl App {
    /// Reads the space, what has been delivered, and who the users among the invitees are.
    ///
    /// A space that is missing is put first: the request that created it failed halfway.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also for an invitation into a space that is not there.
    pub(crate) async fn facts(&self, invitation: &Invitation) -> Result<Facts, StoreError> {
        let users = invitation.invitees.iter().filter_map(|invitee| match invitee.target {
            InviteeTarget::User(id) => Some(id),
            InviteeTarget::Email(_) => None,
        });
        let users: Vec<UserId> = users.collect();
        let (space, deliveries, users) = futures_util::try_join!(
            self.space(invitation),
            self.store.deliveries(invitation),
            self.store.users(&users)
        )?;
        Ok(Facts { space, deliveries, users })
    }

    async fn space(&self, invitation: &Invitation) -> Result<Space, StoreError> {
        let space = self.store.found(invitation).await?;
        space.ok_or_else(|| StoreError::Refused("the invitation's space is not there".into()))
    }
}

impl Round<'_> {
    /// Sends one mail, unless it is sent already. What goes wrong with it stays with it.
    pub(crate) async fn deliver(&self, invitee: &Invitee) -> Outcome {
        match self.try_to_deliver(invitee).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a delivery could not be recorded");
                Outcome::Retry
            }
        }
    }

    async fn try_to_deliver(&self, invitee: &Invitee) -> Result<Outcome, StoreError> {
        // Before the lease, which must not run out while a mail waits for its turn.
        self.app.pace.wait().await;
        let Some(lease) = self.lease(invitee).await? else { return Ok(Outcome::Retry) };
        let lease = match lease {
            LeaseOutcome::Taken(lease) => lease,
            LeaseOutcome::Settled => return Ok(Outcome::AlreadySettled),
            LeaseOutcome::HeldUntil(_) => return Ok(Outcome::Retry),
        };
        let Some((address, user)) = self.recipient(invitee) else {
            return self.failed(lease, invitee, "NoAddress", "no verified address is known for this user").await;
        };
        let message = match self.write(invitee, address, user) {
            Ok(message) => message,
            Err(error) => return self.failed(lease, invitee, "NoMessage", &error.to_string()).await,
        };
        match self.app.ses.send(address, self.invitation.space, message).await {
            Ok(message_id) => {
                self.app.store.record_sent(lease, self.app.sources.now(), &message_id).await?;
                Ok(Outcome::Sent)
            }
            Err(SesError::Refused { code, reason }) => self.failed(lease, invitee, &code, &reason).await,
            Err(SesError::Later { code, reason }) => {
                tracing::warn!(to = masked(invitee), attempt = lease.attempt(), code, "a mail waits");
                self.app.store.release(lease, self.app.sources.now(), &reason).await?;
                Ok(Outcome::Retry)
            }
        }
    }

    /// Takes the lease of one mail; none if there is no time left to use it.
    ///
    /// A lease of a sender that was killed is waited for: handing the record back at once would use up the stream's
    /// retries before the lease ends.
    async fn lease(&self, invitee: &Invitee) -> Result<Option<LeaseOutcome>, StoreError> {
        let now = self.app.sources.now();
        let last_start = self.deadline.saturating_sub(LAST_START).unwrap_or(Timestamp::MIN);
        if now >= last_start {
            return Ok(None);
        }
        let outcome = self.app.store.lease(self.invitation, invitee, now, later(now, LEASE)).await?;
        let LeaseOutcome::HeldUntil(until) = outcome else { return Ok(Some(outcome)) };
        if until >= last_start {
            return Ok(None);
        }
        tokio::time::sleep(until.duration_since(now).unsigned_abs()).await;
        let now = self.app.sources.now().max(until);
        self.app.store.lease(self.invitation, invitee, now, later(now, LEASE)).await.map(Some)
    }

    /// Where the mail goes, and what the directory knows of the person; none where it knows no address.
    fn recipient<'b>(&'b self, invitee: &'b Invitee) -> Option<(&'b EmailAddress, Option<&'b User>)> {
        match &invitee.target {
            InviteeTarget::Email(address) => Some((address, None)),
            InviteeTarget::User(id) => {
                let user = self.users.get(id)?;
                Some((user.email.as_ref().and_then(Email::verified)?, Some(user)))
            }
        }
    }

    fn write(
        &self,
        invitee: &Invitee,
        address: &EmailAddress,
        user: Option<&User>,
    ) -> Result<Vec<u8>, spaces_content::MimeError> {
        let own = user.and_then(|user| user.language.as_ref());
        let language = own.or(self.invitation.language.as_ref()).map_or(Language::DEFAULT, Language::choose);
        let recipient = Recipient { address, name: user.and_then(|user| user.name.as_deref()), role: invitee.role };
        let invitation = spaces_content::Invitation::of(self.invitation, self.space, self.link);
        mime(&invitation, &recipient, language, &self.app.sender, self.invitation.created)
    }

    async fn failed(&self, lease: Lease, invitee: &Invitee, code: &str, reason: &str) -> Result<Outcome, StoreError> {
        tracing::warn!(to = masked(invitee), attempt = lease.attempt(), code, "a mail is refused for good");
        self.app.store.record_failed(lease, self.app.sources.now(), reason).await?;
        Ok(Outcome::Failed)
    }
}

fn later(time: Timestamp, span: SignedDuration) -> Timestamp {
    time.saturating_add(span).unwrap_or(Timestamp::MAX)
}

fn masked(invitee: &Invitee) -> String {
    match &invitee.target {
        InviteeTarget::Email(address) => address.masked(),
        InviteeTarget::User(id) => id.to_string(),
    }
}
