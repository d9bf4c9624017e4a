//! The page, and the pages for problems.

use spaces_content::Language;
use spaces_content::pages::{self, Frame, Notice, StopChange, StopState};
use spaces_http::http::StatusCode;
use spaces_http::{Body, Call, Code, Pages, Problem, Response};

use crate::App;

impl App {
    pub(crate) fn page(
        &self,
        call: &Call,
        status: StatusCode,
        state: StopState,
        done: Option<StopChange>,
    ) -> Response<Body> {
        let frame = self.frame(call);
        self.pages.page(call, status, frame.language.tag(), pages::stop(state, done, &frame))
    }

    /// Returns the page for a problem. A token that is damaged, expired or from another deployment gets the same page.
    pub(crate) fn failure_page(&self, call: &Call, problem: &Problem) -> Response<Body> {
        let frame = self.frame(call);
        let html = pages::notice(notice(problem.code()), &frame);
        Pages::for_problem(self.pages.page(call, problem.code().status(), frame.language.tag(), html), problem)
    }

    fn frame(&self, call: &Call) -> Frame<'_> {
        let language = call.header("accept-language").map_or(Language::DEFAULT, Language::accepted);
        Frame { language, brand: &self.brand }
    }
}

fn notice(code: Code) -> Notice {
    match code {
        Code::NotFound => Notice::StopUnknown,
        Code::Unavailable => Notice::Busy,
        Code::Internal => Notice::Broken,
        _ => Notice::Forbidden,
    }
}
