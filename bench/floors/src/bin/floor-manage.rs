//! The floor of manage-spaces' lists. For the caller's spaces: a query of the index and a batch of the items that it
//! finds. For the members of a space: the caller's membership, then the space and a query of the members.

use aws_sdk_dynamodb::types::AttributeValue;
use floors::{Item, Table, key, text};
use futures_util::try_join;
use lambda_http::http::Uri;
use lambda_http::{Error, Request, Response, run, service_fn};

/// Number of rows of the index that the service reads for a first page.
const ROWS: i32 = 110;
const MEMBERS: i32 = 101;
/// The ids of the two people in the harness.
const CREATOR: &str = "ff8d9819fc0e12bf0d24892e";
const READER: &str = "c7a1ac5989359eab63585925";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    table.warm_up().await?;
    run(service_fn(async |request: Request| {
        let items = match space_of(request.uri()) {
            Some(space) => members(table, &format!("SPACE#{space}")).await?,
            None => spaces(table).await?,
        };
        Ok::<_, Error>(Response::new(items.len().to_string()))
    }))
    .await
}

/// Returns the space of `/api/spaces/{id}/members`.
fn space_of(uri: &Uri) -> Option<&str> {
    uri.path().strip_suffix("/members")?.rsplit('/').next()
}

async fn members(table: &Table, pk: &str) -> Result<Vec<Item>, Error> {
    table.get(pk, &format!("MEMBER#userId#{CREATOR}")).await?;
    let query = table
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
    let page = async { Ok::<_, Error>(Box::pin(query.send()).await?) };
    let (_, page) = try_join!(table.get(pk, "SPACE"), page)?;
    Ok(page.items.unwrap_or_default())
}

async fn spaces(table: &Table) -> Result<Vec<Item>, Error> {
    let query = table
        .client
        .query()
        .table_name(&table.name)
        .index_name("gsi2")
        .key_condition_expression("gsi2pk = :owner AND gsi2sk BETWEEN :first AND :last")
        .expression_attribute_values(":owner", text(format!("USER#{READER}")))
        .expression_attribute_values(":first", text("SPACE#"))
        .expression_attribute_values(":last", text("SPACE#~"))
        .scan_index_forward(false)
        .limit(ROWS);
    let rows = Box::pin(query.send()).await?.items.unwrap_or_default();
    let spaces = rows.iter().filter_map(|row| row.get("pk").map(AttributeValue::as_s)?.ok());
    let sk = format!("MEMBER#userId#{READER}");
    table.batch(spaces.flat_map(|pk| [key(pk, "SPACE"), key(pk, &sk)]).collect()).await
}
