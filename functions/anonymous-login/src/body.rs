//! What a client sends to log in.

use std::borrow::Cow;

use serde_json::{Map, Value};
use spaces_http::http::header::CONTENT_TYPE;
use spaces_http::{Call, Code, FaultCode, Faults, Field, Problem, Text};
use spaces_model::{contains_address, without_controls};
use url::form_urlencoded;

use crate::next::Next;

/// The name of those who give none, or an address: a name is shown to everybody.
const NAMELESS: &str = "Guest";

/// The longest name, in characters.
const MAX_NAME: usize = 60;

/// A request to be let in as a guest.
///
/// Clients of the original also send `username` and `picturefile`. Nothing here keeps them; they only have to be texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) display_name: String,
    /// The page to which a browser is redirected; only a form names one.
    pub(crate) next: Option<Next>,
}

/// What JSON may say. Unknown fields are ignored, and `null` is as good as absent.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "fields are read one by one, so that all faults are told; this only describes them")]
pub(crate) struct LoginRequest {
    #[schema(schema_with = crate::openapi::display_name_or_null)]
    displayname: Option<String>,
    /// Clients of the original send it. It is not kept.
    username: Option<String>,
    /// Clients of the original send it. It is not kept.
    picturefile: Option<String>,
}

/// What a form may say: each field once.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "fields are read one by one, so that all faults are told; this only describes them")]
pub(crate) struct LoginForm {
    #[schema(schema_with = crate::openapi::display_name)]
    displayname: Option<String>,
    /// As in JSON.
    #[schema(nullable = false)]
    username: Option<String>,
    /// As in JSON.
    #[schema(nullable = false)]
    picturefile: Option<String>,
    /// The path of an invitation's link on this service, where a browser goes on with the session cookie set.
    #[schema(nullable = false, pattern = "^/spaces/invites/[0-9a-f]{24}/(join|meet)$")]
    next: Option<String>,
}

/// The fields as they came, of a form or of a JSON object.
enum LoginFields<'a> {
    Form(Vec<(Cow<'a, str>, Cow<'a, str>)>),
    Json(Map<String, Value>),
}

impl Login {
    /// Reads the body.
    ///
    /// # Errors
    ///
    /// `payload_too_large`, `malformed_request`, or `invalid_request` with every fault.
    pub(crate) fn read(call: &Call) -> Result<Self, Problem> {
        let text = call.text()?;
        let mut faults = Faults::default();
        let fields = LoginFields::read(call.header(CONTENT_TYPE.as_str()), &text)?;
        let Some(fields) = faults.body(fields) else { return Err(Problem::invalid(faults)) };
        let display_name = display_name(fields.text("displayname", &mut faults).as_deref(), &mut faults);
        for unused in ["username", "picturefile"] {
            fields.text(unused, &mut faults);
        }
        let login = Self { display_name, next: fields.next(&mut faults) };
        if faults.is_empty() { Ok(login) } else { Err(Problem::invalid(faults)) }
    }
}

impl<'a> LoginFields<'a> {
    /// JSON is read whatever its Content-Type says: `curl -d` sends it as a form. No form begins with a brace, since
    /// browsers encode it.
    fn read(content_type: Option<&str>, text: &'a str) -> Result<Field<Self>, Problem> {
        let trimmed = text.trim_ascii();
        if trimmed.is_empty() {
            return Ok(Field::Present(Self::Json(Map::new())));
        }
        if content_type.is_some_and(is_form) && !trimmed.starts_with('{') {
            return Ok(Field::Present(Self::Form(form_urlencoded::parse(trimmed.as_bytes()).collect())));
        }
        match serde_json::from_str(trimmed) {
            Ok(Value::Object(fields)) => Ok(Field::Present(Self::Json(fields))),
            Ok(_) => Ok(Field::WrongType),
            Err(_) => Err(Problem::new(Code::MalformedRequest)),
        }
    }

    /// Returns a text, if there is one. A field that a form has twice is a fault: which of the two counts is undefined.
    fn text(&self, name: &str, faults: &mut Faults) -> Option<Cow<'_, str>> {
        match self {
            Self::Form(fields) => {
                let mut values = fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value);
                let value = values.next()?;
                if values.next().is_some() {
                    faults.add(name, FaultCode::GivenTwice, "must be given once");
                }
                Some(Cow::Borrowed(value))
            }
            Self::Json(fields) => faults.optional(name, Text::of(fields.get(name))),
        }
    }

    fn next(&self, faults: &mut Faults) -> Option<Next> {
        let Self::Form(_) = self else { return None };
        let next = Next::parse(&self.text("next", faults)?);
        if next.is_none() {
            faults.add("next", FaultCode::NotAllowed, "must be the path of an invitation's link");
        }
        next
    }
}

fn display_name(given: Option<&str>, faults: &mut Faults) -> String {
    let name = without_controls(given.unwrap_or_default());
    if name.chars().count() > MAX_NAME {
        faults.add("displayname", FaultCode::TooLong, format_args!("must have at most {MAX_NAME} characters"));
    }
    if name.is_empty() || contains_address(&name) { NAMELESS.to_owned() } else { name }
}

/// A Content-Type without its parameters, in any case (RFC 9110 section 8.3.1).
pub(crate) fn is_form(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
