//! The invitations of a space, newest first, and the delivery counts of each.

use std::collections::{BTreeMap, HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use spaces_model::{Invitation, InviteeTarget, MemberId, SpaceId, UserId};

use super::read_invitation;
use crate::item::{self, Attributes};
use crate::members::read_member;
use crate::{DeliveryState, Store, StoreError, key};

/// Number of index rows per query.
const ROWS: i32 = 100;
/// Minimum number of invitations that are read at once: fewer would take many round trips if few of them pass.
const MIN_AT_ONCE: usize = 25;
/// Maximum number of queries for one page, which bounds a filter that rejects nearly everything.
const MAX_READS: usize = 10;

/// The numbers of people on an invitation by the state of their deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryCounts {
    /// Number of people who have joined through the invitation and have not declined it since.
    pub joined: usize,
    /// Number of people who have declined the invitation and have not joined since.
    pub declined: usize,
    /// Number of people by the state of their last mail. People whom the service does not mail are not counted.
    pub states: BTreeMap<DeliveryState, usize>,
}

/// One page of the invitations of a space.
#[derive(Debug)]
pub struct InvitationPage {
    /// The invitations that pass the filter, each with its position in the list.
    pub found: Vec<(String, Invitation)>,
    /// The position after which the search continues, if it ended before the end of the list and before it found
    /// enough.
    pub rest: Option<String>,
}

/// The attributes of a delivery that matter for counting.
#[derive(Deserialize)]
struct CountedItem {
    sk: String,
    state: Option<DeliveryState>,
    joined: Option<crate::time::Time>,
    answered: Option<crate::time::Time>,
}

#[derive(Deserialize)]
struct OwnerItem {
    user: Option<UserId>,
}

