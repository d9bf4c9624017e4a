//! `GET /api/spaces/direct/{type}/{memberId}`: the direct space of the caller and a person whom they know.

use futures_util::try_join;
use jiff::Timestamp;
use serde::Serialize;
use spaces_api::wire::SpaceObject;
use spaces_api::{record_use, store_problem};
use spaces_http::{Body, Call, Code, Problem, Response, json};
use spaces_model::{Caller, Member, MemberId, Role, Space, SpaceKind, SpaceStatus, User};
use spaces_store::Entrance;

use crate::App;

/// The direct space of two people.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct DirectSpace<'a> {
    /// The space, as the only element. Its title is the other person's name.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1))]
    data: [SpaceObject<'a>; 1],
}

impl App {
    /// Shows the direct space of the caller and another person, creating it if necessary.
    ///
    /// An unknown id fails like that of a person whom the caller does not know, after the same reads.
    pub(crate) async fn direct(&self, call: &Call, kind: &str, whom: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        let me = caller.member_id();
        let whom = other(kind, whom, me)?;
        if !matches!(caller, Caller::User(_)) || whom == me {
            return Err(Problem::new(Code::Forbidden));
        }
        let id = self.store.direct_space(me, whom);
        let found = async { self.store.space_with(id, &[me, whom]).await.map_err(store_problem) };
        let ((space, members), caller) = try_join!(found, self.callers.known(caller, now))?;
        let Caller::User(user) = &caller else { return Err(Problem::new(Code::Forbidden)) };
        if is_deleted(space.as_ref()) {
            return Err(Problem::new(Code::Forbidden));
        }
        // If one of the three items is missing, this space was never returned to anybody.
        let (space, members) = match space {
            Some(space) if members.len() == 2 => (space, members),
            _ => {
                self.callers.check_allowed(&caller, now).await?;
                let name = self.name_of(&caller, user, whom, now).await?;
                let space = Space::direct(id, user.id, whom, now);
                let own = space.member(me, Role::Member, user.display_name(), false, now);
                let other = space.member(whom, Role::Member, &name, false, now);
                let made = self.store.put_missing(space, vec![own, other]).await.map_err(store_problem)?;
                call.count("SpaceChanges", Some("direct_made"));
                made
            }
        };
        self.record_visit(&space, &members, user, now).await?;
        json(&DirectSpace { data: [SpaceObject::new(&space, &members, &caller)] })
    }

    /// Records that a member uses a space. The visit counts as an act of their own, even for the owner of a meeting
    /// room that somebody else created. Nothing is recorded for blocked users.
    pub(crate) async fn record_visit(
        &self,
        space: &Space,
        members: &[Member],
        user: &User,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let Some(held) = members.iter().find(|member| member.id == MemberId::User(user.id)) else { return Ok(()) };
        let is_recorded = (held.own_act || space.kind == SpaceKind::Direct) && held.card.used_at(now).is_none();
        if is_recorded || self.callers.is_blocked(user.id, now).await? {
            return Ok(());
        }
        let entrance = Entrance { made: now, names_them: false };
        let own = Member { own_act: true, ..held.clone() };
        let member = self.store.admit(space.id, own, Some(held.clone()), entrance).await.map_err(store_problem)?;
        record_use(&self.store, space.id, member.as_ref().unwrap_or(held), now).await;
        Ok(())
    }

    /// Returns the name of a person whom the caller, who is this user, knows.
    ///
    /// The limit on requests about unknown users prevents guessing ids.
    async fn name_of(&self, caller: &Caller, user: &User, whom: MemberId, now: Timestamp) -> Result<String, Problem> {
        let name = match whom {
            MemberId::User(id) => {
                let known = self.store.acquaintances(user, &[id]).await.map_err(store_problem)?;
                known.get(&id).map(|known| known.display_name().to_owned())
            }
            MemberId::Guest(id) => self.store.acquainted_guest(user.id, id).await.map_err(store_problem)?,
        };
        match name {
            Some(name) => Ok(name),
            None => Err(self.unknown_person(caller, now).await),
        }
    }
}

/// Returns whether a space was deleted. Only an operator can delete a direct space or a meeting room.
pub(crate) fn is_deleted(space: Option<&Space>) -> bool {
    space.is_some_and(|space| space.status == SpaceStatus::Deleted)
}

/// Parses the member named by a path. `me` is the caller.
fn other(kind: &str, id: &str, me: MemberId) -> Result<MemberId, Problem> {
    let kind = match kind {
        kind if kind.eq_ignore_ascii_case("user") => "userId",
        kind if kind.eq_ignore_ascii_case("anonymous") => "anonymousId",
        _ => return Err(Problem::new(Code::NotFound)),
    };
    let found = if id == "me" { Some(me) } else { MemberId::parse(kind, id) };
    found.ok_or_else(|| Problem::new(Code::NotFound))
}
