//! Lets the recipient of a mail stop further mail: `/mail/stop/{token}`.
//!
//! The token is the credential, and names the recipient and the inviter. Mail scanners open links, so a GET changes
//! nothing. A mail program's button posts without cookie or login (RFC 8058), and so may anybody who has the mail; the
//! page's own forms are accepted only from the page.

mod config;
mod form;
#[cfg(feature = "openapi")]
pub mod openapi;
mod pages;

use spaces_content::Brand;
use spaces_content::pages::{StopChange, StopState};
use spaces_http::http::{Method, StatusCode};
use spaces_http::{Body, Boundary, Call, Code, Pages, Problem, Request, Response, Sources};
use spaces_model::PublicUrl;
use spaces_store::{MailStops, Report, ReportWay, Reporter, StopToken, StopWay, Store, StoreError};

use crate::form::StopAction;

/// The function with its configuration and clients.
pub struct App {
    boundary: Boundary,
    store: Store,
    own_urls: Vec<PublicUrl>,
    brand: Brand,
    pages: Pages,
    sources: Sources,
}

impl App {
    /// Opens the connection to the table before the first request.
    pub async fn warm_up(&self) {
        self.store.warm_up().await;
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        let handler = async |call: &Call| self.handle(call).await;
        let failed = async |call: &Call, problem: &Problem| Some(self.failure_page(call, problem));
        self.boundary.answer_or(request, self.sources.now(), handler, failed).await
    }

    async fn handle(&self, call: &Call) -> Result<Response<Body>, Problem> {
        let segments = call.segments();
        let ["mail", "stop", token] = segments.as_slice() else { return Err(Problem::new(Code::NotFound)) };
        call.log_route("/mail/stop/{token}");
        let token = self.store.open_stop_token(token, self.sources.now());
        let token = token.ok_or_else(|| Problem::new(Code::NotFound))?;
        match *call.method() {
            Method::GET | Method::HEAD => self.show(call, &token, None).await,
            Method::POST => self.post(call, &token).await,
            _ => Err(Problem::wrong_method("GET, HEAD, POST")),
        }
    }

    /// Shows the page with the current stops. Nothing is written.
    async fn show(&self, call: &Call, token: &StopToken, done: Option<StopChange>) -> Result<Response<Body>, Problem> {
        let stops = self.stops(token).await?;
        let (inviter, all) = (stops.is_inviter_stopped(token.inviter), stops.is_all_stopped() || stops.is_complained());
        // A timestamp from a clock ahead of this one outweighs the one just written: until this clock catches up, the
        // change has no effect.
        let done = match done {
            Some(StopChange::Inviter | StopChange::All) if all => Some(StopChange::All),
            Some(StopChange::Inviter) if inviter => done,
            Some(StopChange::Undone) if !inviter && !all => done,
            Some(StopChange::Inviter | StopChange::All | StopChange::Undone) => {
                return Err(Problem::new(Code::Unavailable));
            }
            Some(StopChange::Reported) | None => done,
        };
        let state = StopState { inviter, all, undo: stops.is_lifted_by_mail(token.inviter, self.sources.now()) };
        Ok(self.page(call, StatusCode::OK, state, done))
    }

    async fn stops(&self, token: &StopToken) -> Result<MailStops, Problem> {
        self.store.mail_stops(&token.address).await.map_err(problem)
    }

    async fn post(&self, call: &Call, token: &StopToken) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let action = StopAction::read(&call.text()?).ok_or_else(|| Problem::new(Code::InvalidRequest))?;
        // A page of another site that knew the token could submit this form for its visitors. A mail program's request
        // has no origin that could be checked.
        if action != StopAction::OneClick && !call.is_same_origin(&self.own_urls) {
            return Err(Problem::new(Code::Forbidden));
        }
        let StopToken { address, inviter, .. } = token;
        let done = match action {
            StopAction::OneClick => {
                self.store.stop_all_mail(address, StopWay::OneClick, now).await.map_err(problem)?;
                call.count("ReceiverStops", Some("one_click"));
                StopChange::All
            }
            StopAction::All => {
                self.store.stop_all_mail(address, StopWay::Page, now).await.map_err(problem)?;
                call.count("ReceiverStops", Some("all"));
                StopChange::All
            }
            StopAction::Inviter => {
                self.store.stop_inviter(address, *inviter, StopWay::Page, now).await.map_err(problem)?;
                call.count("ReceiverStops", Some("inviter"));
                StopChange::Inviter
            }
            StopAction::Undo => {
                let stops = self.stops(token).await?;
                let is_stopped = stops.is_all_stopped() || stops.is_complained() || stops.is_inviter_stopped(*inviter);
                if is_stopped && !stops.is_lifted_by_mail(*inviter, now) {
                    return Err(Problem::new(Code::Forbidden));
                }
                self.store.lift_stops(address, *inviter, StopWay::Page, now).await.map_err(problem)?;
                call.count("ReceiverStops", Some("undone"));
                StopChange::Undone
            }
            StopAction::Report => {
                if self.report(token).await.map_err(problem)? {
                    call.count("Reports", Some(ReportWay::Mail.as_str()));
                }
                StopChange::Reported
            }
        };
        self.show(call, token, Some(done)).await
    }

    /// Stores a report for the operator: one per recipient, invitation and day. Returns whether it is new; a repeated
    /// report gets the same response.
    async fn report(&self, token: &StopToken) -> Result<bool, StoreError> {
        let report = Report {
            at: self.sources.now(),
            invite: token.invite.clone(),
            space: token.space,
            inviter: token.inviter,
            way: ReportWay::Mail,
        };
        self.store.report(&report, Reporter::Receiver(&token.address)).await
    }
}

fn problem(error: StoreError) -> Problem {
    let code = if matches!(error, StoreError::Unavailable(_)) { Code::Unavailable } else { Code::Internal };
    Problem::new(code).caused_by(error)
}
