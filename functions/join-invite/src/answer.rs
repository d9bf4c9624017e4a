//! What a member is told about the space that they are in.

use serde::Serialize;
use spaces_model::{Invitation, Member, RoleReason, Space, format_time};

/// The most members that an answer shows, the caller among them.
pub(crate) const MAX_MEMBERS: usize = 100;

/// The space that the caller is in now, and as what.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Joined))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'a> {
    /// The space.
    topic: JoinedSpace<'a>,
    /// What the caller may do there.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::Role))]
    role: &'static str,
    /// Why they may.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::RoleReason))]
    role_reason: &'static str,
    /// The invitation's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    invite_id: String,
    /// Where its link leads.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::InviteMode))]
    invite_mode: &'static str,
    /// When the meeting starts, in UTC; there only if it has a start.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date_time: Option<String>,
    /// When the meeting ends, in UTC; there only if it has an end.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_time: Option<String>,
}

/// A space.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct JoinedSpace<'a> {
    /// The space's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "_id")]
    id: String,
    /// Its name.
    title: &'a str,
    /// What it is about; may be empty.
    description: &'a str,
    /// The kind of space; there is one.
    #[cfg_attr(feature = "openapi", schema(pattern = "^group$"))]
    r#type: &'static str,
    /// 0 is active, 1 is archived.
    #[cfg_attr(feature = "openapi", schema(maximum = 1))]
    status: u8,
    /// When it was created, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    created: String,
    /// At most 100 members, the caller always among them, by the time they joined.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    members: Vec<MemberEntry>,
}

/// Somebody who is in the space. Nobody's address is shown.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SpaceMember))]
#[serde(rename_all = "camelCase")]
struct MemberEntry {
    /// The user's or the guest's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    member: String,
    /// Whose id it is.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(userId|anonymousId)$"))]
    member_type: &'static str,
    /// What they may do.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::Role))]
    role: &'static str,
    /// The name that they go by.
    displayname: String,
    /// When they joined, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    join_time: String,
}

impl<'a> Answer<'a> {
    /// The answer to the caller, who is `member`. `others` are the first members as read before; the caller may be among
    /// them, with a role that is no longer theirs.
    pub(crate) fn new(
        space: &'a Space,
        others: Vec<Member>,
        member: &Member,
        reason: RoleReason,
        invitation: &Invitation,
    ) -> Self {
        let mut members = others;
        members.retain(|other| other.id != member.id);
        members.truncate(MAX_MEMBERS - 1);
        members.push(member.clone());
        members.sort_by_key(|member| (member.joined, member.id));
        Self {
            topic: JoinedSpace {
                id: space.id.to_string(),
                title: space.title.as_str(),
                description: space.description.as_str(),
                r#type: space.kind.as_str(),
                status: space.status.code(),
                created: format_time(space.created),
                members: members.into_iter().map(MemberEntry::of).collect(),
            },
            role: member.role.as_str(),
            role_reason: reason.as_str(),
            invite_id: invitation.id.to_string(),
            invite_mode: invitation.mode.as_str(),
            start_date_time: invitation.starts.map(format_time),
            end_date_time: invitation.ends.map(format_time),
        }
    }
}

impl MemberEntry {
    fn of(member: Member) -> Self {
        Self {
            member: member.id.to_string(),
            member_type: member.id.kind(),
            role: member.role.as_str(),
            displayname: member.display_name,
            join_time: format_time(member.joined),
        }
    }
}
