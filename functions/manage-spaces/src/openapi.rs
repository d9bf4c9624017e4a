//! The function's part of `docs/openapi.json`: a path for each of its routes.

use spaces_http::Code;
use spaces_http::openapi::{Part, content};
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, OpenApi, Required, ResponseBuilder, SecurityRequirement, Type};

use spaces_api::wire::SpaceObject;

use crate::me::Me;
use crate::routes::{Action, ROUTES};

const NO_SCOPES: [&str; 0] = [];

/// Returns what clients of the function see of it.
#[must_use]
pub fn part() -> OpenApi {
    let operation = |action| match action {
        Action::Space => {
            (space(), &[Code::Unauthenticated, Code::Forbidden, Code::NotFound, Code::Internal, Code::Unavailable][..])
        }
        Action::Me => (me(), &[Code::Unauthenticated, Code::Internal, Code::Unavailable][..]),
    };
    Part::default().schema::<SpaceObject<'_>>().schema::<Me>().routes(&ROUTES, operation).finish()
}

fn space() -> OperationBuilder {
    let answer =
        ResponseBuilder::new().description("The space.").content("application/json", content::<SpaceObject<'_>>());
    OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some("showSpace"))
        .summary(Some("Show a space"))
        .description(Some(
            "For the members of the space. A space that does not exist and one of others answer alike: 403 `forbidden`.",
        ))
        .parameter(space_id())
        .response("200", answer)
        .securities(Some(["jwt", "bearer", "service_app"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))))
}

fn space_id() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The space's id."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9a-f]{24}$"))))
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
