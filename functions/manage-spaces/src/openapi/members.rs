//! The operations on the members of a space.

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
            "For the members of the space. `total` is exact up to 1,000. Follow `nextPageUrl` to the end; a page \
             requested by number has at most 10,000 members before it.",
        ))
        .parameter(space_id())
        .parameter(query("size", "Maximum number of members on a page.", number(1, 100, 30)))
        .parameter(query("page", "The page number, from 0.", number(0, 1_000, 0)))
        .parameter(query("pageToken", "The position of a page, from a URL of this list.", text()))
        .parameter(query(
            "search",
            "Finds names that contain this text, in any case, among the first 1,000 members. A leading `^` and a \
             trailing `$` anchor it to the start and the end of the name; there is no other pattern syntax.",
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
        .description(Some("The role. Read as JSON whatever its Content-Type says; at most 1 MiB."))
        .required(Some(Required::True))
        .content("application/json", content::<RoleBody<'_>>())
        .build();
    let answer = ResponseBuilder::new()
        .description("The member, with the role.")
        .content("application/json", content::<Attendee>());
    let operation = of_an_attendee("setRole", "Set a role, or add a member", &["userid"])
        .description(Some(
            "Sets the role of a member, or adds a user who is a colleague of the caller or shares a space with them. \
             Any other id, known or not, gets 403 `forbidden`. Members may add people as member or guest, and raise \
             guests to member. Only admins may lower a role, change or appoint admins, and add back a removed person. \
             The role of the only admin cannot be lowered. An anonymous guest always stays a guest. A service app may \
             make its own account an admin of a space that it created for somebody, unless the account was removed or \
             its role lowered there.",
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
        .description("The former member.")
        .content("application/json", content::<FormerAttendee>());
    let operation = of_an_attendee("removeMember", "Leave a space, or remove a member", &["userid", "anonymousid"])
        .description(Some(
            "Everybody may end their own membership. Members may also remove guests, and admins may remove anybody. \
             The only admin can neither leave nor be removed, and nobody can leave a direct space. Repeating it \
             changes nothing.",
        ))
        .parameter(query(
            "invites",
            "`revoke` also revokes the open invitations that the person created or last updated in the space.",
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
