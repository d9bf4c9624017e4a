//! The operations on people.

use spaces_api::wire::{MySpaceObject, UserObject};
use spaces_http::Code;
use spaces_http::openapi::{Part, any_case, content, text};
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{
    ArrayBuilder, Content, ObjectBuilder, Required, ResponseBuilder, SchemaFormat, SecurityRequirement, Type,
};

use super::{Described, NO_SCOPES, anybody, page_of, page_parameters, query, space_id};
use crate::colleagues_by_address::{FoundColleagues, MAX_ADDRESSES};
use crate::invitations_to_me::InvitationToMe;
use crate::me::Me;
use crate::preference::{PreferenceBody, PreferenceObject};

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<Me>()
        .schema::<MySpaceObject<'_>>()
        .schema::<PreferenceBody<'_>>()
        .schema::<PreferenceObject>()
        .schema::<UserObject>()
        .schema::<FoundColleagues>()
        .schema::<InvitationToMe>()
}

pub(super) fn me() -> Described {
    let answer = ResponseBuilder::new().description("The caller.").content("application/json", content::<Me>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("showMe"))
        .summary(Some("Show the caller"))
        .description(Some(
            "For users, guests and service apps. The first call adds a user to the directory, so that others can \
             invite them by id.",
        ))
        .response("200", answer)
        .securities(Some(anybody()));
    (operation, &[Code::Unauthenticated, Code::Internal, Code::Unavailable])
}

pub(super) fn colleagues() -> Described {
    let page = ResponseBuilder::new()
        .description("A page of people, sorted by name, or by the word that the search matched.")
        .content("application/json", page_of::<UserObject>());
    let user = ParameterBuilder::new()
        .name("u")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("`me` or the caller's own id; any other id gets 403, whether it exists or not."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(me|[0-9a-f]{24})$"))));
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("listColleagues"))
        .summary(Some("List colleagues"))
        .description(Some(
            "The people of the caller's company, with their addresses, and people who share a space with the caller, \
             without addresses. For users and service apps. `total` counts up to 100, and a page requested by number \
             has at most 100 people before it: follow `nextPageUrl`. People who were added or changed within the last \
             few seconds may be missing.",
        ))
        .parameter(user)
        .parameter(query(
            "search",
            "Words that each match the beginning of a word of the name or, within the company, of the local part of \
             the address; or the beginning of an address. Case and diacritics are ignored; there is no pattern \
             syntax.",
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
        .description("The people who were found.")
        .content("application/json", content::<FoundColleagues>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("findColleagues"))
        .summary(Some("Find colleagues by address"))
        .description(Some(
            "The people of the caller's company with these addresses. Everybody else is omitted, whether the address \
             exists or not, and so is the caller. For users.",
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
            "The open invitations that name the caller by id, or by an address that counts as the caller's for \
             joining, even if the caller has already joined. For users. `total` counts up to 100, and a page \
             requested by number has at most 100 invitations before it: follow `nextPageUrl`. Invitations from the \
             last few seconds may be missing.",
        ));
    let operation = page_parameters(operation, "invitations").response("200", page).securities(Some(users()));
    (operation, &[Code::InvalidRequest, Code::Unauthenticated, Code::Forbidden, Code::Internal, Code::Unavailable])
}

/// Returns the credentials of users.
fn users() -> [SecurityRequirement; 2] {
    ["jwt", "bearer"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))
}

pub(super) fn my_spaces() -> Described {
    // An empty parameter counts as absent, and so does an empty entry of a list.
    let kind = any_case(&["group", "direct", "personal", "all"]).replace(['^', '$'], "");
    let kinds = text().pattern(Some(format!("^ *{kind}? *(, *{kind}? *)*$")));
    let status = text().pattern(Some(format!("^[01]$|{}|^$", any_case(&["all"]))));
    let filter = text().pattern(Some(format!("{}|^$", any_case(&["pinned"]))));
    let page = ResponseBuilder::new()
        .description("A page of spaces, most recently used first.")
        .content("application/json", page_of::<MySpaceObject<'_>>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("listMySpaces"))
        .summary(Some("List my spaces"))
        .description(Some(
            "For users and guests. Joining a space, by its link or its id, and opening its link or page count as use, \
             at most once an hour. `total` counts up to 100, and a page requested by number has at most 100 spaces \
             before it: follow `nextPageUrl`. Following it shows each space once, even while spaces are being used. \
             At most 1,000 spaces are examined for a page, which may then have fewer than `size`. Spaces from the \
             last few seconds may be missing.",
        ))
        .parameter(query(
            "topictype",
            "`group`, `direct`, `personal` or `all`, in any case, or a comma-separated list of them; `group` if \
             absent.",
            kinds,
        ))
        .parameter(query(
            "topicstatus",
            "`0` for active spaces, `1` for archived ones, `all` for both; `0` if absent.",
            status,
        ))
        .parameter(query("filtertype", "`pinned`, in any case, for the spaces that the caller has pinned.", filter))
        .parameter(query(
            "search",
            "Finds titles that contain this text, in any case. A leading `^` and a trailing `$` anchor it to the start \
             and the end of the title; there is no other pattern syntax.",
            text(),
        ));
    let operation = page_parameters(operation, "spaces").response("200", page).securities(Some(users()));
    let codes: &[Code] =
        &[Code::InvalidRequest, Code::Unauthenticated, Code::Forbidden, Code::Internal, Code::Unavailable];
    (operation, codes)
}

pub(super) fn prefer() -> Described {
    let body = RequestBodyBuilder::new()
        .description(Some("The preferences. Read as JSON whatever its Content-Type says; at most 1 MiB."))
        .required(Some(Required::True))
        .content("application/json", content::<PreferenceBody<'_>>())
        .build();
    let answer = ResponseBuilder::new()
        .description("The stored preferences.")
        .content("application/json", content::<PreferenceObject>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("preferSpace"))
        .summary(Some("Pin a space"))
        .description(Some(
            "For the members of the space; applies to the caller alone. Absent and `null` fields stay \
                           unchanged.",
        ))
        .parameter(space_id())
        .request_body(Some(body))
        .response("200", answer)
        .securities(Some(anybody()));
    let codes: &[Code] = &[
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
    (operation, codes)
}
