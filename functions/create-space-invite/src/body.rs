//! The request body as a client may have written it: every field may be absent, null or of the wrong type.
//!
//! Reading it never stops at the first fault, so that all faults can be told at once. Only text that is no JSON at all
//! is an error here.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A field of the body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Field<T> {
    /// Not there, or null: no client means a difference by that.
    #[default]
    Absent,
    /// Of the right type.
    Present(T),
    /// Of another type.
    WrongType,
}

/// A text.
pub(crate) type Text<'a> = Field<Cow<'a, str>>;

/// A space to be created with its invitation. Unknown fields are ignored, and `null` is as good as absent.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CreateRequest))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateBody<'a> {
    /// The space.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Topic, required))]
    pub(crate) topic: Field<Topic<'a>>,
    /// Who is invited. None is fine. The same invitee twice is one if the roles agree.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<InviteeBody>>, max_items = 1_000))]
    pub(crate) invitees: Field<Vec<Field<InviteeBody<'a>>>>,
    /// When the meeting starts, RFC 3339 with any offset.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub(crate) start_date_time: Text<'a>,
    /// When it ends: after the start, and in the future.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub(crate) end_date_time: Text<'a>,
    /// Who brings the invitation to the invitees. With `client` and `outlook`, the answer has what the client sends.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<spaces_model::Channel>, default = "server"))]
    pub(crate) inform_channel: Text<'a>,
    /// Where the link leads: `invite` into the space (`join` means the same), `meet` into its meeting.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^(invite|join|meet)$", default = "invite"))]
    pub(crate) invite_mode: Text<'a>,
    /// The language of what is written to the invitees, a BCP 47 tag. One that is not supported falls back along its
    /// parents to `en-US`. Without it, the inviter's language counts.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::language))]
    pub(crate) invite_content_language: Text<'a>,
}

/// The space to be created.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NewSpace))]
pub(crate) struct Topic<'a> {
    /// Absent, `null` or empty: this call does not invite to a space that is there already.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 0))]
    pub(crate) id: Text<'a>,
    /// The name of the space: 1 to 200 characters after trimming, no control characters.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::title, required))]
    pub(crate) title: Text<'a>,
    /// What it is about.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2_000))]
    pub(crate) description: Text<'a>,
    /// The kind of space; there is one.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^group$", default = "group"))]
    pub(crate) r#type: Text<'a>,
}

/// Somebody to be invited.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NewInvitee))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InviteeBody<'a> {
    /// What `invitee` is: `email` or `userId`, in any case.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::invitee_type, required))]
    pub(crate) invitee_type: Text<'a>,
    /// An address, ASCII before the `@` and a domain in any script after it; or the id of a known user.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::invitee, required))]
    pub(crate) invitee: Text<'a>,
    /// What they may do in the space: `admin`, `member` or `guest`, in any case.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::role))]
    pub(crate) role: Text<'a>,
}

/// What a type of field makes of each type of JSON value; nothing where it is the wrong one.
trait Shape<'de>: Sized {
    fn of_text(_text: Cow<'de, str>) -> Option<Self> {
        None
    }

    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn of_object<A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de: 'a, 'a> Shape<'de> for Cow<'a, str> {
    fn of_text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

impl<'de, T: Deserialize<'de>> Shape<'de> for Vec<T> {
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut items = Self::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Some(items))
    }
}

impl<'de: 'a, 'a> Shape<'de> for Topic<'a> {
    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(object)).map(Some)
    }
}

impl<'de: 'a, 'a> Shape<'de> for InviteeBody<'a> {
    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(object)).map(Some)
    }
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

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Field::WrongType)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Field::WrongType)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Field::WrongType)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Field::WrongType)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Field::Absent)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(T::of_text(Cow::Borrowed(text)).map_or(Field::WrongType, Field::Present))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(T::of_text(Cow::Owned(text.to_owned())).map_or(Field::WrongType, Field::Present))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Ok(T::of_list(list)?.map_or(Field::WrongType, Field::Present))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        Ok(T::of_object(object)?.map_or(Field::WrongType, Field::Present))
    }
}

impl<'de: 'a, 'a> Shape<'de> for CreateBody<'a> {
    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(object)).map(Some)
    }
}

/// Reads a body. [`Field::WrongType`] if it is JSON but no object.
///
/// # Errors
///
/// If the text is not JSON, or has a field twice: which of the two counts, nobody could say.
pub(crate) fn read(text: &str) -> Result<Field<CreateBody<'_>>, serde_json::Error> {
    serde_json::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> CreateBody<'_> {
        match read(text).unwrap() {
            Field::Present(body) => body,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn absent_and_null_are_the_same_and_unknown_fields_are_ignored() {
        assert_eq!(body(r#"{"more":{"x":[1]}}"#).start_date_time, Field::Absent);
        assert_eq!(body(r#"{"startDateTime":null}"#).start_date_time, Field::Absent);
    }

    #[test]
    fn a_wrong_type_does_not_stop_the_reading() {
        let body = body(r#"{"topic":[1,{}],"invitees":{"a":1},"startDateTime":{"b":[]},"endDateTime":"x"}"#);
        assert!(matches!(body.topic, Field::WrongType));
        assert!(matches!(body.invitees, Field::WrongType));
        assert_eq!(body.start_date_time, Field::WrongType);
        assert_eq!(body.end_date_time, Field::Present("x".into()));
    }

    #[test]
    fn texts_are_borrowed_unless_they_have_escapes() {
        let body = body(r#"{"startDateTime":"plain","endDateTime":"\u0041"}"#);
        assert!(matches!(body.start_date_time, Field::Present(Cow::Borrowed("plain"))));
        assert!(matches!(&body.end_date_time, Field::Present(Cow::Owned(text)) if text == "A"));
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        for wrong in ["", "{", "{]", "topic=x", "{\"topic\":\"\\ud800\"}", "{\"topic\":1,\"topic\":2}", "{} {}"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn json_that_is_no_object_is_of_the_wrong_type() {
        for wrong in ["[]", "1", "\"text\"", "true", "[{\"topic\":{}}]"] {
            assert!(matches!(read(wrong).unwrap(), Field::WrongType), "{wrong}");
        }
    }
}
