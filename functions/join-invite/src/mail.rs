//! The mail forms of the link's page: report the invitation, stop mail to one's own address, or allow it again.

use jiff::Timestamp;
use spaces_api::{idempotency, store_problem};
use spaces_content::pages::{Notice, OwnMail};
use spaces_http::http::StatusCode;
use spaces_http::{Body, Call, Code, Problem, Response};
use spaces_model::{Caller, Email, EmailAddress};
use spaces_store::{InvitationRef, Report, ReportWay, Reporter, StopWay};

use crate::App;
use crate::join::Visit;
use crate::web::LinkPage;

/// The action of a form: `report` reports the invitation, `stop` stops all mail to one's own address, `undo` allows it
/// again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(rename_all = "lowercase"))]
pub(crate) enum MailAction {
    /// Reports the invitation to the operator.
    Report,
    /// Stops mail to the visitor's address.
    Stop,
    /// Allows mail to the visitor's address again.
    Undo,
}

impl MailAction {
    /// Parses a form.
    fn read(call: &Call) -> Result<Self, Problem> {
        let value = call.form()?.into_iter().find_map(|(name, value)| (name == "mail").then_some(value));
        match value.as_deref() {
            Some("report") => Ok(Self::Report),
            Some("stop") => Ok(Self::Stop),
            Some("undo") => Ok(Self::Undo),
            _ => Err(Problem::new(Code::InvalidRequest)),
        }
    }
}

/// The fields of a form.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only describes the form, which is parsed by other code")]
pub(crate) struct LinkMailForm {
    #[schema(inline)]
    mail: MailAction,
}

impl App {
    /// Handles the mail buttons: anybody may report, and visitors with a session may change mail to their own address.
    pub(crate) async fn post_mail(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        self.check_own_form(call)?;
        let action = MailAction::read(call)?;
        let now = self.sources.now();
        let caller = self.callers.session(call, now).await?;
        match (action, caller) {
            (MailAction::Report, caller) => self.report(call, id, caller.as_ref(), now).await,
            // The session has ended since the page was shown.
            (MailAction::Stop | MailAction::Undo, None) => {
                self.see_other(&LinkPage::Join.path(self.open_invitation(id, now).await?.id))
            }
            (MailAction::Stop | MailAction::Undo, Some(caller)) => {
                let visit = Box::pin(self.visit(caller, id, now)).await?;
                self.settle_mail(call, &visit, action, now).await
            }
        }
    }

    /// Stores a report of an invitation for the operator: one per visitor and day. Repeated and excess reports get the
    /// same response.
    async fn report(
        &self,
        call: &Call,
        id: &str,
        caller: Option<&Caller>,
        now: Timestamp,
    ) -> Result<Response<Body>, Problem> {
        let invitation = self.open_invitation(id, now).await?;
        let report = Report {
            at: now,
            invite: InvitationRef::of(&invitation),
            space: invitation.space,
            inviter: invitation.inviter.id,
            way: ReportWay::Link,
        };
        let account = caller.filter(|caller| !matches!(caller, Caller::Guest(_))).map(idempotency::name);
        let source = || Reporter::Source(call.source_address());
        let reporter = account.as_deref().map_or_else(source, Reporter::Caller);
        if self.store.report(&report, reporter).await.map_err(store_problem)? {
            call.count("Reports", Some(ReportWay::Link.as_str()));
        }
        Ok(self.notice(call, StatusCode::OK, Notice::Reported))
    }

    /// Stops all mail to the visitor's own address, or allows it again.
    async fn settle_mail(
        &self,
        call: &Call,
        visit: &Visit,
        action: MailAction,
        now: Timestamp,
    ) -> Result<Response<Body>, Problem> {
        let address = own_address(&visit.caller).ok_or_else(|| Problem::new(Code::Forbidden))?;
        let address = self.store.address_ref(address);
        let notice = if action == MailAction::Stop {
            self.store.stop_all_mail(&address, StopWay::SignedIn, now).await.map_err(store_problem)?;
            call.count("ReceiverStops", Some("signed_in"));
            Notice::MailStopped
        } else {
            let inviter = visit.invitation.inviter.id;
            self.store.lift_stops(&address, inviter, StopWay::SignedIn, now).await.map_err(store_problem)?;
            call.count("ReceiverStops", Some("undone"));
            Notice::MailAllowed
        };
        // A timestamp from a clock ahead of this one outweighs the one just written: until this clock catches up, the
        // change has no effect.
        let is_stopped = self.own_mail(&visit.caller).await? == Some(OwnMail::Stopped);
        if is_stopped != (action == MailAction::Stop) {
            return Err(Problem::new(Code::Unavailable));
        }
        Ok(self.notice(call, StatusCode::OK, notice))
    }

    /// Returns whether mail to the visitor's own address is stopped, or `None` if no verified address is known.
    pub(crate) async fn own_mail(&self, caller: &Caller) -> Result<Option<OwnMail>, Problem> {
        let Some(address) = own_address(caller) else { return Ok(None) };
        let stops = self.store.mail_stops(&self.store.address_ref(address)).await.map_err(store_problem)?;
        let is_stopped = stops.is_all_stopped() || stops.is_complained();
        Ok(Some(if is_stopped { OwnMail::Stopped } else { OwnMail::Allowed }))
    }
}

/// Returns the visitor's verified address.
fn own_address(caller: &Caller) -> Option<&EmailAddress> {
    match caller {
        Caller::User(user) => user.email.as_ref().and_then(Email::verified),
        Caller::Guest(_) | Caller::ServiceApp(_) => None,
    }
}
