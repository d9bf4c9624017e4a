//! `GET /api/spaces/{id}`: a space and its first members.

use spaces_api::wire::{MAX_MEMBERS, SpaceObject};
use spaces_api::{Permitted, Read, store_problem};
use spaces_http::{Body, Call, Problem, Response, json};

use crate::App;

impl App {
    /// Shows a space to its members.
    pub(crate) async fn space(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let reader = Permitted::<Read>::check(&self.callers, &self.store, call, id, self.sources.now()).await?;
        let members = self.store.members(reader.space.id, MAX_MEMBERS).await.map_err(store_problem)?;
        json(&SpaceObject::new(&reader.space, &members, &reader.caller))
    }
}
