//! Relays the table's stream to the mail queues: the function's entry point.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use relay_outbox::{App, Batch};
use spaces_http::{Env, Sources, init_log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Env::process();
    init_log(&env, env!("CARGO_CRATE_NAME"));
    let app = &App::from_env(&env, Sources::system())?;
    app.warm_up().await;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Batch>| Ok::<_, Error>(app.relay(event.payload).await)))
        .await
}
