//! The calls on the members of a space.

use spaces_api::wire::MemberObject;
use spaces_http::Code;
use spaces_http::openapi::{Part, any_case, content, text};
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{Required, ResponseBuilder};

use super::{Described, anybody, number, page_of, query, space_id};
use crate::attendee::{Attendee, RoleBody};
use crate::removal::FormerAttendee;

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<MemberObject>().schema::<RoleBody<'_>>().schema::<Attendee>().schema::<FormerAttendee>()
}

pub(super) fn list() -> Described {
    let answer = ResponseBuilder::new()
        .description("A page of members: users before anonymous guests.")
        .content("application/json", page_of::<MemberObject>());
    let operation = OperationBuilder::new()
        .tag("Members")
        .operation_id(Some("listMembers"))
        .summary(Some("List the members of a space"))
        .description(Some(
            "For the members of the space. `total` is exact up to 1,000. Follow `nextPageUrl` to its end; by its number, a page is \
             reached that has at most 10,000 members before it.",
        ))
        .parameter(space_id())
        .parameter(query("size", "The largest number of members on a page.", number(1, 100, 30)))
        .parameter(query("page", "The number of the page, from 0.", number(0, 1_000, 0)))
        .parameter(query("pageToken", "The place of a page, from a URL of this list.", text()))
        .parameter(query(
            "search",
            "Finds names that contain this text, whatever its case, among the first 1,000 members. `^` at its beginning and `$` at \
             its end bind it to those of the name; nothing else in it is a pattern.",
            text(),
        ))
        .response("200", answer)
        .securities(Some(anybody()));
    let codes: &[Code] = &[
        Code::InvalidRequest,
        Code::Unauthenticated,
        Code::Forbidden,
        Code::NotFound,
        Code::Internal,
        Code::Unavailable,
    ];
    (operation, codes)
}

pub(super) fn attend() -> Described {
    let body = RequestBodyBuilder::new()
        .description(Some("The role. It is read as JSON whatever its Content-Type."))
        .required(Some(Required::True))
        .content("application/json", content::<RoleBody<'_>>())
        .build();
    let answer = ResponseBuilder::new()
        .description("The member, with the role.")
        .content("application/json", content::<Attendee>());
    let operation = of_an_attendee("setRole", "Set a role, or add a member", &["userid"])
        .description(Some(
            "Sets the role of a member, or adds a user of the caller's company or with a space in common. Any other id, known \
             or not, answers 403 `forbidden`. Members add people as member or guest and raise guests to member; only admins lower a \
             role, change or make admins, and bring back somebody who was removed. The only admin is not lowered. An anonymous \
             guest stays a guest. A service app may make its own account admin of a space that it created acting for somebody, \
             unless it was removed from it or lowered.",
        ))
        .request_body(Some(body))
        .response("200", answer);
    let codes: &[Code] = &[
        Code::MalformedRequest,
        Code::InvalidRequest,
        Code::Unauthenticated,
        Code::Forbidden,
        Code::Blocked,
        Code::NotFound,
        Code::PayloadTooLarge,
        Code::TooManyRequests,
        Code::Internal,
        Code::Unavailable,
    ];
    (operation, codes)
}

pub(super) fn remove() -> Described {
    let answer = ResponseBuilder::new()
        .description("Who is a member no longer.")
        .content("application/json", content::<FormerAttendee>());
    let operation = of_an_attendee("removeMember", "Leave a space, or remove a member", &["userid", "anonymousid"])
        .description(Some(
            "Everybody ends their own membership, members those of guests, admins all. The only admin can neither leave nor be \
             removed, and nobody leaves a direct space. Repeating it changes nothing.",
        ))
        .parameter(query(
            "invites",
            "`revoke` also revokes the open invitations that the person made, among the newest 1,000 of the space.",
            text().pattern(Some("^([rR][eE][vV][oO][kK][eE])?$")),
        ))
        .response("200", answer);
    let codes: &[Code] = &[
        Code::InvalidRequest,
        Code::Unauthenticated,
        Code::Forbidden,
        Code::Blocked,
        Code::NotFound,
        Code::Internal,
        Code::Unavailable,
    ];
    (operation, codes)
}

fn of_an_attendee(id: &str, summary: &str, kinds: &[&str]) -> OperationBuilder {
    let in_path = |name: &str, description: &str, pattern: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(description))
            .schema(Some(text().pattern(Some(pattern))))
    };
    OperationBuilder::new()
        .tag("Members")
        .operation_id(Some(id))
        .summary(Some(summary))
        .parameter(space_id())
        .parameter(in_path(
            "type",
            "`userid` for a user, `anonymousid` for an anonymous guest, in any case.",
            &any_case(kinds),
        ))
        .parameter(in_path("memberId", "The id of the user or guest; `me` is the caller.", "^([0-9a-f]{24}|me)$"))
        .securities(Some(anybody()))
}
