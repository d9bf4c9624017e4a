//! Tokens that an application obtained for itself.

use serde_json::Value;

use crate::Rejected;
use crate::claims::Claims;

/// The claims that name the client: `client_id` (RFC 9068), `azp` (`OpenID` Connect), `appid` (Entra, version 1), `cid`
/// (Okta).
const CLIENTS: [&str; 4] = ["client_id", "azp", "appid", "cid"];

/// The claims in which Keycloak names the user of a client's service account.
const NAMES: [&str; 3] = ["preferred_username", "username", "name"];

/// Rejects a token that is marked, in one of the known ways, as obtained by an application for itself with the grant
/// `client_credentials` (RFC 6749 section 4.4). It represents no person, however much its claims look like a user's
/// (RFC 9068 section 5).
pub(super) fn refuse_application(claims: &Claims) -> Result<(), Rejected> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let subject = text("sub");
    let marked = subject.is_some() && CLIENTS.into_iter().any(|client| text(client) == subject)
        // Auth0.
        || subject.is_some_and(|subject| subject.ends_with("@clients"))
        || is_or_contains(claims.get("gty"), "client-credentials")
        // Entra.
        || is_or_contains(claims.get("idtyp"), "app")
        // Keycloak.
        || NAMES.into_iter().any(|name| text(name).is_some_and(|name| name.starts_with("service-account-")));
    if marked { Err(Rejected::Application) } else { Ok(()) }
}

/// Returns whether a claim is this text or a list that contains it.
fn is_or_contains(claim: Option<&Value>, text: &str) -> bool {
    match claim {
        Some(Value::Array(several)) => several.iter().any(|one| one == text),
        Some(one) => one == text,
        None => false,
    }
}
