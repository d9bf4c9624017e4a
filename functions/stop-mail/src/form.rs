//! The bodies of a POST, from a mail program's button or from the page's own forms.

use url::form_urlencoded;

/// The action that a body requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopAction {
    /// A mail program's button was clicked (RFC 8058): stops all mail.
    OneClick,
    /// Stops mail from the inviter.
    Inviter,
    /// Stops all mail.
    All,
    /// Allows mail again.
    Undo,
    /// Reports the invitation to the operator.
    Report,
}

/// The field of a mail program's button, and its value (RFC 8058 section 3.2).
const FIELD: &str = "List-Unsubscribe";
const ONE_CLICK: &str = "One-Click";

impl StopAction {
    /// Parses a body whatever its Content-Type says: a form in either encoding (RFC 8058 section 3.1). One-click is
    /// recognized among any other fields, so that fields added by a mail program cannot prevent stopping mail.
    pub(crate) fn read(body: &str) -> Option<Self> {
        let fields: Vec<(String, String)> = match multipart(body) {
            Some(fields) => fields,
            None => form_urlencoded::parse(body.trim().as_bytes()).into_owned().collect(),
        };
        let is_one_click = |(name, value): &(String, String)| {
            name.trim().eq_ignore_ascii_case(FIELD) && value.trim().eq_ignore_ascii_case(ONE_CLICK)
        };
        if fields.iter().any(is_one_click) {
            return Some(Self::OneClick);
        }
        let (_, value) = fields.iter().find(|(name, _)| name == "mail")?;
        match value.as_str() {
            "inviter" => Some(Self::Inviter),
            "all" => Some(Self::All),
            "undo" => Some(Self::Undo),
            "report" => Some(Self::Report),
            _ => None,
        }
    }
}

/// Parses the fields of `multipart/form-data` (RFC 7578), or returns `None` for any other body. The boundary is taken
/// from the first line, so a lost Content-Type does not matter.
fn multipart(body: &str) -> Option<Vec<(String, String)>> {
    let body = body.trim_start();
    let boundary = body.lines().next()?.trim_end();
    if !boundary.starts_with("--") || boundary.len() < 3 {
        return None;
    }
    let field = |part: &str| {
        let part = part.replace("\r\n", "\n");
        let (head, value) = part.split_once("\n\n")?;
        let (_, rest) = head.split_once("name=")?;
        let name = rest.split(['\n', ';']).next()?.trim().trim_matches('"');
        Some((name.to_owned(), value.trim().to_owned()))
    };
    Some(body.split(boundary).filter_map(field).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(boundary: &str, name: &str, value: &str) -> String {
        format!("--{boundary}\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n")
    }

    #[test]
    fn one_click_is_read_from_a_form_encoded_either_way() {
        let multipart = |name| format!("{}--b--\r\n", part("b", name, ONE_CLICK));
        for body in [
            "List-Unsubscribe=One-Click",
            "List-Unsubscribe=One-Click\r\n",
            "a=b&List-Unsubscribe=One-Click&mail=report",
            "list-unsubscribe=one-click",
            &multipart("\"List-Unsubscribe\""),
            &multipart("List-Unsubscribe"),
            &multipart("\"List-Unsubscribe\"").replace("\r\n", "\n"),
            &multipart("\"List-Unsubscribe\"; filename=\"x\""),
            &format!("{}{}", part("b", "\"x\"", "y"), multipart("\"List-Unsubscribe\"")),
        ] {
            assert_eq!(StopAction::read(body), Some(StopAction::OneClick), "{body}");
        }
    }

    #[test]
    fn the_forms_of_the_page_are_read() {
        for (value, action) in [
            ("inviter", StopAction::Inviter),
            ("all", StopAction::All),
            ("undo", StopAction::Undo),
            ("report", StopAction::Report),
        ] {
            assert_eq!(StopAction::read(&format!("mail={value}")), Some(action));
            assert_eq!(StopAction::read(&format!("{}--b--", part("b", "\"mail\"", value))), Some(action));
        }
    }

    #[test]
    fn anything_else_is_rejected() {
        for body in
            ["", "--", "----", "mail", "mail=", "mail=everything", "List-Unsubscribe", "List-Unsubscribe=", "{}"]
        {
            assert_eq!(StopAction::read(body), None, "{body}");
        }
        assert_eq!(StopAction::read(&part("b", "\"other\"", "List-Unsubscribe=One-Click")), None);
    }
}
