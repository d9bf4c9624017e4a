//! `POST /api/spaces/{id}/archive`, `POST /api/spaces/{id}/unarchive`, `DELETE /api/spaces/{id}`, and the common part
//! of all changes of a space.

use futures_util::join;
use spaces_api::wire::{MAX_MEMBERS, SpaceObject};
use spaces_api::{Administer, Delete, Permitted, audit, store_problem};
use spaces_http::{Act, Body, Call, Code, Problem, Response, json};
use spaces_model::SpaceEdit;
use spaces_store::EditedSpace;

use crate::App;

impl App {
    /// Archives a space: closes it to newcomers and to changes.
    pub(crate) async fn archive(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let admin = Permitted::<Administer>::check(&self.callers, &self.store, call, id, self.sources.now()).await?;
        self.edit(call, admin, &SpaceEdit::Archive, "archived").await
    }

    /// Opens an archived space again.
    pub(crate) async fn unarchive(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let admin = Permitted::<Administer>::check(&self.callers, &self.store, call, id, self.sources.now()).await?;
        self.edit(call, admin, &SpaceEdit::Unarchive, "unarchived").await
    }

    /// Deletes a space. The relay cancels its invitations.
    pub(crate) async fn delete(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let admin = Permitted::<Delete>::check(&self.callers, &self.store, call, id, self.sources.now()).await?;
        self.edit(call, admin, &SpaceEdit::Delete, "deleted").await
    }

    /// Edits a space for one of its admins, and responds with the resulting space.
    pub(crate) async fn edit<P>(
        &self,
        call: &Call,
        admin: Permitted<P>,
        edit: &SpaceEdit,
        reason: &'static str,
    ) -> Result<Response<Body>, Problem> {
        let Permitted { caller, space: held, .. } = admin;
        let members = self.store.members(held.id, MAX_MEMBERS);
        let edited = async {
            let edited = self.store.edit_space(held, edit).await?;
            if edited.as_ref().is_some_and(|edited| edited.is_changed) {
                call.count("SpaceChanges", Some(reason));
            }
            if let (Some(EditedSpace { space, is_changed: true }), SpaceEdit::Delete) = (&edited, edit) {
                audit(call, &self.index_secret, &caller, Act::SpaceDeleted, space.id, None);
            }
            Ok(edited)
        };
        // Neither future is dropped when the other fails: a change that was written must be counted and audited.
        let (edited, members) = join!(edited, members);
        let (edited, members) = (edited.map_err(store_problem)?, members.map_err(store_problem)?);
        let EditedSpace { space, .. } =
            edited.ok_or_else(|| Problem::new(Code::Forbidden).with_detail("This space does not allow this."))?;
        json(&SpaceObject::new(&space, &members, &caller))
    }
}
