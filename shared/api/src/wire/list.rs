//! Paginated lists: the query for a page, and the page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_http::{Call, Fault, FaultCode, Problem};
use url::form_urlencoded;

/// Maximum number of items of a page.
const MAX_SIZE: usize = 100;

/// The page of a list that a request asks for.
#[derive(Debug, Clone)]
pub struct PageQuery {
    /// The maximum number of items.
    pub size: usize,
    /// The number of the page, from 0.
    pub page: usize,
    /// The position at which the page begins, if the request follows a URL from another page.
    pub token: Option<PageToken>,
    /// The time as of which the pages show the list, if the list is kept stable while its items move.
    began: Option<Timestamp>,
    /// Maximum number of items before a page that is requested by its number.
    most_before: usize,
    /// The path and the filter parameters, for the URLs of other pages.
    path: String,
    filters: Vec<(&'static str, String)>,
}

/// The position in a list at which a page begins. It is opaque to clients but not protected against tampering, because
/// it only names a position within what the caller may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageToken {
    /// The number of the page, from 0.
    #[serde(rename = "p")]
    pub page: usize,
    /// The number of items in the whole list, as counted for the first page.
    #[serde(rename = "t")]
    pub total: usize,
    /// The last item of the previous page.
    #[serde(rename = "a")]
    pub after: String,
    /// The time as of which the pages show the list, in milliseconds of Unix time, if the list is kept stable while its
    /// items move.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    began: Option<i64>,
}

impl PageQuery {
    /// Parses `size`, `page`, `pageToken` and the filter parameters with the names in `filters`. A page that is
    /// requested by its number may have at most `most_before` items before it; other pages are reached by their tokens.
    ///
    /// # Errors
    ///
    /// `invalid_request` naming each parameter that is wrong.
    pub fn read(
        call: &Call,
        default_size: usize,
        most_before: usize,
        filters: &[&'static str],
    ) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let token = call.query("pageToken").and_then(|text| {
            let token = PageToken::read(text);
            if token.is_none() {
                faults.push(Fault::new("pageToken", FaultCode::InvalidValue, "must be taken from a URL of this list"));
            }
            token
        });
        let mut number = |name: &'static str, range: std::ops::RangeInclusive<usize>, default| {
            let Some(text) = call.query(name) else { return default };
            match text.parse() {
                Ok(number) if range.contains(&number) => number,
                _ => {
                    let message = format!("must be a number from {} to {}", range.start(), range.end());
                    faults.push(Fault::new(name, FaultCode::InvalidValue, message));
                    default
                }
            }
        };
        let size = number("size", 1..=MAX_SIZE, default_size);
        // A token takes precedence over `page`.
        let page = match &token {
            Some(token) => token.page,
            None => number("page", 0..=most_before / size.max(1), 0),
        };
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let path = call.path().trim_end_matches('/').to_owned();
        let filters = filters.iter().filter_map(|name| Some((*name, call.query(name)?.to_owned()))).collect();
        Ok(Self { size, page, token, began: None, most_before, path, filters })
    }

    /// Sets the time as of which this page and the following ones show the list.
    #[must_use]
    pub fn since(self, began: Timestamp) -> Self {
        Self { began: Some(began), ..self }
    }

    /// Returns the URL of another page: a path with the filter parameters.
    fn url(&self, page: usize, token: Option<&PageToken>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.filters {
            query.append_pair(name, value);
        }
        query.append_pair("size", &self.size.to_string()).append_pair("page", &page.to_string());
        if let Some(token) = token {
            query.append_pair("pageToken", &token.write());
        }
        format!("{}?{}", self.path, query.finish())
    }
}

impl PageToken {
    /// Returns the time as of which the list is shown; none if the list is not kept stable.
    #[must_use]
    pub fn began(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.began?).ok()
    }

    fn read(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }
}

