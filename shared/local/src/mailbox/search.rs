use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::message::MailboxMessage;

/// The query of a list page's URL: the search terms, and the page number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    /// Part of a recipient's address.
    pub(super) to: String,
    /// Part of the sender's name or address.
    pub(super) from: String,
    /// Part of the subject, which contains the space's title, or the space's id.
    pub(super) space: String,
    /// Page of the list, from 1.
    page: usize,
}

impl Search {
    /// Number of mails on a page.
    const PAGE: usize = 50;

    /// Searches for all mail to an address.
    pub(super) fn to(address: &str) -> Self {
        Self { to: address.to_owned(), ..Self::default() }
    }

    /// Searches for all mail of a space.
    pub(super) fn space(id: &str) -> Self {
        Self { space: id.to_owned(), ..Self::default() }
    }

    /// Returns whether the search excludes any mail.
    pub(super) fn is_narrow(&self) -> bool {
        [&self.to, &self.from, &self.space].into_iter().any(|text| !text.trim().is_empty())
    }

    /// Returns whether the message matches. Case is ignored.
    pub(super) fn finds(&self, message: &MailboxMessage) -> bool {
        let space = message.tags.iter().find(|(name, _)| name == "space").map(|(_, id)| id.as_str());
        message.to.iter().any(|to| contains(to, &self.to))
            && contains(&message.from, &self.from)
            && (contains(&message.subject, &self.space) || space == Some(self.space.trim()))
    }

    /// Returns the mails on this page of the search results.
    pub(super) fn page_of<T>(&self, found: Vec<T>) -> ResultPage<T> {
        let (total, number) = (found.len(), self.page.clamp(1, found.len().div_ceil(Self::PAGE).max(1)));
        let start = (number - 1) * Self::PAGE;
        let items = found.into_iter().skip(start).take(Self::PAGE).collect();
        ResultPage { items, start, total, number, last: total.div_ceil(Self::PAGE).max(1) }
    }

    /// Returns the query for another page of the same search: empty, or with its `?`.
    pub(super) fn query_of_page(&self, page: usize) -> String {
        Self { page, ..self.clone() }.query_with(&[])
    }

    /// Returns the query of this search, preceded by other parameters: empty, or with its `?`.
    pub(super) fn query_with(&self, others: &[(&str, &str)]) -> String {
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        let own = [("to", self.to.trim()), ("from", self.from.trim()), ("space", self.space.trim()), ("page", &page)];
        let given = others.iter().copied().chain(own).filter(|(_, value)| !value.is_empty());
        let query = Serializer::new(String::new()).extend_pairs(given).finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

/// A page of search results.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ResultPage<T> {
    pub(super) items: Vec<T>,
    /// Number of items on the preceding pages.
    pub(super) start: usize,
    /// Number of items on all pages.
    pub(super) total: usize,
    /// Page number, from 1.
    pub(super) number: usize,
    /// Number of the last page.
    pub(super) last: usize,
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.trim().to_lowercase())
}
