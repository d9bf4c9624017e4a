//! `GET /api/users/{u}/colleagues`: the people whom the caller may see, in pages.

use spaces_api::store_problem;
use spaces_api::wire::{List, PageQuery, UserObject};
use spaces_http::{Body, Call, Code, Fault, FaultCode, Problem, Response, json};
use spaces_model::{Caller, MemberId, PersonSearch, User, UserId};
use spaces_store::{Colleague, ColleaguePage, ColleagueQuery};

use crate::App;

/// Default number of people on a page.
const SIZE: usize = 10;
/// Maximum exact total, and maximum number of people before a page that is requested by number.
const COUNTED: usize = 100;
/// Maximum length of a position in the list, in bytes: 64 characters and an id.
const MAX_PLACE: usize = 300;

impl App {
    /// Lists the people of the caller's company, and those who share a space with the caller.
    pub(crate) async fn colleagues(&self, call: &Call, user: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        check_own(&caller, user)?;
        let caller = self.callers.known(caller, now).await?;
        let of = caller.into_user().ok_or_else(|| Problem::new(Code::Forbidden))?;
        let query = PageQuery::read(call, SIZE, COUNTED, &["search"])?;
        let Some(search) = call.query("search") else { return self.colleagues_found(&of, &query, None).await };
        match PersonSearch::new(search) {
            Some(search) => self.colleagues_found(&of, &query, Some(&search)).await,
            None => json(&List::new(&query, Vec::<UserObject>::new(), 0, None)),
        }
    }

    async fn colleagues_found(
        &self,
        of: &User,
        query: &PageQuery,
        search: Option<&PersonSearch>,
    ) -> Result<Response<Body>, Problem> {
        let after = after(query, search)?;
        let before = if after.is_some() { 0 } else { query.page.saturating_mul(query.size) };
        let end = before.saturating_add(query.size);
        let counted = if after.is_some() { 0 } else { COUNTED };
        // One more, to see whether this is the last page.
        let part = ColleagueQuery { search, after, limit: end.saturating_add(1), counted };
        let page = self.store.colleagues_page(of, part).await.map_err(store_problem)?;
        let ColleaguePage { found, total, rest } = page;
        let total = query.token.as_ref().map_or(total, |token| token.total);
        let is_last = found.len() <= end;
        let page: Vec<(String, Colleague)> = found.into_iter().skip(before).take(query.size).collect();
        let next = if is_last { rest } else { page.last().map(|(place, _)| place.clone()) };
        json(&List::new(query, page.iter().map(|(_, person)| object(person)).collect(), total, next))
    }
}

/// Checks that a path names the caller, by `me` or by their own id. Other ids fail alike, whether they exist or not.
pub(crate) fn check_own(caller: &Caller, user: &str) -> Result<(), Problem> {
    if user == "me" {
        return Ok(());
    }
    let user: UserId = user.parse().map_err(|_| Problem::new(Code::NotFound))?;
    if caller.member_id() == MemberId::User(user) { Ok(()) } else { Err(Problem::new(Code::Forbidden)) }
}

/// Returns the wire object of a person whom the caller may see.
pub(crate) fn object(person: &Colleague) -> UserObject {
    UserObject::new(person.id, &person.display_name, person.address.as_ref())
}

/// Returns the list position in the request's page token.
fn after<'a>(query: &'a PageQuery, search: Option<&PersonSearch>) -> Result<Option<&'a str>, Problem> {
    let Some(token) = &query.token else { return Ok(None) };
    let place = token.after.as_str();
    let is_of_list = place.len() <= MAX_PLACE
        && place.rsplit_once('#').is_some_and(|(_, id)| id.parse::<UserId>().is_ok())
        && search.is_none_or(|search| place.starts_with(search.word()));
    if is_of_list {
        return Ok(Some(place));
    }
    let fault = Fault::new("pageToken", FaultCode::InvalidValue, "must be taken from a URL of this list");
    Err(Problem::invalid(vec![fault]))
}
