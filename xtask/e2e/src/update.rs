//! Deploying again: with another parameter, then with another signing secret. Nothing may be lost by either.

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::invitations::Told;
use crate::joining::expect_role;
use crate::protocol::part;
use crate::service::{Service, expect, expect_problem, expect_status, field};
use crate::table;

pub(crate) fn tell(service: &mut Service<'_>, told: &Told) -> anyhow::Result<()> {
    let guest = service.guest("Gus")?;
    another_parameter(service, told, &guest)?;
    another_secret(service, told, &guest)
}

fn another_parameter(service: &mut Service<'_>, told: &Told, guest: &str) -> anyhow::Result<()> {
    part("Update");
    let (before, address) = (table::lasting_items(service)?, service.output("PublicUrl")?.to_owned());
    service.update(&json!({ "ProductName": "Rooms", "GuestTokenHours": 1 }))?;
    let after = table::lasting_items(service)?;
    let changed: Vec<_> =
        before.iter().filter(|(key, item)| after.get(*key) != Some(item)).map(|(key, _)| key).collect();
    ensure!(before == after, "the table's items are no longer what they were: {changed:?}");
    expect("the API's address", service.output("PublicUrl")?, address.as_str())?;
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

/// As docs/operations.md has it: the new secret is first made known to all, then used; at last the old one goes.
fn another_secret(service: &mut Service<'_>, told: &Told, guest: &str) -> anyhow::Result<()> {
    part("Rotate");
    let first = keys(service)?;
    expect("keys before the rotation", &first.len(), &1)?;
    let random = service.aws.call(&["secretsmanager", "get-random-password", "--password-length", "64"])?;
    let (old, new) = (secret(service)?, field(&random, "/RandomPassword")?);

    rotate(service, &json!({ "current": old, "previous": new }))?;
    let known = keys(service)?;
    ensure!(known.len() == 2 && known.first() == first.first(), "expected a second key after {first:?}, got {known:?}");
    unharmed(service, told, guest)?;
    service.log.saw("the new secret is known: two keys, the old one first; all as before");

    rotate(service, &json!({ "current": new, "previous": old }))?;
    let used = keys(service)?;
    ensure!(used.iter().eq(known.iter().rev()), "expected the keys {known:?} in the other order, got {used:?}");
    unharmed(service, told, guest)?;
    let fresh = service.guest("Gea")?;
    expect_role(&service.join(&told.invite, &fresh)?, "guest", "anonymous")?;
    service.log.saw(
        "the new secret is used: the new key first; the old guest is in, a repeat is a repeat, a new guest comes in",
    );

    rotate(service, &json!({ "current": new, "previous": "none" }))?;
    expect("the keys", keys(service)?.as_slice(), used.get(..1).unwrap_or_default())?;
    expect_problem(&service.join(&told.invite, guest)?, 401, "unauthenticated")?;
    expect_role(&service.join(&told.invite, &fresh)?, "guest", "anonymous")?;
    service.log.saw("the old secret is gone: one key; the old guest has to come in again, the new one is in");
    Ok(())
}

/// The secret that the functions sign with.
fn secret(service: &Service<'_>) -> anyhow::Result<String> {
    let id = service.output("SigningSecretArn")?;
    let value = service.aws.call(&["secretsmanager", "get-secret-value", "--secret-id", id])?;
    field(&serde_json::from_str(&field(&value, "/SecretString")?)?, "/current")
}

/// Makes a version of the secret, and deploys with its id.
fn rotate(service: &mut Service<'_>, secret: &Value) -> anyhow::Result<()> {
    let before = keys(service)?;
    let (id, secret) = (service.output("SigningSecretArn")?, secret.to_string());
    let put = ["secretsmanager", "put-secret-value", "--secret-id", id, "--secret-string", &secret];
    let version = field(&service.aws.call(&put)?, "/VersionId")?;
    expect("the keys until the deployment", &keys(service)?, &before)?;
    service.update(&json!({ "SigningSecretVersion": version }))
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
