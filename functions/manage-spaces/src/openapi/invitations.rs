//! The calls on the invitations to a space.

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
use crate::invitation_update::MeantBody;
use crate::resend::ResendBody;

pub(super) fn schemas(part: Part) -> Part {
    part.schema::<InviteeBody<'_>>()
        .named(INVITE, with_invitees(1, [InviteBody::schema()]))
        .named(UPDATE, with_invitees(0, [MeantBody::schema(), InviteBody::schema()]))
        .schema::<ResendBody<'_>>()
        .schema::<InvitationAnswer<'_>>()
        .schema::<InvitationObject<'_>>()
}

/// The names of the bodies of two calls.
const INVITE: &str = "InviteIntoSpaceRequest";
const UPDATE: &str = "UpdateInvitationRequest";

/// The operations on a new invitation.
const LINKS: [&str; 5] = ["joinSpace", "showInvitation", "updateInvitation", "resendInvitation", "revokeInvitation"];

pub(super) fn invite() -> Described {
    let invited = answer("The invitation; a repeat gets the same answer.");
    let operation = OperationBuilder::new()
        .tag("Invitations")
        .operation_id(Some("invite"))
        .summary(Some("Invite into a space"))
        .description(Some(
            "Members invite as guest or member, admins as anything. At least one invitee. Nobody is invited into a direct or an \
             archived space.",
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
        .description("A page of invitations, newest first: without their invitees, which `counts` has in numbers.")
        .content("application/json", page_of::<InvitationObject<'_>>());
    let operation = OperationBuilder::new()
        .tag("Invitations")
        .operation_id(Some("listInvitations"))
        .summary(Some("List the invitations to a space"))
        .description(Some(
            "All for admins, their own for members. `total` counts up to 100, and a page that is asked for by its number has at most \
             100 invitations before it: follow `nextPageUrl`. Invitations of the last seconds may be missing.",
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
            "`invitees` is required and replaces the list; what else is absent stays as it is, and `null` removes a time. New invitees \
             are mailed, those who stay only if times or mode changed, and whoever is taken off gets a cancellation if they \
             were sent a meeting. An expired invitation opens again. Its creator and admins may update it, 60 times an hour.",
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
            "To the people that the body names, or to all; left out is everybody who has joined, declined or been mailed within \
             ten minutes. If nobody else is left, 429 says when the first of them may be. It renews the expiry.",
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
            "Its link admits nobody any more, and only cancellations are mailed. Repeating it changes nothing.",
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

/// A body with the fields of these, which must have a list of invitees, of at least this many. One flat schema, because generators of
/// clients do not merge what `allOf` says twice of one field.
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
        .description(Some("The people who are invited. The same invitee twice is one if the roles agree."));
    body.property("invitees", list).required("invitees").into()
}
