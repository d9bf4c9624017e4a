//! The function's part of `docs/openapi.json`.

use spaces_http::Code;
use spaces_http::openapi::{PUBLIC, Part, content, header, invite_id, invite_info, page, request_header, text};
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{Deprecated, HttpMethod, OpenApi, Required, Response, ResponseBuilder, SecurityRequirement};

use crate::answer::JoinAnswer;
use crate::mail::LinkMailForm;
use crate::web::LinkForm;

const NO_SCOPES: [&str; 0] = [];

/// Returns this function's part of the API description.
#[must_use]
pub fn part() -> OpenApi {
    let old = join("joinSpaceOld").summary(Some("Join (old spelling)")).deprecated(Some(Deprecated::True));
    let mut part = Part::default()
        .schema::<JoinAnswer<'_>>()
        .operation(HttpMethod::Get, "/api/spaces/invites/{inviteId}/join", join("joinSpace"), CODES)
        .operation(HttpMethod::Get, "/api/topics/invites/{inviteId}/join", old, CODES);
    for (path, end, what) in [
        ("/spaces/invites/{inviteId}/join", "", "the link"),
        ("/spaces/invites/{inviteId}/meet", "Meeting", "the link to the meeting"),
    ] {
        part = part
            .operation(HttpMethod::Get, path, open(&format!("openLink{end}"), what), &[])
            .operation(HttpMethod::Head, path, look(&format!("lookAtLink{end}"), what), &[])
            .operation(HttpMethod::Post, path, post(&format!("joinAsGuest{end}"), what), &[]);
    }
    let path = "/spaces/invites/{inviteId}/joined";
    part = part.schema::<LinkForm>().operation(HttpMethod::Get, path, joined(), &[]).operation(
        HttpMethod::Head,
        path,
        look("lookAtJoined", "the page after joining"),
        &[],
    );
    part =
        part.schema::<LinkMailForm>().operation(HttpMethod::Post, "/spaces/invites/{inviteId}/mail", post_mail(), &[]);
    let path = "/spaces/invites/{inviteId}/invite.ics";
    part = part.operation(HttpMethod::Get, path, calendar("getCalendar", true), &[]).operation(
        HttpMethod::Head,
        path,
        calendar("lookAtCalendar", false),
        &[],
    );
    let anybody = || shown("The sign-in page: the same for every space, and for an id that no space has.");
    let open = space("openSpace", "Open a space in a browser")
        .response("200", anybody())
        .response("303", onward("The page that members are sent to."));
    let inside = space("showSpacePage", "The page of a space for its members")
        .response("200", anybody())
        .response("303", onward("The space itself, if the id has upper-case digits."));
    part.operation(HttpMethod::Get, "/spaces/{spaceId}", open, &[])
        .operation(HttpMethod::Get, "/spaces/{spaceId}/joined", inside, &[])
        .finish()
}

const CODES: &[Code] = &[
    Code::Unauthenticated,
    Code::Forbidden,
    Code::Blocked,
    Code::PasswordRequired,
    Code::NotInvited,
    Code::NotFound,
    Code::InviteExpired,
    Code::InviteRevoked,
    Code::TooManyRequests,
    Code::Internal,
    Code::Unavailable,
];

fn join(id: &str) -> OperationBuilder {
    let joined = ResponseBuilder::new()
        .description("The caller is a member. Joining again returns the same role and reason.")
        .content("application/json", content::<JoinAnswer<'_>>());
    let password = request_header(
        "spaces-x-space-password",
        "The space's password, for newcomers who are not on the invitation, if the space requires one; percent-encoded \
         where it is not ASCII. `null`, `undefined` and an empty value count as none.",
        text(),
    );
    OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some(id))
        .summary(Some("Join"))
        .description(Some(
            "For users, guests and service apps. A caller who is on the invitation, by user id or by an address \
             verified by the issuer, gets the invitation's role, capped at the inviter's current role; everybody else \
             becomes a guest. A role can rise but never falls, and a role that an admin has set since the invitation \
             was created or updated is kept.",
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
            "With a session of an invitee, of a member, or of a guest admitted by this link's form: joins and \
             redirects to the application. Otherwise, and for a guest if the space requires a password: shows a page \
             with the ways in, and writes nothing. The same holds for requests that are not browser navigations \
             (Fetch Metadata). With `answer=no`, an invitee is asked whether to decline the invitation.",
        ))
        .parameter(declining())
        .response("200", shown("The space, the inviter, the time, and the ways in."))
        .response("303", onward("The page that members are sent to; the link itself, if the id has upper-case digits."))
        .response(
            "403",
            shown(
                "The space does not admit this person, or the browser rejected the guest form's \
                                cookie.",
            ),
        )
}

