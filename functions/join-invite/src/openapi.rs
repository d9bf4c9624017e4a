//! The function's part of `docs/openapi.json`.

use spaces_http::Code;
use spaces_http::openapi::{PUBLIC, Part, content, header, invite_id, invite_info, page, request_header, text};
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{Deprecated, HttpMethod, OpenApi, Required, Response, ResponseBuilder, SecurityRequirement};

use crate::answer::Answer;
use crate::mail::LinkMailForm;
use crate::web::LinkForm;

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
    let anybody = || shown("The way to sign in: the same for every space, and for an id that no space has.");
    let open = space("openSpace", "Open a space in a browser")
        .response("200", anybody())
        .response("303", onward("Where members go."));
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
        .description("The caller is a member. Joining again gives the same role and reason.")
        .content("application/json", content::<Answer<'_>>());
    let password = request_header(
        "spaces-x-space-password",
        "The password of the space, for newcomers who are not on the invitation, where one is wanted; percent-encoded where it is \
         not ASCII. `null`, `undefined` and empty count as none.",
        text(),
    );
    OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some(id))
        .summary(Some("Join"))
        .description(Some(
            "For users, guests and service apps. Whoever is on the invitation, by user id or by an address that their issuer \
             has verified, gets its role, but none above that of its maker now; everybody else becomes a guest. A role rises and \
             never falls, and one that an admin has set since the invitation was made or updated stays.",
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
            "With a session of somebody who is on the invitation or a member already, or of a guest whom the form of this link has let in: \
             joins and leads to the application. Otherwise, and for a guest where the space wants a password, a page with the ways in, and \
             nothing is written; so, too, where a browser does not open a page (Fetch Metadata). With `answer=no` somebody on the \
             invitation is asked whether to decline it.",
        ))
        .parameter(declining())
        .response("200", shown("The space, who invites and when, and the ways in."))
        .response("303", onward("Where members go; the link itself, if the id has upper-case digits."))
        .response("403", shown("The space does not admit this person; the browser has refused the cookie of the guest form."))
}

fn look(id: &str, what: &str) -> OperationBuilder {
    let is_there = ResponseBuilder::new().description("The invitation is open. Nothing is written.").build();
    let without_body = |description: &str| ResponseBuilder::new().description(description).build();
    OperationBuilder::new()
        .tag("Link")
        .operation_id(Some(id))
        .summary(Some(format!("Look at {what}")))
        .description(Some("The status of the page, without its body. Nobody is joined."))
        .parameter(invite_id())
        .securities(Some(PUBLIC))
        .response("200", is_there)
        .response("303", onward("The link itself, if the id has upper-case digits."))
        .response("404", without_body("There is no such invitation."))
        .response("410", without_body("The invitation has expired or was revoked."))
        .response("500", without_body("Something went wrong on our side."))
        .response("503", busy(ResponseBuilder::new()))
}

fn post(id: &str, what: &str) -> OperationBuilder {
    in_browser(id)
        .summary(Some(format!("Join as guest, or decline, by the forms behind {what}")))
        .description(Some(
            "Joining is for somebody who has a session and is not on the invitation, declining for somebody who is. Taken from a page of \
             this service alone, by `Sec-Fetch-Site` or else by `Origin`.",
        ))
        .request_body(Some(
            RequestBodyBuilder::new()
                .content("application/x-www-form-urlencoded", content::<LinkForm>())
                .build(),
        ))
        .response("200", shown("The invitation is declined."))
        .response("303", onward("Where members go; back to the link, if the session has ended."))
        .response("403", shown("Not sent from a page of this service; the password is missing or wrong; the space does not admit this person."))
        .response("429", shown("Too many wrong passwords."))
}

fn post_mail() -> OperationBuilder {
    in_browser("settleLinkMail")
        .summary(Some("Report the invitation, or stop mail to one's own address, by the forms behind the link"))
        .description(Some(
            "Reporting is for anybody, stopping mail and letting it through again for somebody with a session and a proven address. \
             Nobody is joined. Taken from a page of this service alone, by `Sec-Fetch-Site` or else by `Origin`.",
        ))
        .request_body(Some(
            RequestBodyBuilder::new()
                .content("application/x-www-form-urlencoded", content::<LinkMailForm>())
                .required(Some(Required::True))
                .build(),
        ))
        .response("200", shown("The invitation is reported; mail to the own address is stopped or let through."))
        .response("303", onward("Back to the link, if the session has ended."))
        .response("400", shown("The form has no `mail`, or another value."))
        .response("403", shown("Not sent from a page of this service; no proven address is known."))
}

fn calendar(id: &str, has_body: bool) -> OperationBuilder {
    let kept = |response: ResponseBuilder, kind: &str| {
        if has_body { response.content(kind, page()) } else { response }
    };
    let answer = |description: &str, kind: &str| kept(ResponseBuilder::new().description(description), kind);
    let title = if has_body { "The meeting as a file for calendars" } else { "Look at the file for calendars" };
    OperationBuilder::new()
        .tag("Link")
        .operation_id(Some(id))
        .summary(Some(title))
        .description(Some(
            "iCalendar (RFC 5545) with `METHOD:PUBLISH`, and UID and SEQUENCE of the mails; no organizer, no attendee and no address. In the \
             language of `Accept-Language`.",
        ))
        .parameter(invite_id())
        .securities(Some(PUBLIC))
        .response("200", answer("The meeting.", "text/calendar").build())
        .response("303", onward("The file itself, if the id has upper-case digits."))
        .response(
            "404",
            answer(
                "There is no such invitation; it has expired, is revoked or has no start; its space is archived or deleted.",
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
        .description(Some("For members. Everybody else is shown how to sign in, and learns nothing about the space."))
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
        .description(Some("Where no application is configured, members go here."))
        .response("200", shown("The space and who is in it."))
        .response("303", onward("Back to the link, for people who are not in."))
}

/// What the operations of a browser have in common.
fn in_browser(id: &str) -> OperationBuilder {
    OperationBuilder::new()
        .tag("Link")
        .operation_id(Some(id))
        .parameter(invite_id())
        .parameter(invite_info())
        .response("404", shown("There is no such invitation."))
        .response("410", shown("The invitation has expired or was revoked."))
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
