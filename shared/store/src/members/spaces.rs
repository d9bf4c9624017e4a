//! The list of a member's spaces, most recently used first.
//!
//! A position in the list consists of the hour of the last use and the space. Using a space moves it to the front, so
//! later pages list it at the position it had when the first page was read.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Deserialize;
use spaces_model::{Card, Member, MemberId, Space, SpaceId, SpaceKind, SpaceStatus, hour_of};

use super::{CardItem, read_card, read_member};
use crate::item::{self, Attributes};
use crate::spaces::read_space;
use crate::{Store, StoreError, key};

/// Maximum number of index rows that one call reads: the most recently used ones, and as many of those used since the
/// first page.
const MAX_ROWS: usize = 1_000;
/// Number of additional rows that the first query reads, to make up for spaces that are not shown.
const SPARE_ROWS: usize = 10;
/// Number of rows that each further query reads.
const ROWS: usize = 250;
/// Number of spaces read at once.
const SPACES: usize = 250;

/// The spaces to show in a list, by what the index knows about them.
#[derive(Debug, Clone)]
pub struct SpaceFilter {
    /// The kinds to show.
    pub kinds: Vec<SpaceKind>,
    /// If `true`, only spaces that the person has pinned are shown.
    pub is_pinned: bool,
    /// If `true`, the other member of each direct space is read, so that `is_shown` can take them into account.
    pub by_other: bool,
}

/// A request for one page of the list of a member's spaces.
#[derive(Debug, Clone, Copy)]
pub struct SpacesQuery<'a> {
    /// The time of the request.
    pub now: Timestamp,
    /// The last use on the list's first page, and the position after which this page begins; `None` for the first page.
    pub after: Option<(Timestamp, &'a str)>,
    /// Number of spaces to skip before the page.
    pub before: usize,
    /// Maximum number of spaces on the page.
    pub size: usize,
    /// Number up to which the spaces of the list are counted.
    pub counted: usize,
}

/// One page of the list of a member's spaces.
#[derive(Debug)]
pub struct SpacePage {
    /// The spaces.
    pub spaces: Vec<ListedSpace>,
    /// Number of spaces found: all, or more than the page needs and at least as many as requested by
    /// [`SpacesQuery::counted`].
    pub found: usize,
    /// The position after which the list continues; `None` at its end.
    pub next: Option<String>,
    /// The last use on the list's first page. Later pages list each space at the position that it had then.
    pub began: Timestamp,
}

/// A space in the list of a member's spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSpace {
    /// The space.
    pub space: Space,
    /// The membership.
    pub member: Member,
    /// The other member's membership in a direct space.
    pub other: Option<Member>,
}

/// A row of the index.
struct SpaceRow {
    place: String,
    space: SpaceId,
    card: Card,
}

#[derive(Deserialize)]
struct RowItem {
    pk: String,
    gsi2sk: String,
    /// Missing if an earlier release wrote the membership.
    card: Option<CardItem>,
}

/// Memberships by the partition of their space and their member.
type Members = HashMap<(String, MemberId), Member>;

/// A space to show, with its position in the list.
struct ShownSpace {
    place: String,
    space: Space,
    with: Option<MemberId>,
}

