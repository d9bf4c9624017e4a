//! A member of a space as clients see it.

use serde::Serialize;
use spaces_model::{Caller, Member, format_time};

/// A person who is in a space.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Member))]
pub struct MemberObject {
    /// Always empty.
    #[cfg_attr(feature = "openapi", schema(max_items = 0))]
    phone_numbers: [String; 0],
    /// The user's or the guest's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    member: String,
    /// The kind of id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(userId|anonymousId)$"))]
    #[serde(rename = "memberType")]
    member_type: &'static str,
    /// Their role in the space.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::Role))]
    role: &'static str,
    /// The time at which they joined, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    #[serde(rename = "joinTime")]
    join_time: String,
    /// The address of the member, if the caller is that member; empty for everybody else.
    username: String,
    /// The name that others see.
    displayname: String,
    /// Always empty.
    #[cfg_attr(feature = "openapi", schema(pattern = "^$"))]
    picture_url: &'static str,
}

impl MemberObject {
    /// Creates the object as this caller may see it.
    #[must_use]
    pub fn new(member: &Member, caller: &Caller) -> Self {
        let own = (member.id == caller.member_id()).then(|| caller.address()).flatten();
        Self {
            phone_numbers: [],
            member: member.id.to_string(),
            member_type: member.id.kind(),
            role: member.role.as_str(),
            join_time: format_time(member.joined),
            username: own.map(|address| address.as_typed().to_owned()).unwrap_or_default(),
            displayname: member.display_name.clone(),
            picture_url: "",
        }
    }
}
