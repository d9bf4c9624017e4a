//! Creating with each channel, and the mails.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::emulator::PATIENCE;
use crate::protocol::part;
use crate::queues;
use crate::service::{Created, Service, expect, expect_problem, field, invitee};

/// What later parts come back to.
pub(crate) struct Told {
    pub(crate) space: String,
    pub(crate) invite: String,
    /// The link as it was mailed.
    pub(crate) link: String,
    /// A request that was answered before the deployments that follow, and its answer.
    pub(crate) repeat: Repeat,
}

pub(crate) struct Repeat {
    key: &'static str,
    request: Value,
    answer: String,
}

pub(crate) fn tell(service: &Service<'_>) -> anyhow::Result<Told> {
    part("Create");
    let rosa = service.rosa()?;
    let request = json!({
        "topic": { "title": "Team lunch" },
        "invitees": [invitee("ana@example.com", "admin"), invitee("bo@example.org", "member")],
    });
    let key = "team-lunch";
    let created = service.create(&rosa, &[("idempotency-key", key)], &request)?;
    let link = mailed(service, &created)?;
    let repeat = Repeat { key, request, answer: created.body };
    repeat.again(service, &rosa)?;
    let other = json!({ "topic": { "title": "Another lunch" } });
    let headers = [("authorization", rosa.as_str()), ("idempotency-key", key)];
    let answer = service.send("POST", "/api/spaces/invite", &headers, &other.to_string())?;
    expect_problem(&answer, 422, "idempotency_mismatch")?;
    service.log.saw("the same request with the same Idempotency-Key: the same answer; another request with it: 422");

    for path in ["/api/spaces/invite/", "/api/topics/invite", "/api/topics/invite/", "/api/topics/invite?"] {
        service.create_at(path, &rosa, &[], &json!({ "topic": { "title": "Spelled otherwise" } }))?;
    }
    service.log.saw("the legacy spelling, with a slash at the end, with a dangling question mark: 200");

    brought_by_the_client(service, &rosa, "client")?;
    brought_by_the_client(service, &rosa, "outlook")?;
    by_a_service_app(service)?;
    // The stream is read in order: what came before the service app's invitation is queued by now.
    queues::until_empty(service, PATIENCE)?;
    let mails = service.emulator.mails()?;
    let unwanted = mails.iter().filter(|mail| mail.to.ends_with("@by-client.example"));
    expect("mails on the channels client and outlook", &unwanted.count(), &0)?;
    let twice = mails.iter().filter(|mail| mail.to == "bo@example.org").count();
    expect("mails for the request that came twice", &twice, &1)?;
    service.log.saw("no mail for client and outlook, one for the request that came twice");
    Ok(Told { space: created.space, invite: created.invite, link, repeat })
}

impl Repeat {
    /// Sends the request again, which must change nothing.
    pub(crate) fn again(&self, service: &Service<'_>, authorization: &str) -> anyhow::Result<()> {
        let again = service.create(authorization, &[("idempotency-key", self.key)], &self.request)?;
        expect("the answer to a repeat", &again.body, &self.answer)
    }
}

/// The channel `server`: both invitees have a mail, with the link as its last line.
fn mailed(service: &Service<'_>, created: &Created) -> anyhow::Result<String> {
    let link = format!("{}/spaces/invites/{}/join", service.public_url, created.invite);
    let button = format!("href=\"{link}?inviteInfo=");
    for to in ["ana@example.com", "bo@example.org"] {
        let mail = service.emulator.mail_to(to, &link)?;
        ensure!(mail.subject.contains("Team lunch"), "the subject is {:?}", mail.subject);
        ensure!(mail.html.contains(&button), "the button's link is not in the mail's HTML: {}", mail.html);
        expect("the last line of the mail", mail.text.trim_end().lines().last().unwrap_or_default(), link.as_str())?;
        service.log.saw(format!("server: SES has {:?} for {to}", mail.subject));
    }
    Ok(link)
}

/// The other channels: the answer has what the client brings to the invitees.
fn brought_by_the_client(service: &Service<'_>, authorization: &str, channel: &str) -> anyhow::Result<()> {
    let request = json!({
        "topic": { "title": "Weekly" },
        "invitees": [invitee("someone@by-client.example", "member")],
        "informChannel": channel,
        "inviteMode": "meet",
        "inviteContentLanguage": "de",
        "startDateTime": "2099-04-28T21:00:00+02:00",
    });
    let created = service.create(authorization, &[], &request)?;
    let answer: Value = serde_json::from_str(&created.body)?;
    let [language, text, html] =
        ["language", "text", "html"].map(|part| field(&answer, &format!("/inviteContent/{part}")));
    let (text, html) = (text?, html?);
    expect("the language", language?.as_str(), "de")?;
    let link = format!("{}/spaces/invites/{}/meet", service.public_url, created.invite);
    expect("the last line of the text", text.trim_end().lines().last().unwrap_or_default(), link.as_str())?;
    // A whole mail for the one, a fragment for the body of an item for the other.
    expect("whether the HTML is a document", &html.contains("<html"), &(channel == "client"))?;
    service.log.saw(format!("{channel}: 200, in German, with {} characters of HTML", html.chars().count()));
    Ok(())
}

/// A service app creates in the name of a user of its domain, whose language the directory knows.
fn by_a_service_app(service: &Service<'_>) -> anyhow::Result<()> {
    let app = service.token("service_app", &["service-app"])?;
    let request = json!({ "topic": { "title": "Déjeuner" }, "invitees": [invitee("cy@example.net", "member")] });
    let created = service.create(&app, &[("x-avaya-act-as", "remy@example.com")], &request)?;
    let link = format!("{}/spaces/invites/{}/join", service.public_url, created.invite);
    let mail = service.emulator.mail_to("cy@example.net", &link)?;
    ensure!(mail.text.contains("Rémy Dubois vous invite"), "the mail is {}", mail.text);
    let headers = [("authorization", app.as_str()), ("x-avaya-act-as", "sam@example.org")];
    let foreign = service.send("POST", "/api/spaces/invite", &headers, &request.to_string())?;
    expect_problem(&foreign, 403, "act_as_denied")?;
    service.log.saw("a service app for Rémy: the mail is his and French; for somebody of another domain: 403");
    Ok(())
}
