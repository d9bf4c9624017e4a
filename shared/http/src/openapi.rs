//! Building blocks for the functions' parts of `docs/openapi.json`.

use lambda_http::Body;
use lambda_http::http::Method;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{
    Components, ComponentsBuilder, Content, ContentBuilder, Header, HttpMethod, InfoBuilder, ObjectBuilder, OpenApi,
    OpenApiBuilder, PathsBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Schema, SecurityRequirement, Type,
};

use crate::problem::Wire;
use crate::{Code, Fault, FaultCode, Problem, Routes};

/// A request id in API Gateway's format.
const REQUEST_ID: &str = "UZ8vfjJDjoEEMJQ=";

/// The security requirement of an operation that needs no credentials.
pub const PUBLIC: [SecurityRequirement; 0] = [];

/// A function's part of the API description.
#[derive(Default)]
pub struct Part {
    paths: PathsBuilder,
    components: ComponentsBuilder,
}

impl Part {
    /// Adds this type, and all types that it contains, to the schemas.
    #[must_use]
    pub fn schema<T: ToSchema>(self) -> Self {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        parts.push((T::name().into_owned(), T::schema()));
        Self { components: self.components.schemas_from_iter(parts), ..self }
    }

    /// Adds this schema under a name.
    #[must_use]
    pub fn named(self, name: &str, schema: Schema) -> Self {
        Self { components: self.components.schema(name, schema), ..self }
    }

    /// Adds an operation that can fail with these codes.
    #[must_use]
    pub fn operation(self, method: HttpMethod, path: &str, operation: OperationBuilder, codes: &[Code]) -> Self {
        let mut operation = operation;
        let mut components = self.components;
        for group in by_status(codes) {
            let Some(first) = group.first() else { continue };
            let name = group.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(".");
            components = components.response(name.clone(), problems(&group));
            operation = operation.response(first.status().as_str(), Ref::from_response_name(name));
        }
        Self { paths: self.paths.path(path, PathItem::new(method, operation)), components }
    }

    /// Adds an operation that accepts JSON or a form and can fail with these codes. Forms are answered with pages.
    #[must_use]
    pub fn form_operation(mut self, path: &str, operation: OperationBuilder, codes: &[Code]) -> Self {
        let failures = by_status(codes).into_iter().filter_map(|group| {
            let mut failure = problems(&group);
            failure.content.insert("text/html".to_owned(), page().into());
            Some((group.first()?.status(), failure))
        });
        let operation =
            failures.fold(operation, |operation, (status, failure)| operation.response(status.as_str(), failure));
        self.paths = self.paths.path(path, PathItem::new(HttpMethod::Post, operation));
        self
    }

    /// Adds an operation for each of these routes, with the codes with which it can fail.
    #[must_use]
    pub fn routes<A: Copy>(
        self,
        routes: &Routes<A>,
        operation: impl Fn(A) -> (OperationBuilder, &'static [Code]),
    ) -> Self {
        routes.iter().fold(self, |part, (method, path, action)| {
            let (operation, codes) = operation(action);
            let method = match method {
                Method::POST => HttpMethod::Post,
                Method::DELETE => HttpMethod::Delete,
                _ => HttpMethod::Get,
            };
            part.operation(method, path, operation, codes)
        })
    }

    /// Returns the part, to be merged with the others.
    #[must_use]
    pub fn finish(self) -> OpenApi {
        let part = self.schema::<Wire<'_>>().schema::<Code>().schema::<Fault>();
        let components: Components = part.components.build();
        OpenApiBuilder::new().info(InfoBuilder::new().build()).paths(part.paths).components(Some(components)).build()
    }
}

/// Returns a reference to a type among the schemas, as content.
#[must_use]
pub fn content<T: ToSchema>() -> Content {
    Content::new(Some(Ref::from_schema_name(T::name())))
}

/// Returns the content of a page for people.
#[must_use]
pub fn page() -> Content {
    Content::new(Some(ObjectBuilder::new().schema_type(Type::String)))
}

/// Returns a header that a response always has.
#[must_use]
pub fn header(description: &str) -> Header {
    let mut header = Header::new(text());
    header.description = Some(description.to_owned());
    header
}

/// Returns an optional header of a request.
#[must_use]
pub fn request_header(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
}

/// Adds links from a new invitation to the operations on it, by their ids.
#[must_use]
pub fn with_invitation_links(response: ResponseBuilder, operations: &[&str]) -> ResponseBuilder {
    with_links(response, operations, ("inviteId", "$response.body#/data/0/_id"), "An operation on the new invitation.")
}

/// Adds links from a new invitation to the operations on its space, by their ids.
#[must_use]
pub fn with_space_links(response: ResponseBuilder, operations: &[&str]) -> ResponseBuilder {
    with_links(response, operations, ("id", "$response.body#/data/0/topicId"), "An operation on its space.")
}

fn with_links(
    response: ResponseBuilder,
    operations: &[&str],
    (parameter, value): (&str, &str),
    description: &str,
) -> ResponseBuilder {
    operations.iter().fold(response, |response, operation| {
        let link = LinkBuilder::new().operation_id(*operation).parameter(parameter, value).description(description);
        response.link(*operation, link.build())
    })
}

/// Returns the path parameter with the invitation's id.
#[must_use]
pub fn invite_id() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("inviteId")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The invitation's id, as it is in its link."))
        .schema(Some(text().pattern(Some("^[0-9a-f]{24}$"))))
}

