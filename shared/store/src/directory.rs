//! The user directory: known users by id, and the owners of addresses.
//!
//! A user's item names their address, and the address's item names its owner. An address counts only if both agree, so
//! the order of the two writes does not matter: while only one has been made, the address counts for nobody.

mod image;
mod mail_facts;
mod ownership;
mod reconcile;

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{Email, EmailAddress, InviteeTarget, User, UserId};

use crate::blocks::Block;
use crate::company::Company;
use crate::invitations::LanguageTag;
use crate::item::{self, Attributes};
use crate::key::Key;
use crate::time::Time;
use crate::{Store, StoreError, key};

pub use image::UserImage;
pub(crate) use image::user_of_image;
pub use mail_facts::MailFacts;
pub use reconcile::{DirectoryLookup, KnownUser};

/// Maximum number of items per `BatchGetItem` call (an AWS limit).
const BATCH: usize = 100;
/// Maximum number of calls for one batch, as long as some keys stay unprocessed.
const MAX_ROUNDS: u32 = 5;

/// The item of a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct UserItem {
    id: UserId,
    /// An address proven to be theirs when it was stored. The address's item decides whether it still is.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    /// The time of the last proof or disproof that counted, in whole seconds. It stays when the address is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    email_proven: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<LanguageTag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// Derived from the issuer and the organisation, or from the address's domain. Used to find colleagues;
    /// [`Store::company_of`] decides whether two users are colleagues.
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<Company>,
    /// Written only by the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<Block>,
    /// The time of the last change made by a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<Time>,
}

/// The item of an address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct AddressItem {
    /// The only owner; `None` if the last owner now has another address or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    /// The issuer that vouched for the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    /// The time of the owner's proof, or of the event that took the address from them, in whole seconds.
    proven: Time,
}

impl UserItem {
    const fn new(id: UserId) -> Self {
        Self {
            id,
            email: None,
            email_proven: None,
            name: None,
            language: None,
            zone: None,
            issuer: None,
            organisation: None,
            company: None,
            blocked: None,
            updated: None,
        }
    }

    /// Returns the user, with their address if they own it.
    fn into_user(self, owns_address: bool) -> User {
        User {
            id: self.id,
            name: self.name,
            email: self.email.filter(|_| owns_address).map(Email::Verified),
            language: self.language.map(|tag| tag.0),
            zone: self.zone,
            issuer: self.issuer,
            organisation: self.organisation,
        }
    }
}

