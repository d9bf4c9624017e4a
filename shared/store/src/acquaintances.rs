//! Acquaintances: people of one company, and people with a space in common. Nobody else can be found.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use spaces_model::{GuestId, Member, MemberId, SpaceId, SpaceStatus, User, UserId};

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
        let strangers = strangers.into_iter().map(MemberId::User).collect();
        let with_spaces = self.with_space_in_common(of.id, strangers).await?;
        let with_spaces = with_spaces.into_iter().filter_map(|member| match member.id {
            MemberId::User(id) => Some(id),
            MemberId::Guest(_) => None,
        });
        let acquaintance = |id: UserId| {
            let name = |user: &User| user.display_name().to_owned();
            let display_name = users.get(&id).map_or_else(|| name(&User::new(id)), name);
            (id, Acquaintance { id, display_name, is_colleague: is_colleague(&id) })
        };
        Ok(near.into_iter().chain(with_spaces).map(acquaintance).collect())
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
    async fn with_space_in_common(&self, user: UserId, others: Vec<MemberId>) -> Result<Vec<Member>, StoreError> {
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let user = MemberId::User(user);
        let own: HashSet<SpaceId> = self.spaces_of(user, MAX_SPACES).await?.into_iter().collect();
        let found: Vec<Option<Member>> = stream::iter(others)
            .map(|other| {
                let own = &own;
                async move {
                    let spaces = self.spaces_of(other, MAX_SPACES).await?;
                    let common: Vec<SpaceId> = spaces.into_iter().filter(|space| own.contains(space)).collect();
                    for spaces in common.chunks(SPACES) {
                        if let Some(member) = self.share_one_of(user, other, spaces).await? {
                            return Ok::<_, StoreError>(Some(member));
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
    pub(crate) async fn spaces_of(&self, member: MemberId, limit: i32) -> Result<Vec<SpaceId>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :user AND begins_with(gsi2sk, :space)")
            .projection_expression("pk")
            .expression_attribute_values(":user", AttributeValue::S(key::member_partition(member)))
            .expression_attribute_values(":space", AttributeValue::S(format!("{}#", key::SPACE)))
            .scan_index_forward(false)
            .limit(limit);
        let page = Box::pin(query.send()).await.map_err(StoreError::of_call)?;
        let space = |item: Attributes| item::text(&item, "pk").and_then(key::space_of_partition);
        let corrupt = || StoreError::corrupt("member", "its pk is that of no space");
        page.items.unwrap_or_default().into_iter().map(|item| space(item).ok_or_else(corrupt)).collect()
    }

    /// Returns the membership of the other one in one of these spaces that the two have in common.
    async fn share_one_of(
        &self,
        one: MemberId,
        other: MemberId,
        spaces: &[SpaceId],
    ) -> Result<Option<Member>, StoreError> {
        let keys = spaces.iter().flat_map(|space| {
            [one, other].map(|member| key::member(*space, member)).into_iter().chain([key::space(*space)])
        });
        let mut found: HashMap<String, Vec<Attributes>> = HashMap::new();
        for item in self.items(keys).await? {
            found.entry(item::text(&item, "pk").unwrap_or_default().to_owned()).or_default().push(item);
        }
        for items in found.into_values() {
            if let Some(member) = shared(items)?.into_iter().flatten().find(|member| member.id == other) {
                return Ok(Some(member));
            }
        }
        Ok(None)
    }
}

/// Returns the memberships among these items of a space if it is in use, and both are there, each by an act of the member's own.
fn shared(items: Vec<Attributes>) -> Result<Option<[Member; 2]>, StoreError> {
    let (mut members, mut is_there) = (Vec::with_capacity(2), false);
    for item in items {
        if item::text(&item, "sk") == Some(key::SPACE) {
            is_there = read_space(item)?.status != SpaceStatus::Deleted;
        } else {
            members.push(read_member(item)?);
        }
    }
    members.retain(|member| member.is_present() && member.own_act);
    Ok(members.try_into().ok().filter(|_| is_there))
}
