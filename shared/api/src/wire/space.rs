//! A space as clients see it.

use serde::Serialize;
use spaces_model::{Caller, Member, Settings, Space, format_time};
use spaces_store::ListedSpace;

use crate::wire::MemberObject;

/// Maximum number of members in a space object.
pub const MAX_MEMBERS: usize = 100;

/// A space.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Space))]
pub struct SpaceObject<'a> {
    #[serde(flatten)]
    facts: SpaceFacts<'a>,
    /// The first members, in order of joining.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    members: Vec<MemberObject>,
}

/// A space in the list of the caller's own spaces.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MySpace))]
#[serde(rename_all = "camelCase")]
pub struct MySpaceObject<'a> {
    #[serde(flatten)]
    facts: SpaceFacts<'a>,
    /// The space's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    target_id: String,
    /// The caller's role in the space.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::Role))]
    role: &'static str,
    /// True if the caller has pinned the space.
    is_pinned: bool,
    /// The time at which the caller last used the space, in UTC. Only the first use in a clock hour counts.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    last_access: String,
}

/// The attributes at the beginning of every space object.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SpaceFacts))]
struct SpaceFacts<'a> {
    /// The settings that decide who gets in.
    settings: SettingsObject,
    /// The kind of space.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(group|direct|personal)$"))]
    r#type: &'static str,
    /// 0 is active, 1 is archived, 2 is deleted.
    #[cfg_attr(feature = "openapi", schema(maximum = 2))]
    status: u8,
    /// Always empty.
    #[cfg_attr(feature = "openapi", schema(max_items = 0))]
    restrict: [String; 0],
    /// The space's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "_id")]
    id: String,
    /// The creator's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    cid: String,
    /// The title; for a direct space, the name of the other member.
    title: String,
    /// The description; may be empty.
    description: &'a str,
    /// The time of its creation, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    created: String,
}

/// The settings of a space that decide who gets in.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SpaceSettings))]
#[serde(rename_all = "camelCase")]
struct SettingsObject {
    /// True if nobody can join with the space's id alone.
    member_only: bool,
    /// True if nobody but members and invitees gets in; absent if false.
    #[cfg_attr(feature = "openapi", schema(required = false))]
    #[serde(skip_serializing_if = "is_false")]
    invited_only: bool,
    /// The people who need the password.
    password_required: PasswordRequired,
    /// Always false, because a password does not belong in a URL.
    #[serde(rename = "allowPasswordInURL")]
    allow_password_in_url: bool,
    /// `******` if there is a PIN, else empty.
    #[cfg_attr(feature = "openapi", schema(pattern = r"^(\*{6})?$"))]
    conf_pin: &'static str,
}

/// The people who need the password of a space.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
struct PasswordRequired {
    /// True if everybody who is neither a member nor an invitee needs it, even if no PIN is set.
    all_guests: bool,
}

impl<'a> SpaceObject<'a> {
    /// Creates the object as this caller may see it, with these members.
    #[must_use]
    pub fn new<'m>(space: &'a Space, members: impl IntoIterator<Item = &'m Member>, caller: &Caller) -> Self {
        let mut members: Vec<&Member> = members.into_iter().collect();
        members.sort_by_key(|member| (member.joined, member.id));
        Self {
            facts: SpaceFacts::new(space, &members, caller),
            members: members.into_iter().take(MAX_MEMBERS).map(|member| MemberObject::new(member, caller)).collect(),
        }
    }
}

impl<'a> SpaceObject<'a> {
    /// Creates the object for a caller who is this member. `others` are the first members as read earlier; they may
    /// include the caller with an outdated role.
    #[must_use]
    pub fn for_member(space: &'a Space, others: &[Member], member: &Member, caller: &Caller) -> Self {
        let others = others.iter().filter(|other| other.id != member.id).take(MAX_MEMBERS - 1);
        Self::new(space, others.chain([member]), caller)
    }
}

impl<'a> MySpaceObject<'a> {
    /// Creates the object as this caller may see it.
    #[must_use]
    pub fn new(listed: &'a ListedSpace, caller: &Caller) -> Self {
        let ListedSpace { space, member, other } = listed;
        Self {
            facts: SpaceFacts::new(space, other.as_ref().as_slice(), caller),
            target_id: space.id.to_string(),
            role: member.role.as_str(),
            is_pinned: member.card.is_pinned,
            last_access: format_time(member.card.used),
        }
    }
}

impl<'a> SpaceFacts<'a> {
    fn new(space: &'a Space, members: &[&Member], caller: &Caller) -> Self {
        Self {
            settings: SettingsObject::new(&space.settings),
            r#type: space.kind.as_str(),
            status: space.status.code(),
            restrict: [],
            id: space.id.to_string(),
            cid: space.creator.to_string(),
            title: space.title_for(caller.member_id(), members.iter().copied()).to_owned(),
            description: space.description.as_str(),
            created: format_time(space.created),
        }
    }
}

impl SettingsObject {
    fn new(settings: &Settings) -> Self {
        Self {
            member_only: settings.member_only,
            invited_only: settings.invited_only,
            password_required: PasswordRequired { all_guests: settings.password_for_all_guests },
            allow_password_in_url: false,
            conf_pin: if settings.pin.is_some() { "******" } else { "" },
        }
    }
}

// serde passes every field by reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_false(value: &bool) -> bool {
    !*value
}
