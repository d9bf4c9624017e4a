//! Changes of the table, from the records of its stream.

use jiff::Timestamp;
use serde::Deserialize;
use serde_dynamo::{AttributeValue, Item};
use spaces_model::{Invitation, Member, MemberId, Space, SpaceId, SpaceStatus, UserId};

use crate::directory::user_of_image;
use crate::{InvitationRef, PersonRef, StoreError, UserImage, invitation_of_image, key, members, spaces};

/// A change of an item from which other items or mails are derived.
#[derive(Debug)]
pub enum Change {
    /// An invitation was created.
    Created(Box<Invitation>),
    /// An invitation was updated.
    Updated {
        /// The invitation before the update.
        before: Box<Invitation>,
        /// The invitation after the update.
        after: Box<Invitation>,
        /// The people to whom the last mailing is resent, if it is a resend.
        resend_to: ResendTo,
    },
    /// A space was marked as deleted.
    SpaceDeleted(SpaceId),
    /// A user has joined a space through an invitation.
    Joined(Joining),
    /// A user was created or updated.
    UserChanged {
        /// The user before the change; `None` if they were not known.
        before: Option<Box<UserImage>>,
        /// The user after the change.
        after: Box<UserImage>,
    },
    /// Nothing is derived from this change.
    Other,
}

/// A membership that a user has through an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// The invitation.
    pub invite: InvitationRef,
    /// The member.
    pub user: UserId,
    /// The time at which they joined.
    pub at: Timestamp,
}

impl Joining {
    /// Returns the joining of a present member. Returns `None` for guests, and for members who did not come through an
    /// invitation.
    #[must_use]
    pub fn of(member: &Member) -> Option<Self> {
        let (MemberId::User(user), Some(invite), true) = (member.id, member.invite, member.is_present()) else {
            return None;
        };
        Some(Self { invite: InvitationRef::of_id(invite), user, at: member.joined })
    }
}

/// The people to whom a mailing is resent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ResendTo {
    /// The first 8 bytes of the people's hashes in hexadecimal; `None` for all invitees. Only the stream's image of the
    /// write that requested the mailing counts, so a later mailing overwrites nothing that is still needed.
    to: Option<Vec<String>>,
}

impl ResendTo {
    /// Returns whether the mailing is resent to this person.
    #[must_use]
    pub fn names(&self, person: &PersonRef) -> bool {
        /// Number of hexadecimal digits of 8 bytes.
        const DIGITS: usize = 16;
        let Some(to) = &self.to else { return true };
        person.0.get(..DIGITS).is_some_and(|start| to.iter().any(|named| named == start))
    }
}

/// A reference to an item from which other items or mails are derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemRef {
    /// An invitation.
    Invitation(InvitationRef),
    /// A space.
    Space(SpaceId),
    /// A membership.
    Member(SpaceId, MemberId),
    /// A user.
    User(UserId),
}

impl ItemRef {
    /// Reads the keys of a stream record. Returns `None` if nothing is derived from such an item.
    #[must_use]
    pub fn from_keys(keys: &Item) -> Option<Self> {
        let pk = text(keys, "pk")?;
        match text(keys, "sk")? {
            key::INVITE => key::hash_of_partition(pk).map(|hash| Self::Invitation(InvitationRef(hash.to_owned()))),
            key::SPACE => key::space_of_partition(pk).map(Self::Space),
            key::USER => key::user_of_partition(pk).map(Self::User),
            sk => {
                let user = key::user_of_member(sk)?;
                key::space_of_partition(pk).map(|space| Self::Member(space, MemberId::User(user)))
            }
        }
    }
}

impl Change {
    /// Reads the images of a stream record. The old image is empty for a created item, the new one for a removed item.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] if an image of an invitation, a space, a membership or a user cannot be read.
    pub fn from_images(old: Item, new: Item) -> Result<Self, StoreError> {
        match text(&new, "sk") {
            Some(key::INVITE) if old.is_empty() => Ok(Self::Created(Box::new(invitation_of_image(new)?))),
            Some(key::INVITE) => {
                let resend_to = new.get("mailing").cloned().map(serde_dynamo::from_attribute_value).transpose();
                Ok(Self::Updated {
                    before: Box::new(invitation_of_image(old)?),
                    resend_to: resend_to.map_err(|error| StoreError::corrupt("invitation", error))?.unwrap_or_default(),
                    after: Box::new(invitation_of_image(new)?),
                })
            }
            Some(key::SPACE) if !old.is_empty() => {
                let (before, after) = (space_of_image(old)?, space_of_image(new)?);
                let is_deleted = before.status != SpaceStatus::Deleted && after.status == SpaceStatus::Deleted;
                Ok(if is_deleted { Self::SpaceDeleted(after.id) } else { Self::Other })
            }
            Some(key::USER) if text(&new, "pk").and_then(key::user_of_partition).is_some() => {
                let before = if old.is_empty() { None } else { Some(Box::new(user_of_image(old)?)) };
                Ok(Self::UserChanged { before, after: Box::new(user_of_image(new)?) })
            }
            Some(sk) if key::user_of_member(sk).is_some() => {
                let before = if old.is_empty() { None } else { Joining::of(&members::read_member(old.into())?) };
                let joining =
                    Joining::of(&members::read_member(new.into())?).filter(|now| before.as_ref() != Some(now));
                Ok(joining.map_or(Self::Other, Self::Joined))
            }
            _ => Ok(Self::Other),
        }
    }
}

fn space_of_image(image: Item) -> Result<Space, StoreError> {
    spaces::read_space(image.into())
}

pub(crate) fn text<'a>(image: &'a Item, name: &str) -> Option<&'a str> {
    match image.get(name)? {
        AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resend_names_people_by_the_first_8_bytes_of_their_hashes() {
        let person = |hash: &str| PersonRef(hash.to_owned());
        let some = ResendTo { to: Some(vec!["8ce4ac6ef043cbec".to_owned()]) };
        assert!(some.names(&person("8ce4ac6ef043cbec72f563c6f047746c")));
        assert!(!some.names(&person("8ce4ac6ef043cbed72f563c6f047746c")));
        assert!(!ResendTo { to: Some(vec![]) }.names(&person("8ce4ac6ef043cbec72f563c6f047746c")));
        assert!(ResendTo::default().names(&person("8ce4ac6ef043cbec72f563c6f047746c")));
    }
}
