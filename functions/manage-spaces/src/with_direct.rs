//! `GET /api/users/{u}/people/withdm`: the people with whom the caller has a direct space, in pages.

use std::collections::HashMap;

use spaces_api::store_problem;
use spaces_api::wire::{List, PageQuery, UserObject};
use spaces_http::{Body, Call, Code, Problem, Response, json};
use spaces_model::{Caller, Email, Member, MemberId, NameSearch, Space, SpaceKind, User, UserId};
use spaces_store::{SpaceFilter, SpacesQuery};

use crate::App;
use crate::colleagues::check_own;
use crate::my_spaces::{COUNTED, SIZE, after};

impl App {
    /// Lists the users with whom a user has a direct space, most recently used first. Anonymous guests are omitted:
    /// nothing is known about them outside the space.
    pub(crate) async fn with_direct(&self, call: &Call, user: &str) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let caller = self.callers.identify(call, now).await?;
        check_own(&caller, user)?;
        if !matches!(caller, Caller::User(_)) {
            return Err(Problem::new(Code::Forbidden));
        }
        let query = PageQuery::read(call, SIZE, COUNTED, &["search"])?;
        let search = call.query("search").map(NameSearch::new);
        let Caller::User(user) = self.callers.known(caller, now).await? else {
            return Err(Problem::new(Code::Forbidden));
        };
        let after = after(&query)?;
        let spaces = SpacesQuery {
            now,
            after,
            before: if after.is_some() { 0 } else { query.page.saturating_mul(query.size) },
            size: query.size,
            counted: if after.is_some() { 0 } else { COUNTED },
        };
        let filter = SpaceFilter { kinds: vec![SpaceKind::Direct], is_pinned: false, by_other: search.is_some() };
        let caller = MemberId::User(user.id);
        let is_user = |member: &MemberId| matches!(member, MemberId::User(_));
        let is_shown = |space: &Space, other: Option<&Member>| {
            let is_found = |search: &NameSearch| search.finds(space.title_for(caller, other));
            space.between.iter().flatten().all(is_user) && search.as_ref().is_none_or(is_found)
        };
        let page = self.store.spaces_page(caller, spaces, &filter, is_shown).await;
        let page = page.map_err(store_problem)?;
        let total = query.token.as_ref().map_or(page.found.min(COUNTED), |token| token.total);
        let others: Vec<&Member> = page.spaces.iter().filter_map(|listed| listed.other.as_ref()).collect();
        let people = self.shown_to(&user, &others).await?;
        json(&List::new(&query.since(page.began), people, total, page.next))
    }

    /// Returns the wire objects of these members: colleagues as the directory knows them, others with their name in the
    /// space.
    async fn shown_to(&self, user: &User, others: &[&Member]) -> Result<Vec<UserObject>, Problem> {
        let ids: Vec<UserId> = others.iter().copied().filter_map(user_of).collect();
        let known =
            if ids.is_empty() { HashMap::new() } else { self.store.users(&ids).await.map_err(store_problem)? };
        let company = self.store.company_of(user);
        let object = |(member, id): (&&Member, UserId)| {
            let colleague = known.get(&id).filter(|found| company.is_some() && self.store.company_of(found) == company);
            match colleague {
                Some(found) => {
                    UserObject::new(id, found.display_name(), found.email.as_ref().and_then(Email::verified))
                }
                None => UserObject::new(id, &member.display_name, None),
            }
        };
        Ok(others.iter().zip(ids).map(object).collect())
    }
}

fn user_of(member: &Member) -> Option<UserId> {
    match member.id {
        MemberId::User(id) => Some(id),
        MemberId::Guest(_) => None,
    }
}
