//! Assembles the functions' parts into one API description.

use serde_json::Value;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathsBuilder, ServerBuilder,
};

use crate::functions;

/// Returns the description without examples.
pub(crate) fn description() -> OpenApi {
    let mut description = OpenApiBuilder::new()
        .info(info())
        .servers(Some([ServerBuilder::new()
            .url("https://spaces.example.com")
            .description(Some("`PUBLIC_URL` of the deployment"))
            .build()]))
        .paths(PathsBuilder::new())
        .components(Some(security_schemes().build()))
        .tags(Some([
            tag("Spaces", "Create spaces with invitations, join them, and manage them."),
            tag("Invitations", "Invite into a space; list, show, update, resend and revoke invitations."),
            tag("Members", "The members of a space and their roles."),
            tag("People", "The caller, and the people the caller can find."),
            tag("Guests", "For people without an account."),
            tag("Link", "The link of an invitation, opened in a browser."),
            tag("Mail", "Lets recipients stop mail."),
        ]))
        .build();
    for part in functions::parts() {
        description.merge(part);
    }
    description
}

fn info() -> InfoBuilder {
    InfoBuilder::new()
        .title("Spaces invitations")
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
        .description(Some(
            "Creates spaces, invites people to them by mail, and lets them in: with an account or as a guest. The API is that \
             of Avaya Spaces (formerly Zang Spaces).\n\n\
             A trailing slash at the end of a path makes no difference. A method that a path does not support \
             returns 405 with `Allow`, an unknown path 404. JSON responses have `Cache-Control: no-store`. Errors are problem \
             documents (RFC 9457).",
        ))
}

fn security_schemes() -> ComponentsBuilder {
    let in_authorization =
        |text: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description("Authorization", text)));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
        "An OAuth 2 access token of a configured issuer: a JWT (RFC 9068), or an opaque token that can be introspected.",
    ));
    let session = ApiKeyValue::with_description(
        "AUTH_TOKEN",
        "The session cookie, with a user's or a guest's token; its name is configurable. Only the pages of links read it.",
    );
    ComponentsBuilder::new()
        .security_scheme(
            "jwt",
            in_authorization(
                "The scheme `jwt`, a blank, and a user's token of a configured issuer or a guest's token of anonymous login.",
            ),
        )
        .security_scheme("bearer", SecurityScheme::Http(bearer.build()))
        .security_scheme(
            "service_app",
            in_authorization("The scheme `service_app`, a blank, and a JWT signed by a registered service app."),
        )
        .security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)))
}

fn tag(name: &str, description: &str) -> utoipa::openapi::Tag {
    TagBuilder::new().name(name).description(Some(description)).build()
}

/// Marks all response headers as required, which utoipa cannot express.
pub(crate) fn require_headers(node: &mut Value) {
    match node {
        Value::Object(fields) => {
            if let Some(headers) = fields.get_mut("headers").and_then(Value::as_object_mut) {
                for header in headers.values_mut() {
                    header["required"] = Value::Bool(true);
                }
            }
            fields.values_mut().for_each(require_headers);
        }
        Value::Array(items) => items.iter_mut().for_each(require_headers),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