fn look(id: &str, what: &str) -> OperationBuilder {
    let is_there = ResponseBuilder::new().description("The invitation is open. Nothing is written.").build();
    let without_body = |description: &str| ResponseBuilder::new().description(description).build();
    OperationBuilder::new()
        .tag("Link")
        .operation_id(Some(id))
        .summary(Some(format!("Check {what}")))
        .description(Some("The status of the page, without its body. Nobody joins."))
        .parameter(invite_id())
        .securities(Some(PUBLIC))
        .response("200", is_there)
        .response("303", onward("The link itself, if the id has upper-case digits."))
        .response("404", without_body("There is no such invitation."))
        .response("410", without_body("The invitation has expired or been revoked."))
        .response("500", without_body("Something went wrong on our side."))
        .response("503", busy(ResponseBuilder::new()))
}

fn post(id: &str, what: &str) -> OperationBuilder {
    in_browser(id)
        .summary(Some(format!("Join as a guest, or decline, with the forms of {what}")))
        .description(Some(
            "Joining is for people who have a session and are not on the invitation, declining for people who are. \
             Accepted only from a page of this service, as shown by `Sec-Fetch-Site` or else by `Origin`.",
        ))
        .request_body(Some(
            RequestBodyBuilder::new().content("application/x-www-form-urlencoded", content::<LinkForm>()).build(),
        ))
        .response("200", shown("The invitation is declined."))
        .response("303", onward("The page that members are sent to; back to the link, if the session has ended."))
        .response(
            "403",
            shown(
                "The form was not sent from a page of this service, the password is missing or wrong, \
                                or the space does not admit this person.",
            ),
        )
        .response("429", shown("Too many wrong passwords."))
}

fn post_mail() -> OperationBuilder {
    in_browser("settleLinkMail")
        .summary(Some("Report the invitation, or stop mail to one's own address, with the link's forms"))
        .description(Some(
            "Anybody may report. Stopping mail and allowing it again require a session and a verified address. Nobody \
             joins. Accepted only from a page of this service, as shown by `Sec-Fetch-Site` or else by `Origin`.",
        ))
        .request_body(Some(
            RequestBodyBuilder::new()
                .content("application/x-www-form-urlencoded", content::<LinkMailForm>())
                .required(Some(Required::True))
                .build(),
        ))
        .response("200", shown("The invitation is reported; or mail to the caller's address is stopped or allowed."))
        .response("303", onward("Back to the link, if the session has ended."))
        .response("400", shown("The form has no `mail`, or an unknown value."))
        .response("403", shown("The form was not sent from a page of this service, or no verified address is known."))
}

fn calendar(id: &str, has_body: bool) -> OperationBuilder {
    let kept = |response: ResponseBuilder, kind: &str| {
        if has_body { response.content(kind, page()) } else { response }
    };
    let answer = |description: &str, kind: &str| kept(ResponseBuilder::new().description(description), kind);
    let title = if has_body { "The meeting as a calendar file" } else { "Check the calendar file" };
    OperationBuilder::new()
        .tag("Link")
        .operation_id(Some(id))
        .summary(Some(title))
        .description(Some(
            "iCalendar (RFC 5545) with `METHOD:PUBLISH`, and the UID and SEQUENCE of the mails; without organizer, \
             attendees or addresses. The language is taken from `Accept-Language`.",
        ))
        .parameter(invite_id())
        .securities(Some(PUBLIC))
        .response("200", answer("The meeting.", "text/calendar").build())
        .response("303", onward("The file itself, if the id has upper-case digits."))
        .response(
            "404",
            answer(
                "There is no such invitation; it has expired, is revoked or has no start; or its space is archived or \
                 deleted.",
                "text/html",
            )
            .build(),
        )
        .response("500", answer("Something went wrong on our side.", "text/html").build())
        .response("503", busy(kept(ResponseBuilder::new(), "text/html")))
}

fn declining() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("answer")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some("`no` leads to the page that declines the invitation."))
        .schema(Some(text()))
}

fn space(id: &str, what: &str) -> OperationBuilder {
    OperationBuilder::new()
        .tag("Link")
        .operation_id(Some(id))
        .summary(Some(what))
        .description(Some("For members. Everybody else sees the sign-in page, and learns nothing about the space."))
        .parameter(space_id())
        .response("404", shown("The id is malformed."))
        .response("500", shown("Something went wrong on our side."))
        .response("503", busy(ResponseBuilder::new().content("text/html", page())))
        .securities(Some([SecurityRequirement::default(), SecurityRequirement::new("session", NO_SCOPES)]))
}

fn space_id() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("spaceId")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The space's id."))
        .schema(Some(text().pattern(Some("^[0-9a-f]{24}$"))))
}

fn joined() -> OperationBuilder {
    in_browser("showJoined")
        .summary(Some("The page after joining"))
        .description(Some("If no application is configured, members are sent here."))
        .response("200", shown("The space and its members."))
        .response("303", onward("Back to the link, for people who are not members."))
}

/// Returns the common part of the operations for browsers.
fn in_browser(id: &str) -> OperationBuilder {
    OperationBuilder::new()
        .tag("Link")
        .operation_id(Some(id))
        .parameter(invite_id())
        .parameter(invite_info())
        .response("404", shown("There is no such invitation."))
        .response("410", shown("The invitation has expired or been revoked."))
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
    let wait = header("Seconds to wait before trying again.");
    response.description("The service is busy. Try again later.").header("Retry-After", wait).build()
}
