//! The function's part of `docs/openapi.json`.

use spaces_http::Code;
use spaces_http::openapi::{Part, content, request_header, text};
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{AnyOfBuilder, SchemaType};
use utoipa::openapi::{
    Deprecated, HttpMethod, KnownFormat, ObjectBuilder, OpenApi, RefOr, Required, ResponseBuilder, Schema,
    SchemaFormat, SecurityRequirement, Type,
};

use crate::answer::Answer;
use crate::body::CreateBody;

/// What clients of the function see of it.
#[must_use]
pub fn part() -> OpenApi {
    let old = create("createSpaceInviteOld", "joinSpaceOld")
        .summary(Some("Create a space with its invitation (old spelling)"))
        .deprecated(Some(Deprecated::True));
    Part::default()
        .schema::<CreateBody<'_>>()
        .schema::<Answer<'_>>()
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
    Code::Internal,
    Code::Unavailable,
];

fn create(id: &str, join: &str) -> OperationBuilder {
    let link = LinkBuilder::new()
        .operation_id(join)
        .parameter("inviteId", "$response.body#/data/0/_id")
        .description("The invitation that was created admits its invitees, and everybody else as guests.")
        .build();
    let created = ResponseBuilder::new()
        .description("The space and its invitation are there; a repeat gets the same answer.")
        .content("application/json", content::<Answer<'_>>())
        .link("join", link);
    let body = RequestBodyBuilder::new()
        .description(Some("Read as JSON whatever its Content-Type says; at most 1 MiB."))
        .content("application/json", content::<CreateBody<'_>>())
        .required(Some(Required::True));
    let key = request_header(
        "Idempotency-Key",
        "The same key of the same caller with the same request gives the same answer and makes nothing new.",
        // Blanks at the ends are no part of a header's value (RFC 9110 section 5.5).
        text().min_length(Some(1)).max_length(Some(255)).pattern(Some("^[!-~]([ -~]*[!-~])?$")),
    );
    let act_as = request_header(
        "X-Avaya-Act-As",
        "The address of the user in whose name the space is created. Only with a `service_app` token that has the scope \
         `spaces.create.actas`, only for a known user of the service account's domain.",
        text(),
    );
    OperationBuilder::new()
        .tag("Spaces")
        .operation_id(Some(id))
        .summary(Some("Create a space with its invitation"))
        .description(Some("For users and service apps. The caller, or the user acted for, becomes admin of the space."))
        .parameter(key)
        .parameter(act_as)
        .request_body(Some(body.build()))
        .response("200", created)
        .securities(Some(["jwt", "bearer", "service_app"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES))))
}

const NO_SCOPES: [&str; 0] = [];

/// White space is trimmed; what is left is 1 to 200 characters without controls.
pub(crate) fn title() -> ObjectBuilder {
    const SPACE: &str = r"\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
    const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";
    let seen = format!("[^{SPACE}{CONTROL}]");
    text()
        .description(Some("The name of the space: 1 to 200 characters after trimming, no control characters."))
        .pattern(Some(format!("^[{SPACE}]*{seen}([^{CONTROL}]{{0,198}}{seen})?[{SPACE}]*$")))
}

pub(crate) fn invitee_type() -> ObjectBuilder {
    text()
        .description(Some("What `invitee` is: `email` or `userId`, in any case."))
        .pattern(Some(any_case(&["email", "userId"])))
}

pub(crate) fn invitee() -> RefOr<Schema> {
    let address = text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::IdnEmail)))
        .pattern(Some("^[!-~]+@[^@]+$"))
        .max_length(Some(254));
    let id = text().pattern(Some("^[0-9a-f]{24}$"));
    let either = AnyOfBuilder::new()
        .item(address)
        .item(id)
        .description(Some(
            "An address, ASCII before the `@` and a domain in any script after it; or the id of a user of one's company \
             or with a space in common.",
        ))
        .build();
    Schema::AnyOf(either).into()
}

pub(crate) fn role() -> ObjectBuilder {
    nullable_text()
        .description(Some("What they may do in the space: `admin`, `member` or `guest`, in any case."))
        .pattern(Some(any_case(&["admin", "member", "guest"])))
        .default(Some("member".into()))
}

/// Well-formed tags (`langtag` in RFC 5646 section 2.1), also with the underscores that some platforms write.
pub(crate) fn language() -> ObjectBuilder {
    const LANGUAGE: &str = "([A-Za-z]{2,3}([-_][A-Za-z]{3}){0,3}|[A-Za-z]{4,8})";
    const SCRIPT_AND_REGION: &str = "([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?";
    const VARIANTS: &str = "([-_]([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*";
    const EXTENSIONS: &str = "([-_][0-9A-WYZa-wyz]([-_][A-Za-z0-9]{2,8})+)*";
    const PRIVATE: &str = "([-_][Xx]([-_][A-Za-z0-9]{1,8})+)?";
    nullable_text()
        .pattern(Some(format!("^{LANGUAGE}{SCRIPT_AND_REGION}{VARIANTS}{EXTENSIONS}{PRIVATE}$")))
        .description(Some(
            "The language of what is written to the invitees, a BCP 47 tag. One that is not supported falls back along its \
             parents to `en-US`. Without it, the inviter's language counts.",
        ))
        .examples(["de", "zh-Hant-HK"])
}

fn nullable_text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

/// A pattern for one of these words in any case: the dialect of JSON Schema has no flag for it.
fn any_case(words: &[&str]) -> String {
    let letter = |letter: char| format!("[{}{}]", letter.to_ascii_uppercase(), letter.to_ascii_lowercase());
    let words: Vec<String> = words.iter().map(|word| word.chars().map(letter).collect()).collect();
    format!("^({})$", words.join("|"))
}