impl Store {
    /// Reads the user with this id. The address is included only if the user owns it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let Some(user) = self.get(key::user(id)).await?.map(read_user).transpose()? else { return Ok(None) };
        let Some(address) = &user.email else { return Ok(Some(user.into_user(false))) };
        let owns = self.owner(address).await? == Some(id);
        Ok(Some(user.into_user(owns)))
    }

    /// Reads the known users among these ids, in two round trips for up to 100 and in parallel batches beyond that.
    /// Addresses are included only if the user owns them.
    ///
    /// An id costs the same reads whether it is known or not, so timing does not reveal which ids are known.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn users(&self, ids: &[UserId]) -> Result<HashMap<UserId, User>, StoreError> {
        let users = self.users_with_companies(ids).await?;
        Ok(users.into_iter().map(|(id, (user, _))| (id, user)).collect())
    }

    /// Reads the users like [`users`](Self::users), with the companies under which the index lists them.
    pub(crate) async fn users_with_companies(
        &self,
        ids: &[UserId],
    ) -> Result<HashMap<UserId, (User, Option<Company>)>, StoreError> {
        let ids: HashSet<UserId> = ids.iter().copied().collect();
        let items = self.items(ids.iter().map(|id| key::user(*id))).await?;
        let users = items.into_iter().map(read_user).collect::<Result<Vec<_>, _>>()?;
        let users: HashMap<UserId, UserItem> = users.into_iter().map(|user| (user.id, user)).collect();
        let hash = |id: &UserId| match users.get(id).and_then(|user| user.email.as_ref()) {
            Some(address) => self.secret.address(address),
            // No address has this hash.
            None => self.secret.invitee(&InviteeTarget::User(*id)),
        };
        // Two users may name the same address, and DynamoDB rejects a batch that contains a key twice.
        let hashes: HashSet<String> = ids.iter().map(hash).collect();
        let mut owners = HashSet::new();
        for item in self.items(hashes.iter().map(|hash| key::address(hash))).await? {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            owners.insert((pk, item::read::<AddressItem>("address", item)?.user));
        }
        let owned = users.into_iter().map(|(id, mut user)| {
            let owns = |address| owners.contains(&(key::address(&self.secret.address(address)).pk, Some(id)));
            let owns = user.email.as_ref().is_some_and(owns);
            let company = user.company.take();
            (id, (user.into_user(owns), company))
        });
        Ok(owned.collect())
    }

    /// Reads the user who owns this address.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn user_by_email(&self, address: &EmailAddress) -> Result<Option<User>, StoreError> {
        let Some(owner) = self.owner(address).await? else { return Ok(None) };
        let user = self.get(key::user(owner)).await?.map(read_user).transpose()?;
        Ok(user.filter(|user| user.email.as_ref() == Some(address)).map(|user| user.into_user(true)))
    }

    /// Reads the users who own these addresses, in the order of the addresses, in two round trips for up to 100.
    ///
    /// An address costs the same reads whether it has an owner or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn users_by_email(&self, addresses: &[EmailAddress]) -> Result<Vec<User>, StoreError> {
        let hashes: Vec<String> = addresses.iter().map(|address| self.secret.address(address)).collect();
        let mut owners = HashMap::new();
        let keys: HashSet<Key> = hashes.iter().map(|hash| key::address(hash)).collect();
        for item in self.items(keys.into_iter()).await? {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            owners.extend(item::read::<AddressItem>("address", item)?.user.map(|owner| (pk, owner)));
        }
        // An address without an owner costs the same reads: the key derived from its hash belongs to nobody.
        let owner =
            |hash: &String| owners.get(&key::address(hash).pk).map_or_else(|| key::nobody(hash), |id| key::user(*id));
        let keys: HashSet<Key> = hashes.iter().map(owner).collect();
        let users = self.items(keys.into_iter()).await?.into_iter().map(read_user).collect::<Result<Vec<_>, _>>()?;
        let users: HashMap<UserId, UserItem> = users.into_iter().map(|user| (user.id, user)).collect();
        let found = addresses.iter().zip(&hashes).filter_map(|(address, hash)| {
            let user = users.get(owners.get(&key::address(hash).pk)?)?;
            (user.email.as_ref() == Some(address)).then(|| user.clone().into_user(true))
        });
        Ok(found.collect())
    }

    /// Removes a user as the owner of an address that their item has not named since `at`. The relay calls this for
    /// every change of a user's address; if the user has the address again by then, nothing changes.
    ///
    /// The address's item stays, with the time: an older proof by somebody else does not take the address.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn release_address(&self, address: &EmailAddress, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        let held = self.get(key::user(user)).await?.map(read_user).transpose()?;
        if held.is_some_and(|held| held.email.as_ref() == Some(address)) {
            return Ok(());
        }
        let update = self
            .update(key::address(&self.secret.address(address)))
            .update_expression("SET proven = :at REMOVE #user, issuer")
            .condition_expression("#user = :user AND proven <= :at")
            .expression_attribute_names("#user", "user")
            .expression_attribute_values(":user", AttributeValue::S(user.to_string()))
            .expression_attribute_values(":at", Time(at).into());
        item::guarded(update).await.map(drop)
    }

    pub(crate) async fn owner(&self, address: &EmailAddress) -> Result<Option<UserId>, StoreError> {
        let item = self.get(key::address(&self.secret.address(address))).await?;
        Ok(item.map(|item| item::read::<AddressItem>("address", item)).transpose()?.and_then(|item| item.user))
    }

    /// Reads the time at which the owner of an address last proved it, or `None` if nobody owns it.
    pub(crate) async fn proven(&self, address: &EmailAddress) -> Result<Option<Timestamp>, StoreError> {
        let item = self.get(key::address(&self.secret.address(address))).await?;
        let item = item.map(|item| item::read::<AddressItem>("address", item)).transpose()?;
        Ok(item.filter(|address| address.user.is_some()).map(|address| address.proven.0))
    }

    /// Reads the items under these keys, in parallel batches.
    pub(crate) async fn items(&self, keys: impl Iterator<Item = Key>) -> Result<Vec<Attributes>, StoreError> {
        self.batches(keys, true).await
    }

    /// Reads the items under these keys with eventual consistency, which may lag by a few seconds but costs half the
    /// read units.
    pub(crate) async fn late_items(&self, keys: impl Iterator<Item = Key>) -> Result<Vec<Attributes>, StoreError> {
        self.batches(keys, false).await
    }

    async fn batches(
        &self,
        keys: impl Iterator<Item = Key>,
        is_consistent: bool,
    ) -> Result<Vec<Attributes>, StoreError> {
        let keys: Vec<Attributes> = keys.map(Key::attributes).collect();
        let batches = try_join_all(keys.chunks(BATCH).map(|keys| self.batch(keys.to_vec(), is_consistent))).await?;
        Ok(batches.into_iter().flatten().collect())
    }

    async fn batch(&self, mut keys: Vec<Attributes>, is_consistent: bool) -> Result<Vec<Attributes>, StoreError> {
        let mut items = Vec::with_capacity(keys.len());
        for round in 0..MAX_ROUNDS {
            let wanted = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .consistent_read(is_consistent)
                .build()
                .map_err(|error| StoreError::Refused(Box::new(error)))?;
            let batch = self.client.batch_get_item().request_items(&self.table, wanted);
            let page = Box::pin(batch.send()).await.map_err(StoreError::from_sdk)?;
            items.extend(page.responses.unwrap_or_default().remove(&self.table).unwrap_or_default());
            keys =
                page.unprocessed_keys.unwrap_or_default().remove(&self.table).map(|rest| rest.keys).unwrap_or_default();
            if keys.is_empty() {
                return Ok(items);
            }
            item::pause(round).await;
        }
        Err(StoreError::Unavailable("the table left items unprocessed".into()))
    }
}

fn read_user(attributes: Attributes) -> Result<UserItem, StoreError> {
    item::read("user", attributes)
}
