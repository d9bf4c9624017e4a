//! Fields of a request, parsed so that all of its faults are reported at once.
//!
//! A wire type consists of [`Field`]s. Each may be absent, null or of the wrong type without stopping the parser.
//! [`Faults`] then turns fields into values and collects the faults. The deserializer itself fails only on text that is
//! not JSON.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use serde_ignored::Path;

use crate::{Code, Problem};

/// Maximum number of unknown fields that a response names.
const MAX_UNKNOWN: usize = 100;

/// Maximum length of an unknown field's name in bytes; longer names are truncated.
const MAX_NAME: usize = 200;

/// A field of a JSON object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Field<T> {
    /// Missing or null, because hardly any client distinguishes the two. See [`given`] for fields that do.
    #[default]
    Absent,
    /// Of the right type.
    Present(T),
    /// Of another type.
    WrongType,
}

/// A string, borrowed from the request unless it has escapes.
pub type Text<'a> = Field<Cow<'a, str>>;

impl<T> Field<T> {
    /// Returns the value, if it is present and of the right type.
    #[must_use]
    pub fn present(self) -> Option<T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Absent | Self::WrongType => None,
        }
    }
}

impl Text<'_> {
    /// Returns the field, or [`Field::Absent`] if it is empty.
    #[must_use]
    pub fn filled(self) -> Self {
        match self {
            Self::Present(text) if text.is_empty() => Self::Absent,
            other => other,
        }
    }
}

/// The JSON type of a field. [`json_object!`](crate::json_object) implements it for wire types.
pub trait Shape<'de>: Sized {
    /// The JSON type, as in "must be a string".
    const NAME: &'static str;

    /// Converts a JSON string, or returns `None` if the field has another type.
    #[must_use]
    fn of_text(_text: Cow<'de, str>) -> Option<Self> {
        None
    }

    /// Converts a JSON boolean, or returns `None` if the field has another type.
    #[must_use]
    fn of_bool(_value: bool) -> Option<Self> {
        None
    }

    /// Converts a non-negative JSON integer, or returns `None` if the field has another type.
    #[must_use]
    fn of_number(_value: u64) -> Option<Self> {
        None
    }

    /// Converts a JSON array, or returns `None` if the field has another type.
    ///
    /// # Errors
    ///
    /// If the text is not JSON.
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    /// Converts a JSON object, or returns `None` if the field has another type.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or the object has a field twice: JSON doesn't define which of the two counts.
    fn of_object<A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de: 'a, 'a> Shape<'de> for Cow<'a, str> {
    const NAME: &'static str = "a string";

    fn of_text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

impl Shape<'_> for bool {
    const NAME: &'static str = "true or false";

    fn of_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Shape<'_> for u32 {
    const NAME: &'static str = "a whole number";

    fn of_number(value: u64) -> Option<Self> {
        value.try_into().ok()
    }
}

impl<'de, T: Deserialize<'de>> Shape<'de> for Vec<T> {
    const NAME: &'static str = "a list";

    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut items = Self::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Some(items))
    }
}

/// Implements [`Shape`](crate::Shape) for wire types that derive `serde::Deserialize`.
#[macro_export]
macro_rules! json_object {
    ($($name:ident $(<$life:lifetime>)?),+ $(,)?) => {$(
        impl<'de $(: $life, $life)?> $crate::Shape<'de> for $name $(<$life>)? {
            const NAME: &'static str = "an object";

            fn of_object<A: ::serde::de::MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
                let object = ::serde::de::value::MapAccessDeserializer::new(object);
                ::serde::Deserialize::deserialize(object).map(Some)
            }
        }
    )+};
}

impl<'de, T: Shape<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor(PhantomData))
    }
}

struct FieldVisitor<T>(PhantomData<T>);

impl<'de, T: Shape<'de>> Visitor<'de> for FieldVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(T::of_bool(value).map_or(Field::WrongType, Field::Present))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Field::WrongType)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(T::of_number(value).map_or(Field::WrongType, Field::Present))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Field::WrongType)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Field::Absent)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(of_text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(of_text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Ok(T::of_list(list)?.map_or(Field::WrongType, Field::Present))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        Ok(T::of_object(object)?.map_or(Field::WrongType, Field::Present))
    }
}

/// Converts a JSON string. An empty string counts as absent if the field is not a string.
fn of_text<'de, T: Shape<'de>>(text: Cow<'de, str>) -> Field<T> {
    let otherwise = if text.is_empty() { Field::Absent } else { Field::WrongType };
    T::of_text(text).map_or(otherwise, Field::Present)
}

/// Deserializes a field for which null and absent differ. With `#[serde(default, deserialize_with = "given")]`, an
/// absent field is [`None`], and null is [`Field::Absent`].
///
/// # Errors
///
/// Those of the deserializer.
pub fn given<'de, D: Deserializer<'de>, T: Shape<'de>>(deserializer: D) -> Result<Option<Field<T>>, D::Error> {
    Field::deserialize(deserializer).map(Some)
}

/// Parses a body, ignoring the fields that `T` doesn't have.
pub(crate) fn read_json<'a, T: Shape<'a>>(text: &'a str) -> Result<Field<T>, Problem> {
    check_filled(text)?;
    serde_json::from_str(text).map_err(|error| malformed(&error))
}

/// Parses a body and returns the names of the fields that `T` doesn't have.
pub(crate) fn read_strictly<'a, T: Shape<'a>>(text: &'a str) -> Result<(Field<T>, BTreeSet<String>), Problem> {
    check_filled(text)?;
    let mut unknown = BTreeSet::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let body = serde_ignored::deserialize(&mut json, |path| {
        // List items where no list is expected have no name, and the list itself is a fault.
        if matches!(path, Path::Map { .. }) {
            let mut name = name_of(&path);
            name.truncate(name.floor_char_boundary(MAX_NAME));
            unknown.insert(name);
        }
    });
    let body = body.and_then(|body| json.end().map(|()| body));
    body.map(|body| (body, unknown)).map_err(|error| malformed(&error))
}

