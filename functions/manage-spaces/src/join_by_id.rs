//! `GET /api/spaces/{id}/join`: joining a space by its id.

use serde::Serialize;
use spaces_api::wire::{MAX_MEMBERS, SpaceObject};
use spaces_api::{Password, record_use, store_problem};
use spaces_http::{Body, Call, Code, Problem, Response, json};
use spaces_model::{Caller, Card, Door, Entry, Member, Refusal, Role, SpaceId, Standing};
use spaces_store::Entrance;

use crate::App;

/// A space that the caller is in.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct JoinedById<'a> {
    /// The space.
    topic: SpaceObject<'a>,
}

impl App {
    /// Makes the caller a guest of the space, if its id admits them. Members get the same response.
    ///
    /// A space that does not exist, a deleted space and one whose id admits nobody fail alike, after the same reads.
    pub(crate) async fn join_by_id(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        let id: SpaceId = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
        if matches!(caller, Caller::ServiceApp(_)) {
            return Err(Problem::new(Code::Forbidden));
        }
        let member = caller.member_id();
        let found = async { self.store.space_with(id, &[member]).await.map_err(store_problem) };
        let ((space, mut held), caller) = futures_util::try_join!(found, self.callers.known(caller, now))?;
        let held = held.pop();
        self.callers.check_allowed(&caller, now).await?;
        let space = space.ok_or_else(|| refused(Refusal::MemberOnly))?;
        if space.entry(held.as_ref(), Door::SpaceId).map_err(refused)? == Entry::Password {
            let password = Password::in_header(call).ok_or_else(|| Problem::new(Code::PasswordRequired))?;
            password.check(&self.store, &self.index_secret, call, &caller, &space, now).await?;
        }
        let newcomer = Member {
            id: caller.member_id(),
            role: Role::Guest,
            role_set: None,
            display_name: caller.display_name().to_owned(),
            joined: now,
            own_act: true,
            invite: None,
            standing: Standing::Present,
            card: Card::new(space.kind, now),
            version: 0,
        };
        let admitted = async {
            let entrance = Entrance { made: now, names_them: false };
            let admitted = self.store.admit(id, newcomer, held, entrance).await.map_err(store_problem)?;
            // The caller may have been removed since the membership was read.
            let member = admitted.ok_or_else(|| refused(Refusal::Removed))?;
            record_use(&self.store, id, &member, now).await;
            Ok::<_, Problem>(member)
        };
        let others = async { self.store.members(id, MAX_MEMBERS).await.map_err(store_problem) };
        let (member, others) = futures_util::try_join!(admitted, others)?;
        json(&JoinedById { topic: SpaceObject::for_member(&space, &others, &member, &caller) })
    }
}

/// Returns the problem for a caller whom the space's id does not admit. Except for a space that admits invited people
/// only, it does not reveal whether the space exists.
fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Closed | Refusal::Removed | Refusal::MemberOnly => {
            Problem::new(Code::Forbidden).with_detail("This space cannot be joined by its id.")
        }
        Refusal::NotInvited => Problem::new(Code::NotInvited),
    }
}
