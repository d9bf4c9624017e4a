//! The calls that this function answers.

use spaces_http::Routes;

/// An action; each has a file of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// A space.
    Space,
    /// The way into a space by its id.
    JoinById,
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
    /// The caller, as others and as the directory know them.
    Me,
}

pub(crate) const ROUTES: Routes<Action> = Routes::new(&[
    ("GET /api/spaces/{id}", Action::Space),
    ("GET /api/spaces/{id}/join", Action::JoinById),
    ("POST /api/spaces/{id}", Action::Update),
    ("DELETE /api/spaces/{id}", Action::Delete),
    ("POST /api/spaces/{id}/archive", Action::Archive),
    ("POST /api/spaces/{id}/unarchive", Action::Unarchive),
    ("GET /api/spaces/{id}/members", Action::Members),
    ("POST /api/spaces/{id}/attendees/{type}/{memberId}", Action::Attend),
    ("DELETE /api/spaces/{id}/attendees/{type}/{memberId}", Action::Remove),
    ("GET /api/users/me", Action::Me),
]);
