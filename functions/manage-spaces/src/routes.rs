//! The routes of this function.

use spaces_http::Routes;

/// An action. Each has a file of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// Shows a space.
    Space,
    /// Changes a space's texts and settings.
    Update,
    /// Deletes a space.
    Delete,
    /// Archives a space.
    Archive,
    /// Unarchives a space.
    Unarchive,
    /// Lists the members of a space.
    Members,
    /// Sets a member's role, or adds a member.
    Attend,
    /// Removes a member, or leaves a space.
    Remove,
    /// Invites to a space.
    Invite,
    /// Lists the invitations to a space.
    Invitations,
    /// Shows an invitation.
    Invitation,
    /// Updates an invitation.
    UpdateInvitation,
    /// Mails an invitation again.
    Resend,
    /// Revokes an invitation.
    Revoke,
    /// Joins a space by its id.
    JoinById,
    /// Shows the direct space of the caller and another person.
    Direct,
    /// Shows a user's meeting room.
    MeetingRoom,
    /// Lists the people with whom the caller has a direct space.
    WithDirect,
    /// Shows the caller.
    Me,
    /// Lists the people whom the caller may see.
    Colleagues,
    /// Finds people of the caller's company by their addresses.
    ColleaguesByAddress,
    /// Lists the open invitations to the caller.
    InvitationsToMe,
    /// Lists the caller's spaces.
    MySpaces,
    /// Stores the caller's preferences for a space.
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
