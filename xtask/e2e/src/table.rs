//! The table, as the operator sees it.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use serde_json::{Map, Value, json};

use crate::People;
use crate::invitations::Told;
use crate::protocol::part;
use crate::service::{Service, expect};

/// Every item by its keys.
pub(crate) type Items = BTreeMap<(String, String), Value>;

/// Puts in what development starts with: people, a service app, an open, an expired and a revoked invitation.
///
/// The owners of addresses are stored under hashes that this deployment alone can make, so the operator's tool puts them in.
pub(crate) fn seed(service: &Service<'_>, people: &People) -> anyhow::Result<()> {
    let samples = service.aws.call_at(&people.table, &["dynamodb", "scan", "--table-name", "spaces"])?;
    let samples = samples.get("Items").and_then(Value::as_array).context("no sample data")?;
    let samples: Vec<_> = samples.iter().filter(|item| !text(item, "pk").starts_with("ADDRESS#")).collect();
    let puts: Vec<_> = samples.iter().map(|item| json!({ "PutRequest": { "Item": item } })).collect();
    let table = service.output("TableName")?;
    let request = Value::Object(Map::from_iter([(table.to_owned(), json!(puts))])).to_string();
    let answer = service.aws.call(&["dynamodb", "batch-write-item", "--request-items", &request])?;
    expect("what was not written", &answer.get("UnprocessedItems"), &Some(&json!({})))?;
    for user in samples.iter().filter(|item| text(item, "sk") == "USER") {
        service.operate(&["user", "put", "--id", &text(user, "id"), "--email", &text(user, "email")])?;
    }
    service.log.saw(format!("put {} items of sample data into the table, and the users' addresses", puts.len()));
    Ok(())
}

/// The partition key of an invitation's items, a hash of its id.
pub(crate) fn invitation_partition(items: &Items, invite: &str) -> anyhow::Result<String> {
    let item = items.iter().find(|((_, sk), item)| sk == "INVITE" && text(item, "id") == invite);
    item.map(|((pk, _), _)| pk.clone()).context("the invitation is not in the table")
}

/// Everything in the table.
pub(crate) fn items(service: &Service<'_>) -> anyhow::Result<Items> {
    let scan = service.aws.call(&["dynamodb", "scan", "--table-name", service.output("TableName")?])?;
    let items = scan.get("Items").and_then(Value::as_array).context("no items")?;
    Ok(items.iter().map(|item| ((text(item, "pk"), text(item, "sk")), item.clone())).collect())
}

/// Everything in the table but what its time to live removes within an hour: it may be gone at any moment.
#[expect(clippy::disallowed_methods, reason = "the emulator removes items by the machine's clock")]
pub(crate) fn lasting_items(service: &Service<'_>) -> anyhow::Result<Items> {
    let soon = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() + 3_600;
    let ends = |item: &Value| item.pointer("/expires_at/N")?.as_str()?.parse::<u64>().ok();
    let mut items = items(service)?;
    items.retain(|_, item| ends(item).is_none_or(|ends| ends > soon));
    Ok(items)
}

/// An attribute of an item.
pub(crate) fn text(item: &Value, attribute: &str) -> String {
    item.pointer(&format!("/{attribute}/S")).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(crate) fn tell(service: &Service<'_>, told: &Told) -> anyhow::Result<()> {
    part("Table");
    let items = items(service)?;
    let below = |pk: String, sk: &'static str| {
        items.range((pk.clone(), sk.to_owned())..).take_while(move |((p, s), _)| *p == pk && s.starts_with(sk))
    };

    let space = format!("SPACE#{}", told.space);
    let mut roles: Vec<_> = below(space.clone(), "MEMBER#").map(|(_, member)| text(member, "role")).collect();
    roles.sort();
    // Rosa and Ana; four guests: Sid, the unproven, Gus and, by the form, Gil; Bo.
    expect("the members' roles", roles.join(" ").as_str(), "admin admin guest guest guest guest member")?;
    expect("the space's items", &below(space, "SPACE").count(), &1)?;

    let invite = invitation_partition(&items, &told.invite)?;
    let states: Vec<_> = below(invite, "TO#").map(|(_, delivery)| text(delivery, "state")).collect();
    expect("the deliveries", states.join(" ").as_str(), "sent sent")?;

    // Each creation is one space, its creator's membership and its invitation.
    let count = |start: &str, sk: &str| items.keys().filter(|(p, s)| p.starts_with(start) && s == sk).count();
    let (spaces, invitations) = (count("SPACE#", "SPACE"), count("INVITE#", "INVITE"));
    expect("invitations", &invitations, &spaces)?;
    let is_kept = |pk: &str| !pk.starts_with("INVITE#") && !pk.starts_with("LIMIT#");
    let wrong = items.iter().filter(|((pk, _), item)| item.get("expires_at").is_some() == is_kept(pk));
    let wrong: Vec<_> = wrong.map(|(key, _)| key).collect();
    ensure!(wrong.is_empty(), "a wrong time to live: {wrong:?}");
    service.log.saw(format!(
        "{spaces} spaces, {invitations} invitations, {} items in all; members, deliveries and TTL as told",
        items.len()
    ));
    Ok(())
}
