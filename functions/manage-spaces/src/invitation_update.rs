//! `POST /api/spaces/invites/{inviteId}`: updates an invitation.

use std::collections::HashSet;

use jiff::Timestamp;
use spaces_api::inviting::{InviteBody, Invitees, Request, Terms, acted_by, over_limit, unknown_users};
use spaces_api::{Update, store_problem};
use spaces_http::{Body, Call, Code, FaultCode, Faults, Field, JsonBody, Problem, Response, Text, json_object};
use spaces_model::{Invitation, InviteeTarget, Role, User};
use spaces_store::{InvitationChange, InvitationRef, Limit};

use crate::App;
use crate::invitations::{MAX_ROUNDS, Steward, check_active, check_not_revoked};

/// The invitation to update, and the version that the client has read.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetBody<'a> {
    /// The invitation's id: the same as in the path.
    #[serde(rename = "_id", borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    id: Text<'a>,
    /// The id of the invitation's space.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    topic_id: Text<'a>,
    /// The version that the client has read. If it is not the current one, nothing is changed: 409.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    version: Field<u32>,
}

json_object!(TargetBody<'a>);

impl App {
    /// Updates an invitation.
    pub(crate) async fn update_invitation(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let steward = self.steward::<Update>(call, id, now).await?;
        check_active(&steward.space)?;
        check_not_revoked(&steward.invitation)?;
        let (request, version) = read(&call.json()?, &steward.invitation, now)?;
        // Unknown users are reported only when nothing else is wrong.
        check_current(request.terms(), &steward.invitation, version, now)?;
        let inviter = self.judge_update(&steward, &request, now).await?;
        let terms = request.into_terms();
        let limited = InvitationRef::of(&steward.invitation);
        let rest = self.store.use_once(Limit::UPDATES, limited.as_str(), now).await.map_err(store_problem)?;
        if let Some(rest) = rest {
            return Err(over_limit(rest));
        }
        let acted_by = acted_by(&steward.caller);
        let mut held = steward.invitation.clone();
        for _ in 0..MAX_ROUNDS {
            check_not_revoked(&held)?;
            check_current(&terms, &held, version, now)?;
            let updated = held.updated(terms.clone().update(&inviter, acted_by.clone()), &self.lifetime, now);
            match self.change_and_mail(&steward, [&held, &updated], None, now).await? {
                InvitationChange::Done => {
                    let deliveries = self.store.deliveries(&updated).await.map_err(store_problem)?;
                    return self.answer_changed(&updated, &deliveries, &steward.space, now);
                }
                // The update is applied again to the invitation that the other change wrote, so both take effect.
                InvitationChange::Conflict(by) => held = *by.ok_or_else(|| Problem::new(Code::Forbidden))?,
            }
        }
        Err(Problem::new(Code::Unavailable).caused_by("the invitation kept changing"))
    }

    /// Checks the roles that the caller may give and the people whom they may invite. Current invitees may stay.
    /// Returns the caller.
    async fn judge_update(&self, steward: &Steward, request: &Request, now: Timestamp) -> Result<User, Problem> {
        let Steward { caller, member, invitation, .. } = steward;
        if !member.is_admin() && !request.terms().is_within(Role::Member) {
            return Err(Problem::new(Code::Forbidden).with_detail("Only admins can invite admins."));
        }
        let inviter = caller.clone().into_user().ok_or_else(|| Problem::new(Code::Forbidden))?;
        let on_it: HashSet<&InviteeTarget> = invitation.invitees.iter().map(|invitee| &invitee.target).collect();
        let mut others = request.users();
        others.retain(|id| !on_it.contains(&InviteeTarget::User(*id)));
        let known = self.store.acquaintances(&inviter, &others).await.map_err(store_problem)?;
        let is_known = |id: &_| known.contains_key(id) || on_it.contains(&InviteeTarget::User(*id));
        match request.check_users(is_known) {
            Ok(()) => Ok(inviter),
            Err(unknown) => Err(unknown_users(&self.store, caller, unknown, now).await),
        }
    }
}

/// Checks an update against the invitation as it is now.
fn check_current(terms: &Terms, held: &Invitation, version: Option<u32>, now: Timestamp) -> Result<(), Problem> {
    if version.is_some_and(|version| version != held.version) {
        return Err(Problem::new(Code::Conflict));
    }
    let faults = terms.faults_for(held, now);
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}

/// Parses a body: the changes, and the version that the client has read.
fn read(body: &JsonBody<'_>, invitation: &Invitation, now: Timestamp) -> Result<(Request, Option<u32>), Problem> {
    let mut faults = Faults::default();
    let (target, invite) = body.read_both::<TargetBody<'_>, InviteBody<'_>>(&mut faults)?;
    let (Some(target), Some(invite)) = (faults.body(target), invite.present()) else {
        return Err(Problem::invalid(faults));
    };
    let ids =
        [("_id", target.id, invitation.id.to_string()), ("topicId", target.topic_id, invitation.space.to_string())];
    for (field, given, expected) in ids {
        let agrees = |text: &str| (text == expected).then_some(()).ok_or("must be that of the invitation in the path");
        faults.parsed(field, given, FaultCode::NotAllowed, agrees);
    }
    let version = faults.optional("version", target.version);
    let request = Request::read(invite, Invitees::List, false, &mut faults).finish(faults, now)?;
    Ok((request, version))
}
