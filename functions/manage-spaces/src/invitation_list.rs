//! `GET /api/spaces/{id}/invites`: the invitations to a space, in pages.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use spaces_api::wire::{InvitationObject, List, PageQuery};
use spaces_api::{Permitted, store_problem};
use spaces_http::{Body, Call, Fault, FaultCode, Problem, Response, json};
use spaces_model::{Invitation, InviteStatus, Member, SpaceId};
use spaces_store::InvitationPage;

use crate::App;
use crate::invitations::{ReadInvitations, is_own};

/// Default number of invitations on a page.
const SIZE: usize = 10;
/// Maximum exact total, and maximum number of invitations before a page that is requested by number.
const COUNTED: usize = 100;
/// Maximum number of invitations whose deliveries are counted concurrently.
const AT_ONCE: usize = 16;
/// Maximum length of a position in the list, in bytes.
const MAX_PLACE: usize = 100;

/// A page of invitations, each with its position in the list; the total; and the position after which the next page
/// begins.
struct InvitationListPage {
    query: PageQuery,
    invitations: Vec<(String, Invitation)>,
    total: usize,
    next: Option<String>,
}

impl App {
    /// Lists the invitations to a space, newest first. Admins see all of them, members their own.
    pub(crate) async fn invitations(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let page = async |space, member: &Member| self.invitation_page(call, space, member, now).await;
        let (reader, page) =
            Permitted::<ReadInvitations>::check_and(&self.callers, &self.store, call, id, now, page).await?;
        let InvitationListPage { query, invitations: page, total, next } = page;
        let counts: Vec<_> = page.iter().map(|(_, invitation)| self.store.delivery_counts(invitation)).collect();
        let counts: Vec<_> = stream::iter(counts).buffered(AT_ONCE).try_collect().await.map_err(store_problem)?;
        let objects = page.iter().zip(counts).map(|((_, invitation), counts)| {
            InvitationObject::with_counts(invitation, counts, &reader.space, &self.public_url, now)
        });
        let objects: Vec<InvitationObject<'_>> = objects.collect();
        json(&List::new(&query, objects, total, next))
    }

    /// Reads the requested page of the list, as far as the member may see it.
    async fn invitation_page(
        &self,
        call: &Call,
        space: SpaceId,
        member: &Member,
        now: Timestamp,
    ) -> Result<InvitationListPage, Problem> {
        let query = PageQuery::read(call, SIZE, COUNTED, &["status"])?;
        let status = status(call)?;
        let after = after(&query)?;
        let before = if after.is_some() { 0 } else { query.page.saturating_mul(query.size) };
        let passes = |invitation: &Invitation| {
            let is_shown = member.is_admin() || is_own(invitation, member);
            is_shown && status.is_none_or(|status| status == invitation.status(now))
        };
        let end = before.saturating_add(query.size);
        // One more, to see whether this is the last page. Without a token, enough for the total.
        let wanted = if after.is_some() { end.saturating_add(1) } else { end.saturating_add(1).max(COUNTED) };
        let page = self.store.invitations_page(space, after, wanted, passes).await.map_err(store_problem)?;
        let InvitationPage { found, rest } = page;
        let total = query.token.as_ref().map_or(found.len().min(COUNTED), |token| token.total);
        let is_last = found.len() <= end;
        let invitations: Vec<(String, Invitation)> = found.into_iter().skip(before).take(query.size).collect();
        let next = if is_last { rest } else { invitations.last().map(|(place, _)| place.clone()) };
        Ok(InvitationListPage { query, invitations, total, next })
    }
}

/// Parses the requested status; `None` for all.
fn status(call: &Call) -> Result<Option<InviteStatus>, Problem> {
    let Some(text) = call.query("status") else { return Ok(None) };
    match text.to_ascii_lowercase().as_str() {
        "all" => Ok(None),
        "open" => Ok(Some(InviteStatus::Open)),
        "expired" => Ok(Some(InviteStatus::Expired)),
        "revoked" => Ok(Some(InviteStatus::Revoked)),
        _ => {
            let message = "must be open, expired, revoked or all";
            Err(Problem::invalid(vec![Fault::new("status", FaultCode::InvalidValue, message)]))
        }
    }
}

/// Returns the list position in the request's page token.
pub(crate) fn after(query: &PageQuery) -> Result<Option<&str>, Problem> {
    match query.token.as_ref().map(|token| token.after.as_str()) {
        Some(place) if place.is_empty() || place.len() > MAX_PLACE => {
            let fault = Fault::new("pageToken", FaultCode::InvalidValue, "must be taken from a URL of this list");
            Err(Problem::invalid(vec![fault]))
        }
        place => Ok(place),
    }
}