/// Returns the query parameter that front ends of the original read from a link. The service ignores it.
#[must_use]
pub fn invite_info() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("inviteInfo")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(
            "Base64 of `{\"spaceName\",\"inviterName\",\"inviterEmail\"}`, for front ends that show it. No decision is \
             based on it.",
        ))
        .schema(Some(text()))
}

/// Returns the schema of a string.
#[must_use]
pub fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// The white space that is trimmed from strings.
const SPACE: &str = r"\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

/// Returns the schema of a space's title.
#[must_use]
pub fn title() -> ObjectBuilder {
    text().description(Some(TITLE)).pattern(Some(format!("^{}$", title_pattern())))
}

/// Returns the schema of a space's title, where an empty one counts as absent.
#[must_use]
pub fn optional_title() -> ObjectBuilder {
    let description = format!("{TITLE} Empty counts as absent.");
    nullable_text().description(Some(description)).pattern(Some(format!("^({})?$", title_pattern())))
}

/// Characters of the Basic Multilingual Plane without a glyph (`Default_Ignorable_Code_Point` and the blank Braille
/// pattern). Not every tool matches patterns by code points, as JSON Schema requires (ECMA-262 with the flag `u`), and
/// those that don't reject a range beyond that plane.
const INVISIBLE: &str = concat!(
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164",
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff",
);

const TITLE: &str =
    "The name of the space: 1 to 200 characters after trimming, some of them visible, no control characters.";

fn title_pattern() -> String {
    const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";
    let seen = format!("[^{SPACE}{CONTROL}{INVISIBLE}]");
    format!("[{SPACE}]*{seen}([^{CONTROL}]{{0,198}}{seen})?[{SPACE}]*")
}

/// Returns the schema of a space's PIN, which may be empty or null.
#[must_use]
pub fn optional_pin() -> ObjectBuilder {
    nullable_text()
        .description(Some(
            "The PIN, 4 to 32 characters after trimming. Empty or `null` removes it, `******` leaves it as it is.",
        ))
        .pattern(Some(format!(r"^([{SPACE}]*[^{SPACE}][\s\S]{{2,30}}[^{SPACE}][{SPACE}]*)?$")))
}

/// Returns the schema of a string or null.
#[must_use]
pub fn nullable_text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

/// Returns a pattern that matches these words in any case. JSON Schema's dialect has no flag for that.
#[must_use]
pub fn any_case(words: &[&str]) -> String {
    let letter = |letter: char| format!("[{}{}]", letter.to_ascii_uppercase(), letter.to_ascii_lowercase());
    let words: Vec<String> = words.iter().map(|word| word.chars().map(letter).collect()).collect();
    format!("^({})$", words.join("|"))
}

/// Groups the codes by status, in order of first appearance.
fn by_status(codes: &[Code]) -> Vec<Vec<Code>> {
    let mut groups: Vec<Vec<Code>> = Vec::new();
    for code in codes {
        let same = |group: &&mut Vec<Code>| group.first().is_some_and(|first| first.status() == code.status());
        match groups.iter_mut().find(same) {
            Some(group) => group.push(*code),
            None => groups.push(vec![*code]),
        }
    }
    groups
}

/// Returns the response for codes that share a status. The examples are what the service sends.
fn problems(codes: &[Code]) -> Response {
    let description = codes.iter().map(|code| code.detail()).collect::<Vec<_>>().join(" Or: ");
    let examples = codes.iter().map(|code| (code.as_str(), example(*code)));
    let content =
        ContentBuilder::new().schema(Some(Ref::from_schema_name(Wire::name()))).examples_from_iter(examples).build();
    let mut response = ResponseBuilder::new().description(description).content("application/problem+json", content);
    if codes.iter().any(|code| Problem::new(*code).retry_after().is_some()) {
        let mut seconds = header("Seconds to wait before trying again.");
        seconds.schema = Some(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).into());
        response = response.header("Retry-After", seconds);
    }
    if codes.contains(&Code::Unauthenticated) {
        response = response.header("WWW-Authenticate", header(
                "The accepted schemes of `Authorization`, with `error=\"invalid_token\"` if the request had credentials.",
            ));
    }
    response.build()
}

fn example(code: Code) -> Example {
    let problem = match code {
        Code::InvalidRequest => {
            Problem::invalid(vec![Fault::new("topic.title", FaultCode::Required, "must not be empty")])
        }
        code => Problem::new(code),
    };
    let answer = problem.to_response(REQUEST_ID);
    let value: Option<Value> = match answer.body() {
        Body::Text(text) => serde_json::from_str(text).ok(),
        _ => None,
    };
    ExampleBuilder::new().summary(code.detail()).value(value).build()
}
