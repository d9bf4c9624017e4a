//! The calls on people.

use spaces_api::wire::MySpaceObject;
use spaces_http::Code;
use spaces_http::openapi::{Part, any_case, content, text};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{Required, ResponseBuilder, SecurityRequirement};

use super::{Described, NO_SCOPES, anybody, number, page_of, query, space_id};
use crate::me::Me;
use crate::preference::{PreferenceBody, PreferenceObject};

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<Me>().schema::<MySpaceObject<'_>>().schema::<PreferenceBody<'_>>().schema::<PreferenceObject>()
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

pub(super) fn my_spaces() -> Described {
    // An empty parameter counts as absent, and so does an empty entry of a list.
    let kind = any_case(&["group", "direct", "personal", "all"]).replace(['^', '$'], "");
    let kinds = text().pattern(Some(format!("^ *{kind}? *(, *{kind}? *)*$")));
    let status = text().pattern(Some(format!("^[01]$|{}|^$", any_case(&["all"]))));
    let filter = text().pattern(Some(format!("{}|^$", any_case(&["pinned"]))));
    let page = ResponseBuilder::new()
        .description("A page of spaces, the last used first.")
        .content("application/json", page_of::<MySpaceObject<'_>>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("listMySpaces"))
        .summary(Some("List my spaces"))
        .description(Some(
            "For users and guests. A space is used by joining it, by opening its link or page, and by joining it by its id, at most once an \
             hour. `total` counts up to 100, and a page that is asked for by its number has at most 100 spaces before it: follow \
             `nextPageUrl`. The pages that it leads to show each space once, also while spaces are used. At most 1,000 spaces \
             are looked at for one page, which may have fewer than `size` then. Spaces of the last seconds may be missing.",
        ))
        .parameter(query(
            "topictype",
            "`group`, `direct`, `personal` or `all`, in any case, or a list of them, separated by commas; `group` if absent.",
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
            "Finds titles that contain this text, whatever its case. `^` at its beginning and `$` at its end bind it to those \
             of the title; nothing else in it is a pattern.",
            text(),
        ))
        .parameter(query("size", "The largest number of spaces on a page.", number(1, 100, 10)))
        .parameter(query("page", "The number of the page, from 0.", number(0, 100, 0)))
        .parameter(query("pageToken", "The place of a page, from a URL of this list.", text()))
        .response("200", page)
        .securities(Some(["jwt", "bearer"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))));
    let codes: &[Code] =
        &[Code::InvalidRequest, Code::Unauthenticated, Code::Forbidden, Code::Internal, Code::Unavailable];
    (operation, codes)
}

pub(super) fn prefer() -> Described {
    let body = RequestBodyBuilder::new()
        .description(Some("The wishes. They are read as JSON whatever their Content-Type."))
        .required(Some(Required::True))
        .content("application/json", content::<PreferenceBody<'_>>())
        .build();
    let answer = ResponseBuilder::new()
        .description("The wishes as they are stored.")
        .content("application/json", content::<PreferenceObject>());
    let operation = OperationBuilder::new()
        .tag("People")
        .operation_id(Some("preferSpace"))
        .summary(Some("Pin a space"))
        .description(Some("For the members of the space, for themselves alone. What is absent or `null` stays."))
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
