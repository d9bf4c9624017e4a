//! `POST /api/spaces/{id}/attendees/{type}/{memberId}`: sets the role of a member, or adds one.

use jiff::Timestamp;
use serde::Serialize;
use spaces_api::inviting::over_limit;
use spaces_api::{Claim, Permitted, Update, audit, idempotency, store_problem};
use spaces_http::{Act, Body, Call, Code, Fault, FaultCode, Faults, Field, Problem, Response, Text, json, json_object};
use spaces_model::{
    Caller, Card, Member, MemberId, Role, Space, SpaceId, SpaceStatus, Standing, UserId, may_claim, may_give_role,
};
use spaces_store::{Limit, MemberChange, StoreError};

use crate::App;

/// Maximum number of attempts to change a membership while concurrent changes conflict.
const MAX_ROUNDS: usize = 8;

/// The role to set. Unknown fields are ignored.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RoleRequest))]
pub(crate) struct RoleBody<'a> {
    /// `admin`, `member` or `guest`, in any case.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::role, required))]
    role: Text<'a>,
}

json_object!(RoleBody<'a>);

/// A member and their current role.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Attendee {
    /// The user's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "attendee")]
    id: String,
    /// The kind of id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^userId$"))]
    #[serde(rename = "attendeeType")]
    kind: &'static str,
    /// Their role in the space.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::Role))]
    role: &'static str,
}

/// A change of role that a member requests for another person, or a service app for its own account.
struct RoleChange {
    space: Space,
    whom: MemberId,
    role: Role,
    /// The caller's role in the space, or admin for a service app that makes its account an admin.
    by: Role,
    is_own_act: bool,
    now: Timestamp,
}

impl RoleChange {
    /// Returns whether the change is allowed for a person with this membership.
    fn is_allowed(&self, held: Option<&Member>) -> bool {
        may_give_role(self.by, held, self.role) && (!self.is_own_act || may_claim(held))
    }
}

impl App {
    /// Sets the role of a member, or adds a person whom the caller knows.
    pub(crate) async fn attend(
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
        // Faults of the role are reported only after the permission is checked, so that other callers learn nothing.
        let role = role(call);
        if let (Caller::ServiceApp(app), true, Ok(Role::Admin)) = (&caller, whom == caller.member_id(), &role) {
            let Claim { space, member, .. } = Claim::check(&self.callers, &self.store, app.clone(), id, now).await?;
            let name = caller.display_name().to_owned();
            let requested = RoleChange { space, whom, role: Role::Admin, by: Role::Admin, is_own_act: true, now };
            let member = self.give_role(call, &caller, &requested, member, Some(name)).await?;
            return json(&Attendee::of(&member));
        }
        let held = async |id, _: &_| self.store.membership(id, whom).await.map_err(store_problem);
        let (permitted, held) =
            Permitted::<Update>::of_caller_and(&self.callers, &self.store, caller, id, now, held).await?;
        let MemberId::User(user) = whom else {
            let message = "must be a user: an anonymous guest stays a guest";
            return Err(Problem::invalid(vec![Fault::new("memberId", FaultCode::NotAllowed, message)]));
        };
        let Permitted { caller, space, member, .. } = permitted;
        if space.has_permanent_member(whom) {
            return Err(Problem::new(Code::Forbidden));
        }
        let requested = RoleChange { space, whom, role: role?, by: member.role, is_own_act: false, now };
        let name = if held.as_ref().is_some_and(Member::is_present) {
            None
        } else {
            Some(self.acquainted(&caller, user, held.as_ref(), &requested).await?)
        };
        let member = self.give_role(call, &caller, &requested, held, name).await?;
        json(&Attendee::of(&member))
    }

    /// Checks that the caller may know about a user whom they add, and returns the user's name.
    ///
    /// The limit on requests about unknown users prevents guessing ids. A removed person was a member, so an admin
    /// knows about them.
    async fn acquainted(
        &self,
        caller: &Caller,
        user: UserId,
        held: Option<&Member>,
        requested: &RoleChange,
    ) -> Result<String, Problem> {
        let of = caller.clone().into_user().ok_or_else(|| Problem::new(Code::Forbidden))?;
        let acquaintances = self.store.acquaintances(&of, &[user]).await.map_err(store_problem)?;
        if let Some(acquaintance) = acquaintances.get(&user) {
            return Ok(acquaintance.display_name().to_owned());
        }
        let removed = held.filter(|held| matches!(held.standing, Standing::Removed { .. }));
        if let (Some(removed), Role::Admin) = (removed, requested.by) {
            return Ok(removed.display_name.clone());
        }
        Err(self.unknown_person(caller, requested.now).await)
    }

