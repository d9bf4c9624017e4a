//! The calls on spaces.

use spaces_api::wire::SpaceObject;
use spaces_http::Code;
use spaces_http::openapi::{Part, content};
use utoipa::openapi::ResponseBuilder;
use utoipa::openapi::path::OperationBuilder;

use super::{Described, anybody, space_id};

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<SpaceObject<'_>>()
}

pub(super) fn show() -> Described {
    let answer =
        ResponseBuilder::new().description("The space.").content("application/json", content::<SpaceObject<'_>>());
    let operation = OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some("showSpace"))
        .summary(Some("Show a space"))
        .description(Some(
            "For the members of the space. A space that does not exist and one of others answer alike: 403 `forbidden`.",
        ))
        .parameter(space_id())
        .response("200", answer)
        .securities(anybody());
    (operation, &[Code::Unauthenticated, Code::Forbidden, Code::NotFound, Code::Internal, Code::Unavailable])
}
