//! Reconciles a token's claims about a user with the directory.

use futures_util::future::try_join;
use jiff::Timestamp;
use spaces_model::{Email, User};

use super::ownership::{self, Plan};
use super::{AddressItem, UserItem};
use crate::item::{self, Attributes, Guarded};
use crate::key::Key;
use crate::time::Time;
use crate::{Store, StoreError, key};

/// Maximum number of attempts when concurrent requests change the same user or address.
const MAX_ROUNDS: usize = 8;

/// A user, reconciled from the directory and the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownUser {
    /// The user. Their address is verified only if they own it now and the token does not contradict it.
    pub user: User,
    /// The time at which they proved the address that they own.
    pub email_proven: Option<Timestamp>,
    /// `true` if the operator has blocked them.
    pub is_blocked: bool,
    /// The time of the last change of their item.
    pub updated: Option<Timestamp>,
}

/// The claims of a token about a user, and the items of the user and of the proven address as they were read.
#[derive(Debug)]
pub struct DirectoryLookup {
    claimed: User,
    proven: Option<Key>,
    user: Option<Attributes>,
    address: Option<Attributes>,
}

impl DirectoryLookup {
    /// Returns the token's claims.
    #[must_use]
    pub const fn claimed(&self) -> &User {
        &self.claimed
    }
}

