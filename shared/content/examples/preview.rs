//! Writes every document in every language into a folder, with an index page: `preview <folder>`.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use spaces_content::pages::{
    self, Frame, JoinOptions, Joined, MailActions, Notice, OwnMail, PasswordField, People, StopState, Visitor,
};
use spaces_content::{Brand, Language, calendar, client_mail, mime, outlook_item, published_calendar, server_mail};
use spaces_model::{ItipMethod, Role};

#[expect(clippy::unwrap_used, reason = "samples that cannot be read are a bug")]
#[path = "../tests/content/samples.rs"]
mod samples;

#[path = "../tests/content/names.rs"]
mod names;

use samples::Sample;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: preview <folder>")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let mut rows = String::new();
    for sample in Sample::all() {
        for language in Language::ALL {
            let links = write(folder, &sample, language)?;
            writeln!(rows, "<tr><td>{}<td lang=en>{}<td>{links}", sample.name, language.tag())?;
        }
    }
    write_headers(&folder.join("headers"))?;
    let (sample, sender) = (Sample::meeting(), samples::acme());
    let branded = server_mail(&sample.invitation(), &sample.recipient(), Language::EnUs, &sender, ItipMethod::Request);
    let logo = sender.brand.logo().map(spaces_content::Logo::data_url).unwrap_or_default();
    fs::write(folder.join("branded.html"), branded.html.replace("cid:logo@spaces", &logo))?;
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Preview</title><h1>Every document</h1>\n\
         <table><tr><th>What<th>Language<th>Documents\n{rows}</table>\n"
    );
    fs::write(folder.join("index.html"), page)?;
    Ok(())
}

/// Writes a message for each name and each title, with the header values that a mail program has to parse from it.
fn write_headers(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let write = |number: usize, sample: &Sample, name: &str| -> Result<(), Box<dyn Error>> {
        let (invitation, recipient, sender) = (sample.invitation(), sample.recipient(), samples::sender());
        let content = server_mail(&invitation, &recipient, Language::EnUs, &sender, ItipMethod::Request);
        let expected = serde_json::json!({ "name": names::joined(name), "subject": content.subject });
        fs::write(folder.join(format!("{number:03}.json")), expected.to_string())?;
        let raw = mime(&invitation, &recipient, Language::EnUs, &sender, samples::edition(ItipMethod::Request));
        fs::write(folder.join(format!("{number:03}.eml")), raw)?;
        let entry = calendar(&invitation, &recipient, Language::EnUs, &sender, samples::edition(ItipMethod::Request));
        fs::write(folder.join(format!("{number:03}.ics")), entry.unwrap_or_default())?;
        Ok(())
    };
    for (number, text) in names::titles().into_iter().enumerate() {
        let is_name = number < names::names().len();
        let mut sample = Sample { title: text.clone(), ..Sample::meeting() };
        if is_name {
            (sample.inviter, sample.recipient) = (Some(text.clone()), Some(text.clone()));
        }
        write(number, &sample, if is_name { &text } else { "Han Solo" })?;
    }
    Ok(())
}

