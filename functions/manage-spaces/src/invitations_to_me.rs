//! `GET /api/users/me/invites`: the open invitations that name the caller, in pages.

use serde::Serialize;
use spaces_api::store_problem;
use spaces_api::wire::{List, PageQuery};
use spaces_http::{Body, Call, Code, Problem, Response, json};
use spaces_model::{Caller, format_time};
use spaces_store::{OpenInvitation, OpenInvitationPage};

use crate::App;
use crate::invitation_list::after;

/// Default number of invitations on a page.
const SIZE: usize = 10;
/// Maximum exact total, and maximum number of invitations before a page that is requested by number.
const COUNTED: usize = 100;

/// An open invitation to the caller.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvitationToMe {
    /// The invitation's id, which is the secret in its link.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "_id")]
    id: String,
    /// The space's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    topic_id: String,
    /// The current name of the space.
    title: String,
    /// The inviter's name; empty if it is not known.
    inviter_name: String,
    /// The role that the invitation gives.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::Role))]
    role: &'static str,
    /// The start of the meeting, in UTC; absent without one.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date_time: Option<String>,
    /// The end of the meeting, in UTC; absent without one.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_time: Option<String>,
    /// The time after which the invitation admits nobody, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    expires: String,
}

impl App {
    /// Lists the open invitations that name the caller, newest first.
    pub(crate) async fn invitations_to_me(&self, call: &Call) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        let Caller::User(_) = caller else { return Err(Problem::new(Code::Forbidden)) };
        let query = PageQuery::read(call, SIZE, COUNTED, &[])?;
        let after = after(&query)?;
        // Addresses count as they do for joining.
        let met = self.callers.look_up(caller).await?;
        let caller = self.callers.decide(met, now).await?;
        let before = if after.is_some() { 0 } else { query.page.saturating_mul(query.size) };
        let end = before.saturating_add(query.size);
        // One more, to see whether this is the last page. Without a token, enough for the total.
        let shown = end.saturating_add(1);
        let wanted = if after.is_some() { shown } else { shown.max(COUNTED) };
        let page = self.store.open_invitations(&caller, after, shown, wanted, now).await.map_err(store_problem)?;
        let OpenInvitationPage { found, rest } = page;
        let total = query.token.as_ref().map_or(found.len().min(COUNTED), |token| token.total);
        let is_last = found.len() <= end;
        let page: Vec<OpenInvitation> = found.into_iter().skip(before).take(query.size).collect();
        let next = if is_last { rest } else { page.last().map(|open| open.place.clone()) };
        json(&List::new(&query, page.iter().map(InvitationToMe::new).collect(), total, next))
    }
}

impl InvitationToMe {
    fn new(open: &OpenInvitation) -> Self {
        let OpenInvitation { invitation, title, role, .. } = open;
        Self {
            id: invitation.id.to_string(),
            topic_id: invitation.space.to_string(),
            title: title.as_str().to_owned(),
            inviter_name: invitation.inviter.name.clone().unwrap_or_default(),
            role: role.as_str(),
            start_date_time: invitation.starts.map(format_time),
            end_date_time: invitation.ends.map(format_time),
            expires: format_time(invitation.expires),
        }
    }
}
