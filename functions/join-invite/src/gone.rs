//! The page of an invitation that is expired or revoked.

use spaces_api::store_problem;
use spaces_content::{InvitationView, pages};
use spaces_http::http::Method;
use spaces_http::{Call, Problem};
use spaces_model::{Invitation, Space, Standing};

use crate::App;
use crate::web::LinkPage;

impl App {
    /// Returns the page that names the space and the inviter, whom the visitor can ask for a new invitation. Returns
    /// `None` if the visitor may not see the names or they cannot be read; the page then omits them.
    pub(crate) async fn gone(&self, call: &Call, notice: pages::Notice) -> Option<String> {
        let ["spaces", "invites", id, ..] = call.segments()[..] else { return None };
        if *call.method() == Method::HEAD {
            return None;
        }
        let invitation = self.invitation(id, self.sources.now()).await.ok()?;
        let space = self.named_space(call, &invitation).await.ok()??;
        let path = LinkPage::Join.path(invitation.id);
        Some(pages::gone(notice, &InvitationView::of(&invitation, &space, &path), &self.frame(call)))
    }

    /// Returns the space of an invitation, with its present title, even if it is deleted. Returns `None` if the inviter
    /// is blocked, since the names may be the reason, and for a visitor who was removed from the space.
    async fn named_space(&self, call: &Call, invitation: &Invitation) -> Result<Option<Space>, Problem> {
        let now = self.sources.now();
        let space = async { self.store.space(invitation.space).await.map_err(store_problem) };
        let is_removed = async {
            let Some(caller) = self.callers.session(call, now).await? else { return Ok(false) };
            let held = self.store.membership(invitation.space, caller.member_id()).await.map_err(store_problem)?;
            Ok(held.is_some_and(|held| matches!(held.standing, Standing::Removed { .. })))
        };
        let is_blocked = self.callers.is_blocked(invitation.inviter.id, now);
        let (space, is_removed, is_blocked) = futures_util::try_join!(space, is_removed, is_blocked)?;
        let space = space.or_else(|| invitation.founded().map(|(space, _)| space));
        Ok(space.filter(|_| !is_removed && !is_blocked))
    }
}
