//! The list of somebody's spaces, the last used first.
//!
//! A place in the list is the hour of the last use and the space. Using a space moves it to the front of the list, so a page that
//! follows another one counts it at the place that it had when the first page was read.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join;
use jiff::Timestamp;
use serde::Deserialize;
use spaces_model::{Card, Member, MemberId, Space, SpaceId, SpaceKind, SpaceStatus};

use super::{CardItem, read_card, read_member};
use crate::item::{self, Attributes};
use crate::spaces::read_space;
use crate::{Store, StoreError, key};

/// The number of rows of the index that one call reads at most, the last used ones, and as many of those that were used since
/// the first page.
const MAX_ROWS: usize = 1_000;
/// The number of rows that the first query reads beyond those that are wanted, in place of spaces that are not shown.
const SPARE_ROWS: usize = 10;
/// The number of spaces that are read at once.
const SPACES: usize = 250;

/// The spaces that a list shows of somebody's, by what the index has of them.
#[derive(Debug, Clone)]
pub struct SpaceFilter {
    /// The kinds that are shown.
    pub kinds: Vec<SpaceKind>,
    /// True if only those are shown that the person has pinned.
    pub is_pinned: bool,
}

/// A page of the list of somebody's spaces.
#[derive(Debug, Clone, Copy)]
pub struct SpacesQuery<'a> {
    /// The time of the request.
    pub now: Timestamp,
    /// The time of the list's first page and the place behind which this one begins; none for the beginning of the list.
    pub after: Option<(Timestamp, &'a str)>,
    /// The number of spaces that come before the page.
    pub before: usize,
    /// The maximum number of spaces on the page.
    pub size: usize,
    /// The number up to which the spaces of the list are counted.
    pub counted: usize,
}

/// A part of the list of somebody's spaces.
#[derive(Debug)]
pub struct SpacePage {
    /// The spaces.
    pub spaces: Vec<ListedSpace>,
    /// The number of spaces that were found: all, or more than the page needs and at least as many as were to be counted.
    pub found: usize,
    /// The place behind which the list continues; none if this is its end.
    pub next: Option<String>,
    /// The time of the list's first page. No place in it is later.
    pub began: Timestamp,
}

/// A space in the list of a member's spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSpace {
    /// The space.
    pub space: Space,
    /// The membership.
    pub member: Member,
    /// The membership of the other one in a direct space.
    pub other: Option<Member>,
}

/// A row of the index.
struct Row {
    place: String,
    space: SpaceId,
    card: Card,
}

#[derive(Deserialize)]
struct RowItem {
    pk: String,
    gsi2sk: String,
    card: CardItem,
}

/// A space that is shown, with its place.
struct Shown {
    place: String,
    space: Space,
    other: Option<Member>,
}

