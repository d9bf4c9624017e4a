//! Declining an invitation: `POST` to the link with `answer=no`.
//!
//! Opening the link joins people who are on the invitation, so no page on the way could offer to decline. Instead, the
//! login page has a link with `?answer=no`, which survives the round trip through the accounts service and leads to a
//! page that asks for confirmation.

use jiff::Timestamp;
use spaces_api::store_problem;
use spaces_content::pages;
use spaces_http::http::StatusCode;
use spaces_http::{Body, Call, Code, Problem, Response};

use crate::App;
use crate::join::Visit;
use crate::show::people;
use crate::web::LinkPage;

impl Visit {
    /// Returns whether the caller is on the invitation and not in the space yet.
    pub(crate) fn may_decline(&self) -> bool {
        !self.is_member() && self.invitation.invitees_who_are(&self.caller).next().is_some()
    }
}

impl App {
    /// Records that an invitee declines. Nobody is notified, and the link still admits the invitee.
    pub(crate) async fn decline(
        &self,
        call: &Call,
        visit: &Visit,
        page: LinkPage,
        now: Timestamp,
    ) -> Result<Response<Body>, Problem> {
        self.callers.check_allowed(&visit.caller, now).await?;
        if visit.is_member() {
            return self.onward(visit, page);
        }
        if !visit.may_decline() {
            return Err(Problem::new(Code::Forbidden).with_detail("Only people on the invitation can decline it."));
        }
        for invitee in visit.invitation.invitees_who_are(&visit.caller) {
            self.store.record_answer(&visit.invitation, invitee, now).await.map_err(store_problem)?;
        }
        Ok(self.notice(call, StatusCode::OK, pages::Notice::Declined))
    }

    /// Returns the page that asks an invitee whether to decline.
    pub(crate) async fn asked_to_decline(
        &self,
        call: &Call,
        visit: &Visit,
        page: LinkPage,
    ) -> Result<Response<Body>, Problem> {
        let path = page.path(visit.invitation.id);
        let view = self
            .view(&visit.invitation, &visit.space, people(visit.members.len()), self.sources.now())
            .of(&visit.caller)
            .of_invited();
        let mail = pages::MailActions { path: &view.mail, own: self.own_mail(&visit.caller).await? };
        let html = pages::decline(&view.shown(&view.invitation()), &path, mail, &self.frame(call));
        Ok(self.page(call, StatusCode::OK, html))
    }
}
