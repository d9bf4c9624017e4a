//! Memberships: who is in a space, in which role.
//!
//! A membership is never deleted. Leaving and being removed are marks in it, so that a repeated request cannot bring anybody
//! back. The space counts its admins; whatever changes their number is a transaction of the membership and the count, so that
//! the last one stays.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{GuestId, InviteId, Member, MemberId, Role, SpaceId, Standing, UserId};

use crate::error::TRANSIENT_REASONS;
use crate::item::{self, Attributes, Guarded, MAX_CONFLICTS};
use crate::time::Time;
use crate::{Store, StoreError, key};

/// The number of attempts to join that another change of the same membership may beat. Roles only rise by joining, and there
/// are three.
const MAX_ROUNDS: usize = 4;
/// The number of memberships on a page: as many as an answer shows.
const PAGE: i32 = 100;
/// The number of pages that are read to find members who are present among those who are gone.
const MAX_PAGES: usize = 10;
/// The places of the items in a transaction, and so of their cancellation reasons.
const MEMBER: usize = 0;
const SPACE: usize = 1;

#[derive(Serialize, Deserialize)]
struct MemberItem {
    #[serde(flatten)]
    who: WhoItem,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_set: Option<Time>,
    display_name: String,
    joined: Time,
    own_act: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    invite: Option<InviteId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<RemovedItem>,
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct WhoItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guest: Option<GuestId>,
}

#[derive(Serialize, Deserialize)]
struct RemovedItem {
    at: Time,
    #[serde(flatten)]
    by: WhoItem,
}

/// The invitation by which somebody comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrance {
    /// When it was made.
    pub made: Timestamp,
    /// Whether it names the person.
    pub names_them: bool,
}

/// What became of a change of a membership.
#[derive(Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// It is stored; this is the membership now.
    Done(Member),
    /// Somebody else has changed the membership since it was read; this is what they made of it, if there is one.
    Beaten(Option<Member>),
    /// The person is the only admin, and a space keeps one.
    OnlyAdmin,
}

impl Store {
    /// Reads the members of a space who are present, at most `limit`: users before guests, each from the highest id down.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn members(&self, space: SpaceId, limit: usize) -> Result<Vec<Member>, StoreError> {
        let (mut members, mut start) = (Vec::new(), None);
        for _ in 0..MAX_PAGES {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :space AND begins_with(sk, :member)")
                .filter_expression("attribute_not_exists(#left) AND attribute_not_exists(removed)")
                .expression_attribute_names("#left", "left")
                .expression_attribute_values(":space", AttributeValue::S(key::space_partition(space)))
                .expression_attribute_values(":member", AttributeValue::S(key::MEMBER.to_owned()))
                .scan_index_forward(false)
                .limit(PAGE)
                .consistent_read(true)
                .set_exclusive_start_key(start);
            let page = Box::pin(page.send()).await.map_err(StoreError::of_call)?;
            for item in page.items.unwrap_or_default() {
                members.push(read_member(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() || members.len() >= limit {
                break;
            }
        }
        members.truncate(limit);
        Ok(members)
    }

    /// Reads somebody's membership of a space, whatever became of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn membership(&self, space: SpaceId, member: MemberId) -> Result<Option<Member>, StoreError> {
        self.get(key::member(space, member)).await?.map(read_member).transpose()
    }

    /// Makes somebody a member, raises the role of a member, or brings back somebody who has left. Returns the membership as it
    /// is afterwards, or none if the person was removed.
    ///
    /// `held` is the membership as last read. Each write has what was read as its condition, so of any number of joins at once
    /// exactly one makes the membership, and no join lowers a role that another one raised. A role that was set by hand after
    /// the invitation was made stays, and somebody who was removed comes back only by an invitation that was made later and
    /// names them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn admit(
        &self,
        space: SpaceId,
        newcomer: Member,
        held: Option<Member>,
        entrance: Entrance,
    ) -> Result<Option<Member>, StoreError> {
        let Entrance { made, names_them } = entrance;
        let mut held = held;
        for _ in 0..MAX_ROUNDS {
            let wanted = match &held {
                Some(held) => match held.standing {
                    Standing::Present if held.role >= newcomer.role => return Ok(Some(held.clone())),
                    Standing::Present if held.role_set.is_some_and(|set| set >= made) => return Ok(Some(held.clone())),
                    Standing::Present => Member { role: newcomer.role, ..held.clone() },
                    Standing::Removed { at, .. } if !names_them || made <= at => return Ok(None),
                    Standing::Left { .. } | Standing::Removed { .. } => newcomer.clone(),
                },
                None => newcomer.clone(),
            };
            match self.change(space, held.as_ref(), wanted).await? {
                MemberChange::Done(member) => return Ok(Some(member)),
                MemberChange::Beaten(by) => held = by,
                MemberChange::OnlyAdmin => {
                    return Err(StoreError::Refused("joining was taken for lowering an admin".into()));
                }
            }
        }
        Err(StoreError::Unavailable("the membership kept changing".into()))
    }

