//! Stops mail to a recipient, who opens the link in a mail and uses the unsubscribe button of their mail program.

use anyhow::{Context, ensure};
use serde_json::json;

use crate::emulator::TIMEOUT;
use crate::queues;
use crate::service::{DeployedService, expect, expect_status, invitee};
use crate::transcript::section;

const RECIPIENT: &str = "cy@example.net";

pub(crate) fn run(service: &DeployedService<'_>) -> anyhow::Result<()> {
    section("Stop mail");
    let mail = service.emulator.mail_to(RECIPIENT, "/mail/stop/")?;
    let begin = format!("{}/mail/stop/", service.public_url);
    let stop = mail.text.split_whitespace().find(|word| word.starts_with(&begin)).context("no link to stop mail")?;
    let path = stop.strip_prefix(&service.public_url).context("the link leads to another service")?;
    ensure!(mail.html.contains(stop), "the HTML has another link: {}", mail.html);
    let page = service.send("GET", path, &[("accept-language", "it")], "")?;
    expect_status(&page, 200)?;
    expect("the page's language", page.header("content-language"), "it")?;
    let before = service.operate(&["stops", "show", RECIPIENT])?;
    expect_status(&service.send("HEAD", path, &[], "")?, 200)?;
    expect("the stops after opening the link", &service.operate(&["stops", "show", RECIPIENT])?, &before)?;

    let form = [("content-type", "application/x-www-form-urlencoded")];
    expect_status(&service.send("POST", path, &form, "List-Unsubscribe=One-Click")?, 200)?;
    let after = service.operate(&["stops", "show", RECIPIENT])?;
    ensure!(after != before, "nothing is stopped: {after}");
    service
        .transcript
        .step("the link in a mail: a page, nothing is stopped; the button of a mail program: mail is stopped");

    let invitees = [invitee(RECIPIENT, "member"), invitee("di@example.net", "member")];
    let created =
        service.create(&service.rosa()?, &[], &json!({ "topic": { "title": "Unwanted" }, "invitees": invitees }))?;
    let link = format!("{}/spaces/invites/{}/join", service.public_url, created.invite);
    service.emulator.mail_to("di@example.net", &link)?;
    queues::wait_until_empty(service, TIMEOUT)?;
    let unwanted = service.emulator.mails()?.iter().filter(|mail| mail.text.contains(&link)).count();
    expect("mails for the invitation with two invitees", &unwanted, &1)?;
    service.transcript.step("an invitation by another inviter: no mail to the recipient, one to the other invitee");
    Ok(())
}
