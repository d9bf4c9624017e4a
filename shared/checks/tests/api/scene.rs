//! A space with a person in every role.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Name, World, id};

/// The callers of the permission table: admin, member, guest, anonymous guest, colleague who is not a member, stranger,
/// person who left, removed person, service app, caller without credentials, blocked admin.
pub(crate) const CALLERS: [Name; 11] =
    ["adam", "mia", "gus", "kay", "stan", "fay", "lea", "rob", "app", "nobody", "bea"];

/// A space of Alice's with two more admins (Adam, and Bea, who is blocked), a member (Mia), two guests (Gus, and Kay,
/// who has no account), Lea, who left, and Rob, who was removed.
pub(crate) struct Scene {
    pub(crate) space: String,
    /// Alice's invitation, which founded the space and names Adam, Mia, Gus, Lea and Rob.
    pub(crate) invite: String,
    /// Mia's invitation, which names Gina.
    pub(crate) mias: String,
}

/// The state of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Archived,
    Deleted,
    Unknown,
    Malformed,
}

impl Scene {
    /// Adds everybody to the directory, and blocks Bea. Needed once for all scenes of a world.
    pub(crate) async fn cast(world: &World) {
        for name in ["alice", "adam", "bea", "mia", "gus", "lea", "rob", "cora", "gina", "stan", "fay"] {
            world.call(name, "GET", "/api/users/me", Value::Null).await.ok();
        }
        world.harness.store.block(id("bea").parse().unwrap(), world.now()).await.unwrap();
        // Functions cache for a minute that a user is not blocked.
        world.pass(SignedDuration::from_mins(2));
    }

    pub(crate) async fn new(world: &World, state: State) -> Self {
        match state {
            State::Unknown => return Self::of_ids("0123456789abcdef01234567"),
            State::Malformed => return Self::of_ids("undefined"),
            State::Active | State::Archived | State::Deleted => {}
        }
        let invitee = |name: &str, role| json!({ "inviteeType": "userid", "invitee": id(name), "role": role });
        let invitees = [("adam", "admin"), ("mia", "member"), ("gus", "guest"), ("lea", "member"), ("rob", "member")];
        let invitees: Vec<Value> = invitees.into_iter().map(|(name, role)| invitee(name, role)).collect();
        let body = json!({ "topic": { "title": "Planning" }, "invitees": invitees, "informChannel": "client" });
        let created = world.call("alice", "POST", "/api/spaces/invite", body).await.ok();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (space, invite) = (text(&created["data"][0]["topicId"]), text(&created["data"][0]["_id"]));
        for name in ["adam", "mia", "gus", "kay", "lea", "rob"] {
            world.call(name, "GET", &format!("/api/spaces/invites/{invite}/join"), Value::Null).await.ok();
        }
        let attendee = |name: &str| format!("/api/spaces/{space}/attendees/userid/{name}");
        world.call("alice", "POST", &attendee(&id("bea")), json!({ "role": "admin" })).await.ok();
        world.call("lea", "DELETE", &attendee("me"), Value::Null).await.ok();
        world.call("alice", "DELETE", &attendee(&id("rob")), Value::Null).await.ok();
        let body = json!({ "invitees": [invitee("gina", "guest")], "informChannel": "client" });
        let second = world.call("mia", "POST", &format!("/api/spaces/{space}/invite"), body).await.ok();
        let mias = text(&second["data"][0]["_id"]);
        match state {
            State::Archived => {
                world.call("alice", "POST", &format!("/api/spaces/{space}/archive"), Value::Null).await.ok();
            }
            State::Deleted => {
                world.call("alice", "DELETE", &format!("/api/spaces/{space}"), Value::Null).await.ok();
            }
            State::Active | State::Unknown | State::Malformed => {}
        }
        Self { space, invite, mias }
    }

    fn of_ids(id: &str) -> Self {
        Self { space: id.to_owned(), invite: id.to_owned(), mias: id.to_owned() }
    }
}
