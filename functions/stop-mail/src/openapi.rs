//! The function's part of `docs/openapi.json`.

use spaces_http::openapi::{PUBLIC, Part, content, header, page, text};
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{HttpMethod, OpenApi, Required, Response, ResponseBuilder};

/// The fields of the forms.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only describes the form, which is parsed by other code")]
struct StopForm {
    /// `One-Click`: the button of a mail program (RFC 8058).
    #[schema(rename = "List-Unsubscribe", nullable = false)]
    list_unsubscribe: Option<String>,
    /// A button of the page: `inviter`, `all`, `undo` or `report`.
    #[schema(nullable = false)]
    mail: Option<String>,
}

/// Returns this function's part of the API description.
#[must_use]
pub fn part() -> OpenApi {
    let path = "/mail/stop/{token}";
    Part::default()
        .schema::<StopForm>()
        .operation(HttpMethod::Get, path, look(), &[])
        .operation(HttpMethod::Head, path, head(), &[])
        .operation(HttpMethod::Post, path, post(), &[])
        .finish()
}

fn look() -> OperationBuilder {
    any("showMailStop")
        .summary(Some("The page that stops mail"))
        .description(Some("The page behind the link at the foot of each mail. It changes nothing."))
        .response("200", shown("The ways to stop mail, to report the invitation and to undo."))
}

fn head() -> OperationBuilder {
    let bare = |description: &str| ResponseBuilder::new().description(description).build();
    OperationBuilder::new()
        .tag("Mail")
        .operation_id(Some("lookAtMailStop"))
        .summary(Some("Check the page that stops mail"))
        .description(Some("The status of the page, without its body. It changes nothing."))
        .parameter(token())
        .securities(Some(PUBLIC))
        .response("200", bare("The link works. Nothing is written."))
        .response("404", bare("The link is damaged or too old."))
        .response("500", bare("Something went wrong on our side."))
        .response("503", bare("The service is busy. Try again later."))
}

fn post() -> OperationBuilder {
    any("stopMail")
        .summary(Some("Stop mail"))
        .description(Some(
            "`List-Unsubscribe=One-Click`, as posted by a mail program (RFC 8058), stops all mail from this service to \
             the address, without cookie or login. The page's own buttons are accepted only from the page, as shown by \
             `Sec-Fetch-Site` or else by `Origin`.",
        ))
        .request_body(Some(
            RequestBodyBuilder::new()
                .content("application/x-www-form-urlencoded", content::<StopForm>())
                .content("multipart/form-data", content::<StopForm>())
                .build(),
        ))
        .response("200", shown("The page with the new state."))
        .response("400", shown("The body requests none of these actions."))
        .response("403", shown("The form was not sent from the page."))
}

fn any(id: &str) -> OperationBuilder {
    OperationBuilder::new()
        .tag("Mail")
        .operation_id(Some(id))
        .parameter(token())
        .securities(Some(PUBLIC))
        .response("404", shown("The link is damaged or too old."))
        .response("500", shown("Something went wrong on our side."))
        .response(
            "503",
            ResponseBuilder::new()
                .description("The service is busy. Try again later.")
                .header("Retry-After", header("Seconds to wait before trying again."))
                .content("text/html", page()),
        )
}

fn token() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("token")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The token from the mail. It is valid for two years."))
        .schema(Some(text()))
}

fn shown(description: &str) -> Response {
    ResponseBuilder::new().description(description).content("text/html", page()).build()
}
