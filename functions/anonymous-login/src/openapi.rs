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

/// Returns this function's part of the API description.
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
        .description(Some("The body may be empty."))
        .content("application/json", content::<LoginRequest>())
        .content("application/x-www-form-urlencoded", content::<LoginForm>())
        .required(Some(Required::False));
    let logged_in = ResponseBuilder::new()
        .description("The token of a new guest.")
        .content("application/json", content::<GuestToken>());
    let onward = ResponseBuilder::new()
        .description("Redirects to `next` with the cookie `__Host-GUEST`, for a form from a page of this service.")
        .header("Location", header("The path that `next` named, with `?guest=1`."))
        .header("Set-Cookie", header("`__Host-GUEST`: `HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age`."));
    OperationBuilder::new()
        .tag("Guests")
        .operation_id(Some("logInAnonymously"))
        .summary(Some("Log in without an account"))
        .description(Some("Requires no credentials. A form with `next` is accepted only from a page of this service."))
        .request_body(Some(body.build()))
        .response("200", logged_in)
        .response("303", onward)
        .securities(Some(PUBLIC))
}

fn keys(id: &str, with_body: bool) -> OperationBuilder {
    let mut keys = ResponseBuilder::new()
        .description("The current and the previous key. They may be cached for five minutes.")
        .header("Cache-Control", header("The time for which the keys may be cached."));
    if with_body {
        keys = keys.content("application/json", content::<PublicKeySet>());
    }
    let failed: Response = ResponseBuilder::new().description(Code::Internal.as_str()).build();
    let operation = OperationBuilder::new()
        .tag("Guests")
        .operation_id(Some(id))
        .summary(Some("The public keys of guest tokens"))
        .description(Some(
            "The current and the previous key, which verify the tokens of anonymous login. Requires no credentials.",
        ))
        .response("200", keys)
        .securities(Some(PUBLIC));
    if with_body { operation } else { operation.response("500", failed) }
}

pub(crate) fn display_name() -> ObjectBuilder {
    text().description(Some(
        "The guest's name. Control characters, invisible characters and those that change the text direction are \
             removed; the rest is trimmed and has at most 60 user-perceived characters, in at most 2,000 bytes. \
             `Guest` if it is absent, has no visible characters or contains an e-mail address.",
    ))
}

pub(crate) fn display_name_or_null() -> ObjectBuilder {
    display_name().schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

/// The public keys of guest tokens (RFC 7517).
#[derive(ToSchema)]
#[schema(as = KeySet)]
#[expect(dead_code, reason = "only describes the keys, which spaces-auth serializes")]
struct PublicKeySet {
    /// The keys.
    #[schema(min_items = 1, max_items = 2)]
    keys: Vec<PublicKey>,
}

/// An Ed25519 public key (RFC 8037).
#[derive(ToSchema)]
#[schema(as = Key)]
#[expect(dead_code, reason = "only describes the keys, which spaces-auth serializes")]
struct PublicKey {
    /// The type of key.
    #[schema(pattern = "^OKP$")]
    kty: String,
    /// The curve.
    #[schema(pattern = "^Ed25519$")]
    crv: String,
    /// The public key, base64url-encoded.
    #[schema(pattern = r"^[\w-]{43}$")]
    x: String,
    /// The key ID in the tokens' headers: the key's thumbprint (RFC 7638).
    kid: String,
    /// The key's use: signatures.
    #[schema(pattern = "^sig$")]
    r#use: String,
    /// The algorithm.
    #[schema(pattern = "^EdDSA$")]
    alg: String,
}
