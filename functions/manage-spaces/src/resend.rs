//! `POST /api/spaces/invites/{inviteId}/resend`: mails an invitation again.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use spaces_api::inviting::{InviteBody, InviteeBody, Invitees, Request, over_limit};
use spaces_api::{Update, store_problem};
use spaces_http::{Body, Call, Code, Fault, FaultCode, Faults, Field, JsonBody, Problem, Response, json_object};
use spaces_model::{Invitation, Invitee, InviteeTarget};
use spaces_store::{Delivery, InvitationChange, InvitationRef, Limit, PersonRef};

use crate::App;
use crate::invitations::{MAX_ROUNDS, check_active, check_not_revoked};

/// Duration after a mail during which a resend skips the person.
const PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// The people to mail again.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ResendRequest))]
pub(crate) struct ResendBody<'a> {
    /// Invitees to mail again; absent or empty for all who have neither joined nor declined. Roles are ignored.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<InviteeBody>>, max_items = 1_000))]
    invitees: Field<Vec<Field<InviteeBody<'a>>>>,
}

json_object!(ResendBody<'a>);

impl App {
    /// Mails an invitation again to invitees who have not joined, and renews its expiry.
    pub(crate) async fn resend(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let steward = self.steward::<Update>(call, id, now).await?;
        check_active(&steward.space)?;
        check_not_revoked(&steward.invitation)?;
        let asked = read(&call.json()?, &steward.invitation)?;
        let limited = InvitationRef::of(&steward.invitation);
        let rest = self.store.use_once(Limit::RESENDS, limited.as_str(), now).await.map_err(store_problem)?;
        if let Some(rest) = rest {
            return Err(over_limit(rest));
        }
        let mut held = steward.invitation.clone();
        for _ in 0..MAX_ROUNDS {
            let deliveries = self.store.deliveries(&held).await.map_err(store_problem)?;
            let wanted = self.resent(&held, now)?;
            let people = people(&held, asked.as_ref(), &deliveries, now)?;
            let people: Vec<PersonRef> = people.into_iter().map(|person| self.store.person(person)).collect();
            match self.change_and_mail(&steward, [&held, &wanted], Some(&people), now).await? {
                InvitationChange::Done => {
                    return self.answer_changed(&wanted, &deliveries, &steward.space, now);
                }
                InvitationChange::Conflict(by) => held = *by.ok_or_else(|| Problem::new(Code::Forbidden))?,
            }
        }
        Err(Problem::new(Code::Unavailable).caused_by("the invitation kept changing"))
    }

    /// Returns the invitation after a resend, if one is possible.
    fn resent(&self, held: &Invitation, now: Timestamp) -> Result<Invitation, Problem> {
        check_not_revoked(held)?;
        if held.ends.is_some_and(|ends| ends <= now) {
            let fault = Fault::new("endDateTime", FaultCode::EndInPast, "must be in the future: update the invitation");
            return Err(Problem::invalid(vec![fault]));
        }
        let wanted = held.resent(&self.lifetime, now);
        if wanted.expires <= now {
            let detail = "This invitation has expired. Update it to open it again.";
            return Err(Problem::new(Code::InviteExpired).with_detail(detail));
        }
        Ok(wanted)
    }
}

/// Returns the requested people who have neither joined nor declined, and were not mailed within ten minutes.
fn people<'a>(
    invitation: &'a Invitation,
    asked: Option<&HashSet<InviteeTarget>>,
    deliveries: &HashMap<InviteeTarget, Delivery>,
    now: Timestamp,
) -> Result<Vec<&'a InviteeTarget>, Problem> {
    let targets = invitation.invitees.iter().map(|invitee| &invitee.target);
    let (mut people, mut soonest) = (Vec::new(), None);
    for target in targets.filter(|target| asked.is_none_or(|asked| asked.contains(*target))) {
        let delivery = deliveries.get(target);
        if delivery.is_some_and(|delivery| delivery.joined.is_some() || delivery.answered.is_some()) {
            continue;
        }
        let rest = delivery.and_then(Delivery::last_mailed).map(|mailed| PAUSE - now.duration_since(mailed));
        match rest.filter(|rest| *rest > SignedDuration::ZERO) {
            None => people.push(target),
            Some(rest) => soonest = Some(soonest.map_or(rest, |soonest: SignedDuration| soonest.min(rest))),
        }
    }
    match soonest {
        Some(rest) if people.is_empty() => Err(over_limit(rest)),
        _ => Ok(people),
    }
}

/// Parses a body: the requested people, or `None` for everybody. A missing body counts as an empty one.
fn read(body: &JsonBody<'_>, invitation: &Invitation) -> Result<Option<HashSet<InviteeTarget>>, Problem> {
    if body.trimmed().is_empty() {
        return Ok(None);
    }
    let mut faults = Faults::default();
    let body = body.read::<ResendBody<'_>>(&mut faults)?;
    let Some(ResendBody { invitees }) = faults.body(body) else { return Err(Problem::invalid(faults)) };
    let body = InviteBody { invitees, ..InviteBody::default() };
    let request = Request::read(body, Invitees::Any, false, &mut faults);
    let on_it: HashSet<&InviteeTarget> = invitation.invitees.iter().map(|invitee| &invitee.target).collect();
    for (place, Invitee { target, .. }) in request.invitees() {
        if !on_it.contains(target) {
            let field = format_args!("invitees[{place}].invitee");
            faults.add(field, FaultCode::NotAllowed, "must be on the invitation");
        }
    }
    request.check_users(|_| true).map_err(Problem::invalid)?;
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let asked: HashSet<InviteeTarget> = request.into_terms().invitees.into_iter().map(|each| each.target).collect();
    Ok((!asked.is_empty()).then_some(asked))
}
