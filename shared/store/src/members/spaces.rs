//! The list of somebody's spaces, the last used first.
//!
//! A place in the list is the hour of the last use and the space. Using a space moves it to the front of the list, so a page that
//! follows another one counts it at the place that it had when the first page was read.

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

/// The number of rows of the index that one call reads at most, the last used ones, and as many of those that were used since
/// the first page.
const MAX_ROWS: usize = 1_000;
/// The number of rows that the first query reads beyond those that are wanted, in place of spaces that are not shown.
const SPARE_ROWS: usize = 10;
/// The number of rows that each further query reads.
const ROWS: usize = 250;
/// The number of spaces that are read at once.
const SPACES: usize = 250;

/// The spaces that a list shows of somebody's, by what the index has of them, and what it takes to choose among these.
#[derive(Debug, Clone)]
pub struct SpaceFilter {
    /// The kinds that are shown.
    pub kinds: Vec<SpaceKind>,
    /// True if only those are shown that the person has pinned.
    pub is_pinned: bool,
    /// True if the choice among direct spaces takes the other member, whose membership is then read for each.
    pub by_other: bool,
}

/// A page of the list of somebody's spaces.
#[derive(Debug, Clone, Copy)]
pub struct SpacesQuery<'a> {
    /// The time of the request.
    pub now: Timestamp,
    /// The last use that the list's first page had and the place behind which this one begins; none for the beginning of the list.
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
    /// The last use that the list's first page had. A space that follows is counted at its place by then.
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
    /// Missing where an earlier release wrote the membership.
    card: Option<CardItem>,
}

/// Memberships by the partition of their space and their member.
type Members = HashMap<(String, MemberId), Member>;

/// A space that is shown, with its place.
struct Shown {
    place: String,
    space: Space,
    with: Option<MemberId>,
}

impl Store {
    /// Reads a page of the spaces that somebody is in, the last used first: those that pass a filter, and of which `is_shown` is true
    /// given the space and, if the filter wants it, the other member of a direct one. Deleted spaces are never shown.
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
            // Read afterwards: whatever has left its place before the rows there were read is in front of them by now.
            if let Some(began) = began {
                rows.extend(self.rows(of, Some(began), None, MAX_ROWS).await?.0);
            }
            let began = *began.get_or_insert_with(|| rows.iter().map(|row| row.card.used).max().unwrap_or(query.now));
            let is_due = |row: &Row| {
                behind.as_ref().is_none_or(|behind| row.place < *behind)
                    && last.as_ref().is_none_or(|last| row.place >= *last)
            };
            let mut rows: Vec<Row> = rows.into_iter().filter_map(|row| row.at(began)).filter(is_due).collect();
            rows.sort_by(|one, other| other.place.cmp(&one.place));
            rows.retain(|row| seen.insert(row.space) && filter.passes(&row.card));
            let mut rows = rows.into_iter().peekable();
            while rows.peek().is_some() && shown.len() < wanted {
                let rows = rows.by_ref().take(SPACES).collect();
                // Those of the page, if all are shown.
                let of_page = query.before.saturating_sub(shown.len())..end.saturating_sub(shown.len());
                let by_other = filter.by_other;
                shown.extend(self.shown(of, rows, of_page, by_other, &is_shown, &mut members).await?);
            }
            if shown.len() >= wanted || last.is_none() || looked_at >= MAX_ROWS {
                let place = |last: &Shown| last.place.clone();
                break if shown.len() > end { shown.get(end.saturating_sub(1)).map(place) } else { last };
            }
        };
        let found = shown.len();
        let page: Vec<Shown> = shown.into_iter().skip(query.before).take(query.size).collect();
        Ok(SpacePage { spaces: self.listed(of, page, members).await?, found, next, began: began.unwrap_or(query.now) })
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

    /// Reads the spaces of these rows, and returns those that are shown, in their order. The memberships that the rows `of_page` need
    /// are read in the same round trip.
    async fn shown(
        &self,
        of: MemberId,
        rows: Vec<Row>,
        of_page: Range<usize>,
        by_other: bool,
        is_shown: &impl Fn(&Space, Option<&Member>) -> bool,
        members: &mut Members,
    ) -> Result<Vec<Shown>, StoreError> {
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
            (is_there && is_shown(&space, other)).then_some(Shown { place: row.place, space, with })
        });
        Ok(shown.collect())
    }

    /// Reads somebody's memberships of these spaces and those of the others in direct ones, and leaves out those that have ended.
    /// `members` are those that have been read.
    async fn listed(
        &self,
        of: MemberId,
        shown: Vec<Shown>,
        mut members: Members,
    ) -> Result<Vec<ListedSpace>, StoreError> {
        let memberships = shown.iter().flat_map(|Shown { space, with, .. }| {
            [of].into_iter().chain(*with).map(|member| (key::space_partition(space.id), space.id, member))
        });
        let missing = memberships.filter(|(pk, _, member)| !members.contains_key(&(pk.clone(), *member)));
        let missing: Vec<key::Key> = missing.map(|(_, space, member)| key::member(space, member)).collect();
        for item in self.items(missing.into_iter()).await? {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            let member = read_member(item)?;
            members.insert((pk, member.id), member);
        }
        let listed = shown.into_iter().filter_map(|Shown { space, with, .. }| {
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

impl Row {
    /// Returns the row at the place that it had at a time; none if that is not known. A space whose known uses are all later is at
    /// the place of the first one if that is of the same hour: it was not among those that gave the time, which is the last use
    /// of all that were read.
    fn at(self, time: Timestamp) -> Option<Self> {
        let first = self.card.used_before.last().copied().unwrap_or(self.card.used);
        let in_its_hour = || Some(first).filter(|first| hour_of(*first) == hour_of(time));
        let used = self.card.last_use_by(time).or_else(in_its_hour)?;
        let place = if used == self.card.used { self.place } else { format!("{}#{}", key::hour(used), self.space) };
        Some(Self { place, ..self })
    }
}

fn read_row(attributes: Attributes) -> Result<Row, StoreError> {
    let RowItem { pk, gsi2sk, card } = item::read("member", attributes)?;
    let place = gsi2sk.strip_prefix(key::SPACE).and_then(|place| place.strip_prefix('#'));
    let corrupt = || StoreError::corrupt("member", "its place in the index is none");
    let (place, space) = place.zip(key::space_of_partition(&pk)).ok_or_else(corrupt)?;
    let card = if let Some(card) = card {
        read_card(card)?
    } else {
        let hour = place.split_once('#').and_then(|(hour, _)| hour.parse().ok());
        Card::new(SpaceKind::Group, hour.ok_or_else(corrupt)?)
    };
    Ok(Row { place: place.to_owned(), space, card })
}
