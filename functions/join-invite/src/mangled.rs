//! Repair of links that a mail program, a chat or a person has altered.

use percent_encoding::percent_decode_str;
use spaces_http::http::Method;
use spaces_http::{Body, Call, Code, Problem, Response};
use spaces_model::{InviteId, SpaceId};

use crate::App;
use crate::web::{DECLINING, LinkPage, asks_to_decline};

/// The number of hexadecimal digits of an id.
const ID_DIGITS: usize = 24;
/// The segment before an invitation's id, with its slash.
const INVITES: &str = "invites/";

impl App {
    /// Redirects an unknown path below `/spaces/` to the link that was meant, if its id can be recovered.
    pub(crate) fn redirect_to_intended(&self, call: &Call) -> Result<Response<Body>, Problem> {
        match *call.method() {
            Method::GET | Method::HEAD => {
                let link = intended_link(call.path()).ok_or_else(|| Problem::new(Code::NotFound))?;
                let declines = joins(&link) && asks_to_decline(call);
                self.see_other(&if declines { format!("{link}?{DECLINING}") } else { link })
            }
            _ => Err(Problem::new(Code::NotFound)),
        }
    }
}

/// Returns the link that was meant, with the declining query if the path has absorbed one.
///
/// The id is a run of exactly 24 hexadecimal digits, in either case, at the start of its segment. If there is none,
/// interfering characters are dropped: line breaks, soft hyphens, letters of the surrounding text. An unreadable page
/// defaults to joining, which asks uninvited people first.
fn intended_link(path: &str) -> Option<String> {
    let path = decoded(path);
    let link = read(&path).or_else(|| read(&without_breaks(&path)))?;
    let declines = joins(&link) && declines(&path);
    Some(if declines { format!("{link}?{DECLINING}") } else { link })
}

/// Returns whether a link leads to joining.
fn joins(link: &str) -> bool {
    ["/join", "/meet"].iter().any(|page| link.ends_with(page))
}

/// Returns whether a query declines, even if it was encoded or broken on the way: `answer=no`, `answer%3Dno`,
/// `answer=3Dno`.
pub(crate) fn declines(query: &str) -> bool {
    let query = without_breaks(&decoded(query));
    let is_equals_sign = |text: &str| text.eq_ignore_ascii_case("3d");
    query.split("answer").skip(1).any(|rest| {
        let after_sign = rest.split_at_checked(2).filter(|(sign, _)| is_equals_sign(sign)).map(|(_, rest)| rest);
        is_no(after_sign.unwrap_or(rest))
    })
}

/// Returns whether a text begins with the word `no`, in any case.
fn is_no(text: &str) -> bool {
    text.split_at_checked(2).is_some_and(|(no, rest)| {
        no.eq_ignore_ascii_case("no") && !rest.starts_with(|letter: char| letter.is_alphanumeric())
    })
}

/// Decodes a path, which a redirector may have encoded again.
fn decoded(path: &str) -> String {
    /// Maximum number of decoding passes.
    const TIMES: usize = 3;
    let decode = |path: String, _| percent_decode_str(&path).decode_utf8_lossy().into_owned();
    (0..TIMES).fold(path.to_owned(), decode)
}

/// Returns a text without the line breaks that mail adds (quoted-printable or plain) and without invisible and
/// non-ASCII characters.
fn without_breaks(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_graphic() && *letter != '=').collect()
}

fn read(path: &str) -> Option<String> {
    let rest = path.strip_prefix("/spaces/")?.trim_start_matches('/');
    let rest = match rest.split_at_checked(INVITES.len()) {
        Some((segment, rest)) if segment.eq_ignore_ascii_case(INVITES) => rest.trim_start_matches('/'),
        _ => return Some(format!("/spaces/{}", id(rest)?.0.parse::<SpaceId>().ok()?)),
    };
    let (id, rest) = id(rest)?;
    let rest = without_breaks(rest);
    let page = rest.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let begins = |with: &str| page.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
    let page = [LinkPage::Calendar, LinkPage::Meet].into_iter().find(|page| begins(page.segment()));
    Some(page.unwrap_or(LinkPage::Join).path(id.parse::<InviteId>().ok()?))
}

