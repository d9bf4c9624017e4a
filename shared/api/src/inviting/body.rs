//! The request body as a client may have written it: every field may be absent, null or of the wrong type.

use serde::Deserialize;
use spaces_http::{Field, Text, given, json_object};

/// The invitees of an invitation and what they are invited to. Unknown fields are ignored, and `null` is as good as absent.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = InviteRequest))]
#[serde(rename_all = "camelCase")]
pub struct InviteBody<'a> {
    /// The people who are invited. The same invitee twice is one if the roles agree.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<InviteeBody>>, max_items = 1_000))]
    pub invitees: Field<Vec<Field<InviteeBody<'a>>>>,
    /// The start of the meeting, RFC 3339 with any offset. An update removes it with `null`.
    #[serde(borrow, default, deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub start_date_time: Option<Text<'a>>,
    /// The end: after the start, and in the future. An update removes it with `null`.
    #[serde(borrow, default, deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub end_date_time: Option<Text<'a>>,
    /// The party that brings the invitation to the invitees. With `client` and `outlook`, the answer has what the client sends. Without it,
    /// `server`.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<spaces_model::Channel>))]
    pub inform_channel: Text<'a>,
    /// The target of the link: `invite` into the space (`join` means the same), `meet` into its meeting. Without it, `invite`.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^(invite|join|meet)$"))]
    pub invite_mode: Text<'a>,
    /// The language of what is written to the invitees, as programs name it. One that is not supported falls back along its
    /// parents to `en-US`, and so does a text that names none. Without it, the inviter's language counts.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::openapi::language))]
    pub invite_content_language: Text<'a>,
}

/// Somebody to be invited.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NewInvitee))]
#[serde(rename_all = "camelCase")]
pub struct InviteeBody<'a> {
    /// The kind of `invitee`: `email` or `userId`, in any case.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::openapi::invitee_type, required))]
    pub invitee_type: Text<'a>,
    /// An address, ASCII before the `@` and a domain in any script after it; or the id of a user of one's company or
    /// with a space in common.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::openapi::invitee, required))]
    pub invitee: Text<'a>,
    /// Their role in the space: `admin`, `member` or `guest`, in any case.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::openapi::role))]
    pub role: Text<'a>,
}

json_object!(InviteBody<'a>, InviteeBody<'a>);
