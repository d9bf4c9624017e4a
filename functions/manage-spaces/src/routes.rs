//! The calls that this function answers.

use spaces_http::Routes;

/// An action; each has a file of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// A space.
    Space,
    /// The way into a space by its id.
    JoinById,
    /// The caller, as others and as the directory know them.
    Me,
}

pub(crate) const ROUTES: Routes<Action> = Routes::new(&[
    ("GET /api/spaces/{id}", Action::Space),
    ("GET /api/spaces/{id}/join", Action::JoinById),
    ("GET /api/users/me", Action::Me),
]);
