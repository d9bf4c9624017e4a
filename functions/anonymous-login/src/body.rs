//! The request body of a login.

use spaces_http::http::header::CONTENT_TYPE;
use spaces_http::{Call, FaultCode, Faults, Problem, Text, json_object};
use spaces_model::{characters, one_line, parse_name};

use crate::next::Next;

/// The name of guests who give no name, or one that contains an address: names are shown to everybody.
const NAMELESS: &str = "Guest";

/// Maximum length of a name, in user-perceived characters.
const MAX_NAME: usize = 60;

/// Maximum length of a name, in bytes of UTF-8: the guest's token contains it, and browsers reject cookies over 4 KiB.
const MAX_BYTES: usize = 2_000;

/// A request to log in as a guest.
///
/// Clients of the original also send `username` and `picturefile`. These must be strings, and are not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) display_name: String,
    /// The page to which a browser is redirected; only a form names one.
    pub(crate) next: Option<Next>,
}

/// The JSON body. Unknown fields are ignored, and `null` counts as absent.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only describes the fields, which are parsed one by one to report every fault")]
pub(crate) struct LoginRequest {
    #[schema(schema_with = crate::openapi::display_name_or_null)]
    displayname: Option<String>,
    /// Clients of the original send it. It is not kept.
    username: Option<String>,
    /// Clients of the original send it. It is not kept.
    picturefile: Option<String>,
}

/// The form body. Each field may be given once.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only describes the fields, which are parsed one by one to report every fault")]
pub(crate) struct LoginForm {
    #[schema(schema_with = crate::openapi::display_name)]
    displayname: Option<String>,
    /// As in JSON.
    #[schema(nullable = false)]
    username: Option<String>,
    /// As in JSON.
    #[schema(nullable = false)]
    picturefile: Option<String>,
    /// The path of an invitation's link on this service, to which the browser is redirected with the cookie
    /// `__Host-GUEST`.
    #[schema(nullable = false, pattern = "^/spaces/invites/[0-9a-f]{24}/(join|meet)$")]
    next: Option<String>,
}

/// The fields of a JSON body, as sent.
#[derive(Default, serde::Deserialize)]
struct LoginBody<'a> {
    #[serde(borrow, default)]
    displayname: Text<'a>,
    #[serde(borrow, default)]
    username: Text<'a>,
    #[serde(borrow, default)]
    picturefile: Text<'a>,
}

json_object!(LoginBody<'a>);

impl Login {
    /// Reads the body.
    ///
    /// JSON is recognized whatever its Content-Type says, since `curl -d` sends it as a form. No form begins with a
    /// brace, since browsers percent-encode it.
    ///
    /// # Errors
    ///
    /// `payload_too_large`, `malformed_request`, or `invalid_request` with every fault.
    pub(crate) fn read(call: &Call) -> Result<Self, Problem> {
        let body = call.json()?;
        let trimmed = body.trimmed();
        let mut faults = Faults::default();
        let login = if trimmed.is_empty() {
            Self::of_json(LoginBody::default(), &mut faults)
        } else if call.header(CONTENT_TYPE.as_str()).is_some_and(is_form) && !trimmed.starts_with('{') {
            Self::of_form(&call.form()?, &mut faults)
        } else {
            let read = body.read(&mut faults)?;
            Self::of_json(faults.body(read).unwrap_or_default(), &mut faults)
        };
        if faults.is_empty() { Ok(login) } else { Err(Problem::invalid(faults)) }
    }

    fn of_json(body: LoginBody<'_>, faults: &mut Faults) -> Self {
        let name = faults.optional("displayname", body.displayname);
        for (field, unused) in [("username", body.username), ("picturefile", body.picturefile)] {
            faults.optional(field, unused);
        }
        Self { display_name: display_name(name.as_deref(), faults), next: None }
    }

    fn of_form(fields: &[(String, String)], faults: &mut Faults) -> Self {
        let mut field = |wanted: &str| {
            let mut values = fields.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
            let first = values.next();
            if values.next().is_some() {
                faults.add(wanted, FaultCode::GivenTwice, "must be given once");
            }
            first
        };
        let [name, _, _, next] = ["displayname", "username", "picturefile", "next"].map(&mut field);
        let page = next.and_then(Next::parse);
        if next.is_some() && page.is_none() {
            faults.add("next", FaultCode::NotAllowed, "must be the path of an invitation's link");
        }
        Self { display_name: display_name(name, faults), next: page }
    }
}

/// Returns the name to show: [`NAMELESS`] if the given name has no visible characters or contains an address.
fn display_name(given: Option<&str>, faults: &mut Faults) -> String {
    let given = given.unwrap_or_default();
    let line = one_line(given);
    if characters(&line).count() > MAX_NAME {
        faults.add("displayname", FaultCode::TooLong, format_args!("must have at most {MAX_NAME} characters"));
    } else if line.len() > MAX_BYTES {
        faults.add("displayname", FaultCode::TooLong, format_args!("must have at most {MAX_BYTES} bytes"));
    }
    parse_name(given).unwrap_or_else(|| NAMELESS.to_owned())
}

/// Returns whether a Content-Type, ignoring parameters and case, is that of a form (RFC 9110 section 8.3.1).
pub(crate) fn is_form(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
