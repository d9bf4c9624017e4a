//! The calls that this function answers.

use spaces_http::Routes;

/// An action; each has a file of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// A space.
    Space,
    /// Changes of a space's texts and settings.
    Update,
    /// The end of a space.
    Delete,
    /// The closing of a space.
    Archive,
    /// The opening of an archived space.
    Unarchive,
    /// The members of a space.
    Members,
    /// The role of a member, or a new one.
    Attend,
    /// The end of a membership.
    Remove,
    /// A new invitation to a space.
    Invite,
    /// The invitations to a space.
    Invitations,
    /// An invitation.
    Invitation,
    /// Changes of an invitation.
    UpdateInvitation,
    /// The mails of an invitation, once more.
    Resend,
    /// The end of an invitation.
    Revoke,
    /// The way into a space by its id.
    JoinById,
    /// The direct space of the caller and somebody else.
    Direct,
    /// Somebody's meeting room.
    MeetingRoom,
    /// The people with whom the caller has a direct space.
    WithDirect,
    /// The caller, as others and as the directory know them.
    Me,
    /// The people whom the caller may see.
    Colleagues,
    /// The people of the caller's company with these addresses.
    ColleaguesByAddress,
    /// The open invitations to the caller.
    InvitationsToMe,
    /// The spaces that the caller is in.
    MySpaces,
    /// The caller's wishes of a space.
    Prefer,
}

pub(crate) const ROUTES: Routes<Action> = Routes::new(&[
    ("GET /api/spaces/{id}", Action::Space),
    ("POST /api/spaces/{id}", Action::Update),
    ("DELETE /api/spaces/{id}", Action::Delete),
    ("POST /api/spaces/{id}/archive", Action::Archive),
    ("POST /api/spaces/{id}/unarchive", Action::Unarchive),
    ("GET /api/spaces/{id}/members", Action::Members),
    ("POST /api/spaces/{id}/attendees/{type}/{memberId}", Action::Attend),
    ("DELETE /api/spaces/{id}/attendees/{type}/{memberId}", Action::Remove),
    ("POST /api/spaces/{id}/invite", Action::Invite),
    ("GET /api/spaces/{id}/invites", Action::Invitations),
    ("GET /api/spaces/invites/{inviteId}", Action::Invitation),
    ("POST /api/spaces/invites/{inviteId}", Action::UpdateInvitation),
    ("POST /api/spaces/invites/{inviteId}/resend", Action::Resend),
    ("DELETE /api/spaces/invites/{inviteId}", Action::Revoke),
    ("GET /api/spaces/{id}/join", Action::JoinById),
    ("GET /api/spaces/direct/{type}/{memberId}", Action::Direct),
    ("GET /api/users/meetingroom/{email}", Action::MeetingRoom),
    ("GET /api/users/{u}/people/withdm", Action::WithDirect),
    ("GET /api/users/me", Action::Me),
    ("GET /api/users/{u}/colleagues", Action::Colleagues),
    ("POST /api/users/me/colleaguesbulk", Action::ColleaguesByAddress),
    ("GET /api/users/me/invites", Action::InvitationsToMe),
    ("GET /api/users/me/spaces", Action::MySpaces),
    ("POST /api/users/me/spaces/{id}/preference", Action::Prefer),
]);
