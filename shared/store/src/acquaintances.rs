//! Acquaintances: people in the same company, and people who share a space. Nobody else can be found.

use std::collections::{BTreeSet, HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use spaces_model::{GuestId, Member, MemberId, SpaceId, SpaceKind, SpaceStatus, User, UserId};

use crate::item;
use crate::key::Key;
use crate::members::read_member;
use crate::spaces::read_space;
use crate::{Store, StoreError, key};

/// Maximum number of a user's spaces to consider, most recently used first.
const MAX_SPACES: i32 = 1_000;
/// Number of spaces in which the user's own membership is checked per round trip.
const SPACES: usize = 250;
/// Number of other people's memberships looked up per round trip.
const AT_ONCE: usize = 1_000;
/// Maximum number of other people's memberships that one call looks up: one for each person in each of the user's
/// spaces, most recently used spaces first.
const MAX_SOUGHT: usize = 4_000;

/// A user known to be in somebody's company or to share a space with them. Only [`Store::acquaintances`] creates one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acquaintance {
    id: UserId,
    display_name: String,
    is_colleague: bool,
}

impl Acquaintance {
    /// Returns the user's id.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }

    /// Returns the name shown to others.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.display_name
    }

    /// Returns whether they are in the same company.
    #[must_use]
    pub const fn is_colleague(&self) -> bool {
        self.is_colleague
    }
}

impl Store {
    /// Returns the users among `ids` who are in the user's company or share a space with them. A shared space counts
    /// only if both are members now and each joined by their own act. A user counts as their own acquaintance.
    ///
    /// An unassigned id costs the same reads as a stranger's: the reads depend on the spaces of the user who asks,
    /// never on those of others. Only the 1,000 most recently used spaces of this user count, and fewer if many people
    /// are requested at once, because one call looks up at most 4,000 memberships. The spaces come from an index that
    /// may lag by a few seconds; each membership is then checked against its item.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn acquaintances(&self, of: &User, ids: &[UserId]) -> Result<HashMap<UserId, Acquaintance>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let company = self.company_of(of);
        let users = self.users(ids).await?;
        let is_colleague = |id: &UserId| {
            company.is_some() && users.get(id).and_then(|user| self.company_of(user)).as_ref() == company.as_ref()
        };
        let ids: HashSet<UserId> = ids.iter().copied().collect();
        let (near, strangers): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| *id == of.id || is_colleague(id));
        let with_spaces = self.with_common_space(of.id, &strangers).await?;
        let acquaintance = |id: UserId| {
            let name = |user: &User| user.display_name().to_owned();
            let display_name = users.get(&id).map_or_else(|| name(&User::new(id)), name);
            (id, Acquaintance { id, display_name, is_colleague: is_colleague(&id) })
        };
        Ok(near.into_iter().chain(with_spaces).map(acquaintance).collect())
    }

    /// Returns the users among `ids` who share a space with the user, including the user if they are among them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn with_common_space(&self, of: UserId, ids: &[UserId]) -> Result<HashSet<UserId>, StoreError> {
        let (own, others): (Vec<_>, Vec<_>) = ids.iter().copied().partition(|id| *id == of);
        let others = others.into_iter().map(MemberId::User).collect();
        let found = self.with_space_in_common(of, others).await?.into_iter().filter_map(|member| match member.id {
            MemberId::User(id) => Some(id),
            MemberId::Guest(_) => None,
        });
        Ok(own.into_iter().chain(found).collect())
    }

    /// Returns the name of an anonymous guest who shares a space with a user.
    ///
    /// An unassigned id costs the same reads as a stranger's.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn acquainted_guest(&self, of: UserId, guest: GuestId) -> Result<Option<String>, StoreError> {
        let found = self.with_space_in_common(of, vec![MemberId::Guest(guest)]).await?;
        Ok(found.into_iter().next().map(|member| member.display_name))
    }

    /// Returns, for each of the given people who shares a space with the user, one membership in a shared space.
    ///
    /// Searches the user's own spaces until everybody has been found or [`MAX_SOUGHT`] memberships have been looked up.
    async fn with_space_in_common(&self, user: UserId, others: Vec<MemberId>) -> Result<Vec<Member>, StoreError> {
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let (mut sought, mut found, mut left): (BTreeSet<MemberId>, _, _) =
            (others.into_iter().collect(), Vec::new(), MAX_SOUGHT);
        for spaces in self.spaces_of(user, MAX_SPACES).await?.chunks(SPACES) {
            let mut own = self.joined_by_own_act(user, spaces).await?;
            while !own.is_empty() && !sought.is_empty() {
                let fitting = AT_ONCE.min(left) / sought.len();
                if fitting == 0 && left < MAX_SOUGHT {
                    return Ok(found);
                }
                let rest = own.split_off(fitting.max(1).min(own.len()));
                left = left.saturating_sub(own.len().saturating_mul(sought.len()));
                let spaces = std::mem::replace(&mut own, rest);
                let keys: Vec<Key> = spaces
                    .into_iter()
                    .flat_map(|space| sought.iter().map(move |other| key::member(space, *other)))
                    .collect();
                for item in self.items(keys.into_iter()).await? {
                    let member = read_member(item)?;
                    if member.own_act && member.is_present() && sought.remove(&member.id) {
                        found.push(member);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Returns at most `limit` of the user's spaces according to the index, most recently used first. Direct spaces are
    /// left out, because their two members already know each other.
    pub(crate) async fn spaces_of(&self, user: UserId, limit: i32) -> Result<Vec<SpaceId>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :user AND begins_with(gsi2sk, :space)")
            .filter_expression("NOT card.#type = :direct")
            .projection_expression("pk")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":user", AttributeValue::S(key::member_partition(MemberId::User(user))))
            .expression_attribute_values(":space", AttributeValue::S(format!("{}#", key::SPACE)))
            .expression_attribute_values(":direct", AttributeValue::S(SpaceKind::Direct.as_str().to_owned()))
            .scan_index_forward(false)
            .limit(limit);
        let page = Box::pin(query.send()).await.map_err(StoreError::from_sdk)?;
        // The index moves a row by deleting and putting it, so a query may see it in both places.
        let (mut spaces, mut seen) = (Vec::new(), HashSet::new());
        for item in page.items.unwrap_or_default() {
            let space = item::text(&item, "pk").and_then(key::space_of_partition);
            let space = space.ok_or_else(|| StoreError::corrupt("member", "its pk names no space"))?;
            if seen.insert(space) {
                spaces.push(space);
            }
        }
        Ok(spaces)
    }

    /// Returns those of the given spaces that are not deleted and that the user joined by their own act, in the given
    /// order, in one round trip.
    pub(crate) async fn joined_by_own_act(&self, user: UserId, spaces: &[SpaceId]) -> Result<Vec<SpaceId>, StoreError> {
        let keys = spaces.iter().flat_map(|space| [key::space(*space), key::member(*space, MemberId::User(user))]);
        let (mut in_use, mut own) = (HashSet::new(), HashSet::new());
        for item in self.items(keys).await? {
            let id = item::text(&item, "pk").and_then(key::space_of_partition);
            if item::text(&item, "sk") == Some(key::SPACE) {
                let space = read_space(item)?;
                in_use.extend(id.filter(|_| space.status != SpaceStatus::Deleted));
            } else {
                let member = read_member(item)?;
                own.extend(id.filter(|_| member.own_act && member.is_present()));
            }
        }
        Ok(spaces.iter().filter(|space| in_use.contains(space) && own.contains(space)).copied().collect())
    }
}
