//! `GET /api/spaces/{id}/members`: the members of a space, in pages.

use spaces_api::wire::{List, MemberObject, PageQuery};
use spaces_api::{Permitted, Read, store_problem};
use spaces_http::{Body, Call, Fault, FaultCode, Problem, Response, json};
use spaces_model::{Member, MemberId, NameSearch, SpaceId};
use spaces_store::MemberPage;

use crate::App;

/// Default number of members on a page.
const SIZE: usize = 30;
/// Maximum exact total, and the number of members that a search covers.
const COUNTED: usize = 1_000;
/// Maximum number of members before a page that is requested by number. Pages after that are reached with a token.
const MAX_BEFORE: usize = 10_000;

/// The members on a page, the total, and the member after whom the next page begins.
struct MemberListPage {
    members: Vec<Member>,
    total: usize,
    next: Option<MemberId>,
}

impl App {
    /// Lists the members of a space for any member.
    pub(crate) async fn members(&self, call: &Call, id: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let page = async |space, _: &_| {
            let query = PageQuery::read(call, SIZE, MAX_BEFORE, &["search"])?;
            let after = after(&query)?;
            let page = match call.query("search") {
                Some(search) => self.found_members(space, &NameSearch::new(search), &query, after).await?,
                None => self.member_page(space, &query, after).await?,
            };
            Ok((query, page))
        };
        let (reader, (query, page)) =
            Permitted::<Read>::check_and(&self.callers, &self.store, call, id, now, page).await?;
        let members = page.members.iter().map(|member| MemberObject::new(member, &reader.caller)).collect();
        json(&List::new(&query, members, page.total, page.next.map(place)).of_members())
    }

    async fn member_page(
        &self,
        space: SpaceId,
        query: &PageQuery,
        after: Option<MemberId>,
    ) -> Result<MemberListPage, Problem> {
        let size = query.size;
        if let Some(token) = &query.token {
            let MemberPage { members, next } =
                self.store.members_after(space, after, size).await.map_err(store_problem)?;
            return Ok(MemberListPage { members, total: token.total, next });
        }
        let before = query.page.saturating_mul(size);
        if before == 0 {
            let (MemberPage { members, next }, total) =
                self.store.opening_page(space, size, COUNTED).await.map_err(store_problem)?;
            return Ok(MemberListPage { members, total: total.min(COUNTED), next });
        }
        let (total, last_before) = self.store.count_members(space, COUNTED, before).await.map_err(store_problem)?;
        let total = total.min(COUNTED.max(before));
        // If the position before the page has no member, the page is beyond the end of the list.
        if last_before.is_none() {
            return Ok(MemberListPage { members: Vec::new(), total, next: None });
        }
        let MemberPage { members, next } =
            self.store.members_after(space, last_before, size).await.map_err(store_problem)?;
        Ok(MemberListPage { members, total, next })
    }

    /// Finds members by name, among the first thousand.
    async fn found_members(
        &self,
        space: SpaceId,
        search: &NameSearch,
        query: &PageQuery,
        after: Option<MemberId>,
    ) -> Result<MemberListPage, Problem> {
        let mut found = self.store.members(space, COUNTED).await.map_err(store_problem)?;
        found.retain(|member| search.finds(&member.display_name));
        let total = found.len();
        let last_before = after.and_then(|after| found.iter().position(|member| member.id == after));
        // The last member of the previous page may have left in the meantime.
        let before = last_before.map_or_else(|| query.page.saturating_mul(query.size), |place| place + 1);
        let members: Vec<Member> = found.into_iter().skip(before).take(query.size).collect();
        let is_last = before.saturating_add(members.len()) >= total;
        let next = members.last().filter(|_| !is_last).map(|member| member.id);
        Ok(MemberListPage { members, total, next })
    }
}

/// Returns the list position in the request's page token.
fn after(query: &PageQuery) -> Result<Option<MemberId>, Problem> {
    let Some(token) = &query.token else { return Ok(None) };
    let place = token.after.split_once(':').and_then(|(kind, id)| MemberId::parse(kind, id));
    place.map(Some).ok_or_else(|| {
        let fault = Fault::new("pageToken", FaultCode::InvalidValue, "must be taken from a URL of this list");
        Problem::invalid(vec![fault])
    })
}

fn place(member: MemberId) -> String {
    format!("{}:{member}", member.kind())
}
