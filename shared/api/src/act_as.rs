//! `X-Avaya-Act-As`: a service app creates a space in the name of a user.

use spaces_http::{Code, Problem};
use spaces_model::{ACT_AS_SCOPE, Caller, EmailAddress, User};
use spaces_store::Store;

use crate::store_problem;

/// Returns the user with this address, if this caller may act for them.
///
/// # Errors
///
/// `act_as_denied`, the same for every condition that is not met, so that it does not reveal which addresses are known.
/// `unavailable` or `internal` if the table fails.
pub async fn user_acted_for(store: &Store, caller: &Caller, address: &str) -> Result<User, Problem> {
    let denied = |reason: &'static str| Problem::new(Code::ActAsDenied).caused_by(reason);
    let Caller::ServiceApp(app) = caller else {
        return Err(denied("the caller is not a service app"));
    };
    if !app.scopes.contains(ACT_AS_SCOPE) {
        return Err(denied("the scope spaces.create.actas is not both granted and registered"));
    }
    let address: EmailAddress = address.parse().map_err(|_| denied("the header is not an address"))?;
    if address.domain() != app.email.domain() {
        return Err(denied("the address's domain is not that of the service account"));
    }
    let user = store.user_by_email(&address).await.map_err(store_problem)?;
    user.ok_or_else(|| denied("the user is unknown"))
}
