//! The function's part of `docs/openapi.json`: a path for each of its routes, a file for each subject.

mod invitations;
mod joining;
mod kept;
mod members;
mod people;
mod spaces;

use spaces_api::wire::List;
use spaces_http::Code;
use spaces_http::openapi::{Part, any_case, text};
use utoipa::PartialSchema;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::{Content, ObjectBuilder, OpenApi, Required, SecurityRequirement, Type};

use crate::routes::{Action, ROUTES};

const NO_SCOPES: [&str; 0] = [];

/// An operation, and the codes with which it may fail.
type Described = (OperationBuilder, &'static [Code]);

/// Returns what clients of the function see of it.
#[must_use]
pub fn part() -> OpenApi {
    let operation = |action| match action {
        Action::Space => spaces::show(),
        Action::Update => spaces::update(),
        Action::Delete => spaces::delete(),
        Action::Archive => spaces::archive(),
        Action::Unarchive => spaces::unarchive(),
        Action::JoinById => joining::join_by_id(),
        Action::Members => members::list(),
        Action::Attend => members::attend(),
        Action::Remove => members::remove(),
        Action::Invite => invitations::invite(),
        Action::Invitations => invitations::list(),
        Action::Invitation => invitations::show(),
        Action::UpdateInvitation => invitations::update(),
        Action::Resend => invitations::resend(),
        Action::Revoke => invitations::revoke(),
        Action::Direct => kept::direct(),
        Action::MeetingRoom => kept::meeting_room(),
        Action::Me => people::me(),
    };
    let part = people::schemas(kept::schemas(joining::schemas(invitations::schemas(members::schemas(
        spaces::schemas(Part::default()),
    )))));
    part.routes(&ROUTES, operation).finish()
}

/// A page of a list. Its schema stands where it is used: lists of different items have one name.
fn page_of<T>() -> Content
where
    List<T>: PartialSchema,
{
    Content::new(Some(List::<T>::schema()))
}

/// The credentials of everybody who may call.
fn anybody() -> [SecurityRequirement; 3] {
    ["jwt", "bearer", "service_app"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))
}

/// The space's id in a path.
fn space_id() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The space's id."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9a-f]{24}$"))))
}

/// A role that must be given.
pub(crate) fn role() -> ObjectBuilder {
    text()
        .description(Some("`admin`, `member` or `guest`, in any case."))
        .pattern(Some(any_case(&["admin", "member", "guest"])))
}
