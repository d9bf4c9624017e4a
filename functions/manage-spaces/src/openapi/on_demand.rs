//! The operations that find or create a direct space and a meeting room.

use spaces_api::wire::UserObject;
use spaces_http::Code;
use spaces_http::openapi::{Part, any_case, content, text};
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, ResponseBuilder, SecurityRequirement};

use super::{Described, NO_SCOPES, number, page_of, query};
use crate::direct::DirectSpace;
use crate::meeting_room::MeetingRoom;

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<DirectSpace<'_>>().schema::<MeetingRoom<'_>>()
}

pub(super) fn direct() -> Described {
    let answer =
        ResponseBuilder::new().description("The space.").content("application/json", content::<DirectSpace<'_>>());
    let kind = text().pattern(Some(any_case(&["user", "anonymous"])));
    let operation = OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some("openDirectSpace"))
        .summary(Some("Open a direct space"))
        .description(Some(
            "For users. Two people have one direct space, which is created when one of them first requests it. The \
             other person must be a colleague or share a space with the caller; any other id, known or not, gets the \
             same response: 403 `forbidden`.",
        ))
        .parameter(path_parameter("type", "The kind of id, in any case.", kind))
        .parameter(path_parameter("memberId", "The other person's id.", text().pattern(Some("^[0-9a-f]{24}$"))))
        .response("200", answer)
        .securities(Some(users()));
    (
        operation,
        &[
            Code::Unauthenticated,
            Code::Forbidden,
            Code::Blocked,
            Code::NotFound,
            Code::TooManyRequests,
            Code::Internal,
            Code::Unavailable,
        ],
    )
}

pub(super) fn meeting_room() -> Described {
    let answer =
        ResponseBuilder::new().description("The space.").content("application/json", content::<MeetingRoom<'_>>());
    let operation = OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some("openMeetingRoom"))
        .summary(Some("Open a meeting room"))
        .description(Some(
            "For users: their own meeting room, or that of a colleague, whose `members` are shown only to members. It \
             is created when it is first requested. Addresses of other people and unknown addresses get the same \
             response: 404 `not_found`.",
        ))
        .parameter(path_parameter("email", "The owner's address, or `me`.", text()))
        .response("200", answer)
        .securities(Some(users()));
    (
        operation,
        &[Code::Unauthenticated, Code::Forbidden, Code::Blocked, Code::NotFound, Code::Internal, Code::Unavailable],
    )
}

pub(super) fn with_direct() -> Described {
    let answer = ResponseBuilder::new()
        .description("A page of people, most recently used spaces first.")
        .content("application/json", page_of::<UserObject>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("listPeopleWithDirectSpaces"))
        .summary(Some("List people with direct spaces"))
        .description(Some(
            "For users: the users with whom they have a direct space. Colleagues have their address in `username` and \
             `emails`.",
        ))
        .parameter(path_parameter("u", "`me` or the caller's own id.", text()))
        .parameter(query("search", "Finds people whose name in the space contains this text, in any case.", text()))
        .parameter(query("size", "Maximum number of people on a page.", number(1, 100, 10)))
        .parameter(query("page", "The page number, from 0.", number(0, 100, 0)))
        .parameter(query("pageToken", "The position of a page, from a URL of this list.", text()))
        .response("200", answer)
        .securities(Some(users()));
    (
        operation,
        &[
            Code::InvalidRequest,
            Code::Unauthenticated,
            Code::Forbidden,
            Code::NotFound,
            Code::Internal,
            Code::Unavailable,
        ],
    )
}

fn users() -> [SecurityRequirement; 2] {
    ["jwt", "bearer"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))
}

fn path_parameter(name: &str, description: &str, schema: ObjectBuilder) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(schema))
}
