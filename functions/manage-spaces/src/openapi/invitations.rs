//! The operations on invitations to a space.

use spaces_api::inviting::openapi::{dry_run, idempotency_key};
use spaces_api::inviting::{InviteBody, InviteeBody};
use spaces_api::wire::{InvitationAnswer, InvitationObject};
use spaces_http::Code;
use spaces_http::openapi::{Part, any_case, content, invite_id, text, with_invitation_links};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::{ArrayBuilder, Content, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{Described, anybody, page_of, page_parameters, query, space_id};
use crate::invitation_update::TargetBody;
use crate::resend::ResendBody;

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<InviteeBody<'_>>()
        .named(INVITE, with_invitees(1, [InviteBody::schema()]))
        .named(UPDATE, with_invitees(0, [TargetBody::schema(), InviteBody::schema()]))
        .schema::<ResendBody<'_>>()
        .schema::<InvitationAnswer<'_>>()
        .schema::<InvitationObject<'_>>()
}

/// The schema names of two request bodies.
const INVITE: &str = "InviteIntoSpaceRequest";
const UPDATE: &str = "UpdateInvitationRequest";

/// The operations on a new invitation.
const LINKS: [&str; 5] = ["joinSpace", "showInvitation", "updateInvitation", "resendInvitation", "revokeInvitation"];

pub(super) fn invite() -> Described {
    let invited = answer("The invitation; a repeated request gets the same response.");
    let operation = OperationBuilder::new()
        .tag("Invitations")
        .operation_id(Some("invite"))
        .summary(Some("Invite into a space"))
        .description(Some(
            "Members may give the roles guest and member, admins any role. Requires at least one invitee. Direct and \
             archived spaces do not allow invitations.",
        ))
        .parameter(space_id())
        .parameter(idempotency_key())
        .parameter(dry_run())
        .request_body(Some(body(Content::new(Some(Ref::from_schema_name(INVITE))), Required::True)))
        .response("200", with_invitation_links(invited, &LINKS))
        .securities(Some(anybody()));
    let codes: &[Code] = &[
        Code::MalformedRequest,
        Code::InvalidRequest,
        Code::Unauthenticated,
        Code::Forbidden,
        Code::Blocked,
        Code::NotFound,
        Code::PayloadTooLarge,
        Code::IdempotencyMismatch,
        Code::TooManyRequests,
        Code::MailLimit,
        Code::Internal,
        Code::Unavailable,
    ];
    (operation, codes)
}

