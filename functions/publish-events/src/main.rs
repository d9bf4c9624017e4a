//! Publishes the table's stream to EventBridge: the function's entry point.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use publish_events::{App, Batch};
use spaces_http::{Env, Sources, init_log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Env::process();
    init_log(&env, env!("CARGO_CRATE_NAME"));
    let app = &App::from_env(&env, Sources::system())?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Batch>| Ok::<_, Error>(app.publish(event.payload).await)))
        .await
}
