//! `POST /api/spaces/{id}`: changes the texts and the settings of a space.

use spaces_api::{Administer, Permitted};
use spaces_http::{Body, Call, FaultCode, Faults, Field, JsonBody, Problem, Response, Text, given, json_object};
use spaces_model::{Description, PinEdit, SpaceEdit, SpaceId, SpaceUpdate, TextError, Title};
use spaces_store::IndexSecret;

use crate::App;

/// Allowed length of a PIN, in characters.
const PIN_LENGTH: std::ops::RangeInclusive<usize> = 4..=32;
/// The PIN as responses show it. If it is sent back, the PIN stays unchanged.
const HIDDEN_PIN: &str = "******";

/// The changes of a space. Absent fields stay unchanged, and so do `null` fields except the PIN; unknown fields are
/// ignored.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdateSpaceRequest))]
pub(crate) struct UpdateBody<'a> {
    /// The name of the space: 1 to 200 characters after trimming, no control characters. Empty counts as absent.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = spaces_http::openapi::optional_title))]
    title: Text<'a>,
    /// The space's description. An empty string removes it.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2_000))]
    description: Text<'a>,
    /// The settings that decide who may join.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<SettingsBody>))]
    settings: Field<SettingsBody<'a>>,
}

/// The settings to change.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdateSpaceSettings))]
#[serde(rename_all = "camelCase")]
struct SettingsBody<'a> {
    /// True if the space's id alone admits nobody.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    member_only: Field<bool>,
    /// True if only members and invitees may enter.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    invited_only: Field<bool>,
    /// The people who need the password.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<PasswordRequiredBody>))]
    password_required: Field<PasswordRequiredBody>,
    /// The PIN, 4 to 32 characters after trimming. Empty or `null` removes it, `******` leaves it as it is.
    #[serde(borrow, default, deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(schema_with = spaces_http::openapi::optional_pin))]
    conf_pin: Option<Text<'a>>,
}

/// The people who should need the password.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdatePasswordRequired))]
#[serde(rename_all = "camelCase")]
struct PasswordRequiredBody {
    /// True if everybody who is neither a member nor an invitee needs the password. If no PIN is set, they cannot
    /// enter.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    all_guests: Field<bool>,
}

json_object!(UpdateBody<'a>, SettingsBody<'a>, PasswordRequiredBody);

impl App {
    /// Merges an admin's changes into the space.
    pub(crate) async fn update(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let admin = Permitted::<Administer>::check(&self.callers, &self.store, call, id, self.sources.now()).await?;
        let update = read(&call.json()?, admin.space.id, &self.index_secret)?;
        self.edit(call, admin, &SpaceEdit::Update(update), "updated").await
    }
}

/// Parses the changes.
fn read(body: &JsonBody<'_>, space: SpaceId, secret: &IndexSecret) -> Result<SpaceUpdate, Problem> {
    let mut faults = Faults::default();
    let body = body.read::<UpdateBody<'_>>(&mut faults)?;
    let UpdateBody { title, description, settings } = faults.body(body).unwrap_or_default();
    let settings = faults.optional("settings", settings).unwrap_or_default();
    let SettingsBody { member_only, invited_only, password_required, conf_pin } = settings;
    let password_required = faults.optional("settings.passwordRequired", password_required).unwrap_or_default();
    let title = match title {
        Field::Present(text) if text.is_empty() => Field::Absent,
        title => title,
    };
    let update = SpaceUpdate {
        title: parsed_text(&mut faults, "title", title, Title::new),
        description: parsed_text(&mut faults, "description", description, Description::new),
        member_only: faults.optional("settings.memberOnly", member_only),
        invited_only: faults.optional("settings.invitedOnly", invited_only),
        password_for_all_guests: faults.optional("settings.passwordRequired.allGuests", password_required.all_guests),
        pin: conf_pin.map_or(PinEdit::Keep, |pin| read_pin(&mut faults, pin, space, secret)),
    };
    if faults.is_empty() { Ok(update) } else { Err(Problem::invalid(faults)) }
}

fn parsed_text<T>(
    faults: &mut Faults,
    field: &str,
    text: Text<'_>,
    parse: impl FnOnce(&str) -> Result<T, TextError>,
) -> Option<T> {
    let text = faults.optional(field, text)?;
    let code = |error| match error {
        TextError::Empty => FaultCode::Required,
        TextError::TooLong(_) => FaultCode::TooLong,
        TextError::Control => FaultCode::ControlCharacter,
    };
    parse(&text).map_err(|error| faults.add(field, code(error), error)).ok()
}

/// Parses a given PIN, which may be null. It is trimmed, since the header that carries it would lose surrounding white
/// space.
fn read_pin(faults: &mut Faults, pin: Text<'_>, space: SpaceId, secret: &IndexSecret) -> PinEdit {
    const FIELD: &str = "settings.confPin";
    let is_null = matches!(pin, Field::Absent);
    let Some(pin) = faults.optional(FIELD, pin) else {
        return if is_null { PinEdit::Remove } else { PinEdit::Keep };
    };
    match pin.trim() {
        _ if pin.is_empty() => PinEdit::Remove,
        HIDDEN_PIN => PinEdit::Keep,
        // Clients send these words when they have no password, so nobody could use such a PIN.
        "null" | "undefined" => {
            faults.add(FIELD, FaultCode::InvalidValue, "must not be the word null or undefined");
            PinEdit::Keep
        }
        pin if PIN_LENGTH.contains(&pin.chars().count()) => PinEdit::Set(secret.pin(space, pin)),
        _ => {
            let (least, most) = (PIN_LENGTH.start(), PIN_LENGTH.end());
            faults.add(FIELD, FaultCode::InvalidValue, format_args!("must have {least} to {most} characters"));
            PinEdit::Keep
        }
    }
}
