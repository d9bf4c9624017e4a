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

/// The number of times that a change of a membership is decided again because another one has beaten it.
const MAX_ROUNDS: usize = 8;

/// The role that somebody is to have. Unknown fields are ignored.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RoleRequest))]
pub(crate) struct RoleBody<'a> {
    /// `admin`, `member` or `guest`, in any case.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::role, required))]
    role: Text<'a>,
}

json_object!(RoleBody<'a>);

/// A member and the role that they have now.
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

/// The wish of one member for another, or of a service app for its account.
struct Wish {
    space: Space,
    whom: MemberId,
    role: Role,
    /// The role of the caller in the space; an admin's for a service app that makes its account admin.
    by: Role,
    is_own_act: bool,
    now: Timestamp,
}

impl Wish {
    /// Returns whether it is allowed for somebody with this membership.
    fn is_allowed(&self, held: Option<&Member>) -> bool {
        may_give_role(self.by, held, self.role) && (!self.is_own_act || may_claim(held))
    }
}

impl App {
    /// Sets the role of a member or adds somebody whom the caller knows.
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
        // Whoever has no permission learns nothing else.
        let role = role(call);
        if let (Caller::ServiceApp(app), true, Ok(Role::Admin)) = (&caller, whom == caller.member_id(), &role) {
            let Claim { space, member, .. } = Claim::check(&self.callers, &self.store, app.clone(), id, now).await?;
            let name = caller.display_name().to_owned();
            let wish = Wish { space, whom, role: Role::Admin, by: Role::Admin, is_own_act: true, now };
            let member = self.give_role(call, &caller, &wish, member, Some(name)).await?;
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
        let wish = Wish { space, whom, role: role?, by: member.role, is_own_act: false, now };
        let name = if held.as_ref().is_some_and(Member::is_present) {
            None
        } else {
            Some(self.acquainted(&caller, user, held.as_ref(), &wish).await?)
        };
        let member = self.give_role(call, &caller, &wish, held, name).await?;
        json(&Attendee::of(&member))
    }

    /// Checks that the caller may know about a user whom they add, and returns the user's name.
    ///
    /// The limit of requests about unknown users keeps ids from being tried. Somebody who was removed was a member, so an
    /// admin knows about them.
    async fn acquainted(
        &self,
        caller: &Caller,
        user: UserId,
        held: Option<&Member>,
        wish: &Wish,
    ) -> Result<String, Problem> {
        let of = caller.clone().into_user().ok_or_else(|| Problem::new(Code::Forbidden))?;
        let acquaintances = self.store.acquaintances(&of, &[user]).await.map_err(store_problem)?;
        if let Some(acquaintance) = acquaintances.get(&user) {
            return Ok(acquaintance.display_name().to_owned());
        }
        let removed = held.filter(|held| matches!(held.standing, Standing::Removed { .. }));
        if let (Some(removed), Role::Admin) = (removed, wish.by) {
            return Ok(removed.display_name.clone());
        }
        Err(self.unknown_person(caller, wish.now).await)
    }

    /// Counts a request about somebody whom the caller does not know, and returns the problem that answers it.
    pub(crate) async fn unknown_person(&self, caller: &Caller, now: Timestamp) -> Problem {
        match self.store.use_once(Limit::UNKNOWN_USERS, &idempotency::name(caller), now).await {
            Ok(None) => Problem::new(Code::Forbidden),
            Ok(Some(rest)) => over_limit(rest),
            Err(error) => store_problem(error),
        }
    }

    /// Writes the role, decided on the membership as it is when it is written. Without a name nobody is added.
    async fn give_role(
        &self,
        call: &Call,
        caller: &Caller,
        wish: &Wish,
        held: Option<Member>,
        name: Option<String>,
    ) -> Result<Member, Problem> {
        let mut held = held;
        for _ in 0..MAX_ROUNDS {
            if !wish.is_allowed(held.as_ref()) {
                return Err(Problem::new(Code::Forbidden));
            }
            let change = match held.as_ref().filter(|held| held.is_present()) {
                // A member's repeated request must not fix the role that a later invitation would raise.
                Some(held) if held.role == wish.role && (wish.by != Role::Admin || wish.is_own_act) => {
                    return Ok(held.clone());
                }
                Some(present) => {
                    let change = self.store.set_role(wish.space.id, present, wish.role, wish.now);
                    (change.await, "role", (present.role != wish.role).then_some(Act::RoleSet(wish.role)))
                }
                None => {
                    if wish.space.status != SpaceStatus::Active {
                        return Err(Problem::new(Code::Forbidden).with_detail("This space is archived."));
                    }
                    // A member who has gone meanwhile may be nobody whom the caller can add.
                    let name = name.as_ref().ok_or_else(kept_changing)?;
                    let newcomer = newcomer(wish, name.clone());
                    (
                        self.store.add_member(wish.space.id, newcomer, held.as_ref()).await,
                        "added",
                        Some(Act::MemberAdded(wish.role)),
                    )
                }
            };
            let (change, reason, act) = change;
            match change.map_err(store_problem)? {
                MemberChange::Done(member) => {
                    call.count("MemberChanges", Some(reason));
                    if let Some(act) = act {
                        audit(call, &self.index_secret, caller, act, wish.space.id, Some(wish.whom));
                    }
                    return Ok(member);
                }
                MemberChange::Beaten(by) => held = by,
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

/// Reads who is meant by a path: `me` is the caller, whatever the kind.
pub(crate) fn attendee(caller: &Caller, kind: &str, id: &str) -> Result<MemberId, Problem> {
    let is_kind = ["userId", "anonymousId"].iter().any(|known| kind.eq_ignore_ascii_case(known));
    let found = if is_kind && id == "me" { Some(caller.member_id()) } else { MemberId::parse(kind, id) };
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

/// The problem of a change that would leave a space without an admin.
pub(crate) fn only_admin() -> Problem {
    Problem::new(Code::Forbidden).with_detail("This is the only admin, and a space keeps one.")
}

/// The problem of a change that others have beaten too often.
pub(crate) fn kept_changing() -> Problem {
    store_problem(StoreError::Unavailable("the membership kept changing".into()))
}

/// Reads the role that a request asks for.
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

fn newcomer(wish: &Wish, display_name: String) -> Member {
    Member {
        id: wish.whom,
        role: wish.role,
        role_set: Some(wish.now),
        display_name,
        joined: wish.now,
        own_act: wish.is_own_act,
        invite: None,
        standing: Standing::Present,
        card: Card::new(wish.space.kind, wish.now),
        version: 0,
    }
}
