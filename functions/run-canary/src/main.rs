//! Runs the canary on a schedule: the function's entry point.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use run_canary::{App, Scheduled};
use spaces_http::{Env, Sources, init_log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Env::process();
    init_log(&env, env!("CARGO_CRATE_NAME"));
    let app = &App::from_env(&env, Sources::system())?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Scheduled>| Ok::<_, Error>(app.run(&event.payload).await)))
        .await
}