/// Returns the name of a field, like `invitees[3].role`.
fn name_of(path: &Path<'_>) -> String {
    let below = |parent: &Path<'_>| match name_of(parent) {
        name if name.is_empty() => name,
        name => name + ".",
    };
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", name_of(parent)),
        Path::Map { parent, key } => below(parent) + key,
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => name_of(parent),
    }
}

fn check_filled(text: &str) -> Result<(), Problem> {
    let empty = || Problem::new(Code::MalformedRequest).with_detail("The request body is empty. It must be JSON.");
    if text.trim().is_empty() { Err(empty()) } else { Ok(()) }
}

/// Returns the problem of a body that can't be parsed. It has the position of the error, but doesn't repeat the text.
fn malformed(error: &serde_json::Error) -> Problem {
    let what = if error.is_data() { "has a duplicate field" } else { "is not JSON" };
    let place = format!("The request body {what} (line {}, column {}).", error.line(), error.column());
    Problem::new(Code::MalformedRequest).with_detail(place)
}

/// The kind of a fault. Clients may rely on it, because unlike the message it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// The field is missing, null or empty.
    Required,
    /// The value has another JSON type.
    WrongType,
    /// The value is not one of the allowed ones.
    InvalidValue,
    /// The value is not an e-mail address.
    InvalidAddress,
    /// The value is not an RFC 3339 time.
    InvalidTime,
    /// The request doesn't have this field, and the client asked for strict handling.
    UnknownField,
    /// The header occurs more than once or has characters that are not allowed.
    InvalidHeader,
    /// The value is well-formed but not allowed in this request.
    NotAllowed,
    /// A field of a form occurs more than once.
    GivenTwice,
    /// The value has too many characters.
    TooLong,
    /// The list has too many entries.
    TooMany,
    /// The value has a control character where none is allowed.
    ControlCharacter,
    /// The id is not that of a user who shares a company or a space with the caller.
    UnknownUser,
    /// An invitee has two roles.
    ConflictingRole,
    /// The end is not after the start.
    EndBeforeStart,
    /// The end has passed.
    EndInPast,
}

impl FaultCode {
    /// Returns the code as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::WrongType => "wrong_type",
            Self::InvalidValue => "invalid_value",
            Self::InvalidAddress => "invalid_address",
            Self::InvalidTime => "invalid_time",
            Self::UnknownField => "unknown_field",
            Self::InvalidHeader => "invalid_header",
            Self::NotAllowed => "not_allowed",
            Self::GivenTwice => "given_twice",
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
            Self::ControlCharacter => "control_character",
            Self::UnknownUser => "unknown_user",
            Self::ConflictingRole => "conflicting_role",
            Self::EndBeforeStart => "end_before_start",
            Self::EndInPast => "end_in_past",
        }
    }
}

impl Serialize for FaultCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One fault of a request: its field, its kind, and a message for developers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// The field, like `invitees[3].role`, or the name of a header.
    pub field: String,
    /// The stable kind of fault, in `snake_case`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: FaultCode,
    /// The fault, phrased as a requirement on the value.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// Creates a fault of this field.
    pub fn new(field: impl Into<String>, code: FaultCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// The faults found so far. Field names are formatted only for faults.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, field: impl Display, code: FaultCode, message: impl Display) {
        self.0.push(Fault::new(field.to_string(), code, message.to_string()));
    }

    /// Adds a fault for each unknown field, up to a limit that keeps the response small.
    pub(crate) fn unknown<'a>(&mut self, names: impl Iterator<Item = &'a String>) {
        for name in names.take(MAX_UNKNOWN) {
            self.add(name, FaultCode::UnknownField, "is not a field of this call");
        }
    }

    /// Returns the body, which must be an object and not null.
    pub fn body<T>(&mut self, body: Field<T>) -> Option<T> {
        let Field::Present(body) = body else {
            self.add("body", FaultCode::WrongType, "must be a JSON object");
            return None;
        };
        Some(body)
    }

    /// Returns the value of a required field.
    pub fn required<'de, T: Shape<'de>>(&mut self, field: impl Display + Copy, value: Field<T>) -> Option<T> {
        if matches!(value, Field::Absent) {
            self.add(field, FaultCode::Required, "must be given");
        }
        self.optional(field, value)
    }

    /// Returns the value of an optional field.
    pub fn optional<'de, T: Shape<'de>>(&mut self, field: impl Display, value: Field<T>) -> Option<T> {
        match value {
            Field::Present(value) => Some(value),
            Field::Absent => None,
            Field::WrongType => {
                self.add(field, FaultCode::WrongType, format_args!("must be {}", T::NAME));
                None
            }
        }
    }

    /// Parses an optional string without surrounding white space. An empty one counts as absent. The parser's error
    /// becomes the message of a fault with this code.
    pub fn parsed<T, E: Display>(
        &mut self,
        field: impl Display + Copy,
        value: Text<'_>,
        code: FaultCode,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.optional(field, value.filled())?;
        parse(text.trim()).map_err(|error| self.add(field, code, error)).ok()
    }

    /// Returns whether no fault was found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<Fault> for Faults {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        self.0.extend(faults);
    }
}

impl From<Faults> for Vec<Fault> {
    fn from(faults: Faults) -> Self {
        faults.0
    }
}

#[cfg(test)]
mod tests;
