//! Failures of a request, as clients see them (RFC 9457) and as the log records them.

use std::borrow::Cow;
use std::error::Error;

use lambda_http::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::{Body, Response};
use serde::Serialize;
use spaces_model::ErrorChain;

use crate::Fault;

/// The stable `code` of a problem: the reason why a request failed. Each code has exactly one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(rename_all = "snake_case"))]
pub enum Code {
    /// The body is not JSON.
    MalformedRequest,
    /// Fields of the request are missing or invalid; the problem lists each.
    InvalidRequest,
    /// Credentials are missing, unknown or invalid. The problem never reveals which check failed.
    Unauthenticated,
    /// The caller is authenticated but not allowed to do this.
    Forbidden,
    /// The operator has blocked the caller or the user for whom they act, or complaints have stopped their mail.
    Blocked,
    /// The space requires a password, and the request has none or a wrong one.
    PasswordRequired,
    /// The space admits only members and invitees.
    NotInvited,
    /// The `X-Avaya-Act-As` header is not allowed here.
    ActAsDenied,
    /// There is no such invitation, space or path.
    NotFound,
    /// The path doesn't support this method.
    MethodNotAllowed,
    /// The invitation has expired.
    InviteExpired,
    /// The invitation was revoked.
    InviteRevoked,
    /// The item was changed after the client read it.
    Conflict,
    /// The body is larger than 1 MiB.
    PayloadTooLarge,
    /// The `Idempotency-Key` was used before with another body.
    IdempotencyMismatch,
    /// The caller is over a rate limit.
    TooManyRequests,
    /// The caller is over a limit on the number of people to mail.
    MailLimit,
    /// A dependency throttles requests or can't be reached.
    Unavailable,
    /// The service has a bug.
    Internal,
}

impl Code {
    /// Returns the code as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedRequest => "malformed_request",
            Self::InvalidRequest => "invalid_request",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Blocked => "blocked",
            Self::PasswordRequired => "password_required",
            Self::NotInvited => "not_invited",
            Self::ActAsDenied => "act_as_denied",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::InviteExpired => "invite_expired",
            Self::InviteRevoked => "invite_revoked",
            Self::Conflict => "conflict",
            Self::PayloadTooLarge => "payload_too_large",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::TooManyRequests => "too_many_requests",
            Self::MailLimit => "mail_limit",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// Returns the status of responses with this code. This is the status policy of the whole service.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::MalformedRequest | Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Blocked | Self::PasswordRequired | Self::NotInvited | Self::ActAsDenied => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::InviteExpired | Self::InviteRevoked => StatusCode::GONE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests | Self::MailLimit => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(crate) const fn detail(self) -> &'static str {
        match self {
            Self::MalformedRequest => "The request body is not JSON.",
            Self::InvalidRequest => "Fields of the request are missing or wrong.",
            Self::Unauthenticated => "Valid credentials are required.",
            Self::Forbidden => "These credentials do not allow this.",
            Self::Blocked => "This account is blocked.",
            Self::PasswordRequired => "This space requires a password.",
            Self::NotInvited => "This space admits only members and invitees.",
            Self::ActAsDenied => "These credentials do not allow acting as this user.",
            Self::NotFound => "There is nothing here.",
            Self::MethodNotAllowed => "This path does not support this method.",
            Self::InviteExpired => "This invitation has expired.",
            Self::InviteRevoked => "This invitation was revoked.",
            Self::Conflict => "It has been changed since it was read. Read it again.",
            Self::PayloadTooLarge => "The request body is larger than 1 MiB.",
            Self::IdempotencyMismatch => "This Idempotency-Key was used before with another request.",
            Self::TooManyRequests => "Too many requests. Try again later.",
            Self::MailLimit => "Too many people would be mailed. Try again later.",
            Self::Unavailable => "The service is busy. Try again later.",
            Self::Internal => "Something went wrong on our side.",
        }
    }
}

