//! The floor of stop-mail: a read of the address's item, preceded by a write if mail is stopped.

use floors::{NOW, Table, item, text};
use lambda_http::http::Method;
use lambda_http::{Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    table.warm_up().await?;
    run(service_fn(async |request: Request| {
        let token = request.uri().path().rsplit('/').next().unwrap_or_default();
        let pk = format!("ADDRESS#{}", token.get(..32).unwrap_or_default());
        if request.method() == Method::POST {
            stop(table, &pk).await?;
        }
        table.get(&pk, "MAIL").await?;
        Ok::<_, Error>(Response::new("Stopped".to_owned()))
    }))
    .await
}

async fn stop(table: &Table, pk: &str) -> Result<(), Error> {
    let mark = aws_sdk_dynamodb::types::AttributeValue::M(item(&[("at", NOW), ("by", "one_click")]));
    let update = table
        .update(pk, "MAIL")
        .update_expression("SET #all = :mark")
        .condition_expression("attribute_not_exists(#all) OR #all.#at <= :now")
        .expression_attribute_names("#all", "all")
        .expression_attribute_names("#at", "at")
        .expression_attribute_values(":mark", mark)
        .expression_attribute_values(":now", text(NOW));
    Box::pin(update.send()).await?;
    Ok(())
}
