//! Writes every document in every language into a folder, with an index page: `preview <folder>`.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use spaces_content::pages::{self, Frame, MailWays, Notice, OwnMail, PasswordField, StopWays, Visitor, Ways};
use spaces_content::{Language, calendar, client_mail, mime, outlook_item, published_calendar, server_mail};
use spaces_model::{Role, What};

#[expect(clippy::unwrap_used, reason = "samples that cannot be read are a bug")]
#[path = "../tests/content/samples.rs"]
mod samples;

use samples::Sample;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder? preview <folder>")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let mut rows = String::new();
    for sample in Sample::all() {
        for language in Language::ALL {
            let links = write(folder, &sample, language)?;
            writeln!(rows, "<tr><td>{}<td lang=en>{}<td>{links}", sample.name, language.tag())?;
        }
    }
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Preview</title><h1>Every document</h1>\n\
         <table><tr><th>What<th>Language<th>Documents\n{rows}</table>\n"
    );
    fs::write(folder.join("index.html"), page)?;
    Ok(())
}

/// What the link opens.
fn web_pages(invitation: &spaces_content::Invitation<'_>, language: Language) -> [(&'static str, String); 10] {
    let frame = Frame { language, product: "Spaces" };
    let accounts = "https://accounts.example.com/?next=https%3A%2F%2Fspaces.example.com%2F";
    let path = "/spaces/invites/59039e47e2cda45e3bbbfc7f/join";
    let ways = Ways { path, sign_in: Some(accounts), sign_up: Some(accounts), guest: true, decline: Some(path) };
    let names = ["Han Solo", "Leia Organa", "\u{645}\u{62d}\u{645}\u{62f} \u{639}\u{628}\u{62f}"];
    let mail = MailWays { path: "/spaces/invites/59039e47e2cda45e3bbbfc7f/mail", own: Some(OwnMail::Allowed) };
    let stranger = |visitor, password| pages::stranger(invitation, visitor, password, &ways, mail, &frame);
    let joined = pages::joined(invitation.space_title, Some(invitation), Role::Member, &names, Some(mail), &frame);
    [
        ("page-login.html", pages::login(invitation, &ways, MailWays { own: None, ..mail }, &frame)),
        ("page-wrong-account.html", stranger(Visitor::Account(Some("Han Solo")), PasswordField::Absent)),
        ("page-password.html", stranger(Visitor::Account(Some("Han Solo")), PasswordField::Wanted)),
        (
            "page-password-wrong.html",
            stranger(Visitor::Guest { name: "Kay", other: "?guest=new" }, PasswordField::Wrong),
        ),
        ("page-joined.html", joined),
        ("page-decline.html", pages::decline(invitation, path, mail, &frame)),
        ("page-space.html", pages::space(Some(accounts), Some(accounts), &frame)),
        ("page-invited-only.html", pages::notice(Notice::InvitedOnly, &frame)),
        ("page-expired.html", pages::gone(Notice::Expired, invitation, &frame)),
        ("page-stop.html", pages::stop(StopWays { inviter: true, all: false, undo: true }, None, &frame)),
    ]
}

/// One sample in one language; gives the links for the index.
fn write(folder: &Path, sample: &Sample, language: Language) -> Result<String, Box<dyn Error>> {
    let (invitation, recipient, sender) = (sample.invitation(), sample.recipient(), samples::sender());
    let client = client_mail(&invitation, language);
    let outlook = outlook_item(&invitation, language);
    let item = format!(
        "<!doctype html><html lang=\"{tag}\"><meta charset=\"utf-8\"><title>Outlook</title><body>{}</body></html>",
        outlook.html,
        tag = language.tag(),
    );
    let mut files = vec![
        ("client.html", client.html.into_bytes()),
        ("client.txt", format!("{}\n\n{}", client.subject, client.text).into_bytes()),
        ("outlook.html", item.into_bytes()),
        ("outlook.fragment", outlook.html.into_bytes()),
    ];
    for (what, page, message, entry) in [
        (What::Request, "server.html", "server.eml", "server.ics"),
        (What::Cancel, "cancelled.html", "cancelled.eml", "cancelled.ics"),
    ] {
        let edition = samples::edition(what);
        files.push((page, server_mail(&invitation, &recipient, language, &sender, what).html.into_bytes()));
        files.push((message, mime(&invitation, &recipient, language, &sender, edition)?));
        let calendar = calendar(&invitation, &recipient, language, &sender, edition);
        files.extend(calendar.map(|calendar| (entry, calendar.into_bytes())));
    }
    let published = published_calendar(&invitation, language, 0, samples::edition(What::Request).at);
    files.extend(published.map(|calendar| ("published.ics", calendar.into_bytes())));
    files.extend(web_pages(&sample.invitation(), language).map(|(kind, page)| (kind, page.into_bytes())));
    let mut links = String::new();
    for (kind, bytes) in files {
        let name = format!("{}.{}.{kind}", sample.name, language.tag());
        fs::write(folder.join(&name), bytes)?;
        write!(links, "<a href=\"{name}\">{kind}</a> ")?;
    }
    Ok(links)
}
