//! `Idempotency-Key`: ids by which a replayed request finds what the first one created.

use spaces_http::{Call, Fault, FaultCode, Problem, Sources};
use spaces_model::{Caller, InviteId, SpaceId, UserId};
use spaces_store::IndexSecret;

/// The ids of a request's space and invitation.
pub struct Ids {
    /// The id of the space.
    pub space: SpaceId,
    /// The id of its invitation.
    pub invite: InviteId,
    /// True if a replayed request has the same ids.
    pub repeatable: bool,
}

/// Returns the ids of a request that creates an invitation: derived from its key if it has one, random otherwise. `of`
/// is the call and the space that it is about.
///
/// Derived ids are an HMAC of the caller, the user for whom the caller acts, the call, its space and the key. A
/// replayed request therefore finds its items in the table and needs no separate record. Nobody can compute the ids
/// without the secret, so they are as hard to guess as random ones. The secret is never rotated, so a replayed request
/// finds its items at any time.
///
/// # Errors
///
/// `invalid_request` if the key is not 1 to 255 printable ASCII characters.
pub fn ids(
    call: &Call,
    caller: &Caller,
    acted_for: Option<UserId>,
    secret: &IndexSecret,
    of: &[&str],
    sources: &Sources,
) -> Result<Ids, Problem> {
    let Some(key) = call.optional_header("Idempotency-Key")? else {
        return Ok(Ids {
            space: SpaceId::from_bytes(sources.random()),
            invite: InviteId::from_bytes(sources.random()),
            repeatable: false,
        });
    };
    if !(1..=255).contains(&key.len()) || !key.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        let fault =
            Fault::new("Idempotency-Key", FaultCode::InvalidHeader, "must be 1 to 255 printable ASCII characters");
        return Err(Problem::invalid(vec![fault]));
    }
    let (caller, acted_for) = (name(caller), acted_for.map(|user| user.to_string()).unwrap_or_default());
    let id = |kind: &str| {
        let parts = [kind, &caller, &acted_for].into_iter().chain(of.iter().copied()).chain([key]);
        secret.id(&parts.collect::<Vec<_>>())
    };
    Ok(Ids {
        space: SpaceId::from_bytes(id("space")),
        invite: InviteId::from_bytes(id("invitation")),
        repeatable: true,
    })
}

/// Returns a name that is unique to a caller.
#[must_use]
pub fn name(caller: &Caller) -> String {
    match caller {
        Caller::User(user) => format!("user:{}", user.id),
        Caller::Guest(guest) => format!("guest:{}", guest.id),
        Caller::ServiceApp(app) => format!("service_app:{}", app.id),
    }
}
