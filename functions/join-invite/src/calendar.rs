//! The invitation's meeting as a calendar file: `/spaces/invites/{inviteId}/invite.ics`.

use spaces_content::{InvitationView, published_calendar};
use spaces_http::http::header::{CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE};
use spaces_http::http::{HeaderValue, Method};
use spaces_http::{Body, Call, Code, Problem, Response};
use spaces_model::SpaceStatus;

use crate::App;

impl App {
    /// Responds with the meeting. Anybody may read it, because it contains no more than the link's page. Nothing is
    /// written.
    ///
    /// Without an upcoming meeting the response is that of an unknown invitation, since a calendar program that polls
    /// the file would not show a page.
    pub(crate) async fn calendar(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let invitation = self.open_invitation(id, now).await.map_err(as_unknown)?;
        let space = self.announced_space(&invitation, now).await.map_err(as_unknown)?;
        if space.status != SpaceStatus::Active {
            return Err(Problem::new(Code::NotFound));
        }
        let link = invitation.links(&self.web.public_url, &space.title).plain;
        let language = self.frame(call).language;
        let shown = InvitationView::of(&invitation, &space, &link);
        let calendar = published_calendar(&shown, language, &self.web.brand, invitation.sequence, now);
        let calendar = calendar.ok_or_else(|| Problem::new(Code::NotFound))?;
        let body = if call.method() == Method::HEAD { Body::Empty } else { Body::Text(calendar) };
        let mut response = self.web.pages.guarded(Response::new(body));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        // Not `attachment`: Safari on iOS would save the file instead of offering to add the meeting.
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"invite.ics\""));
        Ok(response)
    }
}

/// Treats an invitation that is expired or revoked as unknown.
fn as_unknown(problem: Problem) -> Problem {
    match problem.code() {
        Code::InviteExpired | Code::InviteRevoked => Problem::new(Code::NotFound),
        _ => problem,
    }
}