impl Store {
    /// Reconciles a token's claims about a user with the directory, stores what is new, and returns the resulting user.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn reconcile(&self, claimed: &User, now: Timestamp) -> Result<KnownUser, StoreError> {
        let lookup = self.look_up(claimed).await?;
        self.decide(lookup, now).await
    }

    /// Reads the directory's items of a user and of the address that their token proves, in one round trip. Writes
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn look_up(&self, claimed: &User) -> Result<DirectoryLookup, StoreError> {
        let proven = match &claimed.email {
            Some(Email::Proven { address, .. }) => Some(key::address(&self.secret.address(address))),
            _ => None,
        };
        let key = key::user(claimed.id);
        let Some(of_address) = &proven else {
            let user = self.get(key).await?;
            return Ok(DirectoryLookup { claimed: claimed.clone(), proven, user, address: None });
        };
        let items = self.items([key.clone(), of_address.clone()].into_iter()).await?;
        let (users, addresses): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item::text(item, "pk") == Some(&key.pk));
        let (user, address) = (users.into_iter().next(), addresses.into_iter().next());
        Ok(DirectoryLookup { claimed: claimed.clone(), proven, user, address })
    }

    /// Decides which claims count, and stores what is new in one round trip. If nothing is new, it takes none; if the
    /// token says nothing about the address, it takes one to read the owner.
    ///
    /// A proof takes the address from its owner unless it is older than the owner's proof; a proof without a time takes
    /// only an address that nobody owns, for a user who has no other address. An older token's claims about the address
    /// are ignored.
    ///
    /// The two items are written at once, each on the condition that what was read still holds; a failed write returns
    /// the current item, and the decision is repeated. A transaction is not used, because two concurrent requests of
    /// one user would conflict.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn decide(&self, lookup: DirectoryLookup, now: Timestamp) -> Result<KnownUser, StoreError> {
        let DirectoryLookup { claimed, proven, mut user, mut address } = lookup;
        for _ in 0..MAX_ROUNDS {
            let held: Option<UserItem> = user.clone().map(|item| item::read("user", item)).transpose()?;
            let owner: Option<AddressItem> = address.clone().map(|item| item::read("address", item)).transpose()?;
            let mut plan = ownership::plan(&claimed, held.as_ref(), owner.as_ref(), now);
            if self.company_domains.is_some() {
                let UserItem { issuer, organisation, email, .. } = &plan.user;
                plan.user.company = self.company(issuer.as_deref(), organisation.as_deref(), email.as_ref());
            }
            if held.as_ref() != Some(&plan.user) {
                plan.user.updated = Some(Time(now));
            }
            let writes = try_join(self.write_user(user.as_ref(), &plan.user), async {
                match (&proven, &plan.address) {
                    (Some(key), Some(item)) => self.write_address(key, address.as_ref(), item).await,
                    _ => Ok(Guarded::Written(Attributes::new())),
                }
            });
            let (user_write, address_write) = writes.await?;
            if user_write.is_written() && address_write.is_written() {
                return self.known(&claimed, plan).await;
            }
            user = match user_write {
                Guarded::Written(_) => Some(item::attributes("user", &plan.user)?),
                Guarded::Refused(held) => held,
            };
            address = match (address_write, &plan.address) {
                (Guarded::Written(_), Some(item)) => Some(item::attributes("address", item)?),
                (Guarded::Written(_), None) => None,
                (Guarded::Refused(held), _) => held,
            };
        }
        Err(StoreError::Unavailable("the owner of the address kept changing".into()))
    }

    async fn write_user(&self, held: Option<&Attributes>, wanted: &UserItem) -> Result<Guarded, StoreError> {
        const OPTIONAL: [&str; 8] =
            ["email", "email_proven", "name", "language", "zone", "issuer", "organisation", "company"];
        let attributes = item::attributes("user", wanted)?;
        self.replace(key::user(wanted.id), held, attributes, &OPTIONAL, ["email", "email_proven"]).await
    }

    async fn write_address(
        &self,
        key: &Key,
        held: Option<&Attributes>,
        wanted: &AddressItem,
    ) -> Result<Guarded, StoreError> {
        let attributes = item::attributes("address", wanted)?;
        self.replace(key.clone(), held, attributes, &["user", "issuer"], ["user", "proven"]).await
    }

    /// Writes the attributes in which an item differs from the one that was read, provided that the `guards` are
    /// unchanged. Attributes that are neither in `wanted` nor in `optional` stay.
    async fn replace(
        &self,
        key: Key,
        held: Option<&Attributes>,
        wanted: Attributes,
        optional: &[&str],
        guards: [&str; 2],
    ) -> Result<Guarded, StoreError> {
        let had = |name: &str| held.and_then(|held| held.get(name));
        let set: Vec<_> = wanted.iter().filter(|(name, value)| had(name) != Some(*value)).collect();
        let gone: Vec<_> = optional.iter().filter(|name| had(name).is_some() && !wanted.contains_key(**name)).collect();
        if set.is_empty() && gone.is_empty() {
            return Ok(Guarded::Written(Attributes::new()));
        }
        let mut update = self.update(key);
        let (mut assigned, mut removed) = (Vec::new(), Vec::new());
        for (name, value) in set {
            assigned.push(format!("#{name} = :{name}"));
            update = update
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), value.clone());
        }
        for name in gone {
            removed.push(format!("#{name}"));
            update = update.expression_attribute_names(format!("#{name}"), *name);
        }
        let mut conditions = Vec::new();
        if held.is_none() {
            conditions.push("attribute_not_exists(pk)".to_owned());
        } else {
            // A guard that requires an absent attribute would also hold for a deleted item.
            conditions.push("attribute_exists(pk)".to_owned());
            for guard in guards {
                update = update.expression_attribute_names(format!("#{guard}"), guard);
                conditions.push(match had(guard) {
                    Some(value) => {
                        update = update.expression_attribute_values(format!(":held_{guard}"), value.clone());
                        format!("#{guard} = :held_{guard}")
                    }
                    None => format!("attribute_not_exists(#{guard})"),
                });
            }
        }
        let clause = |verb: &str, parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("{verb} {} ", parts.join(", ")),
        };
        let expression = clause("SET", &assigned) + &clause("REMOVE", &removed);
        let update = update.update_expression(expression).condition_expression(conditions.join(" AND "));
        item::guarded(update).await
    }

    /// Returns the user once the plan is stored. If the token says nothing about the address, the directory decides.
    async fn known(&self, claimed: &User, Plan { user, owns, .. }: Plan) -> Result<KnownUser, StoreError> {
        let proven = user.email_proven.map(|at| at.0);
        let (is_blocked, updated) = (user.blocked.is_some(), user.updated.map(|at| at.0));
        let (owns, unverified) = match &claimed.email {
            Some(Email::Proven { address, .. }) => (owns, Some(address)),
            Some(Email::Disproven { address, .. }) => (false, Some(address)),
            Some(Email::Verified(address) | Email::Unverified(address)) => (self.is_owned(&user).await?, Some(address)),
            None => (self.is_owned(&user).await?, None),
        };
        let user = user.into_user(owns);
        let email = user.email.or_else(|| unverified.cloned().map(Email::Unverified));
        Ok(KnownUser { user: User { email, ..user }, email_proven: proven.filter(|_| owns), is_blocked, updated })
    }

    async fn is_owned(&self, user: &UserItem) -> Result<bool, StoreError> {
        let Some(address) = &user.email else { return Ok(false) };
        Ok(self.owner(address).await? == Some(user.id))
    }
}