impl Store {
    /// Reads at most `limit` invitations of a space that pass a filter, newest first, each with its position in the
    /// list. The list begins after the position `after`. At most 1,000 invitations are examined.
    ///
    /// The invitations come from an index that may lag by a few seconds; the returned data comes from the items.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn invitations_page(
        &self,
        space: SpaceId,
        after: Option<&str>,
        limit: usize,
        passes: impl Fn(&Invitation) -> bool,
    ) -> Result<InvitationPage, StoreError> {
        let (mut found, mut start, mut rest) = (Vec::new(), None, None);
        // Sorts after every position.
        let last = after.unwrap_or("~");
        for _ in 0..MAX_READS {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .index_name("gsi2")
                .key_condition_expression("gsi2pk = :space AND gsi2sk BETWEEN :first AND :last")
                .projection_expression("pk, gsi2sk")
                .expression_attribute_values(":space", AttributeValue::S(key::space_partition(space)))
                .expression_attribute_values(":first", AttributeValue::S(format!("{}#", key::INVITE)))
                .expression_attribute_values(":last", AttributeValue::S(format!("{}#{last}", key::INVITE)))
                .scan_index_forward(false)
                .limit(ROWS)
                .set_exclusive_start_key(start);
            let page = Box::pin(page.send()).await.map_err(StoreError::from_sdk)?;
            let rows = page.items.unwrap_or_default();
            let places: Vec<(String, String)> = rows.iter().filter_map(place).collect();
            rest = places.last().map(|(_, place)| place.clone());
            let mut places = places.into_iter().filter(|(_, place)| after != Some(place.as_str())).peekable();
            // Only slightly more than are still needed, because an item may be large.
            while places.peek().is_some() && found.len() < limit {
                let wanted: Vec<_> = places.by_ref().take((limit - found.len()).max(MIN_AT_ONCE)).collect();
                let keys = wanted.iter().map(|(hash, _)| key::invitation_at(hash));
                let mut items: HashMap<String, Attributes> = HashMap::new();
                for item in self.items(keys).await? {
                    items.insert(item::text(&item, "pk").unwrap_or_default().to_owned(), item);
                }
                for (hash, place) in wanted {
                    let Some(item) = items.remove(&key::invitation_at(&hash).pk) else { continue };
                    let invitation = read_invitation(item)?;
                    if invitation.space == space && passes(&invitation) {
                        found.push((place, invitation));
                    }
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() || found.len() >= limit {
                found.truncate(limit);
                return Ok(InvitationPage { found, rest: None });
            }
        }
        Ok(InvitationPage { found, rest })
    }

    /// Counts the deliveries to the people on an invitation, with one query per 1 MB of items: 62 read units for 1,000
    /// people. Reads are eventually consistent, so the numbers may lag by a few seconds.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn delivery_counts(&self, invitation: &Invitation) -> Result<DeliveryCounts, StoreError> {
        let key = |target| key::delivery(&self.secret, invitation.id, target).sk;
        let on_it: HashSet<String> = invitation.invitees.iter().map(|invitee| key(&invitee.target)).collect();
        let mut counts = DeliveryCounts::default();
        if on_it.is_empty() {
            return Ok(counts);
        }
        let mut items = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :invite AND begins_with(sk, :delivery)")
            .projection_expression("sk, #state, joined, answered")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":invite", AttributeValue::S(key::invitation_partition(invitation.id)))
            .expression_attribute_values(":delivery", AttributeValue::S(key::DELIVERY.to_owned()))
            .into_paginator()
            .items()
            .send();
        while let Some(item) = items.next().await {
            let item: CountedItem = item::read("delivery", item.map_err(StoreError::from_sdk)?)?;
            if !on_it.contains(&item.sk) {
                continue;
            }
            let declined = item.answered.filter(|answered| item.joined.is_none_or(|joined| joined.0 < answered.0));
            counts.joined += usize::from(item.joined.is_some() && declined.is_none());
            counts.declined += usize::from(declined.is_some());
            if let Some(state) = item.state {
                *counts.states.entry(state).or_default() += 1;
            }
        }
        Ok(counts)
    }

    /// Returns the people who are members of a space, in two round trips. An address counts as its owner.
    ///
    /// An address costs the same reads whether it has an owner or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn members_among(
        &self,
        space: SpaceId,
        people: &[InviteeTarget],
    ) -> Result<HashSet<InviteeTarget>, StoreError> {
        let (mut addresses, mut users) = (HashMap::new(), HashMap::<UserId, Vec<InviteeTarget>>::new());
        for target in people {
            match target {
                InviteeTarget::Email(address) => {
                    addresses.insert(key::address(&self.secret.address(address)).pk, target.clone());
                }
                InviteeTarget::User(id) => users.entry(*id).or_default().push(target.clone()),
            }
        }
        let keys: Vec<key::Key> =
            addresses.keys().map(|pk| key::Key { pk: pk.clone(), sk: key::USER.to_owned() }).collect();
        for item in self.items(keys.into_iter()).await? {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            let Some(user) = item::read::<OwnerItem>("address", item)?.user else { continue };
            users.entry(user).or_default().extend(addresses.remove(&pk));
        }
        let mut members = HashSet::new();
        let known = users.keys().map(|user| key::member(space, MemberId::User(*user)));
        // An address without an owner costs the same reads as one that a stranger owns.
        let unknown = addresses.values().filter_map(|target| match target {
            InviteeTarget::Email(address) => Some(key::no_member(space, &self.secret.address(address))),
            InviteeTarget::User(_) => None,
        });
        let keys: Vec<key::Key> = known.chain(unknown).collect();
        for item in self.items(keys.into_iter()).await? {
            let member = read_member(item)?;
            if let (true, MemberId::User(id)) = (member.is_present(), member.id) {
                members.extend(users.remove(&id).unwrap_or_default());
            }
        }
        Ok(members)
    }
}

/// Returns the hash of the invitation in an index row, and its position in the list.
fn place(row: &Attributes) -> Option<(String, String)> {
    let hash = key::hash_of_partition(item::text(row, "pk")?)?;
    let place = item::text(row, "gsi2sk")?.strip_prefix(key::INVITE)?.strip_prefix('#')?;
    Some((hash.to_owned(), place.to_owned()))
}
