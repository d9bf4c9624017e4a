//! The user directory: who is known by id, and who owns which address.
//!
//! A user's item holds the address that their token proved last. Whether it is theirs still, only the address's item says: it
//! names the one owner.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::future::{try_join, try_join_all};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{Email, EmailAddress, User, UserId};

use crate::invitations::LanguageTag;
use crate::item::{self, Attributes};
use crate::key::Key;
use crate::time::Time;
use crate::{Store, StoreError, key};

/// The most items that one `BatchGetItem` reads (an AWS limit).
const BATCH: usize = 100;
/// The number of times that the keys which a batch left unread are asked for again.
const MAX_ROUNDS: u32 = 5;

#[derive(Serialize, Deserialize)]
struct UserItem {
    id: UserId,
    /// Verified when it was stored: an address that anybody could have typed is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<LanguageTag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
}

/// The owner of an address.
#[derive(Serialize, Deserialize)]
struct AddressItem {
    user: UserId,
    /// When the owner proved it, in taking it.
    proven: Time,
}

impl Store {
    /// Reads the user with this id. The address is there only if the user owns it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let Some(user) = self.get(key::user(id)).await?.map(read_user).transpose()? else { return Ok(None) };
        let Some(address) = user.email.as_ref().and_then(Email::verified) else { return Ok(Some(user)) };
        let owner = self.owner(address).await?;
        Ok(Some(if owner == Some(id) { user } else { User { email: None, ..user } }))
    }

    /// Reads those of these users that are known, in two round trips for up to 100 and in parallel beyond. Addresses are there
    /// only if the user owns them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn users(&self, ids: &[UserId]) -> Result<HashMap<UserId, User>, StoreError> {
        let users = self.items(ids.iter().map(|id| key::user(*id)), None).await?;
        let mut users = users.into_iter().map(read_user).collect::<Result<Vec<_>, _>>()?;
        let addresses = users.iter().filter_map(|user| user.email.as_ref().and_then(Email::verified));
        // Two of them may have proven the same address, and a batch must name each key once.
        let hashes: HashSet<String> = addresses.map(|address| self.secret.address(address)).collect();
        let mut owners = HashSet::new();
        for item in self.items(hashes.iter().map(|hash| key::address(hash)), None).await? {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            owners.insert((pk, item::read::<AddressItem>("address", item)?.user));
        }
        for user in &mut users {
            let owns = |address| owners.contains(&(key::address(&self.secret.address(address)).pk, user.id));
            if !user.email.as_ref().and_then(Email::verified).is_some_and(owns) {
                user.email = None;
            }
        }
        Ok(users.into_iter().map(|user| (user.id, user)).collect())
    }

    /// Returns those of these ids that are users', in one round trip for up to 100 and in parallel beyond.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn known_users(&self, ids: &[UserId]) -> Result<HashSet<UserId>, StoreError> {
        let items = self.items(ids.iter().map(|id| key::user(*id)), Some("id")).await?;
        items.into_iter().map(|item| item::read::<KnownItem>("user", item).map(|KnownItem { id }| id)).collect()
    }

    /// Reads the user who owns this address.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn user_by_email(&self, address: &EmailAddress) -> Result<Option<User>, StoreError> {
        let Some(owner) = self.owner(address).await? else { return Ok(None) };
        let user = self.get(key::user(owner)).await?.map(read_user).transpose()?;
        Ok(user.filter(|user| user.email.as_ref().and_then(Email::verified) == Some(address)))
    }

    /// Stores what a token says about a user, if it differs from what is known. What the token does not say stays.
    ///
    /// The user's item and the address's item are written at once, each under a condition whose failure means that nothing is
    /// new. Neither is part of a transaction: two requests of one user at once would meet in it. A user's item whose address is
    /// somebody else's by then says nothing, so no order of the two writes is wrong.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn remember(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        let claim = async {
            match user.email.as_ref().and_then(Email::verified) {
                Some(address) => self.claim(address, user.id, now).await,
                None => Ok(()),
            }
        };
        try_join(self.put_profile(user), claim).await.map(|_| ())
    }

    async fn put_profile(&self, user: &User) -> Result<(), StoreError> {
        let email = user.email.as_ref().and_then(Email::verified);
        let facts = [
            ("email", email.map(|address| address.as_typed().to_owned())),
            ("name", user.name.clone()),
            ("language", user.language.as_ref().map(ToString::to_string)),
            ("zone", user.zone.clone()),
        ];
        let mut update = self.update(key::user(user.id));
        let (mut assignments, mut differences) =
            (vec!["id = :id".to_owned()], vec!["attribute_not_exists(pk)".to_owned()]);
        for (name, value) in facts {
            let Some(value) = value else { continue };
            assignments.push(format!("#{name} = :{name}"));
            differences.push(format!("#{name} <> :{name}"));
            update = update
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), AttributeValue::S(value));
        }
        let update = update
            .expression_attribute_values(":id", AttributeValue::S(user.id.to_string()))
            .update_expression(format!("SET {}", assignments.join(", ")))
            .condition_expression(differences.join(" OR "));
        item::guarded(update).await.map(|_| ())
    }

    /// Makes a user the owner of an address that they have proven, unless they are already or somebody else has proven it later.
    async fn claim(&self, address: &EmailAddress, user: UserId, now: Timestamp) -> Result<(), StoreError> {
        let update = self
            .update(key::address(&self.secret.address(address)))
            .update_expression("SET #user = :user, proven = :now")
            .condition_expression("attribute_not_exists(pk) OR (#user <> :user AND proven <= :now)")
            .expression_attribute_names("#user", "user")
            .expression_attribute_values(":user", AttributeValue::S(user.to_string()))
            .expression_attribute_values(":now", Time(now).into());
        item::guarded(update).await.map(|_| ())
    }

    async fn owner(&self, address: &EmailAddress) -> Result<Option<UserId>, StoreError> {
        let item = self.get(key::address(&self.secret.address(address))).await?;
        item.map(|item| item::read::<AddressItem>("address", item).map(|owner| owner.user)).transpose()
    }

    /// Reads the items under these keys, in parallel batches; of their attributes only those named, if any are.
    pub(crate) async fn items(
        &self,
        keys: impl Iterator<Item = Key>,
        only: Option<&str>,
    ) -> Result<Vec<Attributes>, StoreError> {
        let keys: Vec<Attributes> = keys.map(Key::attributes).collect();
        let batches = try_join_all(keys.chunks(BATCH).map(|keys| self.batch(keys.to_vec(), only))).await?;
        Ok(batches.into_iter().flatten().collect())
    }

    async fn batch(&self, mut keys: Vec<Attributes>, only: Option<&str>) -> Result<Vec<Attributes>, StoreError> {
        let mut items = Vec::with_capacity(keys.len());
        for round in 0..MAX_ROUNDS {
            let wanted = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .set_projection_expression(only.map(str::to_owned))
                .consistent_read(true)
                .build()
                .map_err(|error| StoreError::Refused(Box::new(error)))?;
            let batch = self.client.batch_get_item().request_items(&self.table, wanted);
            let page = Box::pin(batch.send()).await.map_err(StoreError::of_call)?;
            items.extend(page.responses.unwrap_or_default().remove(&self.table).unwrap_or_default());
            keys =
                page.unprocessed_keys.unwrap_or_default().remove(&self.table).map(|rest| rest.keys).unwrap_or_default();
            if keys.is_empty() {
                return Ok(items);
            }
            item::pause(round).await;
        }
        Err(StoreError::Unavailable("the table left items unread".into()))
    }
}

/// The part of a user that is read where only their existence matters.
#[derive(Deserialize)]
struct KnownItem {
    id: UserId,
}

fn read_user(attributes: Attributes) -> Result<User, StoreError> {
    let UserItem { id, email, name, language, zone } = item::read("user", attributes)?;
    Ok(User { id, name, email: email.map(Email::Verified), language: language.map(|tag| tag.0), zone })
}
