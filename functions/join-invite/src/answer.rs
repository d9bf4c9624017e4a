//! What a member is told about the space that they are in.

use serde::Serialize;
use spaces_model::{Invitation, Member, RoleReason, Space, format_time};

/// The most members that an answer shows, the caller among them.
pub(crate) const MAX_MEMBERS: i32 = 100;

/// The body of the answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'a> {
    topic: Topic<'a>,
    role: &'static str,
    role_reason: &'static str,
    invite_id: String,
    invite_mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_time: Option<String>,
}

#[derive(Serialize)]
struct Topic<'a> {
    #[serde(rename = "_id")]
    id: String,
    title: &'a str,
    description: &'a str,
    r#type: &'static str,
    status: u8,
    created: String,
    members: Vec<MemberEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberEntry {
    member: String,
    member_type: &'static str,
    role: &'static str,
    displayname: String,
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
        members.truncate(usize::try_from(MAX_MEMBERS - 1).unwrap_or_default());
        members.push(member.clone());
        members.sort_by_key(|member| (member.joined, member.id));
        Self {
            topic: Topic {
                id: space.id.to_string(),
                title: space.title.as_str(),
                description: space.description.as_str(),
                r#type: "group",
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
