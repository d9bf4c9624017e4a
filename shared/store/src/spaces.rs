//! Spaces.

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use spaces_model::{
    Description, PinHash, ServiceAppId, Settings, Space, SpaceEdit, SpaceId, SpaceKind, SpaceStatus, Title, UserId,
};

use crate::item::{self, Attributes, Guarded};
use crate::members::{MemberIdItem, read_member_id, write_member_id};
use crate::time::Time;
use crate::{Store, StoreError, key};

/// Maximum number of attempts to edit a space that changes concurrently.
const MAX_ROUNDS: u32 = 8;

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
    /// The two members of a direct space.
    #[serde(skip_serializing_if = "Option::is_none")]
    between: Option<[MemberIdItem; 2]>,
    #[serde(default, skip_serializing_if = "is_zero")]
    first_mails: u32,
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct SettingsItem {
    member_only: bool,
    invited_only: bool,
    password_for_all_guests: bool,
    /// An HMAC-SHA-256, encoded in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
}

/// The attributes of a new space, including those that only transactions change afterwards.
#[derive(Serialize)]
struct NewSpaceItem {
    #[serde(flatten)]
    space: SpaceItem,
    /// Number of admins: the creator alone, or none in a direct space.
    admins: u32,
}

/// A space after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedSpace {
    /// The space as it is now.
    pub space: Space,
    /// `true` if the edit has changed the space.
    pub is_changed: bool,
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

    /// Edits a space, and returns the result, or `None` if its kind or status does not allow the edit.
    ///
    /// `held` is the space as last read. The write is conditional on its version: an edit that conflicts with another
    /// one is applied again to the other's result, so all concurrent edits take effect.
    ///
    /// # Errors
    ///
    /// [`StoreError`], which is [`StoreError::Unavailable`] if other edits keep conflicting.
    pub async fn edit_space(&self, held: Space, edit: &SpaceEdit) -> Result<Option<EditedSpace>, StoreError> {
        let mut held = held;
        for round in 0..MAX_ROUNDS {
            let Some(wanted) = held.edited(edit) else { return Ok(None) };
            if wanted == held {
                return Ok(Some(EditedSpace { space: held, is_changed: false }));
            }
            let wanted = Space { version: held.version.saturating_add(1), ..wanted };
            match self.write_edited(&wanted, held.version).await? {
                Guarded::Written(_) => return Ok(Some(EditedSpace { space: wanted, is_changed: true })),
                Guarded::Refused(None) => return Ok(None),
                Guarded::Refused(Some(now)) => held = read_space(now)?,
            }
            item::pause(round).await;
        }
        Err(StoreError::Unavailable("the space kept changing".into()))
    }

    /// Writes the attributes that an edit can change. Attributes and settings added by a later release stay.
    async fn write_edited(&self, space: &Space, held_version: u32) -> Result<Guarded, StoreError> {
        let SettingsItem { member_only, invited_only, password_for_all_guests, pin } = write_settings(&space.settings);
        let set = "SET #title = :title, #description = :description, #status = :status, #version = :version, \
                   #settings.#member_only = :member_only, #settings.#invited_only = :invited_only, \
                   #settings.#password_for_all_guests = :password_for_all_guests";
        let (pin_edit, pin) = match pin {
            Some(pin) => (", #settings.#pin = :pin", Some(AttributeValue::S(pin))),
            None => (" REMOVE #settings.#pin", None),
        };
        let names = ["title", "description", "status", "version", "settings", "member_only", "invited_only"];
        let names = names.into_iter().chain(["password_for_all_guests", "pin"]);
        let number = |number: u32| AttributeValue::N(number.to_string());
        let values = [
            ("title", AttributeValue::S(space.title.as_str().to_owned())),
            ("description", AttributeValue::S(space.description.as_str().to_owned())),
            ("status", item::value("space", &space.status)?),
            ("version", number(space.version)),
            ("held", number(held_version)),
            ("member_only", AttributeValue::Bool(member_only)),
            ("invited_only", AttributeValue::Bool(invited_only)),
            ("password_for_all_guests", AttributeValue::Bool(password_for_all_guests)),
        ];
        let values = values.into_iter().chain(pin.map(|pin| ("pin", pin)));
        let update = self
            .update(key::space(space.id))
            .update_expression(format!("{set}{pin_edit}"))
            .condition_expression("#version = :held")
            .set_expression_attribute_names(Some(names.map(|name| (format!("#{name}"), name.to_owned())).collect()))
            .set_expression_attribute_values(Some(values.map(|(name, value)| (format!(":{name}"), value)).collect()));
        item::guarded(update).await
    }
}

/// Serializes a newly founded space, with its creator as the only admin unless it is direct.
pub(crate) fn write_new_space(space: &Space) -> Result<Attributes, StoreError> {
    let Space {
        id,
        kind,
        title,
        description,
        status,
        creator,
        acted_by,
        created,
        settings,
        between,
        first_mails,
        version,
    } = space.clone();
    let admins = u32::from(kind != SpaceKind::Direct);
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
        between: between.map(|both| both.map(write_member_id)),
        first_mails,
        version,
    };
    item::write("space", key::space(id), &NewSpaceItem { space, admins })
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
    let pin = pin
        .map(|pin| hash(pin).ok_or_else(|| StoreError::corrupt("space", "its pin is not an HMAC-SHA-256 in base64")));
    Ok(Settings { member_only, invited_only, password_for_all_guests, pin: pin.transpose()? })
}

pub(crate) fn read_space(attributes: Attributes) -> Result<Space, StoreError> {
    let SpaceItem {
        id,
        r#type: kind,
        title,
        description,
        status,
        creator,
        acted_by,
        created: Time(created),
        settings,
        between,
        first_mails,
        version,
    } = item::read("space", attributes)?;
    let settings = read_settings(settings)?;
    let between = match between {
        Some([one, other]) => Some([read_member_id("space", &one)?, read_member_id("space", &other)?]),
        None => None,
    };
    Ok(Space {
        id,
        kind,
        title,
        description,
        status,
        creator,
        acted_by,
        created,
        settings,
        between,
        first_mails,
        version,
    })
}

// serde passes a reference to every field.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
