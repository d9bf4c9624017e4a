//! The table's items.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use serde_json::{Map, Value, json};

use crate::LocalServices;
use crate::invitations::Fixture;
use crate::service::{DeployedService, expect};
use crate::transcript::section;

/// Items by partition and sort key.
pub(crate) type Items = BTreeMap<(String, String), Value>;

/// Puts the sample data of development into the table: users, a service app, and an open, an expired and a revoked
/// invitation.
///
/// The owners of addresses are stored under hashes with this deployment's index secret, so the operator's tools put
/// them.
pub(crate) fn seed(service: &DeployedService<'_>, local: &LocalServices) -> anyhow::Result<()> {
    let samples = service.aws.call_at(&local.table, &["dynamodb", "scan", "--table-name", "spaces"])?;
    let samples = samples.get("Items").and_then(Value::as_array).context("no sample data")?;
    let samples: Vec<_> = samples.iter().filter(|item| !text(item, "pk").starts_with("ADDRESS#")).collect();
    let puts: Vec<_> = samples.iter().map(|item| json!({ "PutRequest": { "Item": item } })).collect();
    let table = service.output("TableName")?;
    let request = Value::Object(Map::from_iter([(table.to_owned(), json!(puts))])).to_string();
    let response = service.aws.call(&["dynamodb", "batch-write-item", "--request-items", &request])?;
    expect("unprocessed items", &response.get("UnprocessedItems"), &Some(&json!({})))?;
    for user in samples.iter().filter(|item| text(item, "sk") == "USER") {
        service.operate(&["user", "put", "--id", &text(user, "id"), "--email", &text(user, "email")])?;
    }
    service.transcript.step(format!("put {} items of sample data and the users' addresses into the table", puts.len()));
    Ok(())
}

/// Returns the partition key of an invitation's items, which is a hash of its id.
pub(crate) fn invitation_partition(items: &Items, invite: &str) -> anyhow::Result<String> {
    let item = items.iter().find(|((_, sk), item)| sk == "INVITE" && text(item, "id") == invite);
    item.map(|((pk, _), _)| pk.clone()).context("the invitation is not in the table")
}

/// Returns all items of the table.
pub(crate) fn items(service: &DeployedService<'_>) -> anyhow::Result<Items> {
    let scan = service.aws.call(&["dynamodb", "scan", "--table-name", service.output("TableName")?])?;
    let items = scan.get("Items").and_then(Value::as_array).context("no items")?;
    Ok(items.iter().map(|item| ((text(item, "pk"), text(item, "sk")), item.clone())).collect())
}

/// Returns all items of the table except those whose time to live ends within an hour, which may be removed at any
/// time.
#[expect(clippy::disallowed_methods, reason = "the emulator expires items by the machine's clock")]
pub(crate) fn lasting_items(service: &DeployedService<'_>) -> anyhow::Result<Items> {
    let soon = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() + 3_600;
    let expiry = |item: &Value| item.pointer("/expires_at/N")?.as_str()?.parse::<u64>().ok();
    let mut items = items(service)?;
    items.retain(|_, item| expiry(item).is_none_or(|time| time > soon));
    Ok(items)
}

/// Returns a string attribute of an item, or an empty string if it is absent.
pub(crate) fn text(item: &Value, attribute: &str) -> String {
    item.pointer(&format!("/{attribute}/S")).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(crate) fn run(service: &DeployedService<'_>, fixture: &Fixture) -> anyhow::Result<()> {
    section("Table");
    let items = items(service)?;
    let below = |pk: String, sk: &'static str| {
        items.range((pk.clone(), sk.to_owned())..).take_while(move |((p, s), _)| *p == pk && s.starts_with(sk))
    };

    let space = format!("SPACE#{}", fixture.space);
    let mut roles: Vec<_> = below(space.clone(), "MEMBER#").map(|(_, member)| text(member, "role")).collect();
    roles.sort();
    // Rosa and Ana; the guests Sid, Ana with the unverified address, Gus, and Gil from the form; Bo.
    expect("the members' roles", roles.join(" ").as_str(), "admin admin guest guest guest guest member")?;
    expect("the space's items", &below(space, "SPACE").count(), &1)?;

    let invite = invitation_partition(&items, &fixture.invite)?;
    let states: Vec<_> = below(invite, "TO#").map(|(_, delivery)| text(delivery, "state")).collect();
    expect("the deliveries", states.join(" ").as_str(), "sent sent")?;

    // Each creation adds one space and one invitation.
    let count = |start: &str, sk: &str| items.keys().filter(|(p, s)| p.starts_with(start) && s == sk).count();
    let (spaces, invitations) = (count("SPACE#", "SPACE"), count("INVITE#", "INVITE"));
    expect("invitations", &invitations, &spaces)?;
    let is_permanent = |pk: &str| !pk.starts_with("INVITE#") && !pk.starts_with("LIMIT#");
    let mismatches = items.iter().filter(|((pk, _), item)| item.get("expires_at").is_some() == is_permanent(pk));
    let mismatches: Vec<_> = mismatches.map(|(key, _)| key).collect();
    ensure!(mismatches.is_empty(), "items with a wrong time to live: {mismatches:?}");
    service.transcript.step(format!(
        "{spaces} spaces, {invitations} invitations, {} items in total; members, deliveries and TTL as expected",
        items.len()
    ));
    Ok(())
}