    /// Sets the role of a member by hand. Somebody who is not in the space keeps theirs.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn set_role(
        &self,
        space: SpaceId,
        held: &Member,
        role: Role,
        now: Timestamp,
    ) -> Result<MemberChange, StoreError> {
        if !held.is_present() {
            return Ok(MemberChange::Done(held.clone()));
        }
        self.change(space, Some(held), Member { role, role_set: Some(now), ..held.clone() }).await
    }

    /// Ends a membership: the person leaves, or is removed by somebody else. One that has ended stays as it ended.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn end_membership(
        &self,
        space: SpaceId,
        held: &Member,
        by: MemberId,
        now: Timestamp,
    ) -> Result<MemberChange, StoreError> {
        if !held.is_present() {
            return Ok(MemberChange::Done(held.clone()));
        }
        let standing = if by == held.id { Standing::Left { at: now } } else { Standing::Removed { at: now, by } };
        self.change(space, Some(held), Member { standing, ..held.clone() }).await
    }

    /// Writes a membership in place of the one that was read, alone or together with the number of admins.
    async fn change(&self, space: SpaceId, held: Option<&Member>, wanted: Member) -> Result<MemberChange, StoreError> {
        let wanted = Member { version: held.map_or(0, |held| held.version.saturating_add(1)), ..wanted };
        let beaten = match (held.is_some_and(Member::is_admin), wanted.is_admin()) {
            (false, true) => Box::pin(self.change_admins(space, held, &wanted, AdminCount::Raise)).await?,
            (true, false) => Box::pin(self.change_admins(space, held, &wanted, AdminCount::Lower)).await?,
            (false, false) | (true, true) => self.change_alone(space, held, &wanted).await?,
        };
        Ok(match beaten {
            Change::Written => MemberChange::Done(wanted),
            Change::Beaten(by) => MemberChange::Beaten(by.map(read_member).transpose()?),
            Change::OnlyAdmin => MemberChange::OnlyAdmin,
        })
    }

    async fn change_alone(&self, space: SpaceId, held: Option<&Member>, wanted: &Member) -> Result<Change, StoreError> {
        let Some(held) = held else {
            let found = self.put_if_absent(write_member(space, wanted)?).await?;
            return Ok(found.map_or(Change::Written, |found| Change::Beaten(Some(found))));
        };
        let edit = Edit::of(space, held, wanted)?;
        let update = self
            .update(key::member(space, held.id))
            .update_expression(edit.expression)
            .condition_expression(CONDITION)
            .set_expression_attribute_names(Some(edit.names))
            .set_expression_attribute_values(Some(edit.values))
            .expression_attribute_values(":held", number(held.version));
        Ok(match item::guarded(update).await? {
            Guarded::Written(_) => Change::Written,
            Guarded::Refused(by) => Change::Beaten(by),
        })
    }

    async fn change_admins(
        &self,
        space: SpaceId,
        held: Option<&Member>,
        wanted: &Member,
        count: AdminCount,
    ) -> Result<Change, StoreError> {
        let items = vec![self.member_write(space, held, wanted)?, self.admins_write(space, count)?];
        for round in 0..=MAX_CONFLICTS {
            let write = self.client.transact_write_items().set_transact_items(Some(items.clone()));
            let reasons = match Box::pin(write.send()).await {
                Ok(_) => return Ok(Change::Written),
                Err(SdkError::ServiceError(error)) if error.err().is_transaction_canceled_exception() => {
                    match error.into_err() {
                        TransactWriteItemsError::TransactionCanceledException(error) => {
                            error.cancellation_reasons.unwrap_or_default()
                        }
                        other => return Err(StoreError::Refused(Box::new(other))),
                    }
                }
                Err(error) => return Err(StoreError::of_call(error)),
            };
            match verdict(reasons, count)? {
                Some(change) => return Ok(change),
                // DynamoDB cancels one of two transactions that meet.
                None if round < MAX_CONFLICTS => item::pause(round).await,
                None => break,
            }
        }
        Err(StoreError::Unavailable("the transaction kept meeting others".into()))
    }

    fn member_write(
        &self,
        space: SpaceId,
        held: Option<&Member>,
        wanted: &Member,
    ) -> Result<TransactWriteItem, StoreError> {
        let Some(held) = held else {
            let put = Put::builder()
                .table_name(&self.table)
                .set_item(Some(write_member(space, wanted)?))
                .condition_expression("attribute_not_exists(pk)")
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .build()
                .map_err(refused)?;
            return Ok(TransactWriteItem::builder().put(put).build());
        };
        let edit = Edit::of(space, held, wanted)?;
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::member(space, held.id).attributes()))
            .update_expression(edit.expression)
            .condition_expression(CONDITION)
            .set_expression_attribute_names(Some(edit.names))
            .set_expression_attribute_values(Some(edit.values))
            .expression_attribute_values(":held", number(held.version))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(refused)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    fn admins_write(&self, space: SpaceId, count: AdminCount) -> Result<TransactWriteItem, StoreError> {
        let (by, condition) = match count {
            AdminCount::Raise => ("1", "attribute_exists(pk)"),
            AdminCount::Lower => ("-1", "admins > :one"),
        };
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::space(space).attributes()))
            .update_expression("ADD admins :by")
            .condition_expression(condition)
            .expression_attribute_values(":by", AttributeValue::N(by.to_owned()));
        if count == AdminCount::Lower {
            update = update.expression_attribute_values(":one", number(1));
        }
        Ok(TransactWriteItem::builder().update(update.build().map_err(refused)?).build())
    }
}

