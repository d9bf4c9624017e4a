//! Links that did not come as they were sent: a mail program, a chat or a person has changed them on the way.

use percent_encoding::percent_decode_str;
use spaces_http::http::Method;
use spaces_http::{Body, Call, Code, Problem, Response};
use spaces_model::{InviteId, SpaceId};

use crate::App;
use crate::web::{DECLINING, LinkPage, asks_to_decline, is_no};

/// The number of hexadecimal digits of an id.
const ID_DIGITS: usize = 24;
/// The segment before the ids of invitations, and its slash.
const INVITES: &str = "invites/";

impl App {
    /// Redirects from a path below `/spaces/` that is no page to the link that was meant, if its id can be read.
    pub(crate) fn repaired(&self, call: &Call) -> Result<Response<Body>, Problem> {
        match *call.method() {
            Method::GET | Method::HEAD => {
                let link = meant(call.path()).ok_or_else(|| Problem::new(Code::NotFound))?;
                let joins = ["/join", "/meet"].iter().any(|page| link.ends_with(page));
                let declines = joins && asks_to_decline(call);
                self.see_other(&if declines { format!("{link}?{DECLINING}") } else { link })
            }
            _ => Err(Problem::new(Code::NotFound)),
        }
    }
}

/// Returns the link that was meant, with the query that declines if its path has swallowed one.
///
/// The id is a run of exactly 24 hexadecimal digits, of either case, at the beginning of its segment. A page that cannot be read is the one that
/// joins, which asks people first who are not expected.
fn meant(path: &str) -> Option<String> {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let rest = path.strip_prefix("/spaces/")?.trim_start_matches('/');
    let rest = match rest.split_at_checked(INVITES.len()) {
        Some((segment, rest)) if segment.eq_ignore_ascii_case(INVITES) => rest.trim_start_matches('/'),
        _ => return Some(format!("/spaces/{}", id(rest)?.0.parse::<SpaceId>().ok()?)),
    };
    let (id, rest) = id(rest)?;
    let page = rest.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let begins = |with: &str| page.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
    let id: InviteId = id.parse().ok()?;
    if begins("invite.ics") {
        return Some(LinkPage::Calendar.path(id));
    }
    let link = if begins("meet") { LinkPage::Meet } else { LinkPage::Join }.path(id);
    let declines = rest.split_once("answer=").is_some_and(|(_, answer)| is_no(answer));
    Some(if declines { format!("{link}?{DECLINING}") } else { link })
}

/// Returns the id in lower case at the beginning of a text, behind whatever is no letter and no digit, and the text after it.
fn id(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '/');
    let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    let (id, rest) = text.split_at_checked(digits)?;
    let ends = !rest.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    (digits == ID_DIGITS && ends).then(|| (id.to_ascii_lowercase(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOIN: &str = "/spaces/invites/59039e47e2cda45e3bbbfc80/join";
    const MEET: &str = "/spaces/invites/59039e47e2cda45e3bbbfc80/meet";

    #[test]
    fn a_mangled_link_leads_to_the_link() {
        for (rest, link) in [
            ("", JOIN),
            ("/", JOIN),
            (".", JOIN),
            ("/join.", JOIN),
            ("/join,", JOIN),
            ("/join)", JOIN),
            ("/join%3E", JOIN),
            ("/join%22", JOIN),
            ("/join%20", JOIN),
            ("/join%0D%0A", JOIN),
            ("/join&amp;x", JOIN),
            ("/join/extra", JOIN),
            ("/JOIN", JOIN),
            ("/jo", JOIN),
            ("%2Fjoin", JOIN),
            ("/join%3FinviteInfo%3Dx", JOIN),
            ("/meet%3FinviteInfo%3Dx", MEET),
            ("/meet?inviteInfo=x", MEET),
            ("/meet.", MEET),
            ("/Meet", MEET),
            ("%2fmeet", MEET),
            ("//meet", MEET),
            ("/%20meet", MEET),
            ("/meet\u{200b}", MEET),
            ("/meet%E2%80%8B", MEET),
            ("/meet%FF", MEET),
        ] {
            let path = format!("/spaces/invites/59039e47e2cda45e3bbbfc80{rest}");
            assert_eq!(meant(&path).as_deref(), Some(link), "{path}");
        }
        for path in [
            "/spaces/invites/59039E47E2CDA45E3BBBFC80/join",
            "/spaces/invites/%2059039e47e2cda45e3bbbfc80/join",
            "/spaces/invites/%E2%80%8B59039e47e2cda45e3bbbfc80/join",
            "/spaces/invites//59039e47e2cda45e3bbbfc80/join",
            "/spaces//invites/59039e47e2cda45e3bbbfc80/join",
            "/spaces/INVITES/59039E47E2CDA45E3BBBFC80/JOIN",
            "/spaces/invites/%3C59039e47e2cda45e3bbbfc80%3E/join",
        ] {
            assert_eq!(meant(path).as_deref(), Some(JOIN), "{path}");
        }
        for path in [
            "/spaces/invites/59039E47E2CDA45E3BBBFC80/invite.ics",
            "/spaces/invites/59039e47e2cda45e3bbbfc80/INVITE.ICS",
            "/spaces/invites/59039e47e2cda45e3bbbfc80/invite.ics.",
            "/spaces/invites/59039e47e2cda45e3bbbfc80/invite.ics%20",
            "/spaces/invites/59039e47e2cda45e3bbbfc80//invite.ics?answer=no",
        ] {
            assert_eq!(meant(path).as_deref(), Some("/spaces/invites/59039e47e2cda45e3bbbfc80/invite.ics"), "{path}");
        }
        for path in [
            "/spaces/59039E47E2CDA45E3BBBFC80",
            "/spaces/59039e47e2cda45e3bbbfc80.",
            "/spaces/59039e47e2cda45e3bbbfc80/x",
        ] {
            assert_eq!(meant(path).as_deref(), Some("/spaces/59039e47e2cda45e3bbbfc80"), "{path}");
        }
    }

    #[test]
    fn a_mangled_link_that_declines_declines() {
        for rest in
            ["/join%3Fanswer%3Dno", "/join?answer=no.", "/join%3FinviteInfo%3Dx%26answer%3DNO", "/join&answer=no)"]
        {
            let path = format!("/spaces/invites/59039e47e2cda45e3bbbfc80{rest}");
            assert_eq!(meant(&path), Some(format!("{JOIN}?answer=no")), "{path}");
        }
        for rest in ["/join%3Fanswer%3Dnow", "/join%3Fanswer%3Dyes", "/join%3Fanswer%3D"] {
            let path = format!("/spaces/invites/59039e47e2cda45e3bbbfc80{rest}");
            assert_eq!(meant(&path).as_deref(), Some(JOIN), "{path}");
        }
    }

    #[test]
    fn a_path_without_a_whole_id_leads_nowhere() {
        for path in [
            "/spaces/",
            "/spaces/invites",
            "/spaces/invites/",
            "/spaces/invites/59039e47e2cda45e3bbbfc8/join",
            "/spaces/invites/59039e47e2cda45e3bbbfc800/join",
            "/spaces/invites/59039e47e2cda45e3bbbfc80x/join",
            "/spaces/invites/x/59039e47e2cda45e3bbbfc80/join",
            "/spaces/invites/\u{ff15}9039e47e2cda45e3bbbfc80/join",
            "/spaces/invites/%252059039e47e2cda45e3bbbfc80/join",
            "/elsewhere/59039e47e2cda45e3bbbfc80",
        ] {
            assert_eq!(meant(path), None, "{path}");
        }
    }
}
