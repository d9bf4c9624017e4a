//! Reads the members of a space: users before guests, each by descending id.

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join;
use spaces_model::{Member, MemberId, SpaceId};

use super::read_member;
use crate::item::{self, Attributes};
use crate::{Store, StoreError, key};

/// Minimum number of memberships per query: those of a response, and one more to detect the last page.
const MIN_QUERY: usize = 101;
/// Number of memberships per query when counting, or when present members are rare. Their items take some 300 bytes
/// each, and a query reads at most 1 MB.
const COUNTED_QUERY: i32 = 1_000;
/// Maximum number of queries that look for present members among ended memberships.
const MAX_QUERIES: usize = 10;

/// One page of the members of a space.
#[derive(Debug, PartialEq, Eq)]
pub struct MemberPage {
    /// The members.
    pub members: Vec<Member>,
    /// The member after whom the list continues; `None` at the end of the list.
    pub next: Option<MemberId>,
}

impl Store {
    /// Reads at most `limit` present members of a space.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn members(&self, space: SpaceId, limit: usize) -> Result<Vec<Member>, StoreError> {
        Ok(self.members_after(space, None, limit).await?.members)
    }

    /// Reads at most `limit` present members after `after`, who need not be a member.
    ///
    /// Ended memberships are read as well. If there are thousands of them, the page may be shorter than `limit`, and
    /// the list continues at `next`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn members_after(
        &self,
        space: SpaceId,
        after: Option<MemberId>,
        limit: usize,
    ) -> Result<MemberPage, StoreError> {
        let start = after.map(|after| key::member(space, after).attributes());
        let (members, start) = self.read_members(space, start, first_query(limit)).await?;
        self.fill_page(space, members, start, limit).await
    }

    /// Reads the first present members, at most `limit`, and counts the present members, at least up to `most`. In a space
    /// with up to a hundred memberships, one query does both.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn opening_page(
        &self,
        space: SpaceId,
        limit: usize,
        most: usize,
    ) -> Result<(MemberPage, usize), StoreError> {
        let (members, start) = self.read_members(space, None, first_query(limit)).await?;
        let (first, next) = (members.len(), start.clone());
        let count = async {
            let (mut count, mut start) = (first, next);
            for _ in 0..MAX_QUERIES {
                if start.is_none() || count >= most {
                    break;
                }
                let page = self.query_members(space, start, COUNTED_QUERY, Some("sk")).await?;
                count += page.items.map_or(0, |items| items.len());
                start = page.last_evaluated_key;
            }
            Ok(count)
        };
        try_join(self.fill_page(space, members, start, limit), count).await
    }

    /// Completes the members of a first query to a page. If ended memberships fill that query, there may be many more of
    /// them.
    async fn fill_page(
        &self,
        space: SpaceId,
        mut members: Vec<Member>,
        mut start: Option<Attributes>,
        limit: usize,
    ) -> Result<MemberPage, StoreError> {
        for _ in 1..MAX_QUERIES {
            if members.len() > limit || start.is_none() {
                break;
            }
            let (others, next) = self.read_members(space, start, COUNTED_QUERY).await?;
            members.extend(others);
            start = next;
        }
        if members.len() > limit {
            members.truncate(limit);
            let next = members.last().map(|member| member.id);
            return Ok(MemberPage { members, next });
        }
        let next = start.as_ref().map(id_of_key).transpose()?;
        Ok(MemberPage { members, next })
    }

    /// Reads the present members among the next `limit` memberships, and the key after which the others start.
    async fn read_members(
        &self,
        space: SpaceId,
        start: Option<Attributes>,
        limit: i32,
    ) -> Result<(Vec<Member>, Option<Attributes>), StoreError> {
        let page = self.query_members(space, start, limit, None).await?;
        let members = page.items.unwrap_or_default().into_iter().map(read_member).collect::<Result<_, _>>()?;
        Ok((members, page.last_evaluated_key))
    }

    /// Counts the present members among the first `most` memberships with one query, and returns whether there are no
    /// others.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn count_first_members(&self, space: SpaceId, most: usize) -> Result<(usize, bool), StoreError> {
        let most = i32::try_from(most).unwrap_or(COUNTED_QUERY);
        let page = self.query_members(space, None, most, Some("pk")).await?;
        Ok((page.items.map_or(0, |items| items.len()), page.last_evaluated_key.is_none()))
    }

    /// Counts the present members, at least up to `most`, and finds the one at position `place`, starting at 1, or
    /// `None` if there are fewer.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn count_members(
        &self,
        space: SpaceId,
        most: usize,
        place: usize,
    ) -> Result<(usize, Option<MemberId>), StoreError> {
        let (mut count, mut found, mut start) = (0_usize, None, None);
        for _ in 0..MAX_QUERIES {
            let page = self.query_members(space, start, COUNTED_QUERY, Some("sk")).await?;
            let items = page.items.unwrap_or_default();
            let at = place.checked_sub(count).and_then(|rest| rest.checked_sub(1)).and_then(|index| items.get(index));
            if let Some(item) = at {
                found = Some(id_of_key(item)?);
            }
            count += items.len();
            start = page.last_evaluated_key;
            if start.is_none() || count >= most.max(place) {
                break;
            }
        }
        Ok((count, found))
    }

    pub(crate) async fn query_members(
        &self,
        space: SpaceId,
        start: Option<Attributes>,
        limit: i32,
        attributes: Option<&str>,
    ) -> Result<QueryOutput, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :space AND begins_with(sk, :member)")
            .filter_expression("attribute_not_exists(#left) AND attribute_not_exists(removed)")
            .set_projection_expression(attributes.map(str::to_owned))
            .expression_attribute_names("#left", "left")
            .expression_attribute_values(":space", AttributeValue::S(key::space_partition(space)))
            .expression_attribute_values(":member", AttributeValue::S(key::MEMBER.to_owned()))
            .scan_index_forward(false)
            .limit(limit)
            .consistent_read(true)
            .set_exclusive_start_key(start);
        Box::pin(query.send()).await.map_err(StoreError::from_sdk)
    }
}

/// Returns the number of memberships that the first query of a page reads.
fn first_query(limit: usize) -> i32 {
    i32::try_from(limit.saturating_add(1).max(MIN_QUERY)).unwrap_or(COUNTED_QUERY)
}

/// Returns the member in a key.
fn id_of_key(key: &Attributes) -> Result<MemberId, StoreError> {
    let id = item::text(key, "sk").and_then(|sk| sk.strip_prefix(key::MEMBER)).and_then(|who| who.split_once('#'));
    id.and_then(|(kind, id)| MemberId::parse(kind, id))
        .ok_or_else(|| StoreError::corrupt("member", "its sk names no member"))
}
