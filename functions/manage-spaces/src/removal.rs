//! `DELETE /api/spaces/{id}/attendees/{type}/{memberId}`: leaving a space, and removing others.

use jiff::Timestamp;
use serde::Serialize;
use spaces_api::{EndMembership, Permitted, audit, store_problem};
use spaces_http::{Act, Body, Call, Code, Fault, FaultCode, Problem, Response, json};
use spaces_model::{Member, MemberId, SpaceId, may_remove};
use spaces_store::MemberChange;

use crate::App;
use crate::attendee::{attendee, kept_changing, only_admin};

/// Maximum number of attempts to end a membership while concurrent changes conflict.
const MAX_ROUNDS: usize = 8;

/// A former member.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct FormerAttendee {
    /// The user's or the guest's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "attendee")]
    id: String,
    /// The kind of id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(userId|anonymousId)$"))]
    #[serde(rename = "attendeeType")]
    kind: &'static str,
}

impl App {
    /// Ends the caller's own membership, or that of a member whom they may remove. Repeating it changes nothing.
    pub(crate) async fn remove(
        &self,
        call: &Call,
        id: &str,
        kind: &str,
        whom: &str,
    ) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        let id: SpaceId = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
        let whom = attendee(&caller, kind, whom)?;
        let held = async |id, _: &_| self.store.membership(id, whom).await.map_err(store_problem);
        let (permitted, held) =
            Permitted::<EndMembership>::of_caller_and(&self.callers, &self.store, caller, id, now, held).await?;
        let Permitted { caller, space, member: by, .. } = permitted;
        // A caller who has left may only repeat leaving.
        let (Some(held), true) = (held, by.is_present() || by.id == whom) else {
            return Err(Problem::new(Code::Forbidden));
        };
        if space.has_permanent_member(whom) {
            return Err(Problem::new(Code::Forbidden));
        }
        let revokes = revokes_invitations(call)?;
        let is_own = by.id == whom;
        if self.end(&by, id, held, now).await? {
            call.count("MemberChanges", Some(if is_own { "left" } else { "removed" }));
            let act = if is_own { Act::MemberLeft } else { Act::MemberRemoved };
            audit(call, &self.index_secret, &caller, act, id, Some(whom));
        }
        if let (true, MemberId::User(maker)) = (revokes, whom) {
            let has_revoked = || audit(call, &self.index_secret, &caller, Act::InvitationRevoked, id, Some(whom));
            let is_done = self.store.revoke_invitations_of(id, maker, now, has_revoked).await.map_err(store_problem)?;
            if !is_done {
                return Err(
                    Problem::new(Code::Unavailable).caused_by("there are more invitations than one request can revoke")
                );
            }
        }
        json(&FormerAttendee { id: whom.to_string(), kind: whom.kind() })
    }

    /// Ends a membership if this is allowed for the one that the write replaces. Returns whether it changed.
    async fn end(&self, by: &Member, space: SpaceId, held: Member, now: Timestamp) -> Result<bool, Problem> {
        let mut held = held;
        for _ in 0..MAX_ROUNDS {
            if !may_remove(by, &held) {
                return Err(Problem::new(Code::Forbidden));
            }
            if held.is_over_for(by.id) {
                return Ok(false);
            }
            match self.store.end_membership(space, &held, by.id, now).await.map_err(store_problem)? {
                MemberChange::Done(_) => return Ok(true),
                MemberChange::Conflict(Some(now)) => held = now,
                MemberChange::Conflict(None) => return Ok(false),
                MemberChange::OnlyAdmin => return Err(only_admin()),
            }
        }
        Err(kept_changing())
    }
}

/// Parses the parameter `invites`: returns whether the person's open invitations should be revoked.
fn revokes_invitations(call: &Call) -> Result<bool, Problem> {
    match call.query("invites") {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("revoke") => Ok(true),
        Some(_) => Err(Problem::invalid(vec![Fault::new("invites", FaultCode::InvalidValue, "must be revoke")])),
    }
}
