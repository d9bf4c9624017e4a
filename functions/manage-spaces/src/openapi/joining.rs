//! The operation that joins a space by its id.

use spaces_http::Code;
use spaces_http::openapi::{Part, content, request_header, text};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::{ResponseBuilder, SecurityRequirement};

use super::{Described, NO_SCOPES, space_id};
use crate::join_by_id::JoinedById;

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<JoinedById<'_>>()
}

pub(super) fn join_by_id() -> Described {
    let answer = ResponseBuilder::new()
        .description("The caller is a member. Existing members get the same response.")
        .content("application/json", content::<JoinedById<'_>>());
    let password = request_header(
        "spaces-x-space-password",
        "The space's password, for newcomers, if the space requires one; percent-encoded where it is not ASCII. \
         `null`, `undefined` and an empty value count as none.",
        text(),
    );
    let operation = OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some("joinSpaceById"))
        .summary(Some("Join by the space's id"))
        .description(Some(
            "For users and guests. Newcomers become guests if `settings.memberOnly` is false. A space that does not \
             exist gets the same response as one whose id admits nobody: 403 `forbidden`.",
        ))
        .parameter(space_id())
        .parameter(password)
        .response("200", answer)
        .securities(Some(["jwt", "bearer"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))));
    (
        operation,
        &[
            Code::Unauthenticated,
            Code::Forbidden,
            Code::Blocked,
            Code::PasswordRequired,
            Code::NotInvited,
            Code::NotFound,
            Code::TooManyRequests,
            Code::Internal,
            Code::Unavailable,
        ],
    )
}
