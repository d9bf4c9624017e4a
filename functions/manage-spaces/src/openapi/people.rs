//! The calls on people.

use spaces_http::Code;
use spaces_http::openapi::{Part, content};
use utoipa::openapi::ResponseBuilder;
use utoipa::openapi::path::OperationBuilder;

use super::{Described, anybody};
use crate::me::Me;

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<Me>()
}

pub(super) fn me() -> Described {
    let answer = ResponseBuilder::new().description("The caller.").content("application/json", content::<Me>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("showMe"))
        .summary(Some("Who am I"))
        .description(Some(
            "For users, guests and service apps. The first call makes a user known: others can invite them by id.",
        ))
        .response("200", answer)
        .securities(Some(anybody()));
    (operation, &[Code::Unauthenticated, Code::Internal, Code::Unavailable])
}
