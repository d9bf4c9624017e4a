//! The people a user may see: those in their company, from its index of words, and those who share a space with them.
//!
//! The list merges two sources. People in the company come only from the index and everybody else only from the spaces,
//! so nobody appears twice. Both sources only provide candidates: each row shown is checked against the person's item.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet, hash_map};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::{try_join, try_join_all};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use serde::Deserialize;
use spaces_model::{Email, EmailAddress, PersonSearch, SpaceId, User, UserId, folded_words, index_words, listed_name};

use crate::item::{self, Attributes};
use crate::key::Key;
use crate::time::Time;
use crate::{Company, Store, StoreError, key};

/// Maximum number of the user's spaces searched for people: the most recently used ones that the user joined by their
/// own act.
const COMMON_SPACES: usize = 50;
/// Number of the user's spaces from which these are chosen. Others can add the user to any number of spaces.
const SPACE_ROWS: i32 = 250;
/// Maximum number of people found in one space.
const MEMBERS: usize = 100;
/// Number of memberships that one query reads, and number of such queries per space.
const MEMBER_ROWS: i32 = 100;
const MEMBER_QUERIES: usize = 3;
/// Number of spaces whose members are read at once.
const SPACES_AT_ONCE: usize = 25;
/// Maximum number of people whose items are read for one page, which bounds a search with few matches.
const MAX_CHECKED: usize = 300;
/// Maximum number of people whose items are read at once.
const AT_ONCE: usize = 100;
/// Minimum number of people whose items are read at once, even if fewer are needed: some rows may be outdated.
const MIN_AT_ONCE: usize = 25;
/// Maximum number of times the index is read for one page.
const MAX_READS: usize = 10;

/// A person in a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The id of the user.
    pub id: UserId,
    /// The name shown to others.
    pub display_name: String,
    /// Their address, if they are in the searcher's company.
    pub address: Option<EmailAddress>,
}

/// A request for one page of a list of people.
#[derive(Debug, Clone, Copy)]
pub struct ColleagueQuery<'a> {
    /// The search text, or `None` for everybody.
    pub search: Option<&'a PersonSearch>,
    /// The position after which the page begins.
    pub after: Option<&'a str>,
    /// Maximum number of people on the page.
    pub limit: usize,
    /// The number up to which the people after that position are counted.
    pub counted: usize,
}

/// One page of a list of people.
#[derive(Debug)]
pub struct ColleaguePage {
    /// The people, each with their position in the list.
    pub found: Vec<(String, Colleague)>,
    /// The number of people after the start of the page, counted up to [`ColleagueQuery::counted`].
    pub total: usize,
    /// The position after which the list continues, if the search ended before it found enough people.
    pub rest: Option<String>,
}

/// A row of the list before it is checked against the person's item.
struct PersonRow {
    id: UserId,
    /// `true` if the index lists the person in the company.
    in_company: bool,
    /// The name in a shared space.
    in_space: Option<String>,
}

/// A member who joined a space by their own act.
#[derive(Deserialize)]
struct FoundMember {
    user: UserId,
    display_name: String,
    joined: Time,
}

/// The rows of a page by position, and the position up to which they are complete, or `None` at the end of the list.
struct PersonRows {
    rows: BTreeMap<String, PersonRow>,
    horizon: Option<String>,
}

impl ColleagueQuery<'_> {
    /// Returns the position of a person in the list: the first one if several words match.
    fn place(&self, name: &str, words: impl IntoIterator<Item = String>, id: UserId) -> Option<String> {
        let text = match self.search {
            None => listed_name(name),
            Some(search) => words.into_iter().filter(|word| word.starts_with(search.word())).min()?,
        };
        Some(format!("{text}#{id}"))
    }

    fn finds(&self, name: &str, address: Option<&EmailAddress>) -> bool {
        self.search.is_none_or(|search| search.finds(name, address))
    }

    /// Returns whether the rows of the index alone decide who matches, without the people's items.
    fn is_by_rows(&self) -> bool {
        self.search.is_none_or(PersonSearch::is_one_word)
    }
}

