//! Changes of the items that events are about, from the records of the table's stream.

use serde_dynamo::Item;
use spaces_model::{Invitation, Member, Space, SpaceId};

use crate::deliveries::read_delivery;
use crate::item::Attributes;
use crate::members::read_member;
use crate::spaces::read_space;
use crate::stream::text;
use crate::{Delivery, InvitationRef, PersonRef, StoreError, invitation_of_image, key};

/// A change of an invitation, a delivery, a membership or a space.
#[derive(Debug)]
pub enum ItemChange {
    /// An invitation.
    Invitation(Box<Versions<Invitation>>),
    /// The delivery of an invitation to a person.
    Delivery {
        /// The invitation.
        invite: InvitationRef,
        /// The person.
        person: PersonRef,
        /// The delivery.
        delivery: Box<Versions<Delivery>>,
    },
    /// A membership of a space.
    Member {
        /// The space.
        space: SpaceId,
        /// The membership.
        member: Box<Versions<Member>>,
    },
    /// A space.
    Space(Box<Versions<Space>>),
}

/// An item before and after a change.
#[derive(Debug)]
pub struct Versions<T> {
    /// The item before the change; `None` if it was created.
    pub before: Option<T>,
    /// The item after the change.
    pub after: T,
}

impl<T> Versions<T> {
    fn read(old: Item, new: Item, read: impl Fn(Item) -> Result<T, StoreError>) -> Result<Box<Self>, StoreError> {
        let before = if old.is_empty() { None } else { Some(read(old)?) };
        Ok(Box::new(Self { before, after: read(new)? }))
    }
}

impl ItemChange {
    /// Reads the images of a stream record. The old image is empty for a created item, the new one for a removed item.
    /// Returns `None` for other kinds of items and for removals, which are done only by DynamoDB's TTL or an operator.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] if an image cannot be read.
    pub fn from_images(old: Item, new: Item) -> Result<Option<Self>, StoreError> {
        let (Some(pk), Some(sk)) = (text(&new, "pk").map(str::to_owned), text(&new, "sk").map(str::to_owned)) else {
            return Ok(None);
        };
        let attributes = |image: Item| -> Attributes { image.into() };
        Ok(match (sk.as_str(), key::space_of_partition(&pk), key::hash_of_partition(&pk)) {
            (key::INVITE, _, Some(_)) => Some(Self::Invitation(Versions::read(old, new, invitation_of_image)?)),
            (key::SPACE, Some(_), _) => {
                Some(Self::Space(Versions::read(old, new, |image| read_space(attributes(image)))?))
            }
            (sk, Some(space), _) if sk.starts_with(key::MEMBER) => {
                let member = Versions::read(old, new, |image| read_member(attributes(image)))?;
                Some(Self::Member { space, member })
            }
            (sk, _, Some(hash)) => match key::person_of_delivery(sk) {
                Some(person) => Some(Self::Delivery {
                    invite: InvitationRef(hash.to_owned()),
                    person: PersonRef(person.to_owned()),
                    delivery: Versions::read(old, new, |image| read_delivery(attributes(image)))?,
                }),
                None => None,
            },
            _ => None,
        })
    }
}
