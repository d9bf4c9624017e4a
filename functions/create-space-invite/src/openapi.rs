//! The function's part of `docs/openapi.json`.

use spaces_api::inviting::InviteBody;
use spaces_api::inviting::openapi::{dry_run, idempotency_key};
use spaces_api::wire::InvitationAnswer;
use spaces_http::Code;
use spaces_http::openapi::{Part, content, request_header, text, with_invitation_links, with_space_links};
use utoipa::ToSchema;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{
    AllOfBuilder, Content, Deprecated, HttpMethod, OpenApi, Ref, Required, ResponseBuilder, Schema, SecurityRequirement,
};

use crate::body::CreateBody;

/// Returns this function's part of the API description.
#[must_use]
pub fn part() -> OpenApi {
    let old = create("createSpaceInviteOld", "joinSpaceOld")
        .summary(Some("Create a space with its invitation (old spelling)"))
        .deprecated(Some(Deprecated::True));
    Part::default()
        .schema::<CreateBody<'_>>()
        .schema::<InviteBody<'_>>()
        .schema::<InvitationAnswer<'_>>()
        .operation(HttpMethod::Post, "/api/spaces/invite", create("createSpaceInvite", "joinSpace"), CODES)
        .operation(HttpMethod::Post, "/api/topics/invite", old, CODES)
        .finish()
}

const CODES: &[Code] = &[
    Code::MalformedRequest,
    Code::InvalidRequest,
    Code::Unauthenticated,
    Code::Forbidden,
    Code::Blocked,
    Code::ActAsDenied,
    Code::InviteExpired,
    Code::PayloadTooLarge,
    Code::IdempotencyMismatch,
    Code::TooManyRequests,
    Code::MailLimit,
    Code::Internal,
    Code::Unavailable,
];

fn create(id: &str, join: &str) -> OperationBuilder {
    let created = ResponseBuilder::new()
        .description("The space and its invitation exist; a repeated request gets the same response.")
        .content("application/json", content::<InvitationAnswer<'_>>());
    let of_invitation = [join, "showInvitation", "updateInvitation", "resendInvitation", "revokeInvitation"];
    let of_space =
        ["showSpace", "updateSpace", "listMembers", "invite", "listInvitations", "archiveSpace", "deleteSpace"];
    let created = with_space_links(with_invitation_links(created, &of_invitation), &of_space);
    let both = AllOfBuilder::new()
        .item(Ref::from_schema_name(CreateBody::name()))
        .item(Ref::from_schema_name(InviteBody::name()))
        .build();
    let body = RequestBodyBuilder::new()
        .description(Some("Read as JSON whatever its Content-Type says; at most 1 MiB."))
        .content("application/json", Content::new(Some(Schema::AllOf(both))))
        .required(Some(Required::True));
    let act_as = request_header(
        "X-Avaya-Act-As",
        "The address of the user for whom the space is created. Requires a `service_app` token with the scope \
         `spaces.create.actas`; the user must be known and have an address in the service account's domain.",
        text(),
    );
    OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some(id))
        .summary(Some("Create a space with its invitation"))
        .description(Some(
            "For users and service apps. The caller, or the user for whom the caller acts, becomes \
                           admin of the space.",
        ))
        .parameter(idempotency_key())
        .parameter(act_as)
        .parameter(dry_run())
        .request_body(Some(body.build()))
        .response("200", created)
        .securities(Some(["jwt", "bearer", "service_app"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))))
}

const NO_SCOPES: [&str; 0] = [];