pub(super) fn list() -> Described {
    let words = any_case(&["open", "expired", "revoked", "all"]);
    // An empty parameter counts as absent.
    let status = text().pattern(Some(format!("{words}|^$")));
    let page = ResponseBuilder::new()
        .description("A page of invitations, newest first. Each has `counts` instead of the list of invitees.")
        .content("application/json", page_of::<InvitationObject<'_>>());
    let operation = OperationBuilder::new()
        .tag("Invitations")
        .operation_id(Some("listInvitations"))
        .summary(Some("List the invitations to a space"))
        .description(Some(
            "Admins see all invitations, members their own. `total` counts up to 100, and a page requested by number \
             has at most 100 invitations before it: follow `nextPageUrl`. Invitations from the last few seconds may be \
             missing.",
        ))
        .parameter(space_id())
        .parameter(query("status", "`open`, `expired`, `revoked` or `all`, in any case; `all` if absent.", status));
    let operation = page_parameters(operation, "invitations").response("200", page).securities(Some(anybody()));
    (operation, READING)
}

pub(super) fn show() -> Described {
    let operation = of_an_invitation("showInvitation", "Show an invitation")
        .description(Some("With the state of each invitee."))
        .response("200", answer("The invitation."));
    let codes: &[Code] = &[Code::Unauthenticated, Code::Forbidden, Code::NotFound, Code::Internal, Code::Unavailable];
    (operation, codes)
}

pub(super) fn update() -> Described {
    let operation = of_an_invitation("updateInvitation", "Update an invitation")
        .description(Some(
            "`invitees` is required and replaces the list. Other absent fields stay unchanged, and `null` removes a \
             time. New invitees are mailed; those who stay are mailed only if the times or the mode changed; those who \
             are removed get a cancellation if they were sent a meeting. An update reopens an expired invitation. Open \
             to the invitation's creator and to admins, 60 times an hour.",
        ))
        .request_body(Some(body(Content::new(Some(Ref::from_schema_name(UPDATE))), Required::True)))
        .response("200", answer("The invitation as it is now."));
    let codes: &[Code] = &[
        Code::MalformedRequest,
        Code::InvalidRequest,
        Code::Unauthenticated,
        Code::Forbidden,
        Code::Blocked,
        Code::NotFound,
        Code::Conflict,
        Code::InviteRevoked,
        Code::PayloadTooLarge,
        Code::TooManyRequests,
        Code::MailLimit,
        Code::Internal,
        Code::Unavailable,
    ];
    (operation, codes)
}

pub(super) fn resend() -> Described {
    let operation = of_an_invitation("resendInvitation", "Mail an invitation again")
        .description(Some(
            "Mails the invitees that the body names, or all of them, except those who have joined, declined or been \
             mailed within the last ten minutes. If nobody is left, the response is 429, and `Retry-After` is the time \
             until the first of them can be mailed. Renews the expiry.",
        ))
        .request_body(Some(body(content::<ResendBody<'_>>(), Required::False)))
        .response("200", answer("The invitation as it is now."));
    let codes: &[Code] = &[
        Code::MalformedRequest,
        Code::InvalidRequest,
        Code::Unauthenticated,
        Code::Forbidden,
        Code::Blocked,
        Code::NotFound,
        Code::InviteExpired,
        Code::InviteRevoked,
        Code::PayloadTooLarge,
        Code::TooManyRequests,
        Code::MailLimit,
        Code::Internal,
        Code::Unavailable,
    ];
    (operation, codes)
}

pub(super) fn revoke() -> Described {
    let operation = of_an_invitation("revokeInvitation", "Revoke an invitation")
        .description(Some(
            "The link no longer admits anybody, and only cancellations are mailed. Repeating it changes nothing.",
        ))
        .response("200", answer("The invitation, revoked."));
    let codes: &[Code] =
        &[Code::Unauthenticated, Code::Forbidden, Code::Blocked, Code::NotFound, Code::Internal, Code::Unavailable];
    (operation, codes)
}

const READING: &[Code] =
    &[Code::InvalidRequest, Code::Unauthenticated, Code::Forbidden, Code::NotFound, Code::Internal, Code::Unavailable];

fn of_an_invitation(id: &str, summary: &str) -> OperationBuilder {
    OperationBuilder::new()
        .tag("Invitations")
        .operation_id(Some(id))
        .summary(Some(summary))
        .parameter(invite_id())
        .securities(Some(anybody()))
}

fn answer(description: &str) -> ResponseBuilder {
    ResponseBuilder::new().description(description).content("application/json", content::<InvitationAnswer<'_>>())
}

fn body(content: Content, required: Required) -> RequestBody {
    RequestBodyBuilder::new()
        .description(Some("Read as JSON whatever its Content-Type says; at most 1 MiB."))
        .required(Some(required))
        .content("application/json", content)
        .build()
}

/// Returns the schema of a body with the fields of several bodies and a required list of at least `least` invitees. It
/// is one flat schema, because client generators do not merge a field that `allOf` defines twice.
fn with_invitees<const N: usize>(least: usize, bodies: [RefOr<Schema>; N]) -> Schema {
    let fields = bodies.into_iter().filter_map(|body| match body {
        RefOr::T(Schema::Object(body)) => Some(body.properties),
        RefOr::T(_) | RefOr::Ref(_) => None,
    });
    let body = fields
        .flatten()
        .fold(ObjectBuilder::new().schema_type(Type::Object), |body, (name, field)| body.property(name, field));
    let list = ArrayBuilder::new()
        .items(Ref::from_schema_name(InviteeBody::name()))
        .min_items(Some(least))
        .max_items(Some(1_000))
        .description(Some("The invitees. An invitee given twice counts once if the roles agree."));
    body.property("invitees", list).required("invitees").into()
}
