//! `GET` and `DELETE /api/spaces/invites/{inviteId}`: shows and revokes an invitation.

use futures_util::join;
use spaces_api::{Update, audit, store_problem};
use spaces_http::{Act, Body, Call, Problem, Response};
use spaces_model::Invitation;

use crate::App;
use crate::invitations::{ReadInvitations, Steward, check_active};

impl App {
    /// Shows an invitation, with the state of each invitee, to its stewards.
    pub(crate) async fn invitation(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let deliveries = async |invitation: &Invitation| self.store.deliveries(invitation).await.map_err(store_problem);
        let (steward, deliveries) = self.steward_and::<ReadInvitations, _>(call, id, now, deliveries).await?;
        self.answer_with(&steward.invitation, &deliveries, &steward.space, now)
    }

    /// Revokes an invitation. A revoked invitation stays unchanged.
    pub(crate) async fn revoke(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let Steward { caller, invitation, space, .. } = self.steward::<Update>(call, id, now).await?;
        check_active(&space)?;
        let deliveries = async { self.store.deliveries(&invitation).await.map_err(store_problem) };
        let revoke = |held: &Invitation| Ok(held.revoked.is_none().then(|| held.revoked(now)));
        let revoked = async {
            let revoked = self.change(invitation.clone(), revoke).await?;
            // An invitation that was revoked earlier has an earlier time.
            if revoked.revoked == Some(now) && invitation.revoked.is_none() {
                audit(call, &self.index_secret, &caller, Act::InvitationRevoked, space.id, None);
            }
            Ok(revoked)
        };
        // Neither future is dropped when the other fails: a revocation must be audited.
        let (revoked, deliveries) = join!(revoked, deliveries);
        let (revoked, deliveries) = (revoked?, deliveries?);
        self.answer_with(&revoked, &deliveries, &space, now)
    }
}
