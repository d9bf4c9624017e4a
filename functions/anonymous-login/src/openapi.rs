//! The function's part of `docs/openapi.json`.

use spaces_http::Code;
use spaces_http::openapi::{PUBLIC, Part, content, header, text};
use utoipa::ToSchema;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{HttpMethod, ObjectBuilder, OpenApi, Required, Response, ResponseBuilder, Type};

use crate::body::{LoginForm, LoginRequest};
use crate::handler::GuestToken;

/// What clients of the function see of it.
#[must_use]
pub fn part() -> OpenApi {
    const KEYS: &str = "/.well-known/jwks.json";
    Part::default()
        .schema::<LoginRequest>()
        .schema::<LoginForm>()
        .schema::<GuestToken>()
        .schema::<PublicKeySet>()
        .form_operation("/api/anonymous/auth", log_in(), CODES)
        .operation(HttpMethod::Get, KEYS, keys("getKeys", true), &[Code::Internal])
        .operation(HttpMethod::Head, KEYS, keys("lookAtKeys", false), &[])
        .finish()
}

const CODES: &[Code] =
    &[Code::MalformedRequest, Code::InvalidRequest, Code::Forbidden, Code::PayloadTooLarge, Code::Internal];

fn log_in() -> OperationBuilder {
    let body = RequestBodyBuilder::new()
        .description(Some("An empty body is fine."))
        .content("application/json", content::<LoginRequest>())
        .content("application/x-www-form-urlencoded", content::<LoginForm>())
        .required(Some(Required::False));
    let logged_in = ResponseBuilder::new()
        .description("The token of a new guest.")
        .content("application/json", content::<GuestToken>());
    let onward = ResponseBuilder::new()
        .description("To `next`, with the cookie `__Host-GUEST`, for a form from a page of this service.")
        .header("Location", header("The path that `next` named, with `?guest=1`."))
        .header("Set-Cookie", header("`__Host-GUEST`: `HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age`."));
    OperationBuilder::new()
        .tag("Guests")
        .operation_id(Some("logInAnonymously"))
        .summary(Some("Log in without an account"))
        .description(Some("For anybody. A form with `next` is taken from a page of this service alone."))
        .request_body(Some(body.build()))
        .response("200", logged_in)
        .response("303", onward)
        .securities(Some(PUBLIC))
}

fn keys(id: &str, with_body: bool) -> OperationBuilder {
    let mut keys = ResponseBuilder::new()
        .description("The keys, current and previous. Others may keep them for five minutes.")
        .header("Cache-Control", header("How long they may be kept."));
    if with_body {
        keys = keys.content("application/json", content::<PublicKeySet>());
    }
    let failed: Response = ResponseBuilder::new().description(Code::Internal.as_str()).build();
    let operation = OperationBuilder::new()
        .tag("Guests")
        .operation_id(Some(id))
        .summary(Some("The public keys of guest tokens"))
        .description(Some("The keys, current and previous, that verify the tokens of anonymous login. For anybody."))
        .response("200", keys)
        .securities(Some(PUBLIC));
    if with_body { operation } else { operation.response("500", failed) }
}

pub(crate) fn display_name() -> ObjectBuilder {
    text()
        .description(Some(
            "The guest's name. Control characters, invisible ones, and those that turn the reading direction, are removed; what is \
             left is trimmed and has up to 60 characters as people see them, in up to 2,000 bytes. `Guest` where it is absent, nothing is left \
             to see, or an e-mail address is in it.",
        ))
}

pub(crate) fn display_name_or_null() -> ObjectBuilder {
    display_name().schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

/// The public keys of guest tokens (RFC 7517).
#[derive(ToSchema)]
#[schema(as = KeySet)]
#[expect(dead_code, reason = "spaces-auth writes the keys; this only describes them")]
struct PublicKeySet {
    /// The keys.
    #[schema(min_items = 1, max_items = 2)]
    keys: Vec<PublicKey>,
}

/// A public key of Ed25519 (RFC 8037).
#[derive(ToSchema)]
#[schema(as = Key)]
#[expect(dead_code, reason = "spaces-auth writes the keys; this only describes them")]
struct PublicKey {
    /// The type of key.
    #[schema(pattern = "^OKP$")]
    kty: String,
    /// The curve.
    #[schema(pattern = "^Ed25519$")]
    crv: String,
    /// The key, base64url.
    #[schema(pattern = r"^[\w-]{43}$")]
    x: String,
    /// What the tokens' headers name it: its thumbprint (RFC 7638).
    kid: String,
    /// For signatures.
    #[schema(pattern = "^sig$")]
    r#use: String,
    /// The algorithm.
    #[schema(pattern = "^EdDSA$")]
    alg: String,
}