impl Store {
    /// Returns one page of the people a user may see, sorted by name or by the word that the search matches. The user
    /// is not among them.
    ///
    /// The cost of a page does not grow with the directory. People who share a space with the user are looked up among
    /// the first 100 eligible members of each of 50 spaces: the most recently used ones that the user joined by their
    /// own act. A search for several words reads at most 300 people's items; the page may then be shorter than the
    /// limit, and the list continues at `rest`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn colleagues_page(&self, of: &User, query: ColleagueQuery<'_>) -> Result<ColleaguePage, StoreError> {
        let company = self.company_of(of);
        let limit = if query.is_by_rows() { query.limit } else { query.limit.max(query.counted) };
        // One more, because the user may be among them.
        let rows = if query.is_by_rows() { limit.max(query.counted).saturating_add(1) } else { AT_ONCE };
        let spaces = self.people_in_spaces(of.id, query);
        let first = self.index_rows(company.as_ref(), query, query.after.map(str::to_owned), rows);
        let (mut spaces, mut page) = try_join(spaces, first).await?;
        let (mut found, mut shown, mut counted) = (Vec::new(), HashSet::new(), HashSet::new());
        let (mut checked, mut position, mut is_behind) = (0, None, false);
        for _ in 0..MAX_READS {
            let later = page.horizon.as_ref().map(|horizon| spaces.split_off(horizon)).unwrap_or_default();
            for (place, row) in std::mem::replace(&mut spaces, later) {
                match page.rows.entry(place) {
                    Entry::Occupied(mut both) => both.get_mut().in_space = row.in_space,
                    Entry::Vacant(entry) => {
                        entry.insert(row);
                    }
                }
            }
            let mut rows: Vec<(String, PersonRow)> = page.rows.into_iter().filter(|(_, row)| row.id != of.id).collect();
            counted.extend(rows.iter().map(|(_, row)| row.id));
            while !rows.is_empty() && found.len() < limit && checked < MAX_CHECKED {
                let wanted = if query.is_by_rows() { (limit - found.len()).max(MIN_AT_ONCE) } else { AT_ONCE };
                let wanted = wanted.min(AT_ONCE).min(MAX_CHECKED - checked);
                let behind = rows.split_off(wanted.min(rows.len()));
                let looked_at = std::mem::replace(&mut rows, behind);
                checked += looked_at.len();
                position = looked_at.last().map(|(place, _)| place.clone());
                for (_, row) in &looked_at {
                    counted.remove(&row.id);
                }
                for (place, person) in self.checked(company.as_ref(), query, looked_at).await? {
                    if shown.insert(person.id) {
                        found.push((place, person));
                    }
                }
            }
            is_behind |= !rows.is_empty();
            counted.extend(&shown);
            let Some(horizon) = page.horizon else {
                position = position.filter(|_| is_behind);
                break;
            };
            if !is_behind {
                position = Some(horizon.clone());
            }
            let is_enough = found.len() >= limit || checked >= MAX_CHECKED;
            if is_enough && (!query.is_by_rows() || counted.len() >= query.counted) {
                break;
            }
            page = self.index_rows(company.as_ref(), query, Some(horizon), AT_ONCE).await?;
        }
        let total = if query.is_by_rows() { counted.len() } else { found.len() };
        Ok(ColleaguePage { found, total: total.min(query.counted), rest: position })
    }

    /// Returns the owners of these addresses who are in the user's company, in the order of the addresses, in two round
    /// trips. The user is not among them.
    ///
    /// An address costs the same reads whether it has an owner or not, and whatever the owner's company is.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn colleagues_by_address(
        &self,
        of: &User,
        addresses: &[EmailAddress],
    ) -> Result<Vec<Colleague>, StoreError> {
        let Some(company) = self.company_of(of) else { return Ok(Vec::new()) };
        let owned = self.users_by_email(addresses).await?;
        let mut shown = HashSet::from([of.id]);
        let colleagues = owned.into_iter().filter(|user| self.company_of(user).as_ref() == Some(&company));
        Ok(colleagues.filter(|user| shown.insert(user.id)).map(|user| colleague(&user)).collect())
    }

    /// Reads the rows of the company's index after a position, complete up to the horizon: at least `rows` of them,
    /// unless the index ends earlier.
    async fn index_rows(
        &self,
        company: Option<&Company>,
        query: ColleagueQuery<'_>,
        after: Option<String>,
        rows: usize,
    ) -> Result<PersonRows, StoreError> {
        let Some(company) = company else { return Ok(PersonRows { rows: BTreeMap::new(), horizon: None }) };
        let (kind, word) = query.search.map_or((key::LISTED, ""), |search| ("", search.word()));
        let (prefix, limit) = (format!("{kind}{word}"), i32::try_from(rows).unwrap_or(i32::MAX));
        let buckets = (0..key::BUCKETS).map(|bucket| {
            let pk = key::bucket(company, bucket);
            let after = after.as_ref().map(|place| Key::new(pk.clone(), format!("{kind}{place}")).attributes());
            let read = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :company AND begins_with(sk, :prefix)")
                .projection_expression("sk")
                .expression_attribute_values(":company", AttributeValue::S(pk))
                .expression_attribute_values(":prefix", AttributeValue::S(prefix.clone()))
                .limit(limit)
                .set_exclusive_start_key(after);
            async move { Box::pin(read.send()).await.map_err(StoreError::from_sdk) }
        });
        let (mut rows, mut horizon) = (BTreeMap::new(), None::<String>);
        for bucket in try_join_all(buckets).await? {
            let mut last = None;
            for item in bucket.items.unwrap_or_default() {
                let (place, id) = index_place(&item)?;
                last = Some(place.clone());
                rows.insert(place, PersonRow { id, in_company: true, in_space: None });
            }
            if bucket.last_evaluated_key.is_some() {
                horizon = match (horizon, last) {
                    (Some(horizon), Some(last)) => Some(horizon.min(last)),
                    (horizon, last) => horizon.or(last),
                };
            }
        }
        if let Some(horizon) = &horizon {
            rows.retain(|place, _| place <= horizon);
        }
        Ok(PersonRows { rows, horizon })
    }

    /// Returns the rows that still agree with the people's items, in two round trips.
    async fn checked(
        &self,
        company: Option<&Company>,
        query: ColleagueQuery<'_>,
        rows: Vec<(String, PersonRow)>,
    ) -> Result<Vec<(String, Colleague)>, StoreError> {
        let ids: Vec<UserId> = rows.iter().map(|(_, row)| row.id).collect();
        let users = self.users_with_companies(&ids).await?;
        let shown = rows.into_iter().filter_map(|(place, row)| {
            let (user, indexed) = users.get(&row.id)?;
            let is_colleague = company.is_some() && self.company_of(user).as_ref() == company;
            // The index lacks people who were stored before the operator declared the domain a company.
            if !is_colleague || indexed.as_ref() != company {
                let display_name = row.in_space?;
                return Some((place, Colleague { id: row.id, display_name, address: None }));
            }
            // A person without a name is not found by the placeholder shown in its place.
            let name = user.name.as_deref().unwrap_or_default();
            let person = colleague(user);
            let address = person.address.as_ref();
            let words = query.search.map(|_| index_words(Some(name), address)).unwrap_or_default();
            let is_first = query.place(&person.display_name, words, person.id).as_ref() == Some(&place);
            (row.in_company && is_first && query.finds(name, address)).then_some((place, person))
        });
        Ok(shown.collect())
    }

    /// Returns the people who share a space with a user and come after the start of the page, by their positions in the
    /// list.
    async fn people_in_spaces(
        &self,
        user: UserId,
        query: ColleagueQuery<'_>,
    ) -> Result<BTreeMap<String, PersonRow>, StoreError> {
        let mut spaces = Vec::new();
        for rows in self.spaces_of(user, SPACE_ROWS).await?.chunks(COMMON_SPACES) {
            spaces.extend(self.joined_by_own_act(user, rows).await?);
            if spaces.len() >= COMMON_SPACES {
                break;
            }
        }
        spaces.truncate(COMMON_SPACES);
        let members = stream::iter(spaces)
            .map(|space| async move { Ok::<_, StoreError>((space, self.first_members(space).await?)) })
            .buffered(SPACES_AT_ONCE)
            .try_collect::<Vec<_>>()
            .await?;
        // A person in several spaces gets the name from the one joined first, so that using a space does not change
        // anybody's position.
        let mut people = HashMap::<UserId, (Timestamp, SpaceId, String)>::new();
        for (space, members) in members {
            for FoundMember { user, display_name, joined } in members {
                let named = (joined.0, space, display_name);
                match people.entry(user) {
                    hash_map::Entry::Occupied(mut held) if named < *held.get() => drop(held.insert(named)),
                    hash_map::Entry::Occupied(_) => {}
                    hash_map::Entry::Vacant(entry) => drop(entry.insert(named)),
                }
            }
        }
        let people = people.into_iter().map(|(id, (_, _, name))| (id, name));
        let found = people.filter(|(id, name)| *id != user && query.finds(name, None));
        let placed = found.filter_map(|(id, name)| {
            let place = query.place(&name, folded_words(&name), id)?;
            let is_behind = query.after.is_none_or(|after| place.as_str() > after);
            is_behind.then_some((place, PersonRow { id, in_company: false, in_space: Some(name) }))
        });
        Ok(placed.collect())
    }

    /// Reads at most 100 users among the members of a space who joined by their own act.
    async fn first_members(&self, space: SpaceId) -> Result<Vec<FoundMember>, StoreError> {
        let (mut members, mut start) = (Vec::new(), None);
        for _ in 0..MEMBER_QUERIES {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :space AND begins_with(sk, :user)")
                .filter_expression("own_act = :yes AND attribute_not_exists(#left) AND attribute_not_exists(removed)")
                .projection_expression("#user, display_name, joined")
                .expression_attribute_names("#left", "left")
                .expression_attribute_names("#user", "user")
                .expression_attribute_values(":space", AttributeValue::S(key::space_partition(space)))
                .expression_attribute_values(":user", AttributeValue::S(key::USER_MEMBER.to_owned()))
                .expression_attribute_values(":yes", AttributeValue::Bool(true))
                .scan_index_forward(false)
                .limit(MEMBER_ROWS)
                .set_exclusive_start_key(start);
            let page = Box::pin(query.send()).await.map_err(StoreError::from_sdk)?;
            for item in page.items.unwrap_or_default() {
                members.push(item::read("member", item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() || members.len() >= MEMBERS {
                break;
            }
        }
        members.truncate(MEMBERS);
        Ok(members)
    }
}

fn colleague(user: &User) -> Colleague {
    Colleague {
        id: user.id,
        display_name: user.display_name().to_owned(),
        address: user.email.as_ref().and_then(Email::verified).cloned(),
    }
}

/// Returns the position of an index row in the list, and the user it belongs to.
fn index_place(row: &Attributes) -> Result<(String, UserId), StoreError> {
    let sk = item::text(row, "sk").map(|sk| sk.strip_prefix(key::LISTED).unwrap_or(sk));
    let place = sk.and_then(|place| Some((place.to_owned(), place.rsplit_once('#')?.1.parse().ok()?)));
    place.ok_or_else(|| StoreError::corrupt("word", "its sk does not end in a user id"))
}