    /// Counts a request about a person whom the caller does not know, and returns the problem to respond with.
    pub(crate) async fn unknown_person(&self, caller: &Caller, now: Timestamp) -> Problem {
        match self.store.use_once(Limit::UNKNOWN_USERS, &idempotency::name(caller), now).await {
            Ok(None) => Problem::new(Code::Forbidden),
            Ok(Some(rest)) => over_limit(rest),
            Err(error) => store_problem(error),
        }
    }

    /// Writes the role if it is allowed for the membership that the write replaces. Nobody is added without a name.
    async fn give_role(
        &self,
        call: &Call,
        caller: &Caller,
        requested: &RoleChange,
        held: Option<Member>,
        name: Option<String>,
    ) -> Result<Member, Problem> {
        let mut held = held;
        for _ in 0..MAX_ROUNDS {
            if !requested.is_allowed(held.as_ref()) {
                return Err(Problem::new(Code::Forbidden));
            }
            let change = match held.as_ref().filter(|held| held.is_present()) {
                // A repeated request by a member must not pin the role, which a later invitation could raise.
                Some(held) if held.role == requested.role && (requested.by != Role::Admin || requested.is_own_act) => {
                    return Ok(held.clone());
                }
                Some(present) => {
                    let change = self.store.set_role(requested.space.id, present, requested.role, requested.now);
                    (change.await, "role", (present.role != requested.role).then_some(Act::RoleSet(requested.role)))
                }
                None => {
                    if requested.space.status != SpaceStatus::Active {
                        return Err(Problem::new(Code::Forbidden).with_detail("This space is archived."));
                    }
                    // The person has left since the membership was read, and the caller may not be allowed to add them.
                    let name = name.as_ref().ok_or_else(kept_changing)?;
                    let newcomer = newcomer(requested, name.clone());
                    (
                        self.store.add_member(requested.space.id, newcomer, held.as_ref()).await,
                        "added",
                        Some(Act::MemberAdded(requested.role)),
                    )
                }
            };
            let (change, reason, act) = change;
            match change.map_err(store_problem)? {
                MemberChange::Done(member) => {
                    call.count("MemberChanges", Some(reason));
                    if let Some(act) = act {
                        audit(call, &self.index_secret, caller, act, requested.space.id, Some(requested.whom));
                    }
                    return Ok(member);
                }
                MemberChange::Conflict(by) => held = by,
                MemberChange::OnlyAdmin => return Err(only_admin()),
            }
        }
        Err(kept_changing())
    }
}

impl Attendee {
    fn of(member: &Member) -> Self {
        Self { id: member.id.to_string(), kind: member.id.kind(), role: member.role.as_str() }
    }
}

/// Parses the member named by a path; `me` is the caller, whatever the kind.
pub(crate) fn attendee(caller: &Caller, kind: &str, id: &str) -> Result<MemberId, Problem> {
    let is_kind = ["userId", "anonymousId"].iter().any(|known| kind.eq_ignore_ascii_case(known));
    let found = if is_kind && id == "me" { Some(caller.member_id()) } else { MemberId::parse(kind, id) };
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Returns the problem for a change that would leave a space without an admin.
pub(crate) fn only_admin() -> Problem {
    Problem::new(Code::Forbidden).with_detail("This is the only admin, and a space must have one.")
}

/// Returns the problem for a change that concurrent changes invalidated too often.
pub(crate) fn kept_changing() -> Problem {
    store_problem(StoreError::Unavailable("the membership kept changing".into()))
}

/// Parses the role in a request.
fn role(call: &Call) -> Result<Role, Problem> {
    let (text, mut faults) = (call.json()?, Faults::default());
    let body = text.read::<RoleBody<'_>>(&mut faults)?;
    let role = faults.body(body).and_then(|body| {
        let role = match body.role {
            Field::Present(text) if text.is_empty() => Field::Absent,
            role => role,
        };
        let role = faults.required("role", role)?;
        role.parse().map_err(|error| faults.add("role", FaultCode::InvalidValue, error)).ok()
    });
    role.filter(|_| faults.is_empty()).ok_or_else(|| Problem::invalid(faults))
}

fn newcomer(requested: &RoleChange, display_name: String) -> Member {
    Member {
        id: requested.whom,
        role: requested.role,
        role_set: Some(requested.now),
        display_name,
        joined: requested.now,
        own_act: requested.is_own_act,
        invite: None,
        standing: Standing::Present,
        card: Card::new(requested.space.kind, requested.now),
        version: 0,
    }
}
