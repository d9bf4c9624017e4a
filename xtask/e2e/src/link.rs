//! The mailed link, as a browser opens it, and the guest's way in.

use anyhow::{Context, ensure};

use crate::invitations::Told;
use crate::protocol::part;
use crate::service::{Service, expect, expect_status};

pub(crate) fn tell(service: &Service<'_>, told: &Told) -> anyhow::Result<()> {
    part("Link");
    let path = told.link.strip_prefix(&service.public_url).context("a link of another service")?;
    let page = service.send("GET", path, &[("accept-language", "fr")], "")?;
    expect_status(&page, 200)?;
    expect("the page's language", page.header("content-language"), "fr")?;
    ensure!(page.header("content-security-policy").starts_with("default-src 'none'"), "no policy for the page");
    ensure!(page.body.contains("https://accounts.example.com/sign-in?"), "no way to sign in: {}", page.body);
    expect_status(&service.send("HEAD", path, &[], "")?, 200)?;
    service.log.saw("without a cookie: the page in French, with the ways in; HEAD: 200");

    let (way_back, _) = path.split_once('?').unwrap_or((path, ""));
    let form = format!("displayname=Gil&next={}", way_back.replace('/', "%2F"));
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", &*service.public_url)];
    let login = service.send("POST", "/api/anonymous/auth", &headers, &form)?;
    expect_status(&login, 303)?;
    let back = login.header("location");
    expect("the way back", back, format!("{way_back}?guest=1").as_str())?;
    let (cookie, attributes) = login.header("set-cookie").split_once(';').context("no cookie")?;
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax"] {
        ensure!(attributes.contains(attribute), "the cookie is not {attribute}: {attributes}");
    }
    let joined = service.send("GET", back, &[("cookie", cookie)], "")?;
    expect_status(&joined, 303)?;
    let there = service.send("GET", joined.header("location"), &[("cookie", cookie)], "")?;
    expect_status(&there, 200)?;
    ensure!(there.body.contains("Team lunch"), "the page does not name the space: {}", there.body);
    service.log.saw("the guest's form: 303 with a cookie, back at the link 303, and then \"you are in\"");

    let elsewhere = [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.example")];
    expect_status(&service.send("POST", "/api/anonymous/auth", &elsewhere, &form)?, 403)?;
    service.log.saw("the same form on a page of another site: 403");
    Ok(())
}
