//! `POST /api/users/me/spaces/{id}/preference`: the caller's own preferences for a space.

use std::borrow::Cow;

use serde::Serialize;
use spaces_api::{Permitted, Prefer, store_problem};
use spaces_http::{Body, Call, Code, FaultCode, Faults, Field, JsonBody, Problem, Response, Shape, json, json_object};
use spaces_store::{Notification, Preference, PreferenceEdit};

use crate::App;

/// Maximum number of characters of a notification preference.
const MAX_NOTIFICATION: usize = 100;

/// The preferences to set. Absent and `null` fields stay unchanged; unknown fields are ignored.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PreferenceRequest))]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreferenceBody<'a> {
    /// Pins or unpins the space.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    is_pinned: Field<bool>,
    /// The notification preference for the space: a string or a boolean. It is stored and has no effect yet. An empty
    /// string counts as absent.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::optional_notification))]
    notification: Field<NotificationBody<'a>>,
}

json_object!(PreferenceBody<'a>);

/// A string or a boolean.
#[derive(Debug)]
enum NotificationBody<'a> {
    Text(Cow<'a, str>),
    Switch(bool),
}

impl<'de: 'a, 'a> Shape<'de> for NotificationBody<'a> {
    const NAME: &'static str = "a string or a boolean";

    fn of_text(text: Cow<'de, str>) -> Option<Self> {
        (!text.is_empty()).then_some(Self::Text(text))
    }

    fn of_bool(value: bool) -> Option<Self> {
        Some(Self::Switch(value))
    }
}

/// The stored preferences.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Preference))]
pub(crate) struct PreferenceObject {
    /// Always 0.
    #[cfg_attr(feature = "openapi", schema(maximum = 0))]
    status: u8,
    /// Always false.
    unread: bool,
    /// The space's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "_id")]
    id: String,
    /// The space's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "targetId")]
    target: String,
    /// The id of the user or the guest.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "userId")]
    user: String,
    /// True if the space is pinned.
    #[serde(rename = "isPinned")]
    is_pinned: bool,
    /// The notification preference; `null` if there is none.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::notification))]
    notification: Option<Notification>,
}

impl App {
    /// Stores a member's preferences for a space.
    pub(crate) async fn prefer(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let member = Permitted::<Prefer>::check(&self.callers, &self.store, call, id, self.sources.now()).await?;
        let edit = read(&call.json()?)?;
        let (space, member) = (member.space.id, member.member.id);
        let preference = self.store.edit_preference(space, member, &edit).await.map_err(store_problem)?;
        // The member may have left since the membership was read.
        let Preference { is_pinned, notification } = preference.ok_or_else(|| Problem::new(Code::Forbidden))?;
        let id = space.to_string();
        let user = member.to_string();
        json(&PreferenceObject { status: 0, unread: false, target: id.clone(), id, user, is_pinned, notification })
    }
}

/// Parses the preferences to set.
fn read(body: &JsonBody<'_>) -> Result<PreferenceEdit, Problem> {
    let mut faults = Faults::default();
    let body = body.read::<PreferenceBody<'_>>(&mut faults)?;
    let PreferenceBody { is_pinned, notification } = faults.body(body).unwrap_or_default();
    let is_pinned = faults.optional("isPinned", is_pinned);
    let notification = match faults.optional("notification", notification) {
        Some(NotificationBody::Text(text)) if text.chars().count() > MAX_NOTIFICATION => {
            faults.add(
                "notification",
                FaultCode::TooLong,
                format_args!("must have at most {MAX_NOTIFICATION} characters"),
            );
            None
        }
        Some(NotificationBody::Text(text)) => Some(Notification::Word(text.into_owned())),
        Some(NotificationBody::Switch(value)) => Some(Notification::Switch(value)),
        None => None,
    };
    if faults.is_empty() { Ok(PreferenceEdit { is_pinned, notification }) } else { Err(Problem::invalid(faults)) }
}
