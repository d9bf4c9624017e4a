//! The response to joining: the space that the caller is in.

use serde::Serialize;
use spaces_api::wire::SpaceObject;
use spaces_model::{Caller, Invitation, Member, RoleReason, Space, format_time};

/// The space that the caller is in now, and their role in it.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Joined))]
#[serde(rename_all = "camelCase")]
pub(crate) struct JoinAnswer<'a> {
    /// The space.
    topic: SpaceObject<'a>,
    /// The caller's role in the space.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::Role))]
    role: &'static str,
    /// The reason for the role.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::RoleReason))]
    role_reason: &'static str,
    /// The invitation's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    invite_id: String,
    /// The page that the invitation's link leads to.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::InviteMode))]
    invite_mode: &'static str,
    /// The start of the meeting, in UTC; absent without one.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date_time: Option<String>,
    /// The end of the meeting, in UTC; absent without one.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_time: Option<String>,
}

impl<'a> JoinAnswer<'a> {
    /// Returns the response to the caller, who is `member`. `others` are the first members as read before joining.
    pub(crate) fn new(
        space: &'a Space,
        others: &[Member],
        member: &Member,
        reason: RoleReason,
        caller: &Caller,
        invitation: &Invitation,
    ) -> Self {
        Self {
            topic: SpaceObject::for_member(space, others, member, caller),
            role: member.role.as_str(),
            role_reason: reason.as_str(),
            invite_id: invitation.id.to_string(),
            invite_mode: invitation.mode.as_str(),
            start_date_time: invitation.starts.map(format_time),
            end_date_time: invitation.ends.map(format_time),
        }
    }
}
