//! The operations on spaces.

use spaces_api::wire::SpaceObject;
use spaces_http::Code;
use spaces_http::openapi::{Part, content};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{Required, ResponseBuilder};

use super::{Described, anybody, space_id};
use crate::update::UpdateBody;

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<SpaceObject<'_>>().schema::<UpdateBody<'_>>()
}

pub(super) fn show() -> Described {
    let operation = of_a_space("showSpace", "Show a space").description(Some(
        "For the members of the space. A space that does not exist and one that the caller is not in get the same \
         response: 403 `forbidden`.",
    ));
    (operation, &[Code::Unauthenticated, Code::Forbidden, Code::NotFound, Code::Internal, Code::Unavailable])
}

pub(super) fn update() -> Described {
    let body = RequestBodyBuilder::new()
        .description(Some("The changes. Read as JSON whatever its Content-Type says; at most 1 MiB."))
        .required(Some(Required::True))
        .content("application/json", content::<UpdateBody<'_>>())
        .build();
    let operation = of_a_space("updateSpace", "Update a space")
        .description(Some(
            "For admins. Merges the given fields into the space: absent fields stay unchanged. Not for direct and \
             archived spaces.",
        ))
        .request_body(Some(body));
    (operation, UPDATING)
}

pub(super) fn delete() -> Described {
    let operation = of_a_space("deleteSpace", "Delete a space").description(Some(
        "For admins of a group space. Its invitations then get 410 `invite_revoked`, queued mails are not sent, and \
         meetings that were mailed are canceled by mail. Repeating it changes nothing.",
    ));
    (operation, CHANGING)
}

pub(super) fn archive() -> Described {
    let operation = of_a_space("archiveSpace", "Archive a space").description(Some(
        "For admins. Nobody can join an archived space, and nothing about it can change except roles, removals, \
         deletion and unarchiving. Repeating it changes nothing.",
    ));
    (operation, CHANGING)
}

pub(super) fn unarchive() -> Described {
    let operation = of_a_space("unarchiveSpace", "Unarchive a space")
        .description(Some("For admins. Opens an archived space again. Repeating it changes nothing."));
    (operation, CHANGING)
}

const CHANGING: &[Code] =
    &[Code::Unauthenticated, Code::Forbidden, Code::Blocked, Code::NotFound, Code::Internal, Code::Unavailable];

const UPDATING: &[Code] = &[
    Code::MalformedRequest,
    Code::InvalidRequest,
    Code::Unauthenticated,
    Code::Forbidden,
    Code::Blocked,
    Code::NotFound,
    Code::PayloadTooLarge,
    Code::Internal,
    Code::Unavailable,
];

/// Returns an operation on a space that responds with the space.
fn of_a_space(id: &str, summary: &str) -> OperationBuilder {
    let answer =
        ResponseBuilder::new().description("The space.").content("application/json", content::<SpaceObject<'_>>());
    OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some(id))
        .summary(Some(summary))
        .parameter(space_id())
        .response("200", answer)
        .securities(Some(anybody()))
}
