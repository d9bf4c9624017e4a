//! Spaces.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::try_join;
use serde::{Deserialize, Serialize};
use spaces_model::{
    Description, Member, PinHash, ServiceAppId, Settings, Space, SpaceId, SpaceKind, SpaceStatus, Title, UserId,
};

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
    settings: SettingsItem,
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct SettingsItem {
    member_only: bool,
    invited_only: bool,
    password_for_all_guests: bool,
    /// An HMAC-SHA-256 in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
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
    let Space { id, kind, title, description, status, creator, acted_by, created, settings, version } = space.clone();
    let space = SpaceItem {
        id,
        r#type: kind,
        title,
        description,
        status,
        creator,
        acted_by,
        created: Time(created),
        settings: write_settings(&settings),
        version,
    };
    item::write("space", key::space(id), &NewSpaceItem { space, admins: 1 })
}

fn write_settings(settings: &Settings) -> SettingsItem {
    let Settings { member_only, invited_only, password_for_all_guests, pin } = settings;
    SettingsItem {
        member_only: *member_only,
        invited_only: *invited_only,
        password_for_all_guests: *password_for_all_guests,
        pin: pin.as_ref().map(|pin| STANDARD.encode(pin.as_bytes())),
    }
}

fn read_settings(item: SettingsItem) -> Result<Settings, StoreError> {
    let SettingsItem { member_only, invited_only, password_for_all_guests, pin } = item;
    let hash = |text: String| STANDARD.decode(&text).ok()?.try_into().ok().map(PinHash::from_bytes);
    let pin =
        pin.map(|pin| hash(pin).ok_or_else(|| StoreError::corrupt("space", "its pin is no HMAC-SHA-256 in base64")));
    Ok(Settings { member_only, invited_only, password_for_all_guests, pin: pin.transpose()? })
}

pub(crate) fn read_space(attributes: Attributes) -> Result<Space, StoreError> {
    let SpaceItem { id, r#type: kind, title, description, status, creator, acted_by, created, settings, version } =
        item::read("space", attributes)?;
    let settings = read_settings(settings)?;
    Ok(Space { id, kind, title, description, status, creator, acted_by, created: created.0, settings, version })
}
