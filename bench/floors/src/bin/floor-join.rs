//! The floor of join-invite: the invitation unless it was read a moment ago, the space with its members and the caller's own
//! membership at once, then the new membership.

use std::time::Duration;

use floors::{Recent, Table, id, item, key, text};
use lambda_http::{Error, Request, RequestExt, Response, run, service_fn};

const MEMBERS: i32 = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    let invitation = &Recent::new(Duration::from_secs(5));
    table.warm_up().await?;
    run(service_fn(async |request: Request| {
        let query = request.query_string_parameters_ref().cloned().unwrap_or_default();
        let (invite, space) = (query.first("invite").unwrap_or_default(), query.first("space").unwrap_or_default());
        // Somebody who has joined before is read, not written.
        let member = query.first("again").map_or_else(id, str::to_owned);
        let is_new = query.first("again").is_none();
        if invitation.is_due() {
            table.get(&format!("INVITE#{invite}"), "INVITE").await?;
        }
        let (pk, sk) = (format!("SPACE#{space}"), format!("MEMBER#userId#{member}"));
        let own = table.get(&pk, &sk);
        let remember = async { if is_new { table.remember(&member).await.ok() } else { None } };
        let (page, own, _) = futures_util::join!(members(table, space), own, remember);
        page?;
        own?;
        if is_new {
            add(table, space, &sk, &member, invite).await?;
        }
        Ok::<_, Error>(Response::new("Joined".to_owned()))
    }))
    .await
}

async fn members(table: &Table, space: &str) -> Result<(), Error> {
    let page = table
        .client
        .query()
        .table_name(&table.name)
        .key_condition_expression("pk = :space")
        .expression_attribute_values(":space", text(format!("SPACE#{space}")))
        .scan_index_forward(false)
        .limit(MEMBERS + 1)
        .consistent_read(true);
    page.send().await?;
    Ok(())
}

async fn add(table: &Table, space: &str, sk: &str, member: &str, invite: &str) -> Result<(), Error> {
    let mut membership = item(&[
        ("user", member),
        ("role", "guest"),
        ("display_name", "Bob Builder"),
        ("joined", "2026-11-21T12:00:00Z"),
        ("invite", invite),
    ]);
    membership.extend(key(&format!("SPACE#{space}"), sk));
    let write = table.client.put_item().table_name(&table.name).set_item(Some(membership));
    write.condition_expression("attribute_not_exists(pk)").send().await?;
    Ok(())
}