/// The condition of every change: the membership is still the one that the change was decided on.
const CONDITION: &str = "version = :held";

/// The direction in which a change moves the number of admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AdminCount {
    Raise,
    Lower,
}

/// What became of a guarded write.
enum Change {
    Written,
    Beaten(Option<Attributes>),
    OnlyAdmin,
}

/// An update that sets every attribute of a membership, and removes those that it no longer has. Attributes that a later
/// release adds stay.
struct Edit {
    expression: String,
    names: std::collections::HashMap<String, String>,
    values: Attributes,
}

impl Edit {
    /// The attributes that a membership may or may not have.
    const OPTIONAL: [&str; 6] = ["role_set", "invite", "left", "removed", "gsi2pk", "gsi2sk"];

    fn of(space: SpaceId, held: &Member, wanted: &Member) -> Result<Self, StoreError> {
        let mut attributes = attributes(space, wanted)?;
        let mut gone: Vec<&str> = Self::OPTIONAL.into_iter().filter(|name| !attributes.contains_key(*name)).collect();
        if held.is_present() == wanted.is_present() {
            // Only coming and going changes the place in the index, which says when the space was last used.
            attributes.retain(|name, _| !name.starts_with("gsi2"));
            gone.retain(|name| !name.starts_with("gsi2"));
        }
        let mut names: Vec<String> = attributes.keys().cloned().collect();
        names.sort_unstable();
        let assigned: Vec<String> = names.iter().map(|name| format!("#{name} = :{name}")).collect();
        let removed: Vec<String> = gone.iter().map(|name| format!("#{name}")).collect();
        let mut expression = format!("SET {}", assigned.join(", "));
        if !removed.is_empty() {
            expression = format!("{expression} REMOVE {}", removed.join(", "));
        }
        let values = attributes.drain().map(|(name, value)| (format!(":{name}"), value)).collect();
        let all = names.into_iter().chain(gone.into_iter().map(str::to_owned));
        Ok(Self { expression, names: all.map(|name| (format!("#{name}"), name)).collect(), values })
    }
}