impl Store {
    /// Reads a page of the spaces that a person is in, most recently used first: those that pass the filter and for
    /// which `is_shown` returns `true`. `is_shown` gets the space and, if the filter asks for it, the other member of a
    /// direct space. Deleted spaces are never shown.
    ///
    /// The spaces come from an index that may lag by a few seconds; each is then checked against its item. At most
    /// 1,000 spaces are examined. If these do not fill the page, `next` continues after them.
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
        // One more, to detect the last page.
        let wanted = end.saturating_add(1).max(query.counted);
        let mut began = query.after.map(|(began, _)| began);
        let mut last = query.after.map(|(_, place)| place.to_owned());
        let (mut shown, mut members) = (Vec::new(), Members::new());
        let (mut seen, mut looked_at) = (HashSet::new(), 0);
        let next = loop {
            let limit = if looked_at == 0 { wanted.saturating_add(SPARE_ROWS) } else { ROWS }.min(MAX_ROWS - looked_at);
            let behind = last;
            let (mut rows, is_end) = self.rows(of, None, behind.as_deref(), limit).await?;
            looked_at += limit;
            last = if is_end { None } else { rows.last().map(|row| row.place.clone()).or_else(|| behind.clone()) };
            // Read afterwards: a row that moved before the read above is at the front by now.
            if let Some(began) = began {
                rows.extend(self.rows(of, Some(began), None, MAX_ROWS).await?.0);
            }
            let began = *began.get_or_insert_with(|| rows.iter().map(|row| row.card.used).max().unwrap_or(query.now));
            let is_due = |row: &SpaceRow| {
                behind.as_ref().is_none_or(|behind| row.place < *behind)
                    && last.as_ref().is_none_or(|last| row.place >= *last)
            };
            let mut rows: Vec<SpaceRow> = rows.into_iter().filter_map(|row| row.at(began)).filter(is_due).collect();
            rows.sort_by(|one, other| other.place.cmp(&one.place));
            rows.retain(|row| seen.insert(row.space) && filter.passes(&row.card));
            let mut rows = rows.into_iter().peekable();
            while rows.peek().is_some() && shown.len() < wanted {
                let rows = rows.by_ref().take(SPACES).collect();
                // The rows of the page, provided that all rows are shown.
                let of_page = query.before.saturating_sub(shown.len())..end.saturating_sub(shown.len());
                let by_other = filter.by_other;
                shown.extend(self.shown(of, rows, of_page, by_other, &is_shown, &mut members).await?);
            }
            if shown.len() >= wanted || last.is_none() || looked_at >= MAX_ROWS {
                let place = |last: &ShownSpace| last.place.clone();
                break if shown.len() > end { shown.get(end.saturating_sub(1)).map(place) } else { last };
            }
        };
        let found = shown.len();
        let page: Vec<ShownSpace> = shown.into_iter().skip(query.before).take(query.size).collect();
        Ok(SpacePage { spaces: self.listed(of, page, members).await?, found, next, began: began.unwrap_or(query.now) })
    }

    /// Reads index rows: those after a position, or those used in the hour of `since` or later. Also returns whether
    /// there are no more rows.
    async fn rows(
        &self,
        of: MemberId,
        since: Option<Timestamp>,
        behind: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<SpaceRow>, bool), StoreError> {
        let [owner, _] = key::by_member(of, Timestamp::UNIX_EPOCH, SpaceId::from_bytes([0; 12]));
        let first = since.map(key::hour).unwrap_or_default();
        // Sorts after every position.
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
        let page = Box::pin(query.send()).await.map_err(StoreError::from_sdk)?;
        let rows: Result<Vec<SpaceRow>, StoreError> =
            page.items.unwrap_or_default().into_iter().map(read_row).collect();
        let rows = rows?.into_iter().filter(|row| behind != Some(row.place.as_str())).collect();
        Ok((rows, page.last_evaluated_key.is_none()))
    }

    /// Reads the spaces of these rows, and returns those to show, in the order of the rows. The same round trip reads the
    /// memberships that the rows `of_page` need.
    async fn shown(
        &self,
        of: MemberId,
        rows: Vec<SpaceRow>,
        of_page: Range<usize>,
        by_other: bool,
        is_shown: &impl Fn(&Space, Option<&Member>) -> bool,
        members: &mut Members,
    ) -> Result<Vec<ShownSpace>, StoreError> {
        let keys = rows.iter().enumerate().flat_map(|(place, row)| {
            let is_of_page = of_page.contains(&place);
            let (own, other) = (is_of_page.then_some(of), row.card.with.filter(|_| by_other || is_of_page));
            let memberships = own.into_iter().chain(other).map(|member| key::member(row.space, member));
            memberships.chain([key::space(row.space)])
        });
        let keys: Vec<key::Key> = keys.collect();
        let mut spaces = HashMap::new();
        for item in self.items(keys.into_iter()).await? {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            if item::text(&item, "sk") == Some(key::SPACE) {
                spaces.insert(pk, read_space(item)?);
            } else {
                let member = read_member(item)?;
                members.insert((pk, member.id), member);
            }
        }
        let shown = rows.into_iter().filter_map(|row| {
            let (pk, with) = (key::space_partition(row.space), row.card.with);
            let space = spaces.remove(&pk)?;
            let other = with.filter(|_| by_other).and_then(|with| members.get(&(pk, with)));
            let is_there = space.status != SpaceStatus::Deleted;
            (is_there && is_shown(&space, other)).then_some(ShownSpace { place: row.place, space, with })
        });
        Ok(shown.collect())
    }

    /// Returns these spaces with the person's memberships and, for direct spaces, those of the other members. Leaves out
    /// ended memberships. `members` holds the memberships that have already been read.
    async fn listed(
        &self,
        of: MemberId,
        shown: Vec<ShownSpace>,
        mut members: Members,
    ) -> Result<Vec<ListedSpace>, StoreError> {
        let memberships = shown.iter().flat_map(|ShownSpace { space, with, .. }| {
            [of].into_iter().chain(*with).map(|member| (key::space_partition(space.id), space.id, member))
        });
        let missing = memberships.filter(|(pk, _, member)| !members.contains_key(&(pk.clone(), *member)));
        let missing: Vec<key::Key> = missing.map(|(_, space, member)| key::member(space, member)).collect();
        for item in self.items(missing.into_iter()).await? {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            let member = read_member(item)?;
            members.insert((pk, member.id), member);
        }
        let listed = shown.into_iter().filter_map(|ShownSpace { space, with, .. }| {
            let pk = key::space_partition(space.id);
            let other = with.and_then(|with| members.remove(&(pk.clone(), with)));
            let member = members.remove(&(pk, of)).filter(Member::is_present)?;
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

impl SpaceRow {
    /// Returns the row at the position that it had at `time`, or `None` if that is unknown. A space whose known uses
    /// are all later is listed at the position of the first one if that is in the same hour: it was not among the rows
    /// that determined `time`, the last use of all rows that were read.
    fn at(self, time: Timestamp) -> Option<Self> {
        let first = self.card.used_before.last().copied().unwrap_or(self.card.used);
        let in_its_hour = || Some(first).filter(|first| hour_of(*first) == hour_of(time));
        let used = self.card.last_use_by(time).or_else(in_its_hour)?;
        let place = if used == self.card.used { self.place } else { format!("{}#{}", key::hour(used), self.space) };
        Some(Self { place, ..self })
    }
}

fn read_row(attributes: Attributes) -> Result<SpaceRow, StoreError> {
    let RowItem { pk, gsi2sk, card } = item::read("member", attributes)?;
    let place = gsi2sk.strip_prefix(key::SPACE).and_then(|place| place.strip_prefix('#'));
    let corrupt = || StoreError::corrupt("member", "its position in the index is invalid");
    let (place, space) = place.zip(key::space_of_partition(&pk)).ok_or_else(corrupt)?;
    let card = if let Some(card) = card {
        read_card(card)?
    } else {
        let hour = place.split_once('#').and_then(|(hour, _)| hour.parse().ok());
        Card::new(SpaceKind::Group, hour.ok_or_else(corrupt)?)
    };
    Ok(SpaceRow { place: place.to_owned(), space, card })
}
