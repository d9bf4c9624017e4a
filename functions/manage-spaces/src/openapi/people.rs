//! The calls on people.

use spaces_api::wire::UserObject;
use spaces_http::Code;
use spaces_http::openapi::{Part, content, text};
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{
    ArrayBuilder, Content, ObjectBuilder, Required, ResponseBuilder, SchemaFormat, SecurityRequirement, Type,
};

use super::invitations::{page_parameters, query};
use super::{Described, NO_SCOPES, anybody, page_of};
use crate::colleagues_by_address::{FoundColleagues, MAX_ADDRESSES};
use crate::invitations_to_me::InvitationToMe;
use crate::me::Me;

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<Me>().schema::<UserObject>().schema::<FoundColleagues>().schema::<InvitationToMe>()
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

pub(super) fn colleagues() -> Described {
    let page = ResponseBuilder::new()
        .description("A page of people, sorted by name, or by the word that a search finds.")
        .content("application/json", page_of::<UserObject>());
    let user = ParameterBuilder::new()
        .name("u")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(
            "`me` or the caller's own id; the id of anybody else is 403, whether somebody has it or not.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(me|[0-9a-f]{24})$"))));
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("listColleagues"))
        .summary(Some("List colleagues"))
        .description(Some(
            "The people of the caller's company, with their addresses, and those who have a space in common with the caller, without. \
             For users and service apps. `total` counts up to 100, and a page that is asked for by its number has at most 100 people \
             before it: follow `nextPageUrl`. Somebody who came or changed within the last seconds may be missing.",
        ))
        .parameter(user)
        .parameter(query(
            "search",
            "Words, each of which begins a word of the name or, within the company, of the address before its `@`; or the beginning of an \
             address. In any case and without diacritics; no character has a meaning of its own.",
            text(),
        ));
    let operation = page_parameters(operation, "people").response("200", page).securities(Some(anybody()));
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

pub(super) fn colleagues_by_address() -> Described {
    let address =
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::Custom("idn-email".to_owned())));
    let list = ArrayBuilder::new().items(address).max_items(Some(MAX_ADDRESSES)).build();
    let body = RequestBodyBuilder::new()
        .description(Some("The addresses. Read as JSON whatever its Content-Type says; at most 1 MiB."))
        .required(Some(Required::True))
        .content("application/json", Content::new(Some(list)))
        .build();
    let answer = ResponseBuilder::new()
        .description("Those who were found.")
        .content("application/json", content::<FoundColleagues>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("findColleagues"))
        .summary(Some("Find colleagues by address"))
        .description(Some(
            "The people of the caller's company with these addresses. Everybody else is left out, whether somebody has the address or not, \
             and so is the caller. For users.",
        ))
        .request_body(Some(body))
        .response("200", answer)
        .securities(Some(users()));
    (
        operation,
        &[
            Code::MalformedRequest,
            Code::InvalidRequest,
            Code::Unauthenticated,
            Code::Forbidden,
            Code::PayloadTooLarge,
            Code::Internal,
            Code::Unavailable,
        ],
    )
}

pub(super) fn invitations_to_me() -> Described {
    let page = ResponseBuilder::new()
        .description("A page of invitations, newest first.")
        .content("application/json", page_of::<InvitationToMe>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("listMyInvitations"))
        .summary(Some("List the open invitations to me"))
        .description(Some(
            "Those that name the caller by id or by an address that counts as the caller's for joining, whether the caller has joined by \
             them or not. For users. `total` counts up to 100, and a page that is asked for by its number has at most 100 invitations \
             before it: follow `nextPageUrl`. Invitations of the last seconds may be missing.",
        ));
    let operation = page_parameters(operation, "invitations").response("200", page).securities(Some(users()));
    (operation, &[Code::InvalidRequest, Code::Unauthenticated, Code::Forbidden, Code::Internal, Code::Unavailable])
}

/// The credentials of users.
fn users() -> [SecurityRequirement; 2] {
    ["jwt", "bearer"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))
}
