//! The floor of join-invite: the caller in the directory and, concurrently, the invitation unless it was read recently;
//! then the members and, in one batch, the space, the caller's membership and the inviter's; for newcomers, writes to
//! the directory and of the membership.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use floors::{NOW, Recent, Table, id, invitation_partition, item, key, number, text};
use futures_util::try_join;
use lambda_http::{Error, Request, RequestExt, Response, run, service_fn};

const MEMBERS: i32 = 101;
const INVITER: &str = "MEMBER#userId#ff8d9819fc0e12bf0d24892e";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    let invitation = &Recent::new(Duration::from_secs(5));
    table.warm_up().await?;
    run(service_fn(async |request: Request| {
        let query = request.query_string_parameters_ref().cloned().unwrap_or_default();
        let (invite, space) = (query.first("invite").unwrap_or_default(), query.first("space").unwrap_or_default());
        // Callers who have joined before are read, not written.
        let member = query.first("again").map_or_else(id, str::to_owned);
        let is_new = query.first("again").is_none();
        let (pk, sk) = (format!("SPACE#{space}"), format!("MEMBER#userId#{member}"));
        let invited = async {
            if invitation.is_due() {
                table.get(&invitation_partition(invite), "INVITE").await?;
            }
            let in_space = vec![key(&pk, "SPACE"), key(&pk, &sk), key(&pk, INVITER)];
            try_join!(table.batch(in_space), members(table, &pk))
        };
        try_join!(invited, async {
            table.look_up(&member).await?;
            if is_new { table.remember(&member).await } else { Ok(()) }
        })?;
        if is_new {
            add(table, space, &member, invite).await?;
        }
        Ok::<_, Error>(Response::new("Joined".to_owned()))
    }))
    .await
}

async fn members(table: &Table, pk: &str) -> Result<(), Error> {
    let page = table
        .client
        .query()
        .table_name(&table.name)
        .key_condition_expression("pk = :space AND begins_with(sk, :member)")
        .filter_expression("attribute_not_exists(#left) AND attribute_not_exists(removed)")
        .expression_attribute_names("#left", "left")
        .expression_attribute_values(":space", text(pk))
        .expression_attribute_values(":member", text("MEMBER#"))
        .scan_index_forward(false)
        .limit(MEMBERS)
        .consistent_read(true);
    Box::pin(page.send()).await?;
    Ok(())
}

async fn add(table: &Table, space: &str, member: &str, invite: &str) -> Result<(), Error> {
    let mut membership = item(&[
        ("pk", &format!("SPACE#{space}")),
        ("sk", &format!("MEMBER#userId#{member}")),
        ("gsi2pk", &format!("USER#{member}")),
        ("gsi2sk", &format!("SPACE#{NOW}#{space}")),
        ("user", member),
        ("role", "guest"),
        ("display_name", "Bob Builder"),
        ("joined", NOW),
        ("invite", invite),
    ]);
    membership.extend([
        ("own_act".to_owned(), AttributeValue::Bool(true)),
        ("card".to_owned(), AttributeValue::M(item(&[("at", NOW)]))),
        ("version".to_owned(), number(0)),
    ]);
    table.put_if_absent(membership).await
}
