//! Spaces.

use futures_util::future::try_join;
use serde::{Deserialize, Serialize};
use spaces_model::{Description, Member, ServiceAppId, Space, SpaceId, SpaceKind, SpaceStatus, Title, UserId};

use crate::item::{self, Attributes};
use crate::time::Time;
use crate::{Store, StoreError, key};

#[derive(Serialize, Deserialize)]
struct SpaceItem {
    id: SpaceId,
    r#type: SpaceKind,
    title: Title,
    description: Description,
    status: SpaceStatus,
    creator: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    acted_by: Option<ServiceAppId>,
    created: Time,
    version: u32,
}

/// The attributes with which a space begins, and which only transactions change afterwards.
#[derive(Serialize)]
struct NewSpaceItem {
    #[serde(flatten)]
    space: SpaceItem,
    /// The number of admins: only the creator.
    admins: u32,
}

impl Store {
    /// Reads a space.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn space(&self, space: SpaceId) -> Result<Option<Space>, StoreError> {
        self.get(key::space(space)).await?.map(read_space).transpose()
    }

    /// Reads a space and its first members, at most `limit`, in one round trip.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn space_with_members(
        &self,
        space: SpaceId,
        limit: usize,
    ) -> Result<Option<(Space, Vec<Member>)>, StoreError> {
        let (space, members) = try_join(self.space(space), self.members(space, limit)).await?;
        Ok(space.map(|space| (space, members)))
    }
}

/// Writes a space as it is when it is founded, with its creator for an admin.
pub(crate) fn write_new_space(space: &Space) -> Result<Attributes, StoreError> {
    let Space { id, kind, title, description, status, creator, acted_by, created, version } = space.clone();
    let space =
        SpaceItem { id, r#type: kind, title, description, status, creator, acted_by, created: Time(created), version };
    item::write("space", key::space(id), &NewSpaceItem { space, admins: 1 })
}

pub(crate) fn read_space(attributes: Attributes) -> Result<Space, StoreError> {
    let SpaceItem { id, r#type: kind, title, description, status, creator, acted_by, created: Time(created), version } =
        item::read("space", attributes)?;
    Ok(Space { id, kind, title, description, status, creator, acted_by, created, version })
}
