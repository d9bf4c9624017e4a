//! `Idempotency-Key`: ids by which a repeated request finds what the first one made.

use spaces_http::{Call, Fault, FaultCode, Problem, Sources};
use spaces_model::{Caller, InviteId, SpaceId, UserId};
use spaces_store::IndexSecret;

/// The ids of a request's space and invitation.
pub struct Ids {
    /// The id of the space.
    pub space: SpaceId,
    /// The id of its invitation.
    pub invite: InviteId,
    /// True if a repeat of the request has the same ids.
    pub repeatable: bool,
}

/// Returns the ids of a request that makes an invitation: those of its key where it has one, random ones otherwise. `of` is the call,
/// with the space that it is about.
///
/// With a key they are an HMAC of the caller, whom the caller acts for, the call, its space and the key, so a repeat finds its own items
/// in the table and needs no record of its own. Without the secret nobody can compute them, so they are no easier to guess
/// than random ones. The secret is never rotated, so a repeat finds its items at any time.
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

/// Returns a caller's name that no other caller has.
#[must_use]
pub fn name(caller: &Caller) -> String {
    match caller {
        Caller::User(user) => format!("user:{}", user.id),
        Caller::Guest(guest) => format!("guest:{}", guest.id),
        Caller::ServiceApp(app) => format!("service_app:{}", app.id),
    }
}
