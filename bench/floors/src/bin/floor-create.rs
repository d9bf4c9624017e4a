//! The floor of create-space-invite: one transaction of three items, and the creator in the directory the first time.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use floors::{Item, Recent, Table, id, item, text};
use lambda_http::{Error, Request, RequestExt, Response, run, service_fn};

const USER: &str = "ff8d9819fc0e12bf0d24892e";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    let directory = &Recent::new(Duration::from_mins(10));
    table.warm_up().await?;
    run(service_fn(async |request: Request| {
        let invitees = request.query_string_parameters_ref().and_then(|query| query.first("n")?.parse().ok());
        let (space, invite) = (id(), id());
        let items =
            [space_item(&space), member_item(&space, &invite), invitation(&space, &invite, invitees.unwrap_or(1))];
        let items = items.into_iter().map(|item| put_new(table, item)).collect::<Result<Vec<_>, Error>>()?;
        let create = async {
            table.client.transact_write_items().set_transact_items(Some(items)).send().await?;
            Ok::<_, Error>(())
        };
        let remember = async { if directory.is_due() { table.remember(USER).await.ok() } else { None } };
        let (created, _) = futures_util::join!(create, remember);
        created?;
        Ok::<_, Error>(Response::new("Created".to_owned()))
    }))
    .await
}

fn put_new(table: &Table, item: Item) -> Result<TransactWriteItem, Error> {
    let put = Put::builder()
        .table_name(&table.name)
        .set_item(Some(item))
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    Ok(TransactWriteItem::builder().put(put.build()?).build())
}

fn space_item(space: &str) -> Item {
    let pk = format!("SPACE#{space}");
    let times = [("created", "2026-11-21T12:00:00Z"), ("description", ""), ("status", "active")];
    let mut attributes =
        vec![("pk", pk.as_str()), ("sk", "SPACE"), ("id", space), ("title", "Team lunch"), ("creator", USER)];
    attributes.extend(times);
    item(&attributes)
}

fn member_item(space: &str, invite: &str) -> Item {
    let (pk, sk) = (format!("SPACE#{space}"), format!("MEMBER#userId#{USER}"));
    item(&[
        ("pk", &pk),
        ("sk", &sk),
        ("user", USER),
        ("role", "admin"),
        ("display_name", "Alice Archer"),
        ("joined", "2026-11-21T12:00:00Z"),
        ("invite", invite),
    ])
}

fn invitation(space: &str, invite: &str, invitees: usize) -> Item {
    let pk = format!("INVITE#{invite}");
    let mut invitation = item(&[
        ("pk", &pk),
        ("sk", "INVITE"),
        ("id", invite),
        ("space", space),
        ("title", "Team lunch"),
        ("description", ""),
        ("mode", "invite"),
        ("channel", "server"),
        ("inviter", USER),
        ("inviter_name", "Alice Archer"),
        ("inviter_email", "alice@example.com"),
        ("created", "2026-11-21T12:00:00Z"),
        ("expires", "2099-12-31T00:00:00Z"),
        ("request_hash", "ik2VsQjvYB8y+yEQngiZmSKCdqpRgZlcYY6BtlnHfLM="),
    ]);
    let invitees = (0..invitees).map(|number| {
        let address = text(format!("invitee{number}@example.com"));
        AttributeValue::M(HashMap::from([("email".to_owned(), address), ("role".to_owned(), text("member"))]))
    });
    invitation.insert("invitees".to_owned(), AttributeValue::L(invitees.collect()));
    invitation.insert("expires_at".to_owned(), AttributeValue::N("4104950400".to_owned()));
    invitation
}
