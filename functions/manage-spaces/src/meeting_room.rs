//! `GET /api/users/meetingroom/{email}`: a user's personal meeting room.

use futures_util::try_join;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use spaces_api::store_problem;
use spaces_api::wire::{MAX_MEMBERS, SpaceObject};
use spaces_http::{Body, Call, Code, Problem, Response, json};
use spaces_model::{Caller, EmailAddress, MemberId, Role, Space, User};

use crate::App;
use crate::direct::is_deleted;

/// A user's meeting room.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct MeetingRoom<'a> {
    /// The space. Its members are shown only to members.
    data: SpaceObject<'a>,
}

impl App {
    /// Shows the meeting room of the caller or of a colleague, creating it if necessary.
    ///
    /// An unknown address fails like that of a person outside the company, after the same reads.
    pub(crate) async fn meeting_room(&self, call: &Call, whose: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        if !matches!(caller, Caller::User(_)) {
            return Err(Problem::new(Code::Forbidden));
        }
        let caller = self.callers.known(caller, now).await?;
        let Caller::User(user) = &caller else { return Err(Problem::new(Code::Forbidden)) };
        let owner = self.owner(user, whose).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        let (me, them) = (MemberId::User(user.id), MemberId::User(owner.id));
        let id = self.store.meeting_room(owner.id);
        let found = async { self.store.space_with(id, &[me, them]).await.map_err(store_problem) };
        let members = async { self.store.members(id, MAX_MEMBERS).await.map_err(store_problem) };
        let ((space, held), mut members) = try_join!(found, members)?;
        if is_deleted(space.as_ref()) {
            return Err(Problem::new(Code::NotFound));
        }
        let space = match space {
            Some(space) if held.iter().any(|member| member.id == them) => space,
            _ => {
                self.callers.check_allowed(&caller, now).await?;
                let room = Space::personal(id, owner.id, owner.display_name(), self.default_member_only, now);
                let admin = room.member(them, Role::Admin, owner.display_name(), me == them, now);
                let (space, made) = self.store.put_missing(room, vec![admin]).await.map_err(store_problem)?;
                call.count("SpaceChanges", Some("room_made"));
                members.retain(|member| member.id != them);
                members.extend(made);
                space
            }
        };
        if me == them {
            self.record_visit(&space, &members, user, now).await?;
        } else if !held.iter().any(|member| member.id == me && member.is_present()) {
            members.clear();
        }
        json(&MeetingRoom { data: SpaceObject::new(&space, &members, &caller) })
    }

    /// Returns the owner of an address, if they are the caller or a colleague. `me` is the caller.
    async fn owner(&self, user: &User, whose: &str) -> Result<Option<User>, Problem> {
        if whose == "me" {
            return Ok(Some(user.clone()));
        }
        let Ok(text) = percent_decode_str(whose).decode_utf8() else { return Ok(None) };
        let Ok(address) = text.parse::<EmailAddress>() else { return Ok(None) };
        self.store.colleague_at(user, &address).await.map_err(store_problem)
    }
}
