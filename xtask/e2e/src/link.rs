//! Opens the link in the mail as a browser does, and joins as a guest.

use anyhow::{Context, ensure};

use crate::invitations::Fixture;
use crate::service::{DeployedService, expect, expect_status};
use crate::transcript::section;

pub(crate) fn run(service: &DeployedService<'_>, fixture: &Fixture) -> anyhow::Result<()> {
    section("Link");
    let path = fixture.link.strip_prefix(&service.public_url).context("the link leads to another service")?;
    let page = service.send("GET", path, &[("accept-language", "fr")], "")?;
    expect_status(&page, 200)?;
    expect("the page's language", page.header("content-language"), "fr")?;
    ensure!(
        page.header("content-security-policy").starts_with("default-src 'none'"),
        "the page lacks a Content-Security-Policy"
    );
    ensure!(page.body.contains("https://accounts.example.com/sign-in?"), "no link to sign in: {}", page.body);
    expect_status(&service.send("HEAD", path, &[], "")?, 200)?;
    service.transcript.step("without a cookie: the page in French, with the options to join; HEAD: 200");

    let (link, _) = path.split_once('?').unwrap_or((path, ""));
    let form = format!("displayname=Gil&next={}", link.replace('/', "%2F"));
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", &*service.public_url)];
    let login = service.send("POST", "/api/anonymous/auth", &headers, &form)?;
    expect_status(&login, 303)?;
    let next = login.header("location");
    expect("the redirect", next, format!("{link}?guest=1").as_str())?;
    let (cookie, attributes) = login.header("set-cookie").split_once(';').context("no cookie")?;
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax"] {
        ensure!(attributes.contains(attribute), "the cookie is not {attribute}: {attributes}");
    }
    let joined = service.send("GET", next, &[("cookie", cookie)], "")?;
    expect_status(&joined, 303)?;
    let landing = service.send("GET", joined.header("location"), &[("cookie", cookie)], "")?;
    expect_status(&landing, 200)?;
    ensure!(landing.body.contains("Team lunch"), "the page does not name the space: {}", landing.body);
    service.transcript.step("the guest's form: 303 with a cookie, the link 303, then the page of the space");

    let elsewhere = [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.example")];
    expect_status(&service.send("POST", "/api/anonymous/auth", &elsewhere, &form)?, 403)?;
    service.transcript.step("the same form from another site: 403");
    Ok(())
}
