//! The limit on mails from inviters whom the recipient does not know.

use std::collections::HashSet;

use jiff::Timestamp;
use spaces_model::{EmailAddress, InviteeTarget, ItipMethod, User, UserId, is_public_mail_provider};
use spaces_store::{Delivery, InvitationRef, StoreError};
use tokio::sync::OnceCell;

use crate::App;
use crate::facts::Facts;

/// The people of a message, and those among them who share a space with the inviter. The latter are read once, before
/// the first person is mailed.
pub(crate) struct Acquainted {
    people: Vec<InviteeTarget>,
    found: OnceCell<HashSet<InviteeTarget>>,
}

impl Acquainted {
    pub(crate) fn with(people: Vec<InviteeTarget>) -> Self {
        Self { people, found: OnceCell::new() }
    }
}

impl App {
    /// Returns whether a mail may be sent to an address: its owner has not stopped it, earlier mails did not bounce or
    /// draw complaints, and it has not received too many mails from strangers. Only a stranger's first mail about an
    /// invitation counts against that limit; later mails about it and cancellations do not.
    pub(crate) async fn may_receive(
        &self,
        facts: &Facts,
        delivery: &Delivery,
        address: &EmailAddress,
        what: ItipMethod,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let receiver = self.store.address_ref(address);
        let stops = self.store.mail_stops(&receiver).await?;
        if !self.store.may_mail(address, &stops, facts.invitation.inviter.id, now).await? {
            return Ok(false);
        }
        let is_first = what == ItipMethod::Request && delivery.known.last_message.is_none();
        if !is_first || self.knows_inviter(facts, delivery, address).await? {
            return Ok(true);
        }
        let invite = InvitationRef::of(&facts.invitation);
        self.store.count_received(&receiver, stops, &invite, &facts.sender, self.mails_per_receiver, now).await
    }

    /// Returns whether a person knows the inviter: both have the same mail domain or share a space.
    pub(crate) async fn knows_inviter(
        &self,
        facts: &Facts,
        delivery: &Delivery,
        address: &EmailAddress,
    ) -> Result<bool, StoreError> {
        Ok(is_of_their_domain(facts, address) || self.is_acquainted(facts, delivery).await?)
    }

    /// Returns whether a person shares a space with the inviter.
    async fn is_acquainted(&self, facts: &Facts, delivery: &Delivery) -> Result<bool, StoreError> {
        let Acquainted { people, found } = &facts.acquainted;
        let inviter = facts.invitation.inviter.id;
        let found = found.get_or_try_init(|| Box::pin(self.acquainted(inviter, people))).await?;
        Ok(found.contains(&delivery.invitee.target))
    }

    async fn acquainted(
        &self,
        inviter: UserId,
        people: &[InviteeTarget],
    ) -> Result<HashSet<InviteeTarget>, StoreError> {
        let addresses = people.iter().filter_map(|target| match target {
            InviteeTarget::Email(address) => Some(address.clone()),
            InviteeTarget::User(_) => None,
        });
        let addresses: Vec<EmailAddress> = addresses.collect();
        let owners: Vec<User> = self.store.users_by_email(&addresses).await?;
        let id = |target: &InviteeTarget| match target {
            InviteeTarget::User(id) => Some(*id),
            InviteeTarget::Email(address) => {
                let owns = |user: &&User| user.email.as_ref().is_some_and(|email| email.verified() == Some(address));
                owners.iter().find(owns).map(|user| user.id)
            }
        };
        let ids: Vec<UserId> = people.iter().filter_map(id).collect();
        let common = self.store.with_common_space(inviter, &ids).await?;
        Ok(people.iter().filter(|target| id(target).is_some_and(|id| common.contains(&id))).cloned().collect())
    }
}

/// Returns whether the inviter's verified address has the same domain. Public mail providers don't count.
fn is_of_their_domain(facts: &Facts, address: &EmailAddress) -> bool {
    let own = facts.invitation.inviter.email.as_ref().map(EmailAddress::domain);
    own == Some(address.domain()) && !is_public_mail_provider(address.domain())
}
