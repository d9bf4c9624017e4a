//! `GET` and `DELETE /api/spaces/invites/{inviteId}`: shows and revokes an invitation.

use spaces_api::Update;
use spaces_http::{Body, Call, Problem, Response};

use crate::App;
use crate::invitations::{ReadInvitations, Steward, check_active};

impl App {
    /// Shows an invitation, with the state of each invitee, to those who look after it.
    pub(crate) async fn invitation(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let Steward { invitation, space, .. } = self.steward::<ReadInvitations>(call, id, now).await?;
        self.answer_with(&invitation, &space, false, now).await
    }

    /// Revokes an invitation. One that is revoked stays as it is.
    pub(crate) async fn revoke(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let Steward { invitation, space, .. } = self.steward::<Update>(call, id, now).await?;
        check_active(&space)?;
        let revoke = |held: &spaces_model::Invitation| Ok(held.revoked.is_none().then(|| held.revoked(now)));
        let revoked = self.change(invitation, revoke).await?;
        self.answer_with(&revoked, &space, false, now).await
    }
}
