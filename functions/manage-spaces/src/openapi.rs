//! The function's part of `docs/openapi.json`: a path for each route, a file for each subject.

mod invitations;
mod joining;
mod members;
mod on_demand;
mod people;
mod spaces;

use spaces_api::wire::List;
use spaces_http::Code;
use spaces_http::openapi::{Part, any_case, text};
use utoipa::PartialSchema;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{Content, ObjectBuilder, OpenApi, RefOr, Required, Schema, SecurityRequirement, Type};

use crate::routes::{Action, ROUTES};

const NO_SCOPES: [&str; 0] = [];

/// An operation and its error codes.
type Described = (OperationBuilder, &'static [Code]);

/// Returns this function's part of the API description.
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
        Action::Direct => on_demand::direct(),
        Action::MeetingRoom => on_demand::meeting_room(),
        Action::WithDirect => on_demand::with_direct(),
        Action::Me => people::me(),
        Action::Colleagues => people::colleagues(),
        Action::ColleaguesByAddress => people::colleagues_by_address(),
        Action::InvitationsToMe => people::invitations_to_me(),
        Action::MySpaces => people::my_spaces(),
        Action::Prefer => people::prefer(),
    };
    let part = people::schemas(on_demand::schemas(joining::schemas(invitations::schemas(members::schemas(
        spaces::schemas(Part::default()),
    )))));
    part.routes(&ROUTES, operation).finish()
}

/// Returns the content of a list page. Its schema is inlined, because lists of different items share one name.
fn page_of<T>() -> Content
where
    List<T>: PartialSchema,
{
    Content::new(Some(List::<T>::schema()))
}

/// Returns the credentials of all kinds of callers.
fn anybody() -> [SecurityRequirement; 3] {
    ["jwt", "bearer", "service_app"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))
}

/// Returns an optional query parameter.
fn query(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
}

/// Adds the parameters of a list whose first hundred items are counted.
fn page_parameters(operation: OperationBuilder, items: &str) -> OperationBuilder {
    operation
        .parameter(query("size", &format!("Maximum number of {items} on a page."), number(1, 100, 10)))
        .parameter(query("page", "The page number, from 0.", number(0, 100, 0)))
        .parameter(query("pageToken", "The position of a page, from a URL of this list.", text()))
}

/// Returns the schema of a number with its range and default.
fn number(least: usize, most: usize, default: usize) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(least))
        .maximum(Some(most))
        .default(Some(default.into()))
}

/// Returns the path parameter of a space's id.
fn space_id() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The space's id."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9a-f]{24}$"))))
}

/// Returns the schema of a required role.
pub(crate) fn role() -> ObjectBuilder {
    text()
        .description(Some("`admin`, `member` or `guest`, in any case."))
        .pattern(Some(any_case(&["admin", "member", "guest"])))
}

/// Returns the schema of a notification preference in a request.
pub(crate) fn optional_notification() -> ObjectBuilder {
    let description = "The notification preference for the space: a string or a boolean. It is stored and has no \
                       effect yet. An empty string counts as absent.";
    notification().description(Some(description)).max_length(Some(100))
}

/// Returns the schema of a notification preference: a string, a boolean or null.
pub(crate) fn notification() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Boolean, Type::Null]))
        .description(Some("The notification preference; `null` if there is none."))
}