/// Returns the pages that the link opens.
fn web_pages(sample: &Sample, language: Language) -> Vec<(&'static str, String)> {
    let brand = Brand::default();
    let frame = Frame { language, brand: &brand };
    let invitation = sample.invitation();
    let shown = Sample::shown(&invitation, samples::BEFORE);
    let accounts = "https://accounts.example.com/?next=https%3A%2F%2Fspaces.example.com%2F";
    let path = "/spaces/invites/59039e47e2cda45e3bbbfc7f/join";
    let ways = JoinOptions { path, sign_in: Some(accounts), sign_up: Some(accounts), guest: true, decline: Some(path) };
    let names = ["Han Solo", "Leia Organa", "\u{645}\u{62d}\u{645}\u{62f} \u{639}\u{628}\u{62f}"];
    let mail = MailActions { path: "/spaces/invites/59039e47e2cda45e3bbbfc7f/mail", own: Some(OwnMail::Allowed) };
    let no_mail = MailActions { own: None, ..mail };
    let stranger = |visitor, password| pages::stranger(&shown, visitor, password, &ways, mail, &frame);
    let account =
        |is_verified| Visitor::Account { name: Some("Han Solo"), address: Some(&sample.address), is_verified };
    let guest = Visitor::Guest { name: "Kay", other: "?guest=new" };
    let joined = Joined {
        title: &sample.title,
        came_by: Some(shown),
        role: Role::Guest,
        names: &names,
        people: People::All(3),
        app: None,
        sign_in: Some(accounts),
        mail: Some(mail),
    };
    let over = Sample::shown(&invitation, "2026-12-01T09:00:00Z");
    let guests = JoinOptions { sign_in: None, sign_up: None, decline: None, ..ways };
    vec![
        ("page-login.html", pages::login(&shown, &ways, no_mail, &frame)),
        ("page-guests.html", pages::login(&shown, &guests, no_mail, &frame)),
        ("page-over.html", pages::login(&over, &ways, no_mail, &frame)),
        ("page-wrong-account.html", stranger(account(true), PasswordField::Absent)),
        ("page-unverified.html", stranger(account(false), PasswordField::Absent)),
        ("page-password.html", stranger(account(true), PasswordField::Wanted)),
        ("page-guest.html", stranger(guest, PasswordField::Absent)),
        ("page-password-wrong.html", stranger(guest, PasswordField::Wrong)),
        ("page-joined.html", pages::joined(&joined, &frame)),
        ("page-decline.html", pages::decline(&shown, path, mail, &frame)),
        ("page-space.html", pages::space(Some(accounts), Some(accounts), &frame)),
        ("page-not-found.html", pages::notice(Notice::NotFound, &frame)),
        ("page-invited-only.html", pages::notice(Notice::InvitedOnly, &frame)),
        ("page-expired.html", pages::gone(Notice::Expired, &invitation, &frame)),
        ("page-stop.html", pages::stop(StopState { inviter: false, all: false, undo: false }, None, &frame)),
        ("page-stopped.html", pages::stop(StopState { inviter: true, all: false, undo: true }, None, &frame)),
    ]
}

/// Writes one sample in one language and returns its links for the index.
fn write(folder: &Path, sample: &Sample, language: Language) -> Result<String, Box<dyn Error>> {
    let (invitation, recipient, sender) = (sample.invitation(), sample.recipient(), samples::sender());
    let client = client_mail(&invitation, language, &samples::brand());
    let outlook = outlook_item(&invitation, language, &samples::brand());
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
        (ItipMethod::Request, "server.html", "server.eml", "server.ics"),
        (ItipMethod::Cancel, "cancelled.html", "cancelled.eml", "cancelled.ics"),
    ] {
        let edition = samples::edition(what);
        files.push((page, server_mail(&invitation, &recipient, language, &sender, what).html.into_bytes()));
        files.push((message, mime(&invitation, &recipient, language, &sender, edition)));
        let calendar = calendar(&invitation, &recipient, language, &sender, edition);
        files.extend(calendar.map(|calendar| (entry, calendar.into_bytes())));
    }
    let published =
        published_calendar(&invitation, language, &Brand::default(), 0, samples::edition(ItipMethod::Request).at);
    files.extend(published.map(|calendar| ("published.ics", calendar.into_bytes())));
    files.extend(web_pages(sample, language).into_iter().map(|(kind, page)| (kind, page.into_bytes())));
    let mut links = String::new();
    for (kind, bytes) in files {
        let name = format!("{}.{}.{kind}", sample.name, language.tag());
        fs::write(folder.join(&name), bytes)?;
        write!(links, "<a href=\"{name}\">{kind}</a> ")?;
    }
    Ok(links)
}
