//! `GET /api/users/me/spaces`: the spaces that the caller is in, in pages.

use jiff::Timestamp;
use spaces_api::store_problem;
use spaces_api::wire::{List, MySpaceObject, PageQuery};
use spaces_http::{Body, Call, Code, Fault, FaultCode, Faults, Problem, Response, json};
use spaces_model::{Caller, Member, NameSearch, Space, SpaceKind, SpaceStatus};
use spaces_store::{SpaceFilter, SpacesQuery};

use crate::App;

/// Default number of spaces on a page.
pub(crate) const SIZE: usize = 10;
/// Maximum exact total, and maximum number of spaces before a page that is requested by number.
pub(crate) const COUNTED: usize = 100;
/// Maximum length of a position in the list, in bytes.
const MAX_PLACE: usize = 100;
/// The query parameters that filter the list.
const FILTERS: [&str; 4] = ["topictype", "topicstatus", "filtertype", "search"];
const KINDS: [SpaceKind; 3] = [SpaceKind::Group, SpaceKind::Direct, SpaceKind::Personal];

/// The filters of a request.
struct MySpacesFilter {
    filter: SpaceFilter,
    /// `None` for every status.
    status: Option<SpaceStatus>,
    search: Option<NameSearch>,
}

impl App {
    /// Lists the spaces of a user or a guest, most recently used first.
    pub(crate) async fn my_spaces(&self, call: &Call) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        if matches!(caller, Caller::ServiceApp(_)) {
            return Err(Problem::new(Code::Forbidden));
        }
        let query = PageQuery::read(call, SIZE, COUNTED, &FILTERS)?;
        let wanted = MySpacesFilter::read(call).map_err(Problem::invalid)?;
        let after = after(&query)?;
        let spaces = SpacesQuery {
            now,
            after,
            before: if after.is_some() { 0 } else { query.page.saturating_mul(query.size) },
            size: query.size,
            counted: if after.is_some() { 0 } else { COUNTED },
        };
        let is_shown = |space: &Space, other: Option<&Member>| wanted.shows(space, other, &caller);
        let page = self.store.spaces_page(caller.member_id(), spaces, &wanted.filter, is_shown);
        let page = page.await.map_err(store_problem)?;
        let total = query.token.as_ref().map_or(page.found.min(COUNTED), |token| token.total);
        let objects = page.spaces.iter().map(|listed| MySpaceObject::new(listed, &caller)).collect();
        json(&List::new(&query.since(page.began), objects, total, page.next))
    }
}

impl MySpacesFilter {
    fn read(call: &Call) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let kinds = call.query("topictype").and_then(|text| {
            let kinds = kinds(text);
            if kinds.is_none() {
                let message = "must be a list of group, direct, personal and all, separated by commas";
                faults.add("topictype", FaultCode::InvalidValue, message);
            }
            kinds
        });
        let status = match call.query("topicstatus") {
            None | Some("0") => Some(SpaceStatus::Active),
            Some("1") => Some(SpaceStatus::Archived),
            Some(text) => {
                if !text.eq_ignore_ascii_case("all") {
                    faults.add("topicstatus", FaultCode::InvalidValue, "must be 0, 1 or all");
                }
                None
            }
        };
        let filter_type = call.query("filtertype");
        if filter_type.is_some_and(|text| !text.eq_ignore_ascii_case("pinned")) {
            faults.add("filtertype", FaultCode::InvalidValue, "must be pinned");
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let kinds = kinds.unwrap_or_else(|| vec![SpaceKind::Group]);
        let search = call.query("search").map(NameSearch::new);
        let filter = SpaceFilter { kinds, is_pinned: filter_type.is_some(), by_other: search.is_some() };
        Ok(Self { filter, status, search })
    }

    fn shows(&self, space: &Space, other: Option<&Member>, caller: &Caller) -> bool {
        let is_found = |search: &NameSearch| search.finds(space.title_for(caller.member_id(), other));
        self.status.is_none_or(|status| status == space.status) && self.search.as_ref().is_none_or(is_found)
    }
}

/// Parses a list of kinds of spaces, or returns `None` if one is unknown.
fn kinds(text: &str) -> Option<Vec<SpaceKind>> {
    let mut kinds = Vec::new();
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        if word.eq_ignore_ascii_case("all") {
            kinds.extend(KINDS);
        } else {
            kinds.push(KINDS.into_iter().find(|kind| word.eq_ignore_ascii_case(kind.as_str()))?);
        }
    }
    Some(if kinds.is_empty() { vec![SpaceKind::Group] } else { kinds })
}

/// Returns the list's reference time and the position in the request's page token.
pub(crate) fn after(query: &PageQuery) -> Result<Option<(Timestamp, &str)>, Problem> {
    let Some(token) = &query.token else { return Ok(None) };
    let place = token.began().zip(Some(token.after.as_str()).filter(|place| place.len() <= MAX_PLACE));
    place.map(Some).ok_or_else(|| {
        let message = "must be taken from a URL of this list";
        Problem::invalid(vec![Fault::new("pageToken", FaultCode::InvalidValue, message)])
    })
}
