//! The request body as a client may have written it: every field may be absent, null or of the wrong type.

use spaces_http::{Field, Text, json_object};

/// A space to be created with its invitation. Unknown fields are ignored, and `null` is as good as absent.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CreateRequest))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateBody<'a> {
    /// The space.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = NewSpace, required))]
    pub(crate) topic: Field<NewSpace<'a>>,
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct NewSpace<'a> {
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
    /// An address, ASCII before the `@` and a domain in any script after it; or the id of a user of one's company or
    /// with a space in common.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::invitee, required))]
    pub(crate) invitee: Text<'a>,
    /// What they may do in the space: `admin`, `member` or `guest`, in any case.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::role))]
    pub(crate) role: Text<'a>,
}

json_object!(CreateBody<'a>, NewSpace<'a>, InviteeBody<'a>);

/// Reads a body. [`Field::WrongType`] if it is JSON but no object.
///
/// # Errors
///
/// If the text is not JSON, or has a field twice: which of the two counts is undefined.
pub(crate) fn read(text: &str) -> Result<Field<CreateBody<'_>>, serde_json::Error> {
    serde_json::from_str(text)
}
