//! Acquaintances: people of one company, and people with a space in common. Nobody else can be found.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use spaces_model::{MemberId, SpaceId, SpaceStatus, User, UserId};

use crate::item::{self, Attributes};
use crate::members::read_member;
use crate::spaces::read_space;
use crate::{Store, StoreError, key};

/// The number of people whose spaces are looked for at once.
const QUERIES: usize = 16;
/// The number of somebody's spaces that are looked at, the last used ones. Others can add somebody to any number of spaces, so reading
/// all would let them slow down whoever looks for that person.
const MAX_SPACES: i32 = 1_000;
/// The number of spaces in common that are checked at once for each person.
const SPACES: usize = 25;

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
    /// An id that nobody has costs the same reads as that of a stranger, and no read grows with the directory. Only the thousand
    /// spaces count that somebody used last. They are found by an index, which may lack a membership of the last seconds; the items decide.
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
        let with_spaces = self.with_space_in_common(of.id, strangers).await?;
        let acquaintance = |id: UserId| {
            let name = |user: &User| user.display_name().to_owned();
            let display_name = users.get(&id).map_or_else(|| name(&User::new(id)), name);
            (id, Acquaintance { id, display_name, is_colleague: is_colleague(&id) })
        };
        Ok(near.into_iter().chain(with_spaces).map(acquaintance).collect())
    }

    async fn with_space_in_common(&self, user: UserId, others: Vec<UserId>) -> Result<Vec<UserId>, StoreError> {
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let own: HashSet<SpaceId> = self.spaces_of(user, MAX_SPACES).await?.into_iter().collect();
        let found: Vec<Option<UserId>> = stream::iter(others)
            .map(|other| {
                let own = &own;
                async move {
                    let spaces = self.spaces_of(other, MAX_SPACES).await?;
                    let common: Vec<SpaceId> = spaces.into_iter().filter(|space| own.contains(space)).collect();
                    for spaces in common.chunks(SPACES) {
                        if self.share_one_of(user, other, spaces).await? {
                            return Ok::<_, StoreError>(Some(other));
                        }
                    }
                    Ok(None)
                }
            })
            .buffer_unordered(QUERIES)
            .try_collect()
            .await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Returns the spaces that the index has somebody in, the last used first, at most `limit`.
    pub(crate) async fn spaces_of(&self, user: UserId, limit: i32) -> Result<Vec<SpaceId>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :user AND begins_with(gsi2sk, :space)")
            .projection_expression("pk")
            .expression_attribute_values(":user", AttributeValue::S(key::user(user).pk))
            .expression_attribute_values(":space", AttributeValue::S(format!("{}#", key::SPACE)))
            .scan_index_forward(false)
            .limit(limit);
        let page = Box::pin(query.send()).await.map_err(StoreError::of_call)?;
        let space = |item: Attributes| item::text(&item, "pk").and_then(key::space_of_partition);
        let corrupt = || StoreError::corrupt("member", "its pk is that of no space");
        page.items.unwrap_or_default().into_iter().map(|item| space(item).ok_or_else(corrupt)).collect()
    }

    async fn share_one_of(&self, one: UserId, other: UserId, spaces: &[SpaceId]) -> Result<bool, StoreError> {
        let keys = spaces.iter().flat_map(|space| {
            [one, other].map(|user| key::member(*space, MemberId::User(user))).into_iter().chain([key::space(*space)])
        });
        let mut found: HashMap<String, Vec<Attributes>> = HashMap::new();
        for item in self.items(keys).await? {
            found.entry(item::text(&item, "pk").unwrap_or_default().to_owned()).or_default().push(item);
        }
        for items in found.into_values() {
            if is_shared(items)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Returns whether these items of a space are the space, in use, and two memberships, each by an act of the member's own.
fn is_shared(items: Vec<Attributes>) -> Result<bool, StoreError> {
    let (mut members, mut is_there) = (0, false);
    for item in items {
        if item::text(&item, "sk") == Some(key::SPACE) {
            is_there = read_space(item)?.status != SpaceStatus::Deleted;
        } else {
            let member = read_member(item)?;
            members += u8::from(member.is_present() && member.own_act);
        }
    }
    Ok(is_there && members == 2)
}