/// Reads the reasons of a cancelled transaction; none if it should be tried again.
fn verdict(reasons: Vec<CancellationReason>, count: AdminCount) -> Result<Option<Change>, StoreError> {
    let codes: Vec<String> = reasons.iter().map(|reason| reason.code().unwrap_or("None").to_owned()).collect();
    let failed = |place: usize| codes.get(place).is_some_and(|code| code == "ConditionalCheckFailed");
    if failed(MEMBER) {
        let item = reasons.into_iter().nth(MEMBER).and_then(|reason| reason.item);
        return Ok(Some(Change::Beaten(item.filter(|item| !item.is_empty()))));
    }
    if failed(SPACE) && count == AdminCount::Lower {
        return Ok(Some(Change::OnlyAdmin));
    }
    if codes.iter().any(|code| TRANSIENT_REASONS.contains(&code.as_str())) {
        return Ok(None);
    }
    Err(StoreError::Refused(format!("the transaction was cancelled: {}", codes.join(", ")).into()))
}

pub(crate) fn write_member(space: SpaceId, member: &Member) -> Result<Attributes, StoreError> {
    let mut item = attributes(space, member)?;
    item.extend(key::member(space, member.id).attributes());
    Ok(item)
}

/// Writes the attributes of a membership but for its key. Only who is present is in the index of somebody's spaces.
fn attributes(space: SpaceId, member: &Member) -> Result<Attributes, StoreError> {
    let Member { id, role, role_set, display_name, joined, own_act, invite, standing, version } = member.clone();
    let (left, removed) = match standing {
        Standing::Present => (None, None),
        Standing::Left { at } => (Some(Time(at)), None),
        Standing::Removed { at, by } => (None, Some(RemovedItem { at: Time(at), by: write_who(by) })),
    };
    let item = MemberItem {
        who: write_who(id),
        role,
        role_set: role_set.map(Time),
        display_name,
        joined: Time(joined),
        own_act,
        invite,
        left,
        removed,
        version,
    };
    let mut attributes = item::attributes("member", &item)?;
    if member.is_present() {
        attributes.extend(key::gsi2(key::by_member(id, joined, space)));
    }
    Ok(attributes)
}

pub(crate) fn read_member(attributes: Attributes) -> Result<Member, StoreError> {
    let MemberItem { who, role, role_set, display_name, joined, own_act, invite, left, removed, version } =
        item::read("member", attributes)?;
    let standing = match (left, removed) {
        (None, None) => Standing::Present,
        (Some(Time(at)), None) => Standing::Left { at },
        (_, Some(RemovedItem { at: Time(at), by })) => Standing::Removed { at, by: read_who(&by)? },
    };
    Ok(Member {
        id: read_who(&who)?,
        role,
        role_set: role_set.map(|Time(at)| at),
        display_name,
        joined: joined.0,
        own_act,
        invite,
        standing,
        version,
    })
}

fn write_who(id: MemberId) -> WhoItem {
    match id {
        MemberId::User(id) => WhoItem { user: Some(id), guest: None },
        MemberId::Guest(id) => WhoItem { user: None, guest: Some(id) },
    }
}

fn read_who(who: &WhoItem) -> Result<MemberId, StoreError> {
    match (who.user, who.guest) {
        (Some(id), None) => Ok(MemberId::User(id)),
        (None, Some(id)) => Ok(MemberId::Guest(id)),
        _ => Err(StoreError::corrupt("member", "it must have either a user or a guest")),
    }
}

fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn refused(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Refused(Box::new(error))
}
