//! The request body as sent by a client: every field may be absent, null or of the wrong type.

use serde::Deserialize;
use spaces_http::{Field, Text, given, json_object};

/// The invitees and the terms of an invitation. Unknown fields are ignored, and `null` counts as absent.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = InviteRequest))]
#[serde(rename_all = "camelCase")]
pub struct InviteBody<'a> {
    /// The people to invite. Duplicates count once if their roles agree.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<InviteeBody>>, max_items = 1_000))]
    pub invitees: Field<Vec<Field<InviteeBody<'a>>>>,
    /// The start of the meeting: RFC 3339 with any offset. In an update, `null` removes it.
    #[serde(borrow, default, deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub start_date_time: Option<Text<'a>>,
    /// The end of the meeting: after the start and in the future. In an update, `null` removes it.
    #[serde(borrow, default, deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub end_date_time: Option<Text<'a>>,
    /// The party that delivers the invitation to the invitees. With `client` and `outlook`, the response has the
    /// content for the client to send. Defaults to `server`.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<spaces_model::Channel>))]
    pub inform_channel: Text<'a>,
    /// The target of the link: `invite` for the space (`join` means the same), `meet` for its meeting. Defaults to
    /// `invite`.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^(invite|join|meet)$"))]
    pub invite_mode: Text<'a>,
    /// The language of mails and content for the invitees. An unsupported language falls back along its parents to
    /// `en-US`, and so does anything that is not a language tag. Defaults to the inviter's language.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::openapi::language))]
    pub invite_content_language: Text<'a>,
}

/// A person to invite.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NewInvitee))]
#[serde(rename_all = "camelCase")]
pub struct InviteeBody<'a> {
    /// The kind of `invitee`: `email` or `userId`, in any case.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::openapi::invitee_type, required))]
    pub invitee_type: Text<'a>,
    /// An address with only ASCII before the `@` and a domain in any script after it, or the id of a user who belongs
    /// to the caller's company or shares a space with the caller.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::openapi::invitee, required))]
    pub invitee: Text<'a>,
    /// Their role in the space: `admin`, `member` or `guest`, in any case.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::openapi::role))]
    pub role: Text<'a>,
}

json_object!(InviteBody<'a>, InviteeBody<'a>);
