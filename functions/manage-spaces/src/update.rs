//! `POST /api/spaces/{id}`: changes the texts and the settings of a space.

use spaces_api::{Administer, Permitted};
use spaces_http::{Body, Call, FaultCode, Faults, Field, JsonBody, Problem, Response, Text, given, json_object};
use spaces_model::{Description, PinEdit, SpaceEdit, SpaceId, SpaceUpdate, TextError, Title};
use spaces_store::IndexSecret;

use crate::App;

/// The numbers of characters that a PIN can have.
const PIN_LENGTH: std::ops::RangeInclusive<usize> = 4..=32;
/// The PIN as answers show it: sent back, it leaves the PIN as it is.
const HIDDEN_PIN: &str = "******";

/// The changes of a space; what is absent stays. Unknown fields are ignored, and `null` is as good as absent but for the PIN.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdateSpaceRequest))]
pub(crate) struct UpdateBody<'a> {
    /// The name of the space: 1 to 200 characters after trimming, no control characters. Empty counts as absent.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = spaces_http::openapi::optional_title))]
    title: Text<'a>,
    /// Its description. Empty removes it.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2_000))]
    description: Text<'a>,
    /// The settings that decide who gets in.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<SettingsBody>))]
    settings: Field<SettingsBody<'a>>,
}

/// The settings that are to be changed.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdateSpaceSettings))]
#[serde(rename_all = "camelCase")]
struct SettingsBody<'a> {
    /// The space's id alone admits nobody.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    member_only: Field<bool>,
    /// If `true`, only members and invitees are admitted.
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

/// The people who are to need the password.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdatePasswordRequired))]
#[serde(rename_all = "camelCase")]
struct PasswordRequiredBody {
    /// Everybody who is neither a member nor on an invitation needs it, also where no PIN is set: then nobody gets in.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    all_guests: Field<bool>,
}

json_object!(UpdateBody<'a>, SettingsBody<'a>, PasswordRequiredBody);

impl App {
    /// Merges what an admin sends into the space.
    pub(crate) async fn update(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let admin = Permitted::<Administer>::check(&self.callers, &self.store, call, id, self.sources.now()).await?;
        let update = read(&call.json()?, admin.space.id, &self.index_secret)?;
        self.edit(call, admin, &SpaceEdit::Update(update), "updated").await
    }
}

/// Reads what is to be changed.
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

/// Reads a PIN that is given, if only as null. It is trimmed: white space around it would be lost in the header that carries it.
fn read_pin(faults: &mut Faults, pin: Text<'_>, space: SpaceId, secret: &IndexSecret) -> PinEdit {
    const FIELD: &str = "settings.confPin";
    let is_null = matches!(pin, Field::Absent);
    let Some(pin) = faults.optional(FIELD, pin) else {
        return if is_null { PinEdit::Remove } else { PinEdit::Keep };
    };
    match pin.trim() {
        _ if pin.is_empty() => PinEdit::Remove,
        HIDDEN_PIN => PinEdit::Keep,
        // Clients send these words in place of no password, and none could send such a PIN.
        "null" | "undefined" => {
            faults.add(FIELD, FaultCode::InvalidValue, "must not be null or undefined as a text");
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
