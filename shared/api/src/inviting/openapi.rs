//! Schemas of fields with a syntax of their own, and parameters of the calls that invite.

use spaces_http::openapi::{any_case, nullable_text, request_header, text};
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Required, Schema, SchemaFormat, Type};

/// Describes the header `Idempotency-Key`.
#[must_use]
pub fn idempotency_key() -> ParameterBuilder {
    request_header(
        "Idempotency-Key",
        "A caller who repeats a request with the same key gets the same response, and nothing new is created.",
        // Spaces at the ends are not part of a header's value (RFC 9110 section 5.5).
        text().min_length(Some(1)).max_length(Some(255)).pattern(Some("^[!-~]([ -~]*[!-~])?$")),
    )
}

/// Describes the parameter `dryRun`.
#[must_use]
pub fn dry_run() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("dryRun")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(
            "With `true`, the request is checked and nothing is stored or sent. The response has no ids, and a \
             `verdict` on each entry of the list. A caller may check 1,000 addresses an hour.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::Boolean)))
}

pub(crate) fn invitee_type() -> ObjectBuilder {
    text()
        .description(Some("The kind of `invitee`: `email` or `userId`, in any case."))
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
            "An address with only ASCII before the `@` and a domain of two or more labels in any script after it, \
             without white space and invisible characters around it, or the id of a user who belongs to the caller's \
             company or shares a space with the caller.",
        ))
        .build();
    Schema::AnyOf(either).into()
}

pub(crate) fn role() -> ObjectBuilder {
    nullable_text()
        .description(Some("Their role in the space: `admin`, `member` (the default) or `guest`, in any case."))
        .pattern(Some(any_case(&["admin", "member", "guest"])))
}

pub(crate) fn language() -> ObjectBuilder {
    nullable_text()
        .description(Some(
            "The language of mails and content for the invitees: a BCP 47 tag, or a variant like `de_AT.UTF-8` or \
             `zh-CHT`. An unsupported language falls back along its parents to `en-US`, and so does anything that is \
             not a language tag. Defaults to the inviter's language.",
        ))
        .examples(["de", "zh-Hant-HK"])
}
