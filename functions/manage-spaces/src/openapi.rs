//! The function's part of `docs/openapi.json`: a path for each of its routes.

use spaces_http::Code;
use spaces_http::openapi::{Part, content};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::{OpenApi, ResponseBuilder, SecurityRequirement};

use crate::me::Me;
use crate::routes::{Action, ROUTES};

const NO_SCOPES: [&str; 0] = [];

/// Returns what clients of the function see of it.
#[must_use]
pub fn part() -> OpenApi {
    let operation = |action| match action {
        Action::Me => (me(), &[Code::Unauthenticated, Code::Internal, Code::Unavailable][..]),
    };
    Part::default().schema::<Me>().routes(&ROUTES, operation).finish()
}

fn me() -> OperationBuilder {
    let answer = ResponseBuilder::new().description("The caller.").content("application/json", content::<Me>());
    OperationBuilder::new()
        .tag("People")
        .operation_id(Some("showMe"))
        .summary(Some("Who am I"))
        .description(Some(
            "For users, guests and service apps. The first call makes a user known: others can invite them by id.",
        ))
        .response("200", answer)
        .securities(Some(["jwt", "bearer", "service_app"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))))
}
