//! The function's part of `docs/openapi.json`.

use spaces_http::Code;
use spaces_http::openapi::{Part, content, header, invite_id, invite_info, page, request_header, text};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::{Deprecated, HttpMethod, OpenApi, Response, ResponseBuilder, SecurityRequirement};

use crate::answer::Answer;

const NO_SCOPES: [&str; 0] = [];

/// What clients of the function see of it.
#[must_use]
pub fn part() -> OpenApi {
    let old = join("joinSpaceOld").summary(Some("Join (old spelling)")).deprecated(Some(Deprecated::True));
    let mut part = Part::default()
        .schema::<Answer<'_>>()
        .operation(HttpMethod::Get, "/api/spaces/invites/{inviteId}/join", join("joinSpace"), CODES)
        .operation(HttpMethod::Get, "/api/topics/invites/{inviteId}/join", old, CODES);
    for (path, end, what) in [
        ("/spaces/invites/{inviteId}/join", "", "the link"),
        ("/spaces/invites/{inviteId}/meet", "Meeting", "the link to the meeting"),
    ] {
        part = part
            .operation(HttpMethod::Get, path, open(&format!("openLink{end}"), what), &[])
            .operation(HttpMethod::Head, path, look(&format!("lookAtLink{end}"), what), &[])
            .operation(HttpMethod::Post, path, join_as_guest(&format!("joinAsGuest{end}"), what), &[]);
    }
    let path = "/spaces/invites/{inviteId}/joined";
    part.operation(HttpMethod::Get, path, joined(), &[])
        .operation(HttpMethod::Head, path, look("lookAtJoined", "the page after joining"), &[])
        .finish()
}

const CODES: &[Code] = &[
    Code::Unauthenticated,
    Code::Blocked,
    Code::NotFound,
    Code::InviteExpired,
    Code::InviteRevoked,
    Code::Internal,
    Code::Unavailable,
];

fn join(id: &str) -> OperationBuilder {
    let joined = ResponseBuilder::new()
        .description("The caller is a member. Joining again gives the same role and reason.")
        .content("application/json", content::<Answer<'_>>());
    let password =
        request_header("spaces-x-space-password", "Clients of the original send it. It changes nothing.", text());
    OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some(id))
        .summary(Some("Join"))
        .description(Some(
            "For users, guests and service apps. Whoever is on the invitation, by user id or by an address that their issuer \
             has verified, gets its role; everybody else becomes a guest. A role rises and never falls.",
        ))
        .parameter(invite_id())
        .parameter(invite_info())
        .parameter(password)
        .response("200", joined)
        .securities(Some(["jwt", "bearer", "service_app"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))))
}

fn open(id: &str, what: &str) -> OperationBuilder {
    in_browser(id)
        .summary(Some(format!("Open {what} in a browser")))
        .description(Some(
            "With a session of somebody who is on the invitation or a member already, or of a guest: joins and leads to the \
             application. Otherwise a page with the ways in, and nothing is written.",
        ))
        .response("200", shown("The space, who invites and when, and the ways in."))
        .response("303", onward("Where members go."))
}

fn look(id: &str, what: &str) -> OperationBuilder {
    let is_there =
        ResponseBuilder::new().description("The invitation is open. Nothing is written, whoever asks.").build();
    let without_body = |description: &str| ResponseBuilder::new().description(description).build();
    OperationBuilder::new()
        .tag("Link")
        .operation_id(Some(id))
        .summary(Some(format!("Look at {what}")))
        .parameter(invite_id())
        .response("200", is_there)
        .response("404", without_body("There is no such invitation."))
        .response("410", without_body("The invitation has expired or been withdrawn."))
        .response("500", without_body("Something went wrong on our side."))
        .response("503", busy(ResponseBuilder::new()))
}

fn join_as_guest(id: &str, what: &str) -> OperationBuilder {
    in_browser(id)
        .summary(Some(format!("Join as guest, by the form behind {what}")))
        .description(Some(
            "For somebody who is signed in and not on the invitation. Taken from a page of this service alone, by \
             `Sec-Fetch-Site` or else by `Origin`.",
        ))
        .response("303", onward("Where members go; back to the link, if the session has ended."))
        .response("403", shown("Not sent from a page of this service."))
}

fn joined() -> OperationBuilder {
    in_browser("showJoined")
        .summary(Some("The page after joining"))
        .description(Some("Where no application is configured, members go here."))
        .response("200", shown("The space and who is in it."))
        .response("303", onward("Back to the link, for whoever is not in."))
}

/// What the operations of a browser have in common.
fn in_browser(id: &str) -> OperationBuilder {
    OperationBuilder::new()
        .tag("Link")
        .operation_id(Some(id))
        .parameter(invite_id())
        .parameter(invite_info())
        .response("404", shown("There is no such invitation."))
        .response("410", shown("The invitation has expired or been withdrawn."))
        .response("500", shown("Something went wrong on our side."))
        .response("503", busy(ResponseBuilder::new().content("text/html", page())))
        .securities(Some([SecurityRequirement::default(), SecurityRequirement::new("session", NO_SCOPES)]))
}

fn shown(description: &str) -> Response {
    ResponseBuilder::new().description(description).content("text/html", page()).build()
}

fn onward(description: &str) -> Response {
    ResponseBuilder::new().description(description).header("Location", header(description)).build()
}

fn busy(response: ResponseBuilder) -> Response {
    let wait = header("How many seconds to wait before trying again.");
    response.description("The service is busy. Try again later.").header("Retry-After", wait).build()
}
