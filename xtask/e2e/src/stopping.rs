//! A receiver stops mail: by the link in a mail, and by the button of their mail program.

use anyhow::{Context, ensure};
use serde_json::json;

use crate::emulator::PATIENCE;
use crate::protocol::part;
use crate::queues;
use crate::service::{Service, expect, expect_status, invitee};

const RECEIVER: &str = "cy@example.net";

pub(crate) fn tell(service: &Service<'_>) -> anyhow::Result<()> {
    part("Stop mail");
    let mail = service.emulator.mail_to(RECEIVER, "/mail/stop/")?;
    let begin = format!("{}/mail/stop/", service.public_url);
    let stop =
        mail.text.split_whitespace().find(|word| word.starts_with(&begin)).context("no such link in the mail")?;
    let path = stop.strip_prefix(&service.public_url).context("a link of another service")?;
    ensure!(mail.html.contains(stop), "the HTML has another link: {}", mail.html);
    let page = service.send("GET", path, &[("accept-language", "it")], "")?;
    expect_status(&page, 200)?;
    expect("the page's language", page.header("content-language"), "it")?;
    let before = service.operate(&["stops", "show", RECEIVER])?;
    expect_status(&service.send("HEAD", path, &[], "")?, 200)?;
    expect("the stops after looking", &service.operate(&["stops", "show", RECEIVER])?, &before)?;

    let form = [("content-type", "application/x-www-form-urlencoded")];
    expect_status(&service.send("POST", path, &form, "List-Unsubscribe=One-Click")?, 200)?;
    let after = service.operate(&["stops", "show", RECEIVER])?;
    ensure!(after != before, "nothing is stopped: {after}");
    service.log.saw("the link of a mail: a page that changes nothing; the button of a mail program: a stop");

    let invitees = [invitee(RECEIVER, "member"), invitee("di@example.net", "member")];
    let created =
        service.create(&service.rosa()?, &[], &json!({ "topic": { "title": "Unwanted" }, "invitees": invitees }))?;
    let link = format!("{}/spaces/invites/{}/join", service.public_url, created.invite);
    service.emulator.mail_to("di@example.net", &link)?;
    queues::until_empty(service, PATIENCE)?;
    let unwanted = service.emulator.mails()?.iter().filter(|mail| mail.text.contains(&link)).count();
    expect("mails of the invitation, for one of its two people", &unwanted, &1)?;
    service.log.saw("a further invitation, of somebody else: no mail to them, one to the other invitee");
    Ok(())
}
