//! Updates the deployment: first a parameter, then the signing secret. No data may be lost.

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::invitations::Fixture;
use crate::joining::expect_role;
use crate::service::{DeployedService, expect, expect_problem, expect_status, field};
use crate::table;
use crate::transcript::section;

pub(crate) fn run(service: &mut DeployedService<'_>, fixture: &Fixture) -> anyhow::Result<()> {
    let guest = service.guest("Gus")?;
    update_parameters(service, fixture, &guest)?;
    rotate_secret(service, fixture, &guest)
}

fn update_parameters(service: &mut DeployedService<'_>, fixture: &Fixture, guest: &str) -> anyhow::Result<()> {
    section("Update");
    let (before, address) = (table::lasting_items(service)?, service.output("PublicUrl")?.to_owned());
    service.update(&json!({ "ProductName": "Rooms", "GuestTokenHours": 1 }))?;
    let after = table::lasting_items(service)?;
    let changed: Vec<_> =
        before.iter().filter(|(key, item)| after.get(*key) != Some(item)).map(|(key, _)| key).collect();
    ensure!(before == after, "the update changed items of the table: {changed:?}");
    expect("the API's URL", service.output("PublicUrl")?, address.as_str())?;
    service.transcript.step(format!(
        "sam deploy with another ProductName: the table's {} items and the URL are unchanged",
        after.len()
    ));

    let path = fixture.link.strip_prefix(&service.public_url).context("the link leads to another service")?;
    let page = service.send("GET", path, &[], "")?;
    expect_status(&page, 200)?;
    ensure!(page.body.contains("Rooms"), "the page lacks the new name: {}", page.body);
    check_access(service, fixture, guest)?;
    service
        .transcript
        .step("the page shows the new name; members and tokens are unaffected; the replayed request changes nothing");
    Ok(())
}

/// Rotates the secret as docs/operations.md describes: adds the new secret, switches to it, and removes the old one.
fn rotate_secret(service: &mut DeployedService<'_>, fixture: &Fixture, guest: &str) -> anyhow::Result<()> {
    section("Rotate");
    let first = keys(service)?;
    expect("keys before the rotation", &first.len(), &1)?;
    let random = service.aws.call(&["secretsmanager", "get-random-password", "--password-length", "64"])?;
    let (old, new) = (secret(service)?, field(&random, "/RandomPassword")?);

    rotate(service, &json!({ "current": old, "previous": new }))?;
    let added = keys(service)?;
    ensure!(added.len() == 2 && added.first() == first.first(), "expected a second key after {first:?}, got {added:?}");
    check_access(service, fixture, guest)?;
    service.transcript.step("the new secret is added: two keys, the old one first; nothing else changes");

    rotate(service, &json!({ "current": new, "previous": old }))?;
    let used = keys(service)?;
    ensure!(used.iter().eq(added.iter().rev()), "expected the keys {added:?} in the other order, got {used:?}");
    check_access(service, fixture, guest)?;
    let new_guest = service.guest("Gea")?;
    expect_role(&service.join(&fixture.invite, &new_guest)?, "guest", "anonymous")?;
    service
        .transcript
        .step("the new secret signs: the new key first; the old guest, the replayed request and a new guest succeed");

    rotate(service, &json!({ "current": new, "previous": "none" }))?;
    expect("the keys", keys(service)?.as_slice(), used.get(..1).unwrap_or_default())?;
    expect_problem(&service.join(&fixture.invite, guest)?, 401, "unauthenticated")?;
    expect_role(&service.join(&fixture.invite, &new_guest)?, "guest", "anonymous")?;
    service
        .transcript
        .step("the old secret is removed: one key; the old guest must log in again, the new one need not");
    Ok(())
}

/// Returns the secret that the functions sign with.
fn secret(service: &DeployedService<'_>) -> anyhow::Result<String> {
    let id = service.output("SigningSecretArn")?;
    let value = service.aws.call(&["secretsmanager", "get-secret-value", "--secret-id", id])?;
    field(&serde_json::from_str(&field(&value, "/SecretString")?)?, "/current")
}

/// Puts a new version of the secret, and deploys with its id.
fn rotate(service: &mut DeployedService<'_>, secret: &Value) -> anyhow::Result<()> {
    let before = keys(service)?;
    let (id, secret) = (service.output("SigningSecretArn")?, secret.to_string());
    let put = ["secretsmanager", "put-secret-value", "--secret-id", id, "--secret-string", &secret];
    let version = field(&service.aws.call(&put)?, "/VersionId")?;
    expect("the keys until the deployment", &keys(service)?, &before)?;
    service.update(&json!({ "SigningSecretVersion": version }))
}

/// Checks that earlier tokens are valid, members keep their roles, and the replayed request creates nothing.
fn check_access(service: &DeployedService<'_>, fixture: &Fixture, guest: &str) -> anyhow::Result<()> {
    expect_role(&service.join(&fixture.invite, guest)?, "guest", "anonymous")?;
    expect_role(&service.join(&fixture.invite, &service.user("ana@example.com")?)?, "admin", "invited")?;
    fixture.answered.replay(service, &service.rosa()?)
}

/// Returns the ids of the keys that verify guest tokens.
fn keys(service: &DeployedService<'_>) -> anyhow::Result<Vec<String>> {
    let response = service.send("GET", "/.well-known/jwks.json", &[], "")?;
    expect_status(&response, 200)?;
    let set = response.json()?;
    let keys = set.get("keys").and_then(Value::as_array).context("no keys")?;
    keys.iter().map(|key| field(key, "/kid")).collect()
}