impl Store {
    /// Reads a page of the spaces that somebody is in, the last used first: those that pass a filter, and of which `is_shown` is true
    /// given the space and, in a direct one, the other member. Deleted spaces are never shown.
    ///
    /// They are found by an index, which may lack what changed in the last seconds; the items decide. At most 1,000 spaces are
    /// looked at. Where these do not fill the page, `next` continues behind them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn spaces_page(
        &self,
        of: MemberId,
        query: SpacesQuery<'_>,
        filter: &SpaceFilter,
        is_shown: impl Fn(&Space, Option<&Member>) -> bool,
    ) -> Result<SpacePage, StoreError> {
        let end = query.before.saturating_add(query.size);
        // One more, to see whether it is the last page.
        let wanted = end.saturating_add(1).max(query.counted);
        let (mut began, mut moved) = (query.after.map_or(query.now, |(began, _)| began), Vec::new());
        let (mut shown, mut seen, mut looked_at) = (Vec::new(), HashSet::new(), 0);
        let mut last = query.after.map(|(_, place)| place.to_owned());
        let next = loop {
            let limit =
                if looked_at == 0 { wanted.saturating_add(SPARE_ROWS).min(MAX_ROWS) } else { MAX_ROWS - looked_at };
            let rows = self.rows(of, None, last.as_deref(), limit);
            let (rows, is_end) = match query.after {
                Some((began, after)) if looked_at == 0 => {
                    let (rows, used_since) = try_join(rows, self.rows(of, Some(began), None, MAX_ROWS)).await?;
                    moved = used_since.0.into_iter().filter_map(|row| row.at(began)).collect();
                    moved.retain(|row| row.place.as_str() < after);
                    rows
                }
                _ => rows.await?,
            };
            if query.after.is_none() && looked_at == 0 {
                // Another function's clock may be ahead, and somebody may use a space while this is read.
                began = rows.iter().map(|row| row.card.used).fold(began, Timestamp::max);
            }
            looked_at += limit;
            last = if is_end { None } else { rows.last().map(|row| row.place.clone()) };
            let mut rows: Vec<Row> = rows.into_iter().filter(|row| row.card.used <= began).collect();
            let is_due = |row: &Row| last.as_ref().is_none_or(|last| row.place > *last);
            let (due, rest) = std::mem::take(&mut moved).into_iter().partition(is_due);
            moved = rest;
            rows.extend::<Vec<Row>>(due);
            rows.sort_by(|one, other| other.place.cmp(&one.place));
            rows.retain(|row| seen.insert(row.space) && filter.passes(&row.card));
            let mut rows = rows.into_iter().peekable();
            while rows.peek().is_some() && shown.len() < wanted {
                shown.extend(self.shown(rows.by_ref().take(SPACES).collect(), &is_shown).await?);
            }
            if shown.len() > end {
                break shown.get(end.saturating_sub(1)).map(|last: &Shown| last.place.clone());
            }
            if last.is_none() || looked_at >= MAX_ROWS {
                break last;
            }
        };
        let found = shown.len();
        let page: Vec<Shown> = shown.into_iter().skip(query.before).take(query.size).collect();
        Ok(SpacePage { spaces: self.listed(of, page).await?, found, next, began })
    }

    /// Reads rows of the index: those behind a place, or those of the hour of a time and later. Returns also whether there are no
    /// others.
    async fn rows(
        &self,
        of: MemberId,
        since: Option<Timestamp>,
        behind: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Row>, bool), StoreError> {
        let [owner, _] = key::by_member(of, Timestamp::UNIX_EPOCH, SpaceId::from_bytes([0; 12]));
        let first = since.map(key::hour).unwrap_or_default();
        // Behind every place.
        let last = behind.unwrap_or("~");
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :owner AND gsi2sk BETWEEN :first AND :last")
            .expression_attribute_values(":owner", AttributeValue::S(owner))
            .expression_attribute_values(":first", AttributeValue::S(format!("{}#{first}", key::SPACE)))
            .expression_attribute_values(":last", AttributeValue::S(format!("{}#{last}", key::SPACE)))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let page = Box::pin(query.send()).await.map_err(StoreError::of_call)?;
        let rows: Result<Vec<Row>, StoreError> = page.items.unwrap_or_default().into_iter().map(read_row).collect();
        let rows = rows?.into_iter().filter(|row| behind != Some(row.place.as_str())).collect();
        Ok((rows, page.last_evaluated_key.is_none()))
    }

    /// Reads the spaces of these rows, and returns those that are shown, in their order.
    async fn shown(
        &self,
        rows: Vec<Row>,
        is_shown: &impl Fn(&Space, Option<&Member>) -> bool,
    ) -> Result<Vec<Shown>, StoreError> {
        let other = |row: &Row| row.card.with.map(|with| key::member(row.space, with));
        let keys: Vec<key::Key> =
            rows.iter().flat_map(|row| other(row).into_iter().chain([key::space(row.space)])).collect();
        let (mut spaces, mut others) = (HashMap::new(), HashMap::new());
        for item in self.items(keys.into_iter()).await? {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            if item::text(&item, "sk") == Some(key::SPACE) {
                spaces.insert(pk, read_space(item)?);
            } else {
                others.insert(pk, read_member(item)?);
            }
        }
        let shown = rows.into_iter().filter_map(|row| {
            let pk = key::space_partition(row.space);
            let (space, other) = (spaces.remove(&pk)?, others.remove(&pk));
            let is_there = space.status != SpaceStatus::Deleted;
            (is_there && is_shown(&space, other.as_ref())).then_some(Shown { place: row.place, space, other })
        });
        Ok(shown.collect())
    }

    /// Reads somebody's memberships of these spaces, and leaves out those that have ended.
    async fn listed(&self, of: MemberId, shown: Vec<Shown>) -> Result<Vec<ListedSpace>, StoreError> {
        let mut members = HashMap::new();
        for item in self.items(shown.iter().map(|shown| key::member(shown.space.id, of))).await? {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            members.insert(pk, read_member(item)?);
        }
        let listed = shown.into_iter().filter_map(|Shown { space, other, .. }| {
            let member = members.remove(&key::space_partition(space.id)).filter(Member::is_present)?;
            Some(ListedSpace { space, member, other })
        });
        Ok(listed.collect())
    }
}

impl SpaceFilter {
    fn passes(&self, card: &Card) -> bool {
        self.kinds.contains(&card.kind) && (card.is_pinned || !self.is_pinned)
    }
}

impl Row {
    /// Returns the row at the place that it had at a time; none if the space was not used since, and if the place is not known any
    /// more.
    fn at(self, time: Timestamp) -> Option<Self> {
        let used = self.card.last_use_by(time).filter(|used| *used != self.card.used)?;
        Some(Self { place: format!("{}#{}", key::hour(used), self.space), ..self })
    }
}

fn read_row(attributes: Attributes) -> Result<Row, StoreError> {
    let RowItem { pk, gsi2sk, card } = item::read("member", attributes)?;
    let place = gsi2sk.strip_prefix(key::SPACE).and_then(|place| place.strip_prefix('#'));
    let row = place.zip(key::space_of_partition(&pk));
    let (place, space) = row.ok_or_else(|| StoreError::corrupt("member", "its place in the index is none"))?;
    Ok(Row { place: place.to_owned(), space, card: read_card(card)? })
}
