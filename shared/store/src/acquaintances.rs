//! Acquaintances: people of one company, and people with a space in common. Nobody else can be found.

use std::collections::{BTreeSet, HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use spaces_model::{GuestId, Member, MemberId, SpaceId, SpaceKind, SpaceStatus, User, UserId};

use crate::item;
use crate::key::Key;
use crate::members::read_member;
use crate::spaces::read_space;
use crate::{Store, StoreError, key};

/// The number of a user's spaces that are looked at, the last used ones.
const MAX_SPACES: i32 = 1_000;
/// The number of spaces in which a user's own membership is checked at once.
const SPACES: usize = 250;
/// The number of memberships of others that are looked for at once.
const AT_ONCE: usize = 1_000;
/// The number of memberships of others that one call looks for: a membership of each of them in each space of the user, the last
/// used spaces first.
const MAX_SOUGHT: usize = 4_000;

/// A user who is known to be of somebody's company or to have a space in common with them. [`Store::acquaintances`] alone makes
/// one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acquaintance {
    id: UserId,
    display_name: String,
    is_colleague: bool,
}

impl Acquaintance {
    /// Returns who it is.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }

    /// Returns the name that others see.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.display_name
    }

    /// Returns whether they are of the same company.
    #[must_use]
    pub const fn is_colleague(&self) -> bool {
        self.is_colleague
    }
}

impl Store {
    /// Returns those of these users who are of a user's company, or have a space in common with them: both are members now, and
    /// each came by an act of their own. Everybody is their own acquaintance.
    ///
    /// An id that nobody has costs the same reads as that of a stranger: what is read depends on the spaces of the user who asks, and
    /// never on those of others. Only the thousand spaces count that this user used last, and fewer if many people are sought at once:
    /// one call looks for 4,000 memberships. The spaces are found by an index, which may lack a membership of the last seconds;
    /// the items decide.
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

    /// Returns those of these users who have a space in common with a user, and the user if they are one of them.
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

    /// Returns the name of an anonymous guest who has a space in common with a user.
    ///
    /// An id that nobody has costs the same reads as that of a stranger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn acquainted_guest(&self, of: UserId, guest: GuestId) -> Result<Option<String>, StoreError> {
        let found = self.with_space_in_common(of, vec![MemberId::Guest(guest)]).await?;
        Ok(found.into_iter().next().map(|member| member.display_name))
    }

    /// Returns a membership of each of these who has a space in common with a user: one of a space that they have in common.
    ///
    /// The spaces are the user's, so that only finding somebody ends the search early.
    async fn with_space_in_common(&self, user: UserId, others: Vec<MemberId>) -> Result<Vec<Member>, StoreError> {
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let (mut sought, mut found, mut left): (BTreeSet<MemberId>, _, _) =
            (others.into_iter().collect(), Vec::new(), MAX_SOUGHT);
        for spaces in self.spaces_of(user, MAX_SPACES).await?.chunks(SPACES) {
            let mut own = self.in_by_own_act(user, spaces).await?;
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

    /// Returns the spaces that the index has a user in, the last used first, at most `limit`; but for direct ones, in which nobody
    /// is found whom both do not know.
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
        let page = Box::pin(query.send()).await.map_err(StoreError::of_call)?;
        // The index moves a row by deleting and putting it, so a query may see it at both places.
        let (mut spaces, mut seen) = (Vec::new(), HashSet::new());
        for item in page.items.unwrap_or_default() {
            let space = item::text(&item, "pk").and_then(key::space_of_partition);
            let space = space.ok_or_else(|| StoreError::corrupt("member", "its pk is that of no space"))?;
            if seen.insert(space) {
                spaces.push(space);
            }
        }
        Ok(spaces)
    }

    /// Returns those of these spaces that are in use and in which a user is by an act of their own, in their order, in one round trip.
    pub(crate) async fn in_by_own_act(&self, user: UserId, spaces: &[SpaceId]) -> Result<Vec<SpaceId>, StoreError> {
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