/// A page of a list.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct List<T> {
    /// The items of this page.
    data: Vec<T>,
    /// The number of items in the whole list.
    total: usize,
    /// The position of the first item of this page in the list, from 1; 0 if the page is empty.
    from: usize,
    /// The position of the last item of this page in the list, from 1; 0 if the page is empty.
    to: usize,
    /// The path of the next page; absent on the last one.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_url: Option<String>,
    /// The path of the previous page; absent on the first page, and if the previous page can't be requested by its
    /// number.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    prev_page_url: Option<String>,
    /// The path of the previous page, in a list of members.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_page_url: Option<String>,
}

impl<T> List<T> {
    /// Creates the page that a query asks for. `next` is the last item of this page, if others follow it.
    #[must_use]
    pub fn new(query: &PageQuery, data: Vec<T>, total: usize, next: Option<String>) -> Self {
        let (from, to) = if data.is_empty() {
            (0, 0)
        } else {
            let before = query.page.saturating_mul(query.size);
            (before.saturating_add(1), before.saturating_add(data.len()))
        };
        let next_page_url = next.map(|after| {
            let page = query.page.saturating_add(1);
            let began = query.began.map(Timestamp::as_millisecond);
            query.url(page, Some(&PageToken { page, total, after, began }))
        });
        let is_reached = |page: &usize| page.saturating_mul(query.size) <= query.most_before;
        let prev_page_url = query.page.checked_sub(1).filter(is_reached).map(|page| query.url(page, None));
        Self { data, total: total.max(to), from, to, next_page_url, prev_page_url, previous_page_url: None }
    }

    /// Gives the URL of the previous page the name that it has in lists of members.
    #[must_use]
    pub fn of_members(self) -> Self {
        Self { previous_page_url: self.prev_page_url, prev_page_url: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(page: usize) -> PageQuery {
        let path = "/api/spaces/212121212121212121212121/members".to_owned();
        let filters = vec![("search", "a&b".to_owned())];
        PageQuery { size: 2, page, token: None, began: None, most_before: 100, path, filters }
    }

    #[test]
    fn a_page_has_its_position_and_the_urls_of_its_neighbours() {
        let page = List::new(&query(1), vec!["c", "d"], 5, Some("d".to_owned()));
        assert_eq!((page.from, page.to, page.total), (3, 4, 5));
        let next = page.next_page_url.unwrap();
        let token = next.rsplit_once("pageToken=").unwrap().1;
        assert_eq!(PageToken::read(token), Some(PageToken { page: 2, total: 5, after: "d".to_owned(), began: None }));
        let path = "/api/spaces/212121212121212121212121/members?search=a%26b&size=2";
        assert_eq!(next, format!("{path}&page=2&pageToken={token}"));
        assert_eq!(page.prev_page_url, Some(format!("{path}&page=0")));
    }

    #[test]
    fn the_time_of_the_first_page_is_passed_on() {
        let began = Timestamp::from_millisecond(1_795_262_400_123).unwrap();
        let page = List::new(&query(0).since(began), vec!["a", "b"], 3, Some("b".to_owned()));
        let token = PageToken::read(page.next_page_url.unwrap().rsplit_once("pageToken=").unwrap().1).unwrap();
        assert_eq!(token.began(), Some(began));
    }

    #[test]
    fn a_previous_page_that_no_number_reaches_has_no_url() {
        assert!(List::new(&query(51), vec!["c"], 200, None).prev_page_url.is_some());
        assert_eq!(List::new(&query(52), vec!["c"], 200, None).prev_page_url, None);
    }

    #[test]
    fn an_empty_list_begins_and_ends_at_0() {
        let page = List::<String>::new(&query(0), vec![], 0, None);
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"data":[],"total":0,"from":0,"to":0}"#);
    }

    #[test]
    fn a_list_of_members_has_another_name_for_the_previous_page() {
        let page = List::new(&query(1), vec!["c"], 3, None).of_members();
        assert!(page.previous_page_url.is_some() && page.prev_page_url.is_none());
    }

    #[test]
    fn a_malformed_token_is_refused() {
        for text in ["", "e30", "!!", "bnVsbA"] {
            assert_eq!(PageToken::read(text), None, "{text}");
        }
    }
}
