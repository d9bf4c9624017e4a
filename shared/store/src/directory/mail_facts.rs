//! The facts about a sender on which the mails of an invitation depend.

use spaces_model::{Invitation, MailSender, Space};

use super::{AddressItem, read_user};
use crate::item::{self, Attributes};
use crate::spaces::read_space;
use crate::{Store, StoreError, key};

/// The space of an invitation, and the facts about its sender on which its mails depend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFacts {
    /// The space; none if it is missing.
    pub space: Option<Space>,
    /// True if the operator has blocked the inviter.
    pub is_blocked: bool,
    /// True if complaints have stopped the mails of the sender. Those of a service app are never stopped.
    pub is_stopped: bool,
    /// True if the inviter owns the address that the invitation has of them.
    pub owns_address: bool,
}

impl Store {
    /// Reads the space of an invitation and the facts about its sender, in one round trip.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn mail_facts(&self, invitation: &Invitation, sender: &MailSender) -> Result<MailFacts, StoreError> {
        let inviter = &invitation.inviter;
        let (space, user) = (key::space(invitation.space), key::user(inviter.id));
        let address = inviter.email.as_ref().map(|email| key::address(&self.secret.address(email)));
        let limit = Some(key::mail_limit(sender)).filter(|_| matches!(sender, MailSender::User(_)));
        let keys = [Some(space.clone()), Some(user.clone()), address.clone(), limit.clone()];
        let mut items = self.items(keys.into_iter().flatten()).await?;
        let mut take = |key: &key::Key| {
            let is_it = |item: &Attributes| {
                item::text(item, "pk") == Some(key.pk.as_str()) && item::text(item, "sk") == Some(key.sk.as_str())
            };
            items.iter().position(is_it).map(|place| items.swap_remove(place))
        };
        let space = take(&space).map(read_space).transpose()?;
        let user = take(&user).map(read_user).transpose()?;
        let owner =
            address.and_then(|key| take(&key)).map(|item| item::read::<AddressItem>("address", item)).transpose()?;
        let names_address = user.as_ref().is_some_and(|user| user.email.is_some() && user.email == inviter.email);
        Ok(MailFacts {
            space,
            is_blocked: user.is_some_and(|user| user.blocked.is_some()),
            is_stopped: limit.and_then(|key| take(&key)).is_some_and(|item| item.contains_key("stopped")),
            owns_address: names_address && owner.and_then(|owner| owner.user) == Some(inviter.id),
        })
    }
}
