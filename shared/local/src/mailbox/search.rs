use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::message::Message;

/// The mails that somebody looks for, and the page of the list that they are on: the query of a page's URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    /// A part of a receiver's address.
    pub(super) to: String,
    /// A part of the sender's name or address.
    pub(super) from: String,
    /// A part of the subject, which has the space's title, or the space's id.
    pub(super) space: String,
    /// The page of the list, from 1.
    page: usize,
}

impl Search {
    /// The mails on a page.
    const PAGE: usize = 50;

    /// All mail to an address.
    pub(super) fn to(address: &str) -> Self {
        Self { to: address.to_owned(), ..Self::default() }
    }

    /// All mail of a space.
    pub(super) fn space(id: &str) -> Self {
        Self { space: id.to_owned(), ..Self::default() }
    }

    /// Returns whether some mails are left out.
    pub(super) fn is_narrow(&self) -> bool {
        [&self.to, &self.from, &self.space].into_iter().any(|text| !text.trim().is_empty())
    }

    /// Returns whether the mail is one of those looked for. Case does not count.
    pub(super) fn finds(&self, message: &Message) -> bool {
        let space = message.tags.iter().find(|(name, _)| name == "space").map(|(_, id)| id.as_str());
        message.to.iter().any(|to| contains(to, &self.to))
            && contains(&message.from, &self.from)
            && (contains(&message.subject, &self.space) || space == Some(self.space.trim()))
    }

    /// The mails of this page, out of all that were found.
    pub(super) fn page_of<T>(&self, found: Vec<T>) -> Page<T> {
        let (total, number) = (found.len(), self.page.clamp(1, found.len().div_ceil(Self::PAGE).max(1)));
        let start = (number - 1) * Self::PAGE;
        let items = found.into_iter().skip(start).take(Self::PAGE).collect();
        Page { items, start, total, number, last: total.div_ceil(Self::PAGE).max(1) }
    }

    /// The query of the same search on another page: empty, or with its `?`.
    pub(super) fn query_of_page(&self, page: usize) -> String {
        Self { page, ..self.clone() }.query_with(&[])
    }

    /// The query of this search, with other parameters before it: empty, or with its `?`.
    pub(super) fn query_with(&self, others: &[(&str, &str)]) -> String {
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        let own = [("to", self.to.trim()), ("from", self.from.trim()), ("space", self.space.trim()), ("page", &page)];
        let given = others.iter().copied().chain(own).filter(|(_, value)| !value.is_empty());
        let query = Serializer::new(String::new()).extend_pairs(given).finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

/// A page of what was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// The number of items on the pages before.
    pub(super) start: usize,
    /// The number of items on all pages.
    pub(super) total: usize,
    /// From 1.
    pub(super) number: usize,
    /// The number of the last page.
    pub(super) last: usize,
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.trim().to_lowercase())
}
