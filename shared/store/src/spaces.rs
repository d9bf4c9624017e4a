//! Spaces and their members.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{Description, InviteId, Member, MemberId, Role, Space, SpaceId, SpaceStatus, Title, UserId};

use crate::item::{self, Attributes};
use crate::{Store, StoreError, key};

/// How often a join starts over when another one of the same person got in between. Roles only rise, and there are three.
const MAX_ROUNDS: usize = 4;

#[derive(Serialize, Deserialize)]
pub(crate) struct SpaceItem {
    id: SpaceId,
    title: Title,
    description: Description,
    status: SpaceStatus,
    creator: UserId,
    created: Timestamp,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guest: Option<spaces_model::GuestId>,
    role: Role,
    display_name: String,
    joined: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    invite: Option<InviteId>,
}

impl Store {
    /// A space and its first members, at most `limit`, by their keys backwards: users come before guests.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn space(&self, space: SpaceId, limit: i32) -> Result<Option<(Space, Vec<Member>)>, StoreError> {
        // The space sorts after its members, so reading backwards meets it first.
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :space")
            .expression_attribute_values(":space", AttributeValue::S(key::space_partition(space)))
            .scan_index_forward(false)
            .limit(limit.saturating_add(1))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::of_call)?;
        let mut items = page.items.unwrap_or_default().into_iter();
        let Some(space) = items.next().filter(|item| item::text(item, "sk") == Some(key::SPACE)) else {
            return Ok(None);
        };
        let members = items.map(read_member).collect::<Result<_, _>>()?;
        Ok(Some((read_space(space)?, members)))
    }

    /// Somebody's membership of a space.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn membership(&self, space: SpaceId, member: MemberId) -> Result<Option<Member>, StoreError> {
        self.get(key::member(space, member)).await?.map(read_member).transpose()
    }

    /// Makes somebody a member, or raises the role of a member. Gives the membership as it stands afterwards.
    ///
    /// `held` is the membership as last read. Each write has what was read as its condition, so of any number of joins at
    /// once exactly one makes the membership, and no join lowers a role that another one raised.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn admit(&self, space: SpaceId, member: Member, held: Option<Member>) -> Result<Member, StoreError> {
        let mut held = held;
        for _ in 0..MAX_ROUNDS {
            let beaten = match held {
                Some(held) if held.role >= member.role => return Ok(held),
                Some(held) => self.raise(space, held, member.role).await?,
                None => self.add(space, &member).await?,
            };
            match beaten {
                Outcome::Written(member) => return Ok(member),
                Outcome::Beaten(by) => held = by,
            }
        }
        Err(StoreError::Unavailable("the membership kept changing".into()))
    }

    async fn add(&self, space: SpaceId, member: &Member) -> Result<Outcome, StoreError> {
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(write_member(space, member)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(_) => Ok(Outcome::Written(member.clone())),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                match error.into_err() {
                    PutItemError::ConditionalCheckFailedException(error) => Outcome::beaten(error.item),
                    other => Err(StoreError::Refused(Box::new(other))),
                }
            }
            Err(error) => Err(StoreError::of_call(error)),
        }
    }

    async fn raise(&self, space: SpaceId, held: Member, role: Role) -> Result<Outcome, StoreError> {
        let result = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::member(space, held.id).attributes()))
            .update_expression("SET #role = :role")
            .condition_expression("#role = :held")
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":role", AttributeValue::S(role.to_string()))
            .expression_attribute_values(":held", AttributeValue::S(held.role.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(_) => Ok(Outcome::Written(Member { role, ..held })),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                match error.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(error) => Outcome::beaten(error.item),
                    other => Err(StoreError::Refused(Box::new(other))),
                }
            }
            Err(error) => Err(StoreError::of_call(error)),
        }
    }
}

/// What became of a guarded write.
enum Outcome {
    Written(Member),
    Beaten(Option<Member>),
}

impl Outcome {
    fn beaten(item: Option<Attributes>) -> Result<Self, StoreError> {
        Ok(Self::Beaten(item.map(read_member).transpose()?))
    }
}

pub(crate) fn write_space(space: &Space) -> Result<Attributes, StoreError> {
    let Space { id, title, description, status, creator, created } = space.clone();
    item::write("space", key::space(id), &SpaceItem { id, title, description, status, creator, created })
}

fn read_space(attributes: Attributes) -> Result<Space, StoreError> {
    let SpaceItem { id, title, description, status, creator, created } = item::read("space", attributes)?;
    Ok(Space { id, title, description, status, creator, created })
}

pub(crate) fn write_member(space: SpaceId, member: &Member) -> Result<Attributes, StoreError> {
    let Member { id, role, display_name, joined, invite } = member.clone();
    let (user, guest) = match id {
        MemberId::User(id) => (Some(id), None),
        MemberId::Guest(id) => (None, Some(id)),
    };
    let item = MemberItem { user, guest, role, display_name, joined, invite };
    item::write("member", key::member(space, id), &item)
}

fn read_member(attributes: Attributes) -> Result<Member, StoreError> {
    let MemberItem { user, guest, role, display_name, joined, invite } = item::read("member", attributes)?;
    let id = match (user, guest) {
        (Some(id), None) => MemberId::User(id),
        (None, Some(id)) => MemberId::Guest(id),
        _ => return Err(StoreError::corrupt("member", "it must have either a user or a guest")),
    };
    Ok(Member { id, role, display_name, joined, invite })
}
