//! Creates invitations on every channel, and checks the mail.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::emulator::TIMEOUT;
use crate::queues;
use crate::service::{CreatedInvitation, DeployedService, expect, expect_problem, field, invitee};
use crate::transcript::section;

/// The invitation that later sections use.
pub(crate) struct Fixture {
    pub(crate) space: String,
    pub(crate) invite: String,
    /// The link in the mail.
    pub(crate) link: String,
    /// The request that created it, which is replayed after each later deployment.
    pub(crate) answered: AnsweredRequest,
}

/// A request with an idempotency key, and the body of its response.
pub(crate) struct AnsweredRequest {
    key: &'static str,
    request: Value,
    response: String,
}

pub(crate) fn run(service: &DeployedService<'_>) -> anyhow::Result<Fixture> {
    section("Create");
    let rosa = service.rosa()?;
    let request = json!({
        "topic": { "title": "Team lunch" },
        "invitees": [invitee("ana@example.com", "admin"), invitee("bo@example.org", "member")],
    });
    let key = "team-lunch";
    let created = service.create(&rosa, &[("idempotency-key", key)], &request)?;
    let link = check_mail(service, &created)?;
    let answered = AnsweredRequest { key, request, response: created.body };
    answered.replay(service, &rosa)?;
    let other = json!({ "topic": { "title": "Another lunch" } });
    let headers = [("authorization", rosa.as_str()), ("idempotency-key", key)];
    let response = service.send("POST", "/api/spaces/invite", &headers, &other.to_string())?;
    expect_problem(&response, 422, "idempotency_mismatch")?;
    service.transcript.step(
        "the same request with the same Idempotency-Key: the same response; a different request with that key: 422",
    );

    for path in ["/api/spaces/invite/", "/api/topics/invite", "/api/topics/invite/", "/api/topics/invite?"] {
        service.create_at(path, &rosa, &[], &json!({ "topic": { "title": "Another spelling" } }))?;
    }
    service.transcript.step("the legacy path, with a trailing slash, with an empty query: 200");

    create_for_client_delivery(service, &rosa, "client")?;
    create_for_client_delivery(service, &rosa, "outlook")?;
    create_as_service_app(service)?;
    // The stream is read in order: mail for the earlier invitations has been queued by now.
    queues::wait_until_empty(service, TIMEOUT)?;
    let mails = service.emulator.mails()?;
    let unwanted = mails.iter().filter(|mail| mail.to.ends_with("@by-client.example"));
    expect("mails on the channels client and outlook", &unwanted.count(), &0)?;
    let twice = mails.iter().filter(|mail| mail.to == "bo@example.org").count();
    expect("mails for the replayed request", &twice, &1)?;
    service.transcript.step("no mail on the channels client and outlook, one mail for the replayed request");
    Ok(Fixture { space: created.space, invite: created.invite, link, answered })
}

impl AnsweredRequest {
    /// Replays the request; its response must be the same.
    pub(crate) fn replay(&self, service: &DeployedService<'_>, authorization: &str) -> anyhow::Result<()> {
        let again = service.create(authorization, &[("idempotency-key", self.key)], &self.request)?;
        expect("the response to the replayed request", &again.body, &self.response)
    }
}

/// Checks the channel `server`: both invitees receive mail that ends with the link. Returns the link.
fn check_mail(service: &DeployedService<'_>, created: &CreatedInvitation) -> anyhow::Result<String> {
    let link = format!("{}/spaces/invites/{}/join", service.public_url, created.invite);
    let button = format!("href=\"{link}?inviteInfo=");
    for to in ["ana@example.com", "bo@example.org"] {
        let mail = service.emulator.mail_to(to, &link)?;
        ensure!(mail.subject.contains("Team lunch"), "the subject is {:?}", mail.subject);
        ensure!(mail.html.contains(&button), "the mail's HTML lacks the button's link: {}", mail.html);
        expect("the last line of the mail", mail.text.trim_end().lines().last().unwrap_or_default(), link.as_str())?;
        service.transcript.step(format!("server: SES accepted {:?} for {to}", mail.subject));
    }
    Ok(link)
}

/// Creates on a channel on which the client informs the invitees, and checks the content in the response.
fn create_for_client_delivery(service: &DeployedService<'_>, authorization: &str, channel: &str) -> anyhow::Result<()> {
    let request = json!({
        "topic": { "title": "Weekly" },
        "invitees": [invitee("someone@by-client.example", "member")],
        "informChannel": channel,
        "inviteMode": "meet",
        "inviteContentLanguage": "de",
        "startDateTime": "2099-04-28T21:00:00+02:00",
    });
    let created = service.create(authorization, &[], &request)?;
    let response: Value = serde_json::from_str(&created.body)?;
    let [language, text, html] =
        ["language", "text", "html"].map(|part| field(&response, &format!("/inviteContent/{part}")));
    let (text, html) = (text?, html?);
    expect("the language", language?.as_str(), "de")?;
    let link = format!("{}/spaces/invites/{}/meet", service.public_url, created.invite);
    expect("the last line of the text", text.trim_end().lines().last().unwrap_or_default(), link.as_str())?;
    // A complete document for the client's mail, a fragment for the body of an Outlook item.
    expect("the HTML is a document", &html.contains("<html"), &(channel == "client"))?;
    service.transcript.step(format!("{channel}: 200, in German, with {} characters of HTML", html.chars().count()));
    Ok(())
}

/// Creates as a service app that acts for a user of its domain, whose language is in the directory.
fn create_as_service_app(service: &DeployedService<'_>) -> anyhow::Result<()> {
    let app = service.token("service_app", &["service-app"])?;
    let request = json!({ "topic": { "title": "Déjeuner" }, "invitees": [invitee("cy@example.net", "member")] });
    let created = service.create(&app, &[("x-avaya-act-as", "remy@example.com")], &request)?;
    let link = format!("{}/spaces/invites/{}/join", service.public_url, created.invite);
    let mail = service.emulator.mail_to("cy@example.net", &link)?;
    ensure!(mail.text.contains("Rémy Dubois vous invite"), "the mail is {}", mail.text);
    let headers = [("authorization", app.as_str()), ("x-avaya-act-as", "sam@example.org")];
    let refused = service.send("POST", "/api/spaces/invite", &headers, &request.to_string())?;
    expect_problem(&refused, 403, "act_as_denied")?;
    service.transcript.step(
        "a service app acting for Rémy: the mail is in French and in his name; for a user of another domain: 403",
    );
    Ok(())
}
