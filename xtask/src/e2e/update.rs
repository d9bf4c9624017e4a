//! Deploying again: with another parameter, then with another signing secret. Nothing may be lost by either.

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::invitations::Told;
use super::joining::expect_role;
use super::protocol::part;
use super::service::{Service, expect, expect_status, field};
use super::table;

pub(super) fn tell(service: &mut Service<'_>, told: &Told) -> anyhow::Result<()> {
    let guest = service.guest("Gus")?;
    another_parameter(service, told, &guest)?;
    another_secret(service, told, &guest)
}

fn another_parameter(service: &mut Service<'_>, told: &Told, guest: &str) -> anyhow::Result<()> {
    part("Update");
    let before = table::items(service)?;
    service.update(&json!({ "ProductName": "Rooms", "GuestTokenHours": 1 }))?;
    let after = table::items(service)?;
    ensure!(before == after, "the table's {} items are no longer what they were ({})", before.len(), after.len());
    expect("the API's address", service.output("PublicUrl")?, service.public_url.as_str())?;
    service.log.saw(format!(
        "sam deploy with another ProductName: the table's {} items and the address as before",
        after.len()
    ));

    let path = told.link.strip_prefix(&service.public_url).context("a link of another service")?;
    let page = service.send("GET", path, &[], "")?;
    expect_status(&page, 200)?;
    ensure!(page.body.contains("Rooms"), "the page has not the new name: {}", page.body);
    unharmed(service, told, guest)?;
    service
        .log
        .saw("the link shows the new name; members, guests and their tokens of before are good, a repeat is a repeat");
    Ok(())
}

fn another_secret(service: &mut Service<'_>, told: &Told, guest: &str) -> anyhow::Result<()> {
    part("Rotate");
    let old = keys(service)?;
    expect("keys before the rotation", &old.len(), &1)?;
    let secret = service.output("SigningSecretArn")?;
    let value = service.aws.call(&["secretsmanager", "get-secret-value", "--secret-id", secret])?;
    let value: Value = serde_json::from_str(&field(&value, "/SecretString")?)?;
    let random = service.aws.call(&["secretsmanager", "get-random-password", "--password-length", "64"])?;
    let rotated = json!({ "current": field(&random, "/RandomPassword")?, "previous": field(&value, "/current")? });
    let put = ["secretsmanager", "put-secret-value", "--secret-id", secret, "--secret-string", &rotated.to_string()];
    let version = field(&service.aws.call(&put)?, "/VersionId")?;
    expect("keys before the deployment", &keys(service)?, &old)?;
    service.update(&json!({ "SigningSecretVersion": version }))?;

    let keys = keys(service)?;
    ensure!(keys.len() == 2 && keys.last() == old.first(), "expected a new key before {old:?}, got {keys:?}");
    service.log.saw("a new version of the secret, sam deploy with its id: two keys, the new one first");
    unharmed(service, told, guest)?;
    let fresh = service.guest("Gea")?;
    expect_role(&service.join(&told.invite, &fresh)?, "guest", "anonymous")?;
    service.log.saw(
        "the old secret's guest is still the same guest, a repeat is a repeat; new guests come in by the new secret",
    );
    Ok(())
}

/// Whoever was in is in, with the tokens of before, and what was created is not created again.
fn unharmed(service: &Service<'_>, told: &Told, guest: &str) -> anyhow::Result<()> {
    expect_role(&service.join(&told.invite, guest)?, "guest", "anonymous")?;
    expect_role(&service.join(&told.invite, &service.user("ana@example.com")?)?, "admin", "invited")?;
    told.repeat.again(service, &service.rosa()?)
}

/// The ids of the keys that guest tokens verify with.
fn keys(service: &Service<'_>) -> anyhow::Result<Vec<String>> {
    let answer = service.send("GET", "/.well-known/jwks.json", &[], "")?;
    expect_status(&answer, 200)?;
    let set = answer.json()?;
    let keys = set.get("keys").and_then(Value::as_array).context("no keys")?;
    keys.iter().map(|key| field(key, "/kid")).collect()
}