/// A failed request: the part for the client, and the cause for the log only.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    detail: Cow<'static, str>,
    faults: Vec<Fault>,
    retry_after: Option<u32>,
    allow: Option<Cow<'static, str>>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    /// Creates a problem with the default detail of this code.
    #[must_use]
    pub fn new(code: Code) -> Self {
        let retry_after = matches!(code, Code::TooManyRequests | Code::MailLimit | Code::Unavailable).then_some(1);
        Self { code, detail: Cow::Borrowed(code.detail()), faults: Vec::new(), retry_after, allow: None, cause: None }
    }

    /// Creates the problem of a method that the path doesn't support; `allow` lists those that it does (RFC 9110
    /// section 15.5.6).
    #[must_use]
    pub fn wrong_method(allow: impl Into<Cow<'static, str>>) -> Self {
        Self { allow: Some(allow.into()), ..Self::new(Code::MethodNotAllowed) }
    }

    /// Creates the problem of a request with these faults.
    #[must_use]
    pub fn invalid(faults: impl Into<Vec<Fault>>) -> Self {
        Self { faults: faults.into(), ..Self::new(Code::InvalidRequest) }
    }

    /// Replaces the default detail of the code.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Sets how many seconds the client should wait.
    #[must_use]
    pub fn with_retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Sets the cause for the log. The client never sees it.
    #[must_use]
    pub fn caused_by(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Returns the number of seconds that the client should wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    /// Returns the methods that the path supports.
    #[must_use]
    pub fn allow(&self) -> Option<&str> {
        self.allow.as_deref()
    }

    /// Returns the faults that the response lists.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns the chain of causes on one line, for the log.
    #[must_use]
    pub fn cause_chain(&self) -> Option<String> {
        let cause: &(dyn Error + 'static) = self.cause.as_deref()?;
        Some(ErrorChain(cause).to_string())
    }

    /// Converts the problem to the response to the request with this id.
    pub(crate) fn to_response(&self, request_id: &str) -> Response<Body> {
        let status = self.code.status();
        let body = Wire {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: &self.detail,
            code: self.code.as_str(),
            message: &self.detail,
            errors: &self.faults,
            request_id,
        };
        // Strings, numbers and lists of them can always be serialized, so the default is never used.
        let body = serde_json::to_string(&body).unwrap_or_default();
        let mut response = Response::new(Body::Text(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = self.allow().and_then(|methods| HeaderValue::from_str(methods).ok()) {
            headers.insert(ALLOW, methods);
        }
        if self.code == Code::Unauthenticated {
            // A 401 names the accepted schemes (RFC 9110 section 11.6.1).
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGES));
        }
        response
    }
}

const CHALLENGES: &str = r#"jwt realm="spaces", Bearer realm="spaces", service_app realm="spaces""#;

/// The challenges for a request whose credentials were rejected, as the bearer challenge states (RFC 6750 section 3.1).
pub(crate) const CHALLENGES_AFTER_CREDENTIALS: &str =
    r#"jwt realm="spaces", Bearer realm="spaces", error="invalid_token", service_app realm="spaces""#;

/// A failed request (RFC 9457). Responses that API Gateway sends by itself (429, 500, 503) have only `message`.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Problem))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wire<'a> {
    /// Always `about:blank`, because the `code` identifies the problem.
    #[cfg_attr(feature = "openapi", schema(pattern = "^about:blank$", required = false))]
    r#type: &'static str,
    /// The status in words.
    #[cfg_attr(feature = "openapi", schema(required = false))]
    title: &'static str,
    /// The status.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599, required = false))]
    status: u16,
    /// The reason, for people. It may change.
    #[cfg_attr(feature = "openapi", schema(required = false))]
    detail: &'a str,
    /// The reason, for programs. It is stable.
    #[cfg_attr(feature = "openapi", schema(value_type = Code, required = false))]
    code: &'static str,
    /// The same text as `detail`.
    message: &'a str,
    /// Every fault of the request. Only with `invalid_request`.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Fault>, required = false, min_items = 1))]
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    errors: &'a [Fault],
    /// The request's id. Quote it when you ask for help.
    #[cfg_attr(feature = "openapi", schema(required = false))]
    request_id: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaultCode;

    fn text(response: &Response<Body>) -> &str {
        match response.body() {
            Body::Text(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_problem_has_the_members_of_rfc_9457_and_those_that_old_clients_read() {
        let problem = Problem::invalid(vec![Fault::new("topic.title", FaultCode::Required, "must be given")]);
        let response = problem.to_response("r-1");
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(
            text(&response),
            r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"Fields of the request are missing or wrong.","code":"invalid_request","message":"Fields of the request are missing or wrong.","errors":[{"field":"topic.title","code":"required","message":"must be given"}],"requestId":"r-1"}"#
        );
    }

    #[test]
    fn the_cause_is_only_for_the_log() {
        let problem = Problem::new(Code::Internal).caused_by("the password is 12345");
        assert!(!text(&problem.to_response("r-1")).contains("12345"));
        assert_eq!(problem.cause_chain().as_deref(), Some("the password is 12345"));
    }

    #[test]
    fn a_405_names_the_methods_that_the_path_supports() {
        let response = Problem::wrong_method("GET, HEAD").to_response("");
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()[ALLOW], "GET, HEAD");
    }

    #[test]
    fn a_401_names_the_schemes_and_a_503_when_to_retry() {
        assert!(Problem::new(Code::Unauthenticated).to_response("").headers().contains_key(WWW_AUTHENTICATE));
        assert_eq!(Problem::new(Code::Unavailable).to_response("").headers()[RETRY_AFTER], "1");
        assert_eq!(
            Problem::new(Code::TooManyRequests).with_retry_after(30).to_response("").headers()[RETRY_AFTER],
            "30"
        );
        assert!(!Problem::new(Code::Internal).to_response("").headers().contains_key(RETRY_AFTER));
    }
}