/// Returns the id at the start of a text, in lower case, and the text after it. Leading characters that are neither
/// letter nor digit are skipped.
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
    const CALENDAR: &str = "/spaces/invites/59039e47e2cda45e3bbbfc80/invite.ics";

    #[test]
    fn a_mangled_link_leads_to_the_original() {
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
            // Tracking parameters, and what HTML, mail and chat programs leave at the end.
            ("/join&fbclid=IwAR0x", JOIN),
            ("/join&amp;utm_source=mail", JOIN),
            ("/meet&amp%3Bx=y", MEET),
            ("/join%3Ffbclid%3DIwAR0x", JOIN),
            ("/join%26data%3D05%7C02%7C&reserved=0", JOIN),
            ("/meet>", MEET),
            ("/meet%E2%80%9D", MEET),
            ("/meet%E2%80%A6", MEET),
            ("/meet%C2%A0", MEET),
            ("/meet*", MEET),
            ("/meet]", MEET),
            ("/meet%60", MEET),
            ("/meet%7C", MEET),
            ("/meet&quot;", MEET),
            ("/meet&gt;", MEET),
            ("/meet%3Cbr%3E", MEET),
            ("/meet%EF%BC%8C", MEET),
            ("/meet%E3%80%82", MEET),
            ("/meet%EF%BF%BC", MEET),
            // Encoded twice by a redirector.
            ("%252Fmeet", MEET),
            ("%252Fmeet%253FinviteInfo%253Dx", MEET),
            ("/meet%2520", MEET),
            ("%25252Fmeet", MEET),
            // Line breaks, quoted-printable or plain, and soft hyphens.
            ("/me=%0D%0Aet", MEET),
            ("/me%0D%0Aet", MEET),
            ("/me%20et", MEET),
            ("/me%C2%ADet", MEET),
            ("=%0A/meet", MEET),
            ("\\meet", MEET),
            ("%5Cmeet", MEET),
        ] {
            let path = format!("/spaces/invites/59039e47e2cda45e3bbbfc80{rest}");
            assert_eq!(intended_link(&path).as_deref(), Some(link), "{path}");
        }
        for path in [
            "/spaces/invites/59039E47E2CDA45E3BBBFC80/join",
            "/spaces/invites/%2059039e47e2cda45e3bbbfc80/join",
            "/spaces/invites/%E2%80%8B59039e47e2cda45e3bbbfc80/join",
            "/spaces/invites//59039e47e2cda45e3bbbfc80/join",
            "/spaces//invites/59039e47e2cda45e3bbbfc80/join",
            "/spaces/INVITES/59039E47E2CDA45E3BBBFC80/JOIN",
            "/spaces/invites/%3C59039e47e2cda45e3bbbfc80%3E/join",
            "/spaces/invites/%252059039e47e2cda45e3bbbfc80/join",
            "/spaces/invites/59039e47e2cd=a45e3bbbfc80/join",
            "/spaces/invites/59039e47e2cda45e3bbbfc80%E8%AF%B7%E7%82%B9%E5%87%BB",
            "/spaces/invites/%253C59039e47e2cda45e3bbbfc80/join",
            "/spaces/invites/59039e47e2cd%C2%ADa45e3bbbfc80/join",
            "/spaces/invites/59039e47e2cd%E2%80%8Ba45e3bbbfc80/join",
            "/spaces/invites/59039e47e2cd%20a45e3bbbfc80/join",
            "/spaces/invites/59039e47e2cd=%0D%0Aa45e3bbbfc80/join",
            "/spaces/invites/59039e47e2cd%0D%0A%20%20a45e3bbbfc80/join",
            "/spaces/invi%C2%ADtes/59039e47e2cda45e3bbbfc80/join",
            "/spaces/invi=%0Ates/59039e47e2cda45e3bbbfc80/join",
        ] {
            assert_eq!(intended_link(path).as_deref(), Some(JOIN), "{path}");
        }
        for path in [
            "/spaces/invites/59039E47E2CDA45E3BBBFC80/invite.ics",
            "/spaces/invites/59039e47e2cda45e3bbbfc80/INVITE.ICS",
            "/spaces/invites/59039e47e2cda45e3bbbfc80/invite.ics.",
            "/spaces/invites/59039e47e2cda45e3bbbfc80/invite.ics%20",
            "/spaces/invites/59039e47e2cda45e3bbbfc80//invite.ics?answer=no",
        ] {
            assert_eq!(intended_link(path).as_deref(), Some(CALENDAR), "{path}");
        }
        for path in [
            "/spaces/59039E47E2CDA45E3BBBFC80",
            "/spaces/59039e47e2cda45e3bbbfc80.",
            "/spaces/59039e47e2cda45e3bbbfc80/x",
        ] {
            assert_eq!(intended_link(path).as_deref(), Some("/spaces/59039e47e2cda45e3bbbfc80"), "{path}");
        }
    }

    #[test]
    fn a_mangled_link_that_declines_still_declines() {
        for rest in
            ["/join%3Fanswer%3Dno", "/join?answer=no.", "/join%3FinviteInfo%3Dx%26answer%3DNO", "/join&answer=no)"]
        {
            let path = format!("/spaces/invites/59039e47e2cda45e3bbbfc80{rest}");
            assert_eq!(intended_link(&path), Some(format!("{JOIN}?answer=no")), "{path}");
        }
        for rest in ["/join%3Fanswer%3Dnow", "/join%3Fanswer%3Dyes", "/join%3Fanswer%3D"] {
            let path = format!("/spaces/invites/59039e47e2cda45e3bbbfc80{rest}");
            assert_eq!(intended_link(&path).as_deref(), Some(JOIN), "{path}");
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
            "/elsewhere/59039e47e2cda45e3bbbfc80",
        ] {
            assert_eq!(intended_link(path), None, "{path}");
        }
    }
}
