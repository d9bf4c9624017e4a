//! `GET /api/spaces/{id}`: a space and its first members.

use spaces_api::wire::{MAX_MEMBERS, SpaceObject};
use spaces_api::{Permitted, Read, store_problem};
use spaces_http::{Body, Call, Problem, Response, json};

use crate::App;

impl App {
    /// Shows a space to its members.
    pub(crate) async fn space(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let members = async |space, _: &_| self.store.members(space, MAX_MEMBERS).await.map_err(store_problem);
        let (reader, members) =
            Permitted::<Read>::check_and(&self.callers, &self.store, call, id, now, members).await?;
        json(&SpaceObject::new(&reader.space, &members, &reader.caller))
    }
}
