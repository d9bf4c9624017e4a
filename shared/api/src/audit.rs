//! The audit log of changes by callers.

use spaces_http::{Act, Audit, Call};
use spaces_model::{Caller, MemberId, SpaceId};
use spaces_store::IndexSecret;

/// Writes a caller's change in a space to the audit log, with the member whom it concerns.
pub fn audit(call: &Call, secret: &IndexSecret, caller: &Caller, act: Act, space: SpaceId, subject: Option<MemberId>) {
    let service_app = match caller {
        Caller::ServiceApp(app) => Some(&app.id),
        Caller::User(_) | Caller::Guest(_) => None,
    };
    let actor = secret.audit_member(caller.member_id());
    let subject = subject.map(|member| secret.audit_member(member));
    call.audit(&Audit { act, actor: &actor, service_app, subject: subject.as_deref(), space: Some(space) });
}
